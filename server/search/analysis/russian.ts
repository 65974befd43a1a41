import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { Dawg, missing, root, windows1251 } from "./dawg.ts";
import type { Reading } from "./reading.ts";

/**
 * The Russian of OpenCorpora, as npm `az` carries it (CC BY-SA): 5 million forms of 389,000 lexemes. Words come
 * in lower case; `ё` matches only itself, `е` both. Loads in about 50 ms.
 */
export class Russian {
  readonly hash: number;
  readonly #words: Dawg;
  readonly #odds: Dawg;
  readonly #endings: Dawg;
  readonly #suffixes: readonly string[];
  readonly #tags: readonly string[];
  readonly #paradigms: Uint16Array;
  readonly #paradigmAt: Uint32Array;

  constructor() {
    const words = file("words.dawg");
    const odds = file("p_t_given_w.intdawg");
    const endings = file("prediction-suffixes-0.dawg");
    const suffixes = file("suffixes.json");
    const tags = file("gramtab-opencorpora-int.json");
    const paradigms = file("paradigms.array");
    this.hash = [words, odds, endings, suffixes, tags, paradigms].reduce(
      (hash, data) => crc32(data, hash),
      0,
    );
    this.#words = new Dawg(words);
    this.#odds = new Dawg(odds);
    this.#endings = new Dawg(endings);
    this.#suffixes = JSON.parse(suffixes.toString()) as string[];
    this.#tags = JSON.parse(tags.toString()) as string[];
    this.#paradigms = new Uint16Array(paradigms.buffer, paradigms.byteOffset, paradigms.length / 2);
    this.#paradigmAt = starts(this.#paradigms);
  }

