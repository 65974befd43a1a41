import { acronymOf, isOrdinalEnding, ordinalKey } from "./bent-signs.ts";
import { Dictionaries } from "./dictionaries.ts";
import { fold, foldYo, latinTwin } from "./fold.ts";
import { languageOf } from "./language.ts";
import { writtenForm } from "./letters.ts";
import type { Language } from "./language.ts";
import type { Reading } from "./reading.ts";
import { seemsSurname } from "./surnames.ts";
import { outermost, textWords } from "./tokens.ts";
import type { TextWord } from "./tokens.ts";
import { findUkrainian } from "./ukrainian.ts";
import type { DictionaryFiles } from "./ukrainian.ts";

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
  /** The form and, where they are not the same, its very letters: capitals, accents, `ё` (see `writtenForm`). */
  readonly written: string;
  /** Keys of every word this may be a form of (mostly 1; up to 5 readings, more only for compound tokens). */
  readonly keys: readonly string[];
  /** Place in the original text, UTF-16 units, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** Index of the token's place: equal for a technical word and its first part (they overlap). */
  readonly position: number;
}

export interface QueryWord {
  readonly form: string;
  /** The form with the letters typed, as `Token.written`. */
  readonly written: string;
  /** Any one of these keys is a match. */
  readonly keys: readonly string[];
  /** A match, too, whatever its keys: an acronym read letter by letter (`ИИ`) without its ending. */
  readonly orForm?: string;
  /** Only the form typed counts (technical words with signs). */
  readonly exact: boolean;
  /** It means what is written in capitals: its letters are a plain word as well (`US`, `WHO`). */
  readonly inCapitals?: boolean;
  /** More than one entry when the word is ambiguous; `lemma` is what a person would call the word. */
  readonly readings: readonly {
    /** Whose dictionary says so; absent where none does. */
    readonly language?: Reading["language"];
    readonly lemma: string;
    readonly keys: readonly string[];
    readonly taken: boolean;
  }[];
  /** What to type in quotes to mean the groups of a number apart: `10, 000` for `10 000`. */
  readonly apart?: string;
}

/**
 * Loads the Russian dictionary; the English and the Ukrainian one load with the first word that needs them.
 * `ukrainian`: the hunspell dictionary to use, by default what this machine has; `none` for light stems.
 */
export function createAnalyzer({
  ukrainian = findUkrainian(),
}: { readonly ukrainian?: DictionaryFiles | "none" | undefined } = {}): Analyzer {
  return new DictionaryAnalyzer(ukrainian === "none" ? undefined : ukrainian);
}

class DictionaryAnalyzer implements Analyzer {
  readonly version: string;
  readonly #dictionaries: Dictionaries;
  readonly #known = { ru: new KnownWords(), uk: new KnownWords(), both: new KnownWords() };

  constructor(ukrainian: DictionaryFiles | undefined) {
    this.#dictionaries = new Dictionaries(ukrainian);
    this.version = `${rules}-${this.#dictionaries.version}`;
  }

  tokens(text: string): readonly Token[] {
    const language = languageOf(text);
    return Array.from(textWords(text), (word) => {
      const form = foldYo(word.spelling);
      const typed = text.slice(word.start, word.end);
      return {
        form,
        written: writtenForm(form, typed),
        keys: this.#writtenKeys(typed, word, language),
        start: word.start,
        end: word.end,
        position: word.position,
      };
    });
  }

