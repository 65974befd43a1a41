import type { Analyzer } from "./analysis/analyzer.ts";
import { formOf, usualLetters } from "./analysis/letters.ts";

/*
 * What makes a hit better than its words alone would: so much more of their score each.
 */

/** All words in the forms typed. */
export const asTyped = 0.3;
/** Two words of the query that follow each other, in the text too. */
export const sideBySide = 0.6;
/** Or with no more others between, in any order. */
export const near = 0.4;
export const fewBetween = 4;
/** A name typed with its capital, and written so. */
export const asName = 4;
/** What an occurrence counts for, and one on the first line besides. */
export const anOccurrence = 2;
export const onFirstLine = 2;
/** No more words than this are of the first line. */
const longestFirstLine = 12;

/** How many of a post's first words are its first line: they end with a line or a sentence, but not with an abbreviation. */
export function firstLineWords(text: string, words: readonly { readonly start: number }[]): number {
  const end = /\n|(?<=\p{L}{3}[.!?…]+["»”)]*)\s/u.exec(text)?.index ?? text.length;
  const after = words.findIndex(({ start }) => start >= end);
  return Math.min(after === -1 ? words.length : after, longestFirstLine);
}

/** Of a query's words in their order, those typed as names, as written: a capital that only begins several words says nothing. */
export function namesAmong(words: readonly string[], analyzer: Analyzer): readonly string[] {
  const written = words.map((word) => analyzer.query(word).written);
  const names = written.filter(beginsWithCapital);
  return words.length > 1 && names.length === 1 && names[0] === written[0] ? [] : names;
}

/** Whether a word, as `Token.written`, begins with a capital and goes on without. */
export function beginsWithCapital(written: string): boolean {
  return written === usualLetters(formOf(written))[0];
}