  /** The lexemes this may be a form of, the likeliest first; none when the dictionary lacks the word. */
  readings(word: string): readonly Reading[] {
    const found = new Map<string, Draft>();
    const odds = this.#odds.followText(root, `${word}:`);
    this.#spellings(root, word, "", (node, spelling) => {
      this.#collect(node, { spelling, odds }, found);
    });
    const drafts = [...found.values()];
    const seen = drafts.reduce((sum, draft) => sum + draft.odds, 0);
    for (const draft of drafts) {
      draft.odds = seen > 0 ? draft.odds / seen : 0;
      draft.isLemma = draft.lemma.replaceAll("ё", "е") === word.replaceAll("ё", "е");
    }
    return drafts
      .toSorted(
        (a, b) =>
          b.odds - a.odds ||
          Number(b.isLemma) - Number(a.isLemma) ||
          Number(a.isName) - Number(b.isName) ||
          b.parses - a.parses,
      )
      .map(({ key, lemma, odds, isLemma, isName, isPlain, isPluralOnly, isPlural, isArchaic }) => ({
        language: "ru",
        key,
        lemma,
        isLemma,
        isName,
        isPlain,
        isPluralOnly,
        isPlural,
        isArchaic,
        odds: seen > 0 ? odds : undefined,
      }));
  }

  /** The dictionary has a lexeme with this key. */
  has(key: string): boolean {
    return this.readings(key.replace("!", "")).some((reading) => reading.key === key);
  }

  /** How an unknown word may bend, judged by known words with its ending; the likeliest first. */
  guesses(word: string): readonly Guess[] {
    for (let length = Math.min(5, word.length - 3); length > 0; length--) {
      const found = new Map<string, Guess & { count: number }>();
      this.#spellings(
        root,
        word.slice(-length),
        "",
        (node) => {
          this.#endings.records(node, 6, (bytes) => {
            const paradigm = number(bytes, 2);
            const { suffix, tag } = this.#form(paradigm, number(bytes, 4));
            const stem = word.slice(0, word.length - suffix.length);
            if (!openClass.test(tag) || stem.length < 3) return;
            const first = this.#form(paradigm, 0);
            const key = lexemeKey(stem + first.suffix, first.tag);
            const guess = found.get(key) ?? { stem, key, count: 0 };
            guess.count += number(bytes, 0);
            found.set(key, guess);
          });
        },
        this.#endings,
      );
      if (found.size > 0) return [...found.values()].toSorted((a, b) => b.count - a.count);
    }
    return [];
  }

  /** Each way to write `ё` for `е` that the graph knows. */
  #spellings(
    from: number,
    rest: string,
    before: string,
    found: (records: number, spelling: string) => void,
    graph = this.#words,
  ): void {
    let node = from;
    for (let i = 0; i < rest.length; i++) {
      if (rest[i] === "е") {
        const yo = graph.follow(node, 0xb8);
        if (yo !== missing) {
          this.#spellings(yo, rest.slice(i + 1), `${before}${rest.slice(0, i)}ё`, found, graph);
        }
      }
      const byte = windows1251(rest.charCodeAt(i));
      node = byte === missing ? missing : graph.follow(node, byte);
      if (node === missing) return;
    }
    const records = graph.follow(node, separator);
    if (records !== missing) found(records, before + rest);
  }

  #collect(
    records: number,
    { spelling, odds }: { readonly spelling: string; readonly odds: number },
    found: Map<string, Draft>,
  ): void {
    this.#words.records(records, 4, (bytes) => {
      const paradigm = number(bytes, 0);
      const form = this.#form(paradigm, number(bytes, 2));
      const first = this.#form(paradigm, this.#firstOf(paradigm, form));
      const stem = spelling.slice(form.prefix.length, spelling.length - form.suffix.length);
      const lemma = first.prefix + stem + first.suffix;
      const key = lexemeKey(lemma, first.tag);
      const draft = found.get(key) ?? {
        key,
        lemma,
        odds: 0,
        parses: 0,
        isLemma: false,
        isName: true,
        isPlain: false,
        isPluralOnly: true,
        isPlural: false,
        isArchaic: true,
      };
      draft.odds += this.#tagOdds(odds, form.tag);
      draft.parses++;
      draft.isArchaic &&= archaic.test(form.tag);
      draft.isName &&= name.test(first.tag);
      draft.isPlain ||= !inCapitals.test(first.tag);
      draft.isPluralOnly &&= pluralOnly.test(first.tag);
      draft.isPlural ||= pluralNoun.test(form.tag);
      found.set(key, draft);
    });
  }

  /** Where a word's forms begin: «пятый» is no form of «пять», though the dictionary keeps them in one paradigm. */
  #firstOf(paradigm: number, { tag }: Form): number {
    if (!ordinal.test(tag) || ordinal.test(this.#form(paradigm, 0).tag)) return 0;
    for (let index = 1; ; index++) if (ordinal.test(this.#form(paradigm, index).tag)) return index;
  }

  #tagOdds(node: number, tag: string): number {
    if (node === missing) return 0;
    const end = this.#odds.followText(node, tag);
    return end === missing ? 0 : (this.#odds.value(end) ?? 0);
  }

  #form(paradigm: number, index: number): Form {
    const at = this.#paradigmAt[paradigm]!;
    const count = this.#paradigms[at - 1]! / 3;
    return {
      suffix: this.#suffixes[this.#paradigms[at + index]!]!,
      tag: this.#tags[this.#paradigms[at + count + index]!]!,
      prefix: prefixes[this.#paradigms[at + count * 2 + index]!]!,
    };
  }
}

interface Guess {
  /** What stays of the word in all its forms. */
  readonly stem: string;
  /** The key its lexeme would have. */
  readonly key: string;
}

interface Draft {
  readonly key: string;
  readonly lemma: string;
  isName: boolean;
  isPlain: boolean;
  isPluralOnly: boolean;
  isPlural: boolean;
  isArchaic: boolean;
  odds: number;
  parses: number;
  isLemma: boolean;
}

interface Form {
  readonly suffix: string;
  readonly tag: string;
  readonly prefix: string;
}

const prefixes = ["", "по", "наи"];
const separator = 1;
const verbal = /^(?:INFN|VERB|GRND|PRT[FS])/;
const name = /\b(?:Name|Surn|Patr|Geox|Orgn|Trad|Init)\b/;
const inCapitals = /\b(?:Name|Surn|Patr|Geox|Orgn|Trad|Init|Abbr)\b/;
const pluralOnly = /\bPltm\b/;
const pluralNoun = /^NOUN\b.*\bplur\b.*\bnomn\b/;
const archaic = /\bArch\b/;
const ordinal = /^ADJF,.*\bAnum\b/;

const openClass = /^(?:NOUN|ADJ|INFN|VERB|GRND|PRT|COMP)/;

/** Homonyms of one dictionary form are one word to a searcher, a verb beside a noun (`печь`) is not. */
function lexemeKey(lemma: string, tag: string): string {
  return verbal.test(tag) ? `${lemma}!` : lemma;
}

/** Two bytes of a record, packed so that none is zero. */
function number(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! ^ 1) << 6) + (bytes[at + 1]! >> 1);
}

/** Where each paradigm begins; the unit before it is its length. */
function starts(paradigms: Uint16Array): Uint32Array {
  const at = new Uint32Array(paradigms[0]!);
  let position = 1;
  for (let i = 0; i < at.length; i++) {
    at[i] = position + 1;
    position += paradigms[position]! + 1;
  }
  return at;
}

function file(name: string): Buffer {
  return readFileSync(new URL(import.meta.resolve(`az/dicts/${name}`)));
}