  query(typed: string): QueryWord {
    const word = outermost([...textWords(typed)])[0];
    if (word === undefined) {
      const form = fold(typed);
      return { form, written: form, keys: [], exact: true, readings: [] };
    }
    const letters = typed.slice(word.start, word.end);
    const form = foldYo(word.spelling);
    return { form, written: writtenForm(form, letters), ...this.#meaning(letters, word, form) };
  }

  #meaning(typed: string, word: TextWord, form: string): Meaning {
    if (word.number !== undefined) return this.#number(word, form);
    if (word.signed === true) return { keys: [form], exact: !isGroupable.test(form), readings: [] };
    if (word.parts !== undefined) return unambiguous(form, this.#keys(word, "both"));
    const acronym = acronymOf(typed);
    if (acronym !== undefined) return this.#acronym(acronym, typed, word);
    const spelling = latinDesignation(word.spelling);
    const look = this.#dictionaries.look(spelling, "both");
    const { readings, guesses } = look;
    if (readings.length === 0) return unambiguous(form, guesses);
    const capital = /^\p{Lu}/u.test(typed);
    const taken = meant(readings, capital);
    const more = this.#dictionaries.queryGuesses(spelling, look, capital);
    return {
      keys: [...new Set([...taken.map(({ key }) => key), ...guesses, ...more])],
      exact: false,
      readings: [...chips(readings, taken), ...this.#surname(look.surname)],
    };
  }

  /** A number in groups of three is also what it is without what parts them. */
  #number(word: TextWord, form: string): Meaning {
    const { whole, apart } = word.number!;
    const keys = [...new Set([form, ...this.#keys(word, "both")])];
    return { keys, exact: false, readings: [{ lemma: whole, keys, taken: true }], apart };
  }

  /** Letters in capitals: what is written so where they are a plain word as well, else the word in any letters. */
  #acronym(acronym: string, typed: string, word: TextWord): Meaning {
    const spelling = fold(acronym);
    const capitals = capitalKey(acronym);
    const look = this.#dictionaries.look(spelling, "both");
    const lemma = acronym;
    if (look.readings.some(({ isPlain }) => isPlain)) {
      const own = { lemma, keys: [capitals], taken: true };
      const readings = [own, ...chips(look.readings, [])];
      return { keys: [capitals], exact: false, inCapitals: true, readings };
    }
    if (isSpelledOut(acronym) && !look.readings.some(({ isLemma }) => isLemma)) {
      const readings = [{ lemma, keys: [capitals], taken: true }];
      return { keys: [capitals], orForm: foldYo(spelling), exact: false, readings };
    }
    const keys = [
      ...this.#writtenKeys(typed, word, "both"),
      ...this.#wordKeys(spelling, "both"),
      ...this.#dictionaries.queryGuesses(spelling, look, true),
      ...this.#pluralKeys(spelling),
    ];
    const different = [...new Set(keys)];
    return { keys: different, exact: false, readings: [{ lemma, keys: different, taken: true }] };
  }

  /** `apis`, unless that is a plain word. */
  #pluralKeys(acronym: string): readonly string[] {
    if (!/^[a-z]/.test(acronym)) return [];
    const { readings } = this.#dictionaries.look(`${acronym}s`, "both");
    return readings.some(({ isPlain }) => isPlain) ? [] : readings.map(({ key }) => key);
  }

  /** What a town's form may be as well is said, and taken. */
  #surname(lemma: string | undefined): QueryWord["readings"] {
    if (lemma === undefined) return [];
    return [{ language: "ru", lemma, keys: this.#dictionaries.surnameKeys(lemma), taken: true }];
  }

  /** The keys of a word as it stands in a text: one for capitals, and «ЦИКу» is of ЦИК, too. */
  #writtenKeys(written: string, word: TextWord, language: Language): readonly string[] {
    const keys = this.#keys(word, language);
    if (word.parts !== undefined) return keys;
    if (seemsSurname(written)) return this.#withName(keys, word.spelling, language);
    if (word.spelling.length > longestAcronym) return keys;
    const acronym = acronymOf(written);
    if (acronym === undefined) return keys;
    const unbent = acronym === written ? [] : this.#wordKeys(fold(acronym), language);
    return [...new Set([capitalKey(acronym), ...unbent, ...keys])];
  }

  #withName(keys: readonly string[], spelling: string, language: Language): readonly string[] {
    const name = this.#dictionaries.nameKey(spelling, language);
    return name === undefined || keys.includes(name) ? keys : [...keys, name];
  }

  #keys(word: TextWord, language: Language): readonly string[] {
    const cache = this.#known[language];
    const spelling = word.number?.whole ?? word.spelling;
    const known = cache.get(spelling);
    if (known !== undefined) return known;
    const keys =
      word.parts === undefined && word.signed !== true
        ? this.#wordKeys(spelling, language)
        : this.#joinedKeys(word, spelling, language);
    cache.set(spelling, keys);
    return keys;
  }

  #wordKeys(spelling: string, language: Language): readonly string[] {
    const { readings, guesses } = this.#dictionaries.look(latinDesignation(spelling), language);
    return readings.length === 0
      ? guesses
      : [...new Set([...readings.map(({ key }) => key), ...guesses])];
  }

  /** `чат-бот` is also `чатбот`, and bends at its end or in both parts. */
  #joinedKeys(
    { parts: written = [], signed }: TextWord,
    spelling: string,
    language: Language,
  ): readonly string[] {
    if (signed === true) return [foldYo(spelling)];
    const parts = written.map((part, i) =>
      part.length === 1 && /^\d/.test(written[i + 1] ?? "") ? latinTwin(part) : part,
    );
    const last = parts.at(-1)!;
    if (parts.every((part) => /^\d+$/.test(part))) return [spelling];
    if (/\d/.test(last)) return [foldYo(parts.join(""))];
    if (/\d$/.test(parts.at(-2)!) && isOrdinalEnding(last)) return numberKeys(parts);
    const keys = (part: string): readonly string[] => this.#wordKeys(part, language);
    const begins =
      parts.length === 2 ? keys(parts[0]!).slice(0, 2) : [foldYo(parts.slice(0, -1).join(""))];
    const ends = keys(last).slice(0, 2);
    return [
      ...new Set([
        ...this.#dictionaries.look(spelling, language).readings.map(({ key }) => key),
        ...begins.flatMap((begin) => ends.map((end) => `${begin}+${end}`)),
        ...keys(parts.join("")),
      ]),
    ];
  }
}

