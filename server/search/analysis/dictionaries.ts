import { English, englishStem } from "./english.ts";
import { foldYo } from "./fold.ts";
import { languageOf } from "./language.ts";
import type { Language } from "./language.ts";
import type { Reading } from "./reading.ts";
import { Russian } from "./russian.ts";
import { Ukrainian } from "./ukrainian.ts";
import type { DictionaryFiles } from "./ukrainian.ts";
import { seemsBent, unknownRussian, unknownUkrainian } from "./unknown.ts";

/** The words of three languages, and a guess for every other word. */
export class Dictionaries {
  readonly version: string;
  readonly #russian = new Russian();
  readonly #english = new English();
  readonly #ukrainian: Ukrainian | undefined;

  constructor(ukrainian: DictionaryFiles | undefined) {
    this.#ukrainian = ukrainian && new Ukrainian(ukrainian);
    const uk = this.#ukrainian ? `hunspell.${this.#ukrainian.hash.toString(36)}` : "stems";
    this.version = `ru.${this.#russian.hash.toString(36)}-en.${this.#english.hash.toString(36)}-uk.${uk}`;
  }

  /** What the dictionaries say of a word, and guesses for each language that does not know it. */
  look(spelling: string, text: Language): Look {
    if (latin.test(spelling)) {
      const readings = usual(this.#english.readings(spelling));
      return { readings, guesses: readings.length > 0 ? [] : [`~${englishStem(spelling)}`] };
    }
    if (!cyrillic.test(spelling)) return { readings: [], guesses: [foldYo(spelling)] };
    const language = spokenIn(spelling, text);
    const russian = language === "uk" ? [] : this.#russianReadings(spelling);
    const ukrainian =
      language === "ru" ? [] : usual(this.#ukrainian?.readings(foldYo(spelling)) ?? []);
    const guesses = new Set<string>();
    // Surnames and new words look alike: «лайков» is a man, and many a like.
    if (
      language !== "uk" &&
      (russian.length === 0 || (seemsBent.test(spelling) && russian.every(({ isName }) => isName)))
    ) {
      for (const key of unknownRussian(spelling, this.#russian)) guesses.add(key);
    }
    if (language === "uk" || (language === "both" && russian.length === 0)) {
      if (ukrainian.length === 0) guesses.add(unknownUkrainian(foldYo(spelling)));
    }
    return { readings: [...russian, ...ukrainian], guesses: [...guesses] };
  }

  /** More that a search may mean: a name spelled like a known word, a Ukrainian word without its dictionary. */
  queryGuesses(spelling: string, capital: boolean): readonly string[] {
    if (!cyrillic.test(spelling)) return [];
    const language = languageOf(spelling);
    const keys = capital && language !== "uk" ? [...unknownRussian(spelling, this.#russian)] : [];
    if (this.#ukrainian === undefined && language !== "ru") {
      const stem = unknownUkrainian(foldYo(spelling));
      if (stem.length > shortestStem) keys.push(stem);
    }
    return keys;
  }

  #russianReadings(spelling: string): readonly Reading[] {
    const readings = this.#russian.readings(spelling);
    return usual(readings.length > 0 ? readings : this.#russian.readings(foldYo(spelling)));
  }
}

interface Look {
  readonly readings: readonly Reading[];
  readonly guesses: readonly string[];
}

/** A word's own letters settle its language, else the text around it does. */
function spokenIn(spelling: string, text: Language): Language {
  const own = languageOf(spelling);
  return own === "both" ? text : own;
}

function usual(readings: readonly Reading[]): readonly Reading[] {
  return readings.filter(({ odds }) => odds === undefined || odds >= rare).slice(0, mostReadings);
}

/** With its mark: shorter stems of known Russian words meet too many others. */
const shortestStem = 4;
const mostReadings = 3;
/** P below which a reading is left out of the index. */
const rare = 0.01;
const latin = /^[a-z']+$/;
const cyrillic = /^[\u0430-\u045f'-]+$/;
