import { hash } from "node:crypto";
import type { Analyzer, Token } from "../../analysis/analyzer.ts";

/*
 * What a post is in the index. FTS5 holds one token a place, so a word is two tokens in two columns: its form (`=`)
 * in `form`, and all its keys joined as one class (`~`) in `class`, at the same place. A technical word covers the
 * places of its parts (`f1-score`): it is in the column `joined`, form and class in turn, and which places it takes
 * is kept beside. The leading sign keeps the name spaces apart, so a term needs no column filter.
 */

/** Stands between two texts of a post: no phrase goes across. */
export const textBorder = ".";
/** Between the keys of a class; no key holds a space. */
const keySeparator = "\u00a0";
/** The columns of the full-text table, in order. */
export const columnNames = ["form", "class", "joined"] as const;
const longestTerm = 200;
/** Of a longer address what follows is only a hash. */
const longestAddress = 100;

/** The term of a word as written. */
export function formTerm(form: string): string {
  return `=${clean(form)}`;
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

/** A term for an FTS5 expression. The only way text gets into one. */
export function quoted(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}

export interface IndexedText {
  /** In the order of `columnNames`. */
  readonly columns: readonly [string, string, string];
  /** The first place of each technical word and how many it takes. */
  readonly stretches: readonly number[];
  /** Classes of more than one key. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
  readonly forms: ReadonlySet<string>;
}

/** The columns of one post: its texts, and the addresses it is found by. */
export function indexedText(
  analyzer: Analyzer,
  { texts, addresses }: { readonly texts: readonly string[]; readonly addresses: Iterable<string> },
): IndexedText {
  const columns: [string[], string[], string[]] = [[], [], []];
  const [forms, classes, joined] = columns;
  const stretches: number[] = [];
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
      forms.push(formTerm(token.form));
      classes.push(classOf(token));
    }
    for (const token of covering) {
      joined.push(formTerm(token.form), classOf(token));
      stretches.push(begin + token.position, placesTaken(token, places));
    }
  }
  for (const address of addresses) joined.push(addressTerm(address));
  return {
    columns: [forms.join(" "), classes.join(" "), joined.join(" ")],
    stretches,
    ambiguous,
    forms: seen,
  };
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
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return clean(`${text.slice(0, i)}_${text.slice(i + 1)}`);
  }
  return text.length > longestTerm ? text.slice(0, longestTerm) : text;
}
