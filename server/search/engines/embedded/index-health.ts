import { setTimeout as sleep } from "node:timers/promises";
import type { IndexStatus } from "../../port.ts";
import type { PagesFound } from "./check-pages.ts";

export interface HealthOptions {
  /** Looks at every page. */
  readonly check: (options: { readonly signal: AbortSignal }) => Promise<PagesFound>;
}

type Named = Pick<IndexStatus, "birth">;

/** What is known of the soundness of one index: nothing, until all of it was looked at. */
export class IndexHealth implements Disposable {
  readonly #check: HealthOptions["check"];
  readonly #closing = new AbortController();
  #soundBirth: string | undefined;
  #damage: { readonly birth: string | undefined; readonly why: string } | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor({ check }: HealthOptions) {
    this.#check = check;
  }

  /** `undefined` while an index of this birth was not looked at yet. */
  of({ birth }: Named): "sound" | { readonly why: string } | undefined {
    if (this.#damage !== undefined && this.#damage.birth === birth) return this.#damage;
    return this.#soundBirth === birth ? "sound" : undefined;
  }

  /** Looks at all of the index as it is from now on; those who ask while one look is under way share the next. */
  async look(): Promise<void> {
    if (this.#running === undefined) return (this.#running = this.#begin());
    this.#next ??= this.#running
      .catch(() => {})
      .then(async () => {
        this.#next = undefined;
        return (this.#running = this.#begin());
      });
    return this.#next;
  }

  /** The look that is under way, or one begun now. */
  async underWay(): Promise<void> {
    return this.#running ?? this.look();
  }

  /** Looks again and again, so often that damage is noticed within a minute, until it is closed. */
  async keepLooking(everyMs: number): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const began = performance.now();
      // What could not be read now is tried again; a search says what is wrong with it.
      await this.look().catch(() => {});
      const took = performance.now() - began;
      const left = Math.max(leastPauseMs, everyMs - took);
      await sleep(left, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Whoever read the index of this birth found it damaged. */
  condemn({ birth }: Named, why: string): void {
    this.#damage = { birth, why };
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #begin(): Promise<void> {
    try {
      const found = await this.#check({ signal: this.#closing.signal });
      this.#soundBirth = found.kind === "sound" ? found.birth : undefined;
      if (found.kind === "damaged") this.#damage = { birth: found.birth, why: found.why };
    } finally {
      this.#running = undefined;
    }
  }
}

/** So that a look that takes long does not fill all of the time. */
const leastPauseMs = 50;
