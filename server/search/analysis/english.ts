import { basesOf, type Ending } from "./english-endings.ts";
import { EnglishWords } from "./english-words.ts";
import type { Reading } from "./reading.ts";

/**
 * English: a form belongs to the words that give it by the rules of spelling, as far as they can take that ending, and to
 * those that WordNet's exceptions name. British and American spellings of a word share the American one's key. Words
 * come folded.
 */
export class English {
  readonly #words = new EnglishWords();

  get hash(): number {
    return this.#words.hash;
  }

  /** The words this may be a form of, itself first; none when nothing knows it. */
  readings(word: string): readonly Reading[] {
    const base = word.replace(possessive, "");
    const own = this.#lemmas(base);
    const american = this.#words.american(base);
    const lemmas = own.size > 0 || american === base ? own : this.#lemmas(american);
    const isClosed = closed.has(base);
    return Array.from(lemmas, ([lemma, odds]) => ({
      language: "en",
      key: this.#words.american(lemma),
      lemma,
      isLemma: lemma === word,
      isPlain: isClosed || this.#words.isInSmallLetters(lemma),
      odds,
    }));
  }

  /** The words a form belongs to, each with its odds. */
  #lemmas(base: string): ReadonlyMap<string, number> {
    const fixed = closed.get(base);
    if (fixed !== undefined) return new Map(fixed.map((lemma) => [lemma, 1]));
    const found = new Map<string, number>();
    const add = (lemma: string, odds: number): void => {
      if (!found.has(lemma)) found.set(lemma, odds);
    };
    const isBase = this.#words.isBase(base);
    if (isBase || (base.endsWith("ing") && this.#words.accepts(base))) add(base, 1);
    for (const lemma of this.#irregular(base)) add(lemma, 1);
    for (const [lemma, odds] of this.#regular(base, isBase)) add(lemma, odds);
    if (found.size === 0 && this.#words.accepts(base)) add(base, 1);
    return found;
  }

  *#irregular(word: string): Generator<string> {
    const more = irregular.get(word);
    if (more !== undefined) yield more;
    for (const lemma of this.#words.irregular(word))
      if (lemma !== word && !notBases.has(`${lemma} ${word}`)) yield lemma;
    const man = word.replace(/men$/, "man");
    if (man !== word && word.length > shortMen && this.#words.isNoun(man)) yield man;
  }

  /** The bases that are known to take the ending; where there are none, those that may be used so. */
  *#regular(word: string, isBase: boolean): Generator<readonly [string, number]> {
    const bases = basesOf(word).filter(
      ([lemma]) => !notBases.has(`${lemma} ${word}`) && !unbending.has(lemma),
    );
    const known = bases.filter(([lemma, ending]) => this.#takes(lemma, ending, word));
    const usual =
      known.length > 0
        ? known
        : bases.filter(([lemma, ending]) => endsVerbs(ending) && this.#isNew(lemma, word));
    // A verb that bends in its own way gives place to one that does not: `singed` is of `singe`.
    const weak = usual.filter(([lemma, ending]) => ending !== "ed" || !this.#words.isStrong(lemma));
    const likely = weak.length > 0 ? weak : usual;
    const meant =
      likely.length > 0
        ? likely
        : bases.filter(([lemma, ending]) => this.#mayTake(lemma, ending, word));
    for (const [lemma, ending] of meant) {
      const isDoubtful = isBase && (ending === "er" || ending === "est");
      yield [lemma, isDoubtful ? unlikely : 1];
    }
  }

  /** Whether this base has the ending, as far as the word it makes is concerned. */
  #takes(lemma: string, ending: Ending, word: string): boolean {
    const words = this.#words;
    if (lemma.length < shortest) return shortWords.has(lemma);
    switch (ending) {
      case "s":
        return words.isNoun(lemma) || words.isVerb(lemma) || this.#isDeed(lemma);
      case "ed":
      case "ing":
        return words.isVerb(lemma);
      default:
        return words.isAdjective(lemma) && words.accepts(`${word.slice(0, -ending.length)}est`);
    }
  }

  /** A noun used as a verb (`skilled`, `versioning`), an adjective as a noun (`internals`). */
  #mayTake(lemma: string, ending: Ending, word: string): boolean {
    const words = this.#words;
    if (lemma.length < shortest) return false;
    // A form that no dictionary has (`rostered`) may be anything: short words make too many such.
    const isOdd = words.isBase(word) || lemma.length === shortest;
    if (isOdd && !words.accepts(word)) return false;
    if (ending === "s") return words.isAdjective(lemma) && !words.isNoun(word);
    return (
      (ending === "ed" || ending === "ing") &&
      !words.isNoun(word) &&
      (words.isNoun(lemma) || words.isAdjective(lemma))
    );
  }

  /** `drowning`, which has a plural. */
  #isDeed(word: string): boolean {
    return word.endsWith("ing") && this.#words.accepts(word);
  }

  /** A word younger than WordNet, and no name (`sallie`) nor a form itself (`pleas`). */
  #isNew(lemma: string, word: string): boolean {
    const words = this.#words;
    return (
      lemma.length >= shortest &&
      !words.isBase(lemma) &&
      words.isInSmallLetters(lemma) &&
      words.accepts(word) &&
      words.irregular(lemma).next().done === true &&
      basesOf(lemma).every(([base, ending]) => !this.#takes(base, ending, lemma))
    );
  }
}

const endsVerbs = (ending: Ending): boolean => ending !== "er" && ending !== "est";

/** The stem of a word no dictionary has: without plural, past and -ing, so its relatives stay apart. */
export function englishStem(word: string): string {
  const base = word.replace(possessive, "");
  const bent = basesOf(base).find(
    ([rest, ending]) => ["s", "ed", "ing"].includes(ending) && rest.length > 2,
  );
  const stem = bent?.[0] ?? base;
  return stem.replace(/(?<=..)e$/, "").replace(/(?<=..)([bdfgklmnprtvz])\1$/, "$1");
}

const possessive = /'(?:s|re|ll|ve|d|m)?$/;
/** A reading a search for the word itself does not bring: a `lower` is hardly ever meant by `low`. */
const unlikely = 0.1;
/** Shorter words are abbreviations more often than not (`ga`, `bi`), but for these. */
const shortest = 3;
const shortWords = new Set("ad ax cd dj go id mp ok ox pc pi tv vp".split(" "));
/** `omen` and `ramen` are no men. */
const shortMen = 5;

/** What looks like a base and is none: `species` is no plural of `specie` to anyone. */
const notBases = new Set(
  `anu anus, ashe ashes, attache attaches, bia bias, ceil ceiling, corp corps, corps corpses, crosse crosses, dee deed, fee feed,
   genu genus, imago imagines, len lens, marche marches, masse masses, rug rugged, see seed, sens senses, ste sting, wive wives,
   shill shilling, singe singing, sol soles, specie species, swinge swinging, vas vases, wale wales, wee weed, wick wicked`
    .split(",")
    .map((pair) => pair.trim()),
);
/** What a form is never of, though it may look so: `the` has no `thing`. */
const unbending = new Set(
  "the she her they this these those your their our that than then".split(" "),
);

/** Plurals and pasts that WordNet's list of exceptions lacks. */
const irregular = new Map(
  `bacteria bacterium, strata stratum, curricula curriculum, memoranda memorandum, stadia stadium, symposia symposium,
   millennia millennium, consortia consortium, referenda referendum, spectra spectrum, errata erratum, quanta quantum,
   larvae larva, formulae formula, fungi fungus, alumni alumnus, nuclei nucleus, stimuli stimulus, campi campus, dice die, monies money, axes axis, bathed bath, bathing bath, layered layer, layering layer,
   focusses focus, focussed focus, focussing focus, diagnostics diagnostic, relaid relay, staves staff, rooves roof, smoothes smooth,
   blent blend`
    .split(",")
    .map((pair) => pair.trim().split(" ") as [string, string]),
);

/** Words too short or too common to be bent by rule. */
const closed = new Map<string, readonly string[]>([
  ..."as his its this thus us yes less news goods number evening morning during"
    .split(" ")
    .map((word): [string, string[]] => [word, [word]]),
  ["be", ["be"]],
  ["being", ["being", "be"]],
  ["has", ["have"]],
  ["does", ["do"]],
  ["people", ["people", "person"]],
  ["farther", ["farther", "far"]],
  ["further", ["further", "far"]],
]);
