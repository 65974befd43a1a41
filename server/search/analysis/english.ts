import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { crc32 } from "node:zlib";
import type { Reading } from "./reading.ts";

/**
 * English by WordNet's lemmas (npm `wink-lemmatizer`) and the words of npm `dictionary-en`. Words come folded.
 * Both load at the first English word, in about 100 ms.
 */
export class English {
  #wordNet: WordNet | undefined;
  #flags: ReadonlyMap<string, string> | undefined;

  get hash(): number {
    return crc32(dictionary(), crc32(version("wink-lemmatizer")));
  }

  /** The words this may be a form of, itself first; none when both dictionaries lack it. */
  readings(word: string): readonly Reading[] {
    const base = word.replace(possessive, "");
    const fixed = closed.get(base);
    if (fixed !== undefined) {
      return fixed.map((lemma) => reading(lemma, lemma === word, 1));
    }
    const found = new Map<string, Reading>();
    const add = (lemma: string, odds: number): void => {
      if (!found.has(lemma)) found.set(lemma, reading(lemma, lemma === word, odds));
    };
    const known = this.#isNoun(base) || this.#isVerb(base) || this.#isAdjective(base);
    if (known || this.#entry(base) !== undefined) add(base, 1);
    for (const [lemma, odds] of this.#inflected(base, known)) add(lemma, odds);
    return [...found.values()];
  }

  /** What this may be an inflection of, and how likely beside being a word of its own. */
  *#inflected(word: string, known: boolean): Generator<readonly [string, number]> {
    const wordNet = this.#lemmas();
    const verbal = wordNet.verb(word);
    if (verbal !== word) yield [verbal, 1];
    const singular = wordNet.noun(word);
    if (singular !== word && singular.length > 1) yield [singular, known ? unlikely : 1];
    const positive = wordNet.adjective(word);
    if (positive !== word)
      yield [positive, known && word.endsWith("er") && word.startsWith(positive) ? unlikely : 1];
    for (const [lemma, flag] of stripped(word)) {
      if (this.#takes(lemma, flag))
        yield [lemma, known && flag !== "G" && flag !== "D" ? unlikely : 1];
    }
  }

  /** This base takes the ending that the affix flag of `dictionary-en` stands for. */
  #takes(lemma: string, ending: string): boolean {
    // The flag R is both "happier" and "learner"; only bases with a superlative have the former.
    const flag = ending === "R" ? "T" : ending;
    if (this.#entry(lemma)?.includes(flag)) return true;
    if (flag === "S") return this.#isNoun(lemma) && this.#entry(lemma) === undefined;
    if (flag === "G" || flag === "D") return this.#isVerb(lemma);
    return this.#isAdjective(lemma) && this.#entry(lemma) === undefined;
  }

  #isNoun(word: string): boolean {
    return this.#lemmas().noun(`${word}s`) === word;
  }

  #isVerb(word: string): boolean {
    return this.#lemmas().verb(`${word}s`) === word;
  }

  #isAdjective(word: string): boolean {
    return this.#lemmas().adjective(`${word}er`) === word;
  }

  #lemmas(): WordNet {
    this.#wordNet ??= createRequire(import.meta.url)("wink-lemmatizer") as WordNet;
    return this.#wordNet;
  }

  #entry(word: string): string | undefined {
    this.#flags ??= readFlags(dictionary().toString());
    return this.#flags.get(word);
  }
}

function reading(lemma: string, isLemma: boolean, odds: number): Reading {
  return { language: "en", key: lemma, lemma, isLemma, odds };
}

/** The stem of a word no dictionary has: without plural, past and -ing, so its relatives stay apart. */
export function englishStem(word: string): string {
  const base = word.replace(possessive, "");
  const [stem] = stripped(base).find(([rest, flag]) => "SDG".includes(flag) && rest.length > 2) ?? [
    base,
  ];
  return stem.replace(/(?<=..)e$/, "").replace(/(?<=..)([bdfgklmnprtvz])\1$/, "$1");
}

interface WordNet {
  noun(word: string): string;
  verb(word: string): string;
  adjective(word: string): string;
}

/** Bases a regular ending may have been put on, each with the flag `dictionary-en` gives such bases. */
function stripped(word: string): readonly (readonly [string, string])[] {
  const bases: (readonly [string, string])[] = [];
  for (const [ending, flag, ...bare] of endings) {
    if (!word.endsWith(ending) || word.length < ending.length + 2) continue;
    const rest = word.slice(0, -ending.length);
    for (const end of bare) bases.push([rest + end, flag]);
    if (flag !== "S" && /([bdfgklmnprtvz])\1$/.test(rest)) bases.push([rest.slice(0, -1), flag]);
  }
  return bases;
}

const endings: readonly (readonly [string, string, ...string[]])[] = [
  ["ies", "S", "y"],
  ["es", "S", ""],
  ["s", "S", ""],
  ["ied", "D", "y"],
  ["ed", "D", "", "e"],
  ["ing", "G", "", "e"],
  ["ier", "R", "y"],
  ["er", "R", "", "e"],
  ["iest", "T", "y"],
  ["est", "T", "", "e"],
];

const possessive = /'(?:s|re|ll|ve|d|m)?$/;
/** A reading a search for the word itself does not bring: `species` is no plural of `specie` to anyone. */
const unlikely = 0.1;

/** Words too short or too common to be bent by rule. */
const closed = new Map<string, readonly string[]>([
  ...["as", "his", "its", "this", "thus", "us", "yes", "less"].map((word): [string, string[]] => [
    word,
    [word],
  ]),
  ["be", ["be"]],
  ["being", ["being", "be"]],
  ["has", ["have"]],
  ["does", ["do"]],
  ["people", ["people", "person"]],
]);

/** Every word of the dictionary in lower case, with its affix flags. */
function readFlags(dictionary: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const line of dictionary.split("\n")) {
    const slash = line.indexOf("/");
    const word = (slash < 0 ? line : line.slice(0, slash)).toLowerCase();
    flags.set(word, (flags.get(word) ?? "") + (slash < 0 ? "" : line.slice(slash + 1)));
  }
  return flags;
}

function dictionary(): Buffer {
  return readFileSync(new URL("index.dic", import.meta.resolve("dictionary-en")));
}

function version(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`${name}/package.json`), "utf8");
}
