import { English, englishStem } from "./english.ts";
import { fold, foldYo } from "./fold.ts";
import type { Reading } from "./reading.ts";
import { Russian } from "./russian.ts";
import { outermost, textWords } from "./tokens.ts";
import type { TextWord } from "./tokens.ts";
import { unknownRussian } from "./unknown.ts";

/**
 * Turns text into tokens and their word keys, the same way for posts and queries.
 * Created by `createAnalyzer()`; synchronous, reentrant, shared by all of a process.
 */
export interface Analyzer {
  /** Hash of rules and dictionaries; another version calls for a reindex. Names the Ukrainian source in use. */
  readonly version: string;
  /** Tokens in the order of the text. */
  tokens(text: string): readonly Token[];
  /** A query word (one token of `tokens`, as typed). */
  query(word: string): QueryWord;
}

export interface Token {
  /** Folded form as written: `симметрию`, `c++`, `f1-score`, one CJK character. */
  readonly form: string;
  /** Keys of every word this may be a form of (1 to 3, more only for compound tokens). */
  readonly keys: readonly string[];
  /** Place in the original text, UTF-16 units, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** Index of the token's place: equal for a technical word and its first part (they overlap). */
  readonly position: number;
}

export interface QueryWord {
  readonly form: string;
  /** Any one of these keys is a match. */
  readonly keys: readonly string[];
  /** Only the form typed counts (`ИИ`, technical words with signs). */
  readonly exact: boolean;
  /** More than one entry when the word is ambiguous; `lemma` is what a person would call the word. */
  readonly readings: readonly {
    readonly lemma: string;
    readonly keys: readonly string[];
    readonly taken: boolean;
  }[];
}

/** Loads the Russian dictionary (about 50 ms); the others load with the first word that needs them. */
export function createAnalyzer(): Analyzer {
  return new DictionaryAnalyzer();
}

class DictionaryAnalyzer implements Analyzer {
  readonly version: string;
  readonly #russian = new Russian();
  readonly #english = new English();
  readonly #known = new Map<string, readonly string[]>();

  constructor() {
    this.version = [rules, this.#russian.hash, this.#english.hash].join("-");
  }

  tokens(text: string): readonly Token[] {
    return Array.from(textWords(text), (word) => ({
      form: foldYo(word.spelling),
      keys: this.#keys(word),
      start: word.start,
      end: word.end,
      position: word.position,
    }));
  }

  query(typed: string): QueryWord {
    const word = outermost([...textWords(typed)])[0];
    if (word === undefined) return { form: fold(typed), keys: [], exact: true, readings: [] };
    const form = foldYo(word.spelling);
    if (word.signed === true) {
      return { form, keys: [form], exact: true, readings: [] };
    }
    const readings = word.parts === undefined ? this.#readings(word.spelling) : [];
    const lemmas = readings.filter(({ isLemma }) => isLemma);
    if (isAcronym(typed) && lemmas.length === 0) {
      return { form, keys: this.#keys(word), exact: true, readings: [] };
    }
    if (readings.length === 0) {
      const keys = this.#keys(word);
      return { form, keys, exact: false, readings: [{ lemma: form, keys, taken: true }] };
    }
    const capital = /^\p{Lu}/u.test(typed);
    const isTaken = ({ isLemma, odds, isName }: Reading): boolean =>
      lemmas.length === 0 || isLemma || (odds ?? 0) >= likely || (capital && isName === true);
    const keys = readings.filter(isTaken).map(({ key }) => key);
    if (capital && /^[а-яё]/.test(word.spelling))
      keys.push(...unknownRussian(word.spelling, this.#russian));
    return {
      form,
      keys,
      exact: false,
      readings: readings.map((reading) => ({
        lemma: reading.lemma,
        keys: [reading.key],
        taken: isTaken(reading),
      })),
    };
  }

  #keys(word: TextWord): readonly string[] {
    const known = this.#known.get(word.spelling);
    if (known !== undefined) return known;
    const keys =
      word.parts === undefined ? this.#wordKeys(word.spelling) : this.#joinedKeys(word, word.parts);
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(word.spelling, keys);
    return keys;
  }

  #wordKeys(spelling: string): readonly string[] {
    const readings = this.#readings(spelling);
    if (readings.length > 0) return readings.map(({ key }) => key);
    if (english.test(spelling)) return [`~${englishStem(spelling)}`];
    if (cyrillic.test(spelling)) return unknownRussian(spelling, this.#russian);
    return [foldYo(spelling)];
  }

  /** `чат-бот` is also `чатбот`, and bends at its end or in both parts. */
  #joinedKeys({ spelling, signed }: TextWord, parts: readonly string[]): readonly string[] {
    const form = foldYo(spelling);
    if (signed === true) {
      const digits = form.replace(/\D/g, "");
      return groups.test(form) ? [form, digits] : [form];
    }
    const joined = parts.join("");
    const last = parts.at(-1)!;
    if (/\d/.test(last)) return [foldYo(joined)];
    const ends = this.#wordKeys(last).slice(0, 2);
    const begins =
      parts.length === 2
        ? this.#wordKeys(parts[0]!).slice(0, 2)
        : [foldYo(parts.slice(0, -1).join(""))];
    return [
      ...new Set([
        ...this.#readings(spelling).map(({ key }) => key),
        ...begins.flatMap((begin) => ends.map((end) => `${begin}+${end}`)),
        ...this.#wordKeys(joined),
      ]),
    ];
  }

  /** What the dictionaries say, without what hardly ever is meant. */
  #readings(spelling: string): readonly Reading[] {
    return this.#dictionary(spelling)
      .filter(({ odds }) => odds === undefined || odds >= unlikely)
      .slice(0, mostReadings);
  }

  #dictionary(spelling: string): readonly Reading[] {
    if (english.test(spelling)) return this.#english.readings(spelling);
    const readings = this.#russian.readings(spelling);
    return readings.length > 0 ? readings : this.#russian.readings(foldYo(spelling));
  }
}

/** `ИИ`, `ФСБ`: read letter by letter, so never bent; `ЦЕРН` is said as a word and bends. */
function isAcronym(typed: string): boolean {
  return (
    /^\p{Lu}{2,5}$/u.test(typed) &&
    !/[БВГДЖЗКЛМНПРСТФХЦЧШЩ][АЕИОУЫЭЮЯ][БВГДЖЗКЛМНПРСТФХЦЧШЩ]+$/.test(typed)
  );
}

/** Raise with every change of the rules: it makes older indexes ask to be rebuilt. */
const rules = 1;
const mostKnown = 50_000;
const mostReadings = 3;
/** P below which a reading is left out of the index. */
const unlikely = 0.01;
/** P from which a reading joins the dictionary form that was typed. */
const likely = 0.3;
const english = /^[a-z']+$/;
const cyrillic = /^[а-яёіїє'-]+$/;
/** A number written in groups of three. */
const groups = /^\D*\d{1,3}(?:[.,]\d{3})+\D*$/;
