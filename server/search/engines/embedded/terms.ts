import { hash } from "node:crypto";
import type { Analyzer, Token } from "../../analysis/analyzer.ts";
import { lettersSign, usualLetters } from "../../analysis/letters.ts";
import { firstLineWords } from "../../relevance.ts";

/*
 * What a post is in the index. FTS5 holds one token a place, so a word is two tokens in two columns: its form (`=`)
 * in `form`, and all its keys joined as one class (`~`) in `class`, at the same place. A technical word covers the
 * places of its parts (`f1-score`): it is in the column `joined`, form and class in turn, and which places it takes
 * is kept beside. The leading sign keeps the name spaces apart, so a term needs no column filter. A word in other letters
 * than its form's (`^сша^u`) is once more in `letters`, with its place kept beside; after all of these stand the forms
 * that the post has in their own letters as well (`^мир^`). Which unusual letters there are of a form is kept as for classes.
 * The classes of the first line are once more in `first`, which only ranks.
 */

/** Stands between two texts of a post: no phrase goes across. */
export const textBorder = ".";
/** Between the keys of a class; no key holds a space. */
const keySeparator = "\u00a0";
/** The columns of the full-text table, in order. */
export const columnNames = ["form", "class", "joined", "letters", "first"] as const;
/** The same of the table of earlier versions, in which nothing is ranked. */
export const earlierColumnNames = columnNames.slice(0, 4);
const longestTerm = 200;
/** Of a longer address what follows is only a hash. */
const longestAddress = 100;

/** The term of a form. */
export function formTerm(form: string): string {
  return `=${clean(form)}`;
}

/** The term of a word in letters other than its form's, as `Token.written`. */
export function letteredTerm(written: string): string {
  return lettersSign + clean(written);
}

/** The term of a post that has a form in its own letters and in others. */
export function alsoPlain(form: string): string {
  return letteredTerm(form + lettersSign);
}

/** The term of a class of words: all keys of one token. */
export function classTerm(keys: readonly string[]): string {
  if (keys.length === 1) return `~${clean(keys[0]!)}`;
  return `~${keys.map(clean).toSorted().join(keySeparator)}`;
}

/** The term of an address that a post shows, links to or goes below. */
export function addressTerm(address: string): string {
  if (address.length <= longestAddress) return `/${clean(address)}`;
  return `/${clean(address.slice(0, longestAddress))}#${hash("sha1", address, "base64url")}`;
}

/** The term may be of a technical word: it has a sign that joins parts, or digits. */
export function isJoined(term: string): boolean {
  return joint.test(term);
}

const joint = /[-_&.@,+#%\d\p{Sc}]|:(?!uk)/u;

/** The term is of a word in letters other than its form's. */
export function isLettered(term: string): boolean {
  return term.startsWith(lettersSign);
}

/** A term for an FTS5 expression. The only way text gets into one. */
export function quoted(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}

export interface IndexedText {
  /** In the order of `columnNames`. */
  readonly columns: readonly string[];
  /** The first place of each technical word and how many it takes. */
  readonly stretches: readonly number[];
  /** The same of each word in letters other than its form's; each place counts from the one before. */
  readonly lettered: readonly number[];
  /** Classes of more than one key, and words in unusual letters with the term of their form. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
  readonly forms: ReadonlySet<string>;
  /** The words of the first text, and the class of each. */
  readonly firstText: { readonly words: readonly Token[]; readonly classes: readonly string[] };
}

/** The columns of one post: its texts, and the addresses it is found by. */
export function indexedText(
  analyzer: Analyzer,
  { texts, addresses }: { readonly texts: readonly string[]; readonly addresses: Iterable<string> },
): IndexedText {
  const forms: string[] = [];
  const classes: string[] = [];
  const joined: string[] = [];
  const first: string[] = [];
  const stretches: number[] = [];
  const letters = new Letters();
  let firstText: IndexedText["firstText"] | undefined;
  const ambiguous = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const classOf = ({ form, keys }: Token): string => {
    const term = classTerm(keys);
    if (keys.length > 1) ambiguous.set(term, keys);
    seen.add(form);
    return term;
  };
  for (const text of texts) {
    if (forms.length > 0) {
      forms.push(textBorder);
      classes.push(textBorder);
    }
    const begin = forms.length;
    const { places, covering } = placesOf(analyzer.tokens(text));
    for (const token of places) {
      letters.add(token, forms.length, 1);
      forms.push(formTerm(token.form));
      classes.push(classOf(token));
    }
    if (begin === 0) first.push(...classes.slice(0, firstLineWords(text, places)));
    firstText ??= { words: places, classes: classes.slice() };
    for (const token of covering) {
      const place = begin + token.position;
      const length = placesTaken(token, places);
      letters.add(token, place, length);
      joined.push(formTerm(token.form), classOf(token));
      stretches.push(place, length);
    }
  }
  for (const address of addresses) joined.push(addressTerm(address));
  for (const [term, form] of letters.others) ambiguous.set(term, [form]);
  return {
    columns: [forms, classes, joined, letters.column(), first].map((terms) => terms.join(" ")),
    stretches,
    lettered: letters.lettered,
    ambiguous,
    forms: seen,
    firstText: firstText ?? { words: [], classes: [] },
  };
}

/** The words of a post whose letters are not their form's. */
class Letters {
  readonly lettered: number[] = [];
  /** The term of the form for each in letters that are not the usual ones. */
  readonly others = new Map<string, string>();
  readonly #terms: string[] = [];
  readonly #plain = new Set<string>();
  readonly #lettered = new Set<string>();
  #last = 0;

  add({ form, written }: Token, place: number, length: number): void {
    if (written === form) {
      this.#plain.add(form);
      return;
    }
    const term = letteredTerm(written);
    this.#terms.push(term);
    this.#lettered.add(form);
    if (!usualLetters(form).includes(written)) this.others.set(term, formTerm(form));
    this.lettered.push(place - this.#last, length);
    this.#last = place;
  }

  column(): readonly string[] {
    const both = [...this.#lettered].filter((form) => this.#plain.has(form));
    return [...this.#terms, ...both.map(alsoPlain)];
  }
}

/** The word at each place of a text, and the technical words that cover some of them (they come before their parts). */
export function placesOf(tokens: readonly Token[]): {
  readonly places: readonly Token[];
  readonly covering: readonly Token[];
} {
  const places: Token[] = [];
  const covering: Token[] = [];
  for (const token of tokens) {
    const before = places[token.position];
    if (before !== undefined) covering.push(before);
    places[token.position] = token;
  }
  return { places: places.filter((token) => token !== undefined), covering };
}

function placesTaken({ position, end }: Token, places: readonly Token[]): number {
  let last = position;
  while (places[last + 1] !== undefined && places[last + 1]!.end <= end) last++;
  return last - position + 1;
}

function clean(text: string): string {
  const safe = unsafe.test(text)
    ? text.replaceAll(spaces, "_").replaceAll(/[A-Z]/g, (letter) => `|${letter.toLowerCase()}`)
    : text;
  return safe.length > longestTerm ? safe.slice(0, longestTerm) : safe;
}

/** What FTS5 would cut a text at, and capitals that it takes for small letters. */
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u0020\u007fA-Z]/;
// oxlint-disable-next-line no-control-regex
const spaces = /[\u0000-\u0020\u007f]/g;
