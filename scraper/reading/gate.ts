import type { Clock } from "../clock.ts";
import { abortable, systemClock } from "../clock.ts";
import { Throttled } from "../errors.ts";
import { reason } from "../reasons.ts";

export interface GateOptions {
  /** Requests a second; the ceiling, never exceeded. */
  readonly rate?: number;
  /** Requests under way at once; the ceiling. */
  readonly concurrency?: number;
  readonly clock?: Clock;
}

/**
 * One host's door, shared by everything in the process that asks this host. It lets visits start in order, no faster than
 * the rate and no more at once than the concurrency. Being told to slow down makes everybody wait and lowers the
 * rate by 0.7; each good answer raises it a little, up to the setting.
 */
export class Gate {
  readonly concurrency: number;
  readonly #ceiling: number;
  readonly #clock: Clock;
  #rate: number;
  #underWay = 0;
  #lastStart = -Infinity;
  /** Requests that visits made beyond their own: the next start waits for them too. */
  #owed = 0;
  #pausedUntil = -Infinity;
  #loweredAt = -Infinity;
  #queue: Promise<void> = Promise.resolve();
  #placeFree: (() => void) | undefined;

  constructor({ rate = 2, concurrency = 4, clock = systemClock }: GateOptions = {}) {
    this.concurrency = concurrency;
    this.#ceiling = rate;
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Requests a second at this moment. */
  get rate(): number {
    return this.#rate;
  }

  /**
   * Runs `visit` when its turn comes.
   * @throws Throttled when the host asked for a longer pause than is worth waiting; the signal's reason when aborted.
   */
  async pass<T>(visit: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await visit();
    } finally {
      this.#underWay -= 1;
      this.#placeFree?.();
    }
  }

  /** A visit made another request (it followed a redirect): the next one starts that much later. */
  charge(): void {
    this.#owed += 1;
  }

  /** An answer came as it should: go a little faster, up to the setting. */
  wentWell(): void {
    this.#rate = Math.min(this.#ceiling, this.#rate + this.#ceiling * RISE);
  }

  /** The host asked for a pause. Visits that began before the last such request lower the rate only once. */
  slowDown(pauseMs: number, beganAt: number): void {
    const now = this.#clock.now();
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    if (beganAt <= this.#loweredAt) return;
    this.#rate = Math.max(this.#ceiling * LOWEST_SHARE, this.#rate * FALL);
    this.#loweredAt = now;
  }

  /** Whether whoever comes so much later is turned away: the host asked for a longer pause than is worth waiting. */
  turnsAway(laterMs = 0): boolean {
    return this.#pauseLeft() - laterMs > LONGEST_PAUSE_MS;
  }

  #pauseLeft(): number {
    return this.#pausedUntil - this.#clock.now();
  }

  /** Waits in line, then for a place, then for the moment. Only the first in line runs a timer. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const before = this.#queue;
    const mine = Promise.withResolvers<void>();
    this.#queue = mine.promise;
    try {
      await abortable(before, signal);
      while (this.#underWay >= this.concurrency) await abortable(this.#freedPlace(), signal);
      for (let wait = this.#wait(); wait > 0; wait = this.#wait())
        await this.#clock.sleep(wait, signal);
      signal?.throwIfAborted();
      this.#underWay += 1;
      this.#lastStart = this.#startedAt();
      this.#owed = 0;
    } finally {
      void before.then(mine.resolve);
    }
  }

  /** When this visit counts as started: a timer that woke late does not cost the next one its time. */
  #startedAt(): number {
    const now = this.#clock.now();
    const due = this.#lastStart + this.#interval();
    return due < now && now - due < TIMER_SLACK_MS ? due : now;
  }

  #wait(): number {
    const now = this.#clock.now();
    if (this.turnsAway())
      throw new Throttled([
        reason("pause-asked", { until: new Date(this.#pausedUntil).toISOString() }),
      ]);
    // A clock that was set back must not stop the line for longer than one interval.
    this.#lastStart = Math.min(this.#lastStart, now);
    return Math.max(this.#pauseLeft(), this.#lastStart + this.#interval() - now);
  }

  /** Milliseconds from the last start to the next. */
  #interval(): number {
    return ((1 + this.#owed) * 1000) / this.#rate;
  }

  #freedPlace(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#placeFree = resolve;
    return promise;
  }
}

const FALL = 0.7;
const RISE = 0.01;
const LOWEST_SHARE = 0.05;
/** How late a timer may wake and be forgiven. */
const TIMER_SLACK_MS = 5;
const LONGEST_PAUSE_MS = 5 * 60_000;
