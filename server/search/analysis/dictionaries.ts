import { English, englishStem } from "./english.ts";
import { foldYo } from "./fold.ts";
import { languageOf } from "./language.ts";
import type { Language } from "./language.ts";
import type { Reading } from "./reading.ts";
import { Russian } from "./russian.ts";
import { Ukrainian } from "./ukrainian.ts";
import type { DictionaryFiles } from "./ukrainian.ts";
import { ordinalOf } from "./bent-signs.ts";
import { surnameInCapital, surnameOf } from "./surnames.ts";
import { seemsPlural, unknownRussian, unknownUkrainian } from "./unknown.ts";

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
    if (!cyrillic.test(spelling)) {
      const ordinal = ordinalOf(spelling);
      return {
        readings: [],
        guesses: [foldYo(spelling), ...(ordinal === undefined ? [] : [ordinal])],
      };
    }
    const own = languageOf(spelling);
    const language = own === "both" ? text : own;
    if (language === "ru") return this.#inRussian(spelling);
    const ukrainian = this.#inUkrainian(spelling);
    if (own === "uk" || (language === "uk" && this.#isEnough(ukrainian))) return ukrainian;
    const russian = this.#inRussian(spelling);
    const isForeign = language === "both" && russian.readings.length > 0;
    return {
      readings: [...russian.readings, ...ukrainian.readings],
      guesses: [...new Set([...russian.guesses, ...(isForeign ? [] : ukrainian.guesses)])],
      surname: russian.surname,
    };
  }

  /** More that a search may mean: a name spelled like a known word, a Ukrainian word without its dictionary. */
  queryGuesses(spelling: string, { readings, surname }: Look, capital: boolean): readonly string[] {
    if (!cyrillic.test(spelling)) return [];
    const language = languageOf(spelling);
    // A name that is known as it is typed is no other one.
    const isKnown = readings.some(({ isName, isLemma }) => isName && isLemma);
    const mayBeName = capital && language !== "uk" && !isKnown;
    const names = mayBeName ? unknownRussian(spelling, this.#russian) : [];
    const isUseful = this.#ukrainian === undefined && language !== "ru";
    const stem = isUseful ? unknownUkrainian(foldYo(spelling)) : "";
    return [
      ...names,
      ...(stem.length > shortStem ? [stem] : []),
      ...(surname === undefined ? [] : this.surnameKeys(surname)),
    ];
  }

  /** One more key of a word that a text has with a capital: of the surname that it may be. */
  nameKey(spelling: string, text: Language): string | undefined {
    if (text === "uk" || languageOf(spelling) === "uk") return undefined;
    const surname = surnameInCapital(spelling, this.#inRussian(spelling).readings);
    return surname && `~${surname.stem}`;
  }

  surnameKeys(surname: string): readonly string[] {
    return unknownRussian(surname, this.#russian);
  }

  #inRussian(spelling: string): Look {
    const exact = this.#russian.readings(spelling);
    const readings = usual(exact.length > 0 ? exact : this.#russian.readings(foldYo(spelling)));
    // Surnames and new words look alike: «лайков» is a man, and many a like.
    const isDoubtful = seemsPlural.test(spelling) && readings.every(({ isName }) => isName);
    if (readings.length === 0 || isDoubtful) {
      return { readings, guesses: unknownRussian(spelling, this.#russian) };
    }
    const surname = surnameOf(spelling, readings);
    return surname === undefined
      ? { readings, guesses: [] }
      : { readings, guesses: [`~${surname.stem}`], surname: surname.lemma };
  }

  #inUkrainian(spelling: string): Look {
    const word = foldYo(spelling);
    const readings = usual(this.#ukrainian?.readings(word) ?? []);
    return { readings, guesses: readings.length === 0 ? [unknownUkrainian(word)] : [] };
  }

  /** Ukrainian text needs no Russian reading of a word that Ukrainian alone will find again. */
  #isEnough({ readings, guesses }: Look): boolean {
    return readings.length > 0 || (this.#ukrainian === undefined && guesses[0]!.length > shortStem);
  }
}

/** What is known of a word. */
interface Look {
  readonly readings: readonly Reading[];
  readonly guesses: readonly string[];
  /** The surname that a town's form may be a form of as well: `суровикин` of «Суровикина». */
  readonly surname?: string | undefined;
}

function usual(readings: readonly Reading[]): readonly Reading[] {
  return readings
    .filter(({ odds }) => odds === undefined || odds >= rare)
    .slice(0, readings[0]?.odds === undefined ? mostUnweighed : mostReadings);
}

/** With its mark: stems up to this length meet too many other words. */
const shortStem = 4;
const mostReadings = 3;
/** Where nobody counted which reading is the likelier, none of a few is dropped. */
const mostUnweighed = 5;
/** P below which a reading is left out of the index. */
const rare = 0.01;
const latin = /^[a-z']+$/;
const cyrillic = /^[\u0430-\u045f'-]+$/;
