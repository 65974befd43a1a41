import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../scraper/clock.ts";

/** Time that passes only when it is told to, and then as fast as what sleeps in it can work. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #sleepers: Sleeper[] = [];
  #timers = timers();

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  readonly date = (): Date => new Date(this.#now);

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper: Sleeper = { at: this.#now + ms, order: this.#order++, wake: resolve };
    this.#sleepers.push(sleeper);
    const abort = (): void => {
      this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Sets the clock without letting time pass: what sleeps wakes late, or sleeps on. */
  set(to: string): void {
    this.#now = Date.parse(to);
  }

  /** Lets time pass up to a moment; whoever sleeps wakes in order, and works before the next one wakes. */
  async passTo(until: number): Promise<void> {
    for (;;) {
      await this.settled();
      const next = this.#next();
      if (!next || next.at > until) break;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = Math.max(this.#now, until);
    await this.settled();
  }

  async pass(ms: number): Promise<void> {
    await this.passTo(this.#now + ms);
  }

  /** Lets time pass while something is under way. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { over: false };
    const watched = work.finally(() => {
      state.over = true;
    });
    watched.catch(() => {});
    for (;;) {
      await this.settled();
      if (state.over) return watched;
      const next = this.#next();
      if (!next) throw new Error("Nothing sleeps, and the work does not end.");
      await this.passTo(next.at);
    }
  }

  /** When all that can be done at this moment is done: a machine timer (one archive waiting for another) counts as doing. */
  async settled(): Promise<void> {
    const patience = performance.now() + longestMachineWaitMs;
    await turn();
    while (timers() > this.#timers) {
      await pause(1);
      if (performance.now() > patience) this.#timers = timers();
    }
  }

  #next(): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const one of this.#sleepers)
      if (!next || one.at < next.at || (one.at === next.at && one.order < next.order)) next = one;
    return next;
  }
}

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Timers that are not ours (the test runner's) may come and go; none of ours runs longer. */
const longestMachineWaitMs = 200;

const timers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** One machine's view of a clock: while it is frozen nothing on it wakes, as on a suspended or dead one. */
export class Machine implements Clock {
  readonly #clock: Clock;
  #frozen: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal);
    await this.#frozen?.promise;
  }

  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = undefined;
  }
}
