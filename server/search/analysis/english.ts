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
    if (this.#isBase(base) || (base.endsWith("ing") && this.#isKnown(base))) add(base, 1);
    for (const [lemma, odds] of this.#inflected(base)) add(lemma, odds);
    if (found.size === 0 && this.#entry(base) !== undefined) add(base, 1);
    if (found.size === 0) {
      const verbed = stripped(base).find(
        ([lemma, flag]) => "SDG".includes(flag) && this.#isKnown(lemma),
      );
      if (verbed !== undefined) add(verbed[0], 1);
    }
    return [...found.values()];
  }

  #isKnown(word: string): boolean {
    return this.#isBase(word) || this.#entry(word) !== undefined;
  }

  #isBase(word: string): boolean {
    return this.#isNoun(word) || this.#isVerb(word) || this.#isAdjective(word);
  }

  /** What this may be an inflection of, and how likely beside being a word of its own. */
  *#inflected(word: string): Generator<readonly [string, number]> {
    const wordNet = this.#lemmas();
    const isBase = this.#isBase(word);
    for (const lemma of [wordNet.verb(word), wordNet.adjective(word)]) {
      if (isIrregular(word, lemma)) yield [lemma, 1];
    }
    const singular = wordNet.noun(word);
    if (isIrregular(word, singular)) yield [singular, isBase ? unlikely : 1];
    for (const [lemma, ending] of stripped(word)) {
      if (isBase && ending !== "D" && ending !== "G") {
        if (this.#entry(lemma)?.includes(ending === "R" ? "T" : ending)) yield [lemma, unlikely];
      } else if (this.#takes(lemma, ending)) yield [lemma, 1];
    }
    if (word.endsWith("ings") && this.#isKnown(word.slice(0, -1))) yield [word.slice(0, -1), 1];
  }

  /** This base takes the ending that the affix flag of `dictionary-en` stands for. */
  #takes(lemma: string, ending: string): boolean {
    const flags = this.#entry(lemma) ?? "";
    // The flag R is both "happier" and "learner"; only bases with a superlative have the former.
    if (ending === "R" || ending === "T") return flags.includes("T") || this.#isAdjective(lemma);
    if (ending === "S")
      return /[SM]/.test(flags) || this.#isNoun(lemma) || this.#entry(lemma) === "";
    if (ending === "D" && flags !== "") return flags.includes("D");
    return flags.includes(ending) || this.#isVerb(lemma);
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

function isIrregular(word: string, lemma: string): boolean {
  return (
    lemma !== word &&
    !(word.startsWith(lemma) && /^(?:s|es|er|est|ed|ing)$/.test(word.slice(lemma.length)))
  );
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
  if (word.endsWith("ss")) return bases;
  for (const [ending, flag, ...bare] of endings) {
    if (!word.endsWith(ending) || word.length < ending.length + 2) continue;
    const rest = word.slice(0, -ending.length);
    for (const end of bare) bases.push([rest + end, flag]);
    if (/[^aeious]$/.test(rest) && rest.at(-1) === rest.at(-2)) {
      bases.push([rest.slice(0, -1), flag === "D" ? "G" : flag]);
    }
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
  ...[
    "as",
    "his",
    "its",
    "this",
    "thus",
    "us",
    "yes",
    "less",
    "news",
    "goods",
    "number",
    "evening",
    "morning",
  ].map((word): [string, string[]] => [word, [word]]),
  ["be", ["be"]],
  ["being", ["being", "be"]],
  ["has", ["have"]],
  ["does", ["do"]],
  ["people", ["people", "person"]],
  ["farther", ["farther", "far"]],
  ["further", ["further", "far"]],
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
