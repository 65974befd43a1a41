import type { Analyzer, Token } from "../analysis/analyzer.ts";

/*
 * What a post is in the index. FTS5 holds one token a place, so a word is two tokens in two columns: its form (`=`)
 * in `form`, and all its keys joined as one class (`~`) in `class`, at the same place. Technical words that cover
 * several places (`f1-score`) are in the column `whole`, forms and classes, in no order. The leading sign keeps
 * the name spaces apart, so a term needs no column filter.
 */

/** Stands between two texts of a post: no phrase goes across. */
export const textBorder = ".";
/** Between the keys of a class; no key holds a space. */
const keySeparator = "\u00a0";
/** The columns of the full-text table, in order. */
export const columnNames = ["form", "class", "whole"] as const;
const longestTerm = 200;

/** The term of a word as written. */
export function formTerm(form: string): string {
  return `=${clean(form)}`;
}

/** The term of a class of words: all keys of one token. */
export function classTerm(keys: readonly string[]): string {
  if (keys.length === 1) return `~${clean(keys[0]!)}`;
  return `~${keys.map(clean).toSorted().join(keySeparator)}`;
}

/** A term for an FTS5 expression. The only way text gets into one. */
export function quoted(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}

export interface IndexedText {
  /** In the order of `columnNames`. */
  readonly columns: readonly [string, string, string];
  /** Classes of more than one key. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
  readonly forms: ReadonlySet<string>;
}

/** The columns of one post. */
export function indexedText(analyzer: Analyzer, texts: readonly string[]): IndexedText {
  const columns: [string[], string[], string[]] = [[], [], []];
  const [forms, classes, wholes] = columns;
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
    const { places, covering } = placesOf(analyzer.tokens(text));
    for (const token of places) {
      forms.push(formTerm(token.form));
      classes.push(classOf(token));
    }
    for (const token of covering) wholes.push(formTerm(token.form), classOf(token));
  }
  return {
    columns: [forms.join(" "), classes.join(" "), wholes.join(" ")],
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

function clean(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return clean(`${text.slice(0, i)}_${text.slice(i + 1)}`);
  }
  return text.length > longestTerm ? text.slice(0, longestTerm) : text;
}
