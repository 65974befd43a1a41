import type { Clock } from "../../scraper/clock.ts";

/** All places are taken, and no more may wait for one. */
export class NoPlace extends Error {
  override name = "NoPlace";
}

/** So many of a thing at once; a few more wait their turn, for a while. */
export class Places {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waitMs: number;
  readonly #sleep: Clock["sleep"];
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: {
    readonly most: number;
    readonly mostWaiting: number;
    readonly waitMs: number;
    readonly sleep: Clock["sleep"];
  }) {
    this.#most = options.most;
    this.#mostWaiting = options.mostWaiting;
    this.#waitMs = options.waitMs;
    this.#sleep = options.sleep;
  }

  /** Takes a place, first come first served; what it gives lets go of it, however often called. @throws NoPlace */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.#taken < this.#most) this.#taken += 1;
    else await this.#turn(signal);
    let isHeld = true;
    return () => {
      if (isHeld) this.#free();
      isHeld = false;
    };
  }

  /** Whoever has waited longest gets the place as it is. */
  #free(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken -= 1;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) throw new NoPlace();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const came = new AbortController();
    const patience = this.#sleep(this.#waitMs, AbortSignal.any([signal, came.signal]));
    await Promise.race([promise, patience.catch(() => {})]);
    came.abort();
    const at = this.#waiting.indexOf(resolve);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    throw new NoPlace();
  }
}
