import type { Clock } from "../../scraper/clock.ts";
import type { Archive } from "../archive/archive.ts";
import type { Run } from "../archive/runs/run.ts";
import type { Schedule } from "../archive/runs/schedules.ts";
import { paceOf } from "./cadence.ts";
import { dueTimes } from "./due-times.ts";
import { type RunChannel, type Worked, workOnRun } from "./work-on-run.ts";

/** How soon a schedule or run that another process made is noticed. */
const lookEveryMs = 1_000;
const pruneEveryMs = 3_600_000;
const schedulesAtOnce = 100;
const defaultRunsAtOnce = 8;

export interface SchedulerOptions {
  readonly archive: Archive;
  readonly runChannel: RunChannel;
  /** The archive's clock too. */
  readonly clock: Clock;
  /** Who this process is, in the ledger. */
  readonly holder: string;
  /** Channels read side by side; all behind the one gate of their host. */
  readonly runsAtOnce?: number;
  /** Told of each run that left this process. */
  readonly onEnd?: (worked: Worked) => void;
  /** Told of what hindered the ledger: the run or the look is tried again. */
  readonly onHindered?: (error: unknown) => void;
}

/**
 * Makes runs of what is due and works on what waits, side by side with any number of other processes on the same archive.
 * When disposed, runs in hand are released to whoever comes next; what they read is kept.
 */
export class Scheduler implements AsyncDisposable {
  readonly #options: SchedulerOptions;
  readonly #runsAtOnce: number;
  readonly #stop = new AbortController();
  readonly #active = new Set<Promise<void>>();
  #looking: Promise<unknown> = Promise.resolve();
  #nap = new AbortController();
  #pruneAt = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#runsAtOnce = options.runsAtOnce ?? defaultRunsAtOnce;
  }

  /** Looks each second, and at once when woken, until the signal. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, onHindered } = this.#options;
    signal.addEventListener("abort", () => this.wake(), { once: true });
    while (!signal.aborted) {
      this.#nap = new AbortController();
      try {
        await this.look();
        await this.#prune();
      } catch (error) {
        onHindered?.(error);
      }
      if (!signal.aborted) await clock.sleep(lookEveryMs, this.#nap.signal).catch(() => {});
    }
  }

  /** There may be something to do. */
  wake(): void {
    this.#nap.abort();
  }

  /** Asks for a run of a channel and returns at once; one that is open already is given instead. */
  async ask(channel: string): Promise<Run> {
    const run = await this.#options.archive.runs.start({ channel, cause: "asked" });
    this.wake();
    return run;
  }

  /** Writes what is due into the ledger and takes up what waits, as far as there is room. How many runs were begun. */
  async look(): Promise<number> {
    const looked = this.#looking.then(async () => this.#lookNow());
    this.#looking = looked.catch(() => {});
    return looked;
  }

  /** Runs all that is due or waits by now, and returns when that has ended. */
  async drain(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const begun = await this.look();
      if (begun === 0 && this.#active.size === 0) return;
      if (this.#active.size > 0) await Promise.race(this.#active);
    }
  }

  /** When no run is in hand here. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
  }

  /** Releases the runs in hand, after the page in hand. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new DOMException("The server stops.", "AbortError"));
    await this.#looking;
    await this.idle();
  }

  async #lookNow(): Promise<number> {
    if (this.#stop.signal.aborted) return 0;
    const { archive, holder } = this.#options;
    for (const schedule of await archive.schedules.due(schedulesAtOnce))
      await this.#writeDue(schedule);
    const limit = this.#runsAtOnce - this.#active.size;
    const claimed = await archive.runs.claim({ holder, limit });
    for (const each of claimed) this.#begin(each);
    return claimed.length;
  }

  async #writeDue(schedule: Schedule): Promise<void> {
    const { archive, clock } = this.#options;
    const interval = await paceOf(archive, schedule);
    const { times, next } = dueTimes(schedule, new Date(clock.now()), interval);
    await archive.runs.due(schedule, times, next);
  }

  #begin(claimed: Parameters<typeof workOnRun>[1]): void {
    const { onEnd, onHindered } = this.#options;
    const working = workOnRun(this.#options, claimed, this.#stop.signal)
      .then(onEnd, onHindered)
      .finally(() => {
        this.#active.delete(working);
        this.wake();
      });
    this.#active.add(working);
  }

  async #prune(): Promise<void> {
    const { archive, clock } = this.#options;
    if (clock.now() < this.#pruneAt) return;
    this.#pruneAt = clock.now() + pruneEveryMs;
    await archive.runs.prune();
  }
}
