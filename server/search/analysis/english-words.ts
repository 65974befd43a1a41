import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { crc32 } from "node:zlib";

/**
 * The English words that are known: those that npm `dictionary-en` accepts, and WordNet's, with what they can be (npm
 * `wink-lexicon`). The dictionary's affix flags only shorten its list (`hop` stands for `hoped`, too): they say which
 * words there are and nothing of which belongs to which. Loaded at the first question, in about 100 ms.
 */
export class EnglishWords {
  #lexicon: Lexicon | undefined;
  #flags: ReadonlyMap<string, string> | undefined;
  #small: ReadonlySet<string> | undefined;
  #affixes: readonly Affix[] | undefined;
  #strong: ReadonlySet<string> | undefined;

  /** Changes with the data. */
  get hash(): number {
    const versions = ["wink-lexicon", spellings].map((name) =>
      readFileSync(require.resolve(`${name}/package.json`), "utf8"),
    );
    return crc32(dictionary("index.dic"), crc32(versions.join("")));
  }

  /** Whether the spelling dictionary accepts the word, in any case. */
  accepts(word: string): boolean {
    this.#flags ??= readFlags(dictionary("index.dic").toString());
    if (this.#flags.has(word)) return true;
    return this.#affixed(word, "suffix") || this.#affixed(word, "prefix");
  }

  /** Whether the spelling dictionary lists it as a plain word, not only as a name or an acronym (`API`). */
  isInSmallLetters(word: string): boolean {
    this.#small ??= new Set(
      Array.from(
        dictionary("index.dic")
          .toString()
          .matchAll(/^[a-z']+/gm),
        ([small]) => small,
      ),
    );
    return this.#small.has(word);
  }

  isNoun(word: string): boolean {
    return this.#is(word, nouns);
  }

  isVerb(word: string): boolean {
    return this.#is(word, verbs);
  }

  isAdjective(word: string): boolean {
    return this.#is(word, adjectives);
  }

  /** A word of WordNet, whatever it can be, but for mere adverbs. */
  isBase(word: string): boolean {
    return this.isNoun(word) || this.isVerb(word) || this.isAdjective(word);
  }

  /** The bases of a form that no rule makes: `went`, `feet`, `better`. */
  *irregular(word: string): Generator<string> {
    const { verb, noun, adjective } = this.#data();
    for (const list of [verb, noun, adjective]) if (Object.hasOwn(list, word)) yield list[word]!;
  }

  /** A verb with a past of its own: `sing`, `see`. */
  isStrong(verb: string): boolean {
    this.#strong ??= new Set(
      Object.entries(this.#data().verb)
        .filter(([form]) => !/(?:s|ed|ing)$/.test(form))
        .map(([, lemma]) => lemma),
    );
    return this.#strong.has(verb);
  }

  /** The American spelling of a British word (`colour`, `colours`), any other word as it is. */
  american(word: string): string {
    const { american } = this.#data();
    return Object.hasOwn(american, word) ? american[word]! : word;
  }

  #affixed(word: string, kind: Affix["kind"]): boolean {
    this.#affixes ??= readAffixes(dictionary("index.aff").toString());
    return this.#affixes.some(({ kind: own, flag, strip, add, condition }) => {
      if (own !== kind || word.length <= add.length) return false;
      if (kind === "prefix") {
        const base = word.startsWith(add) ? word.slice(add.length) : "";
        return base !== "" && this.#allowsPrefix(base, flag);
      }
      const base = word.endsWith(add) ? word.slice(0, word.length - add.length) + strip : "";
      return base !== "" && condition.test(base) && this.#has(base, flag);
    });
  }

  /** The base has the flag itself, or gets an ending of its own beside it. */
  #allowsPrefix(base: string, flag: string): boolean {
    if (this.#has(base, flag)) return true;
    return this.#affixes!.some(
      ({ kind, flag: other, strip, add, condition }) =>
        kind === "suffix" &&
        base.endsWith(add) &&
        condition.test(base.slice(0, base.length - add.length) + strip) &&
        this.#has(base.slice(0, base.length - add.length) + strip, other, flag),
    );
  }

  #has(base: string, ...flags: readonly string[]): boolean {
    const own = this.#flags!.get(base);
    return own !== undefined && flags.every((flag) => own.includes(flag));
  }

  #is(word: string, { from, to }: { readonly from: number; readonly to: number }): boolean {
    const { words, senses } = this.#data();
    if (!Object.hasOwn(words, word)) return false;
    return senses[words[word]!]!.some((sense) => sense >= from && sense <= to);
  }

  #data(): Lexicon {
    this.#lexicon ??= {
      words: require("wink-lexicon/src/wn-words.js") as Lexicon["words"],
      senses: require("wink-lexicon/src/wn-word-senses.js") as Lexicon["senses"],
      verb: require("wink-lexicon/src/wn-verb-exceptions.js") as Lexicon["verb"],
      noun: require("wink-lexicon/src/wn-noun-exceptions.js") as Lexicon["noun"],
      adjective: require("wink-lexicon/src/wn-adjective-exceptions.js") as Lexicon["adjective"],
      american: require(`${spellings}/data/british_spellings.json`) as Lexicon["american"],
    };
    return this.#lexicon;
  }
}

/** WordNet's words with the numbers of their senses' files, and its lists of exceptions. */
interface Lexicon {
  readonly words: Readonly<Record<string, number>>;
  readonly senses: readonly (readonly number[])[];
  readonly verb: Readonly<Record<string, string>>;
  readonly noun: Readonly<Record<string, string>>;
  readonly adjective: Readonly<Record<string, string>>;
  /** American spellings by the British ones. */
  readonly american: Readonly<Record<string, string>>;
}

/** WordNet's lexicographer files, by number (lexnames(5WN)). */
const adjectives = { from: 0, to: 1 };
const nouns = { from: 3, to: 28 };
const verbs = { from: 29, to: 43 };

/** One line of a Hunspell affix file (hunspell(5)). */
interface Affix {
  readonly kind: "prefix" | "suffix";
  readonly flag: string;
  readonly strip: string;
  readonly add: string;
  readonly condition: RegExp;
}

function readAffixes(file: string): readonly Affix[] {
  return file.split("\n").flatMap((line): readonly Affix[] => {
    const [tag, flag = "", strip = "", add, condition] = line.split(/\s+/);
    if ((tag !== "SFX" && tag !== "PFX") || add === undefined || condition === undefined) return [];
    const kind = tag === "SFX" ? "suffix" : "prefix";
    const place = new RegExp(kind === "suffix" ? `${condition}$` : `^${condition}`);
    return [{ kind, flag, strip: strip === "0" ? "" : strip, add, condition: place }];
  });
}

/** Every word of the list in lower case, with its flags. */
function readFlags(list: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const line of list.split("\n").slice(1)) {
    const slash = line.indexOf("/");
    const word = (slash < 0 ? line : line.slice(0, slash)).toLowerCase();
    flags.set(word, (flags.get(word) ?? "") + (slash < 0 ? "" : line.slice(slash + 1)));
  }
  return flags;
}

/** The table of spellings: npm `american-british-english-translator`, MIT. */
const spellings = "american-british-english-translator";
const require = createRequire(import.meta.url);
const dictionary = (name: string): Buffer =>
  readFileSync(new URL(name, import.meta.resolve("dictionary-en")));
