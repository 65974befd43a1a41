/** One word of a dictionary that a text's word may be a form of. */
export interface Reading {
  readonly language: "ru" | "uk" | "en";
  /** Names the lexeme in the index. */
  readonly key: string;
  /** Its dictionary form, for people. */
  readonly lemma: string;
  /** The word itself is the dictionary form. */
  readonly isLemma: boolean;
  /** A person's, place's or firm's name. */
  readonly isName?: boolean;
  /** Neither a name nor an abbreviation, which stand in capitals by themselves. */
  readonly isPlain: boolean;
  /** A dictionary form in the plural, of a noun that has no singular: `часы`, `боты`. */
  readonly isPluralOnly?: boolean;
  /** As the plural, nominative, of a noun: `час`, `бот`. */
  readonly isPlural?: boolean;
  /** Only as a form long out of use, as «суть» is of «быть». */
  readonly isArchaic?: boolean;
  /** P(this lexeme | the word) in running text; unknown for words too rare to count. */
  readonly odds: number | undefined;
}
