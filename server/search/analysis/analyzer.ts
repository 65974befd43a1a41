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
  /** Only the form typed counts (`ИИ`, numbers, technical words with signs). */
  readonly exact: boolean;
  /** More than one entry when the word is ambiguous; `lemma` is what a person would call the word. */
  readonly readings: readonly {
    readonly lemma: string;
    readonly keys: readonly string[];
    readonly taken: boolean;
  }[];
}