/** «Т90» is T90: the letter of a designation in Latin, where it looks the same. */
function latinDesignation(word: string): string {
  const next = word.charCodeAt(1);
  return next >= 0x30 && next <= 0x39 ? latinTwin(word.charAt(0)) + word.slice(1) : word;
}

/** «16-го» is of «16-й», «F-16-м» of F-16; both are what is written without hyphens, too. */
function numberKeys(parts: readonly string[]): readonly string[] {
  const whole = foldYo(parts.join(""));
  const [number, ending, ...more] = parts as [string, string, ...string[]];
  if (more.length > 0) return [foldYo(parts.slice(0, -1).join("")), whole];
  return [ordinalKey(number, ending) ?? number, whole];
}

/** The keys of words met lately: those of a generation, and of the one before as far as they are met again. */
class KnownWords {
  #young = new Map<string, readonly string[]>();
  #old = new Map<string, readonly string[]>();

  get(spelling: string): readonly string[] | undefined {
    const young = this.#young.get(spelling);
    if (young !== undefined) return young;
    const old = this.#old.get(spelling);
    if (old !== undefined) this.set(spelling, old);
    return old;
  }

  set(spelling: string, keys: readonly string[]): void {
    if (this.#young.size >= generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(spelling, keys);
  }
}

type Meaning = Omit<QueryWord, "form" | "written">;

function unambiguous(form: string, keys: readonly string[]): Meaning {
  return { keys, exact: false, readings: [{ lemma: form, keys, taken: true }] };
}

/**
 * The readings a search takes: of each language the word itself where it is a dictionary form, with what else is
 * likely and not long out of use; all where it is none. A noun without a singular (`боты` are shoes, too) leaves
 * room for the plural of another. A dictionary form that only names somebody counts when it
 * begins with a capital.
 */
function meant(readings: readonly Reading[], capital: boolean): readonly Reading[] {
  const isTyped = ({ isLemma, isName }: Reading): boolean =>
    isLemma && (capital || isName !== true);
  const typed = readings.filter(isTyped);
  const settled = new Set(typed.map(({ language }) => language));
  const inPlural = typed.every(({ isPluralOnly }) => isPluralOnly === true);
  return readings.filter(
    (reading) =>
      !settled.has(reading.language) ||
      isTyped(reading) ||
      ((reading.odds ?? 0) >= likely && reading.isArchaic !== true) ||
      (inPlural && reading.isPlural === true && (reading.odds ?? 1) >= asPlural) ||
      (capital && reading.isName === true),
  );
}

/** One entry a dictionary form of a language, however many homonyms share it. */
function chips(readings: readonly Reading[], taken: readonly Reading[]): QueryWord["readings"] {
  const entries = Map.groupBy(
    readings,
    (reading) => `${taken.includes(reading)} ${reading.language} ${reading.lemma}`,
  );
  return Array.from(entries.values(), (alike) => ({
    language: alike[0]!.language,
    lemma: alike[0]!.lemma,
    keys: alike.map(({ key }) => key),
    taken: taken.includes(alike[0]!),
  }));
}

/** The key of what is written in capitals; no other key has any. */
function capitalKey(acronym: string): string {
  return foldYo(fold(acronym)).toUpperCase();
}

/** `ИИ`, `ФСБ`: read letter by letter, so never bent; `ЦЕРН` is said as a word and bends. */
function isSpelledOut(acronym: string): boolean {
  return /^[А-ЯЁІЇЄҐ]+$/.test(acronym) && !saidAsWord.test(acronym);
}

/** Raise with every change of the rules: it makes older indexes ask to be rebuilt. */
const rules = 8;
/** How many words of each language are remembered, besides as many of before. */
const generation = 25_000;
/** Letters of an acronym and its ending; a longer word is none. */
const longestAcronym = 8;
/** P from which a reading joins the dictionary form that was typed. */
const likely = 0.3;
/** How likely a plural must be beside a noun without a singular, where that was counted. */
const asPlural = 0.2;
const saidAsWord = /[БВГДЖЗКЛМНПРСТФХЦЧШЩ][АЕИОУЫЭЮЯ][БВГДЖЗКЛМНПРСТФХЦЧШЩ]+$/;
/** With digits that may be written in groups, too: another spelling has the same key. */
const isGroupable = /\d{4}/;
