/** Sentences for the operator: equal ones are one, with how often they were said. Holds 1,000; what comes after is counted. */
export class Tally {
  readonly #times = new Map<string, number>();
  #others = 0;

  add(...sentences: readonly string[]): void {
    for (const sentence of sentences) {
      const times = this.#times.get(sentence);
      if (times === undefined && this.#times.size >= mostSentences) this.#others += 1;
      else this.#times.set(sentence, (times ?? 0) + 1);
    }
  }

  /** In the order in which they were first said. */
  lines(): readonly string[] {
    const lines = [...this.#times].map(([sentence, times]) =>
      times === 1 ? sentence : `${sentence} (${times} times)`,
    );
    return this.#others === 0 ? lines : [...lines, `${this.#others} more warnings.`];
  }
}

const mostSentences = 1_000;
