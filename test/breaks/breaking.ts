/** One line of the program made wrong on purpose, and the tests that must notice. */
export interface Breaking {
  /** What the program then does wrong, as a sentence. */
  readonly wrong: string;
  /** The text that is changed: it stands once in all of the source, wherever the file is. */
  readonly text: string;
  readonly becomes: string;
  /** Test files, of which at least one test must fail. */
  readonly tests: readonly string[];
}
