import type { Instant } from "../../scraper/post.ts";
import { nothingYet, type RunCounts } from "../archive/run.ts";

/** One run of one channel, as pages and API show it. */
export interface Run {
  readonly id: string;
  readonly channel: string;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
  readonly counts: RunCounts;
  /** Why it ended early: the error's class and its sentence. */
  readonly error?: { readonly class: string; readonly message: string };
}

/** What a run needs from outside: does the work, tells its counts as they grow. */
export type RunChannel = (
  channel: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (counts: RunCounts) => void },
) => Promise<RunCounts>;

const keptRuns = 200;
const waitingRuns = 1000;

/** Runs of this process, newest first: one at a time for each channel, all behind the one gate of their host. */
export class Runs implements AsyncDisposable {
  readonly #runs = new Map<string, Run>();
  readonly #active = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #runChannel: RunChannel;
  readonly #now: () => Date;

  constructor(runChannel: RunChannel, options: { readonly now: () => Date }) {
    this.#runChannel = runChannel;
    this.#now = options.now;
  }

  list(): readonly Run[] {
    return [...this.#runs.values()].toReversed();
  }

  get(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** Starts a run and returns at once; a channel that is being read already gets that run. */
  start(channel: string): Run {
    const same = this.list().find(
      (run) => isOpen(run) && run.channel.toLowerCase() === channel.toLowerCase(),
    );
    if (same) return same;
    if (this.#active.size >= waitingRuns)
      throw new Error(`${waitingRuns} runs are under way already.`);
    const run: Run = {
      id: crypto.randomUUID(),
      channel,
      state: "running",
      startedAt: this.#instant(),
      counts: nothingYet,
    };
    this.#keep(run);
    this.#active.set(run.id, this.#work(run));
    return run;
  }

  /** Stops every run after the page in hand; what was read is kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#active.values());
  }

  async #work(run: Run): Promise<void> {
    let counts = run.counts;
    const onProgress = (now: RunCounts): void => {
      counts = now;
      this.#keep({ ...run, counts });
    };
    try {
      counts = await this.#runChannel(run.channel, { signal: this.#stop.signal, onProgress });
      this.#keep({ ...run, state: "done", counts, finishedAt: this.#instant() });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const state = this.#stop.signal.aborted ? "stopped" : "failed";
      this.#keep({
        ...run,
        state,
        counts,
        finishedAt: this.#instant(),
        error: { class: name, message },
      });
    } finally {
      this.#active.delete(run.id);
    }
  }

  #keep(run: Run): void {
    this.#runs.set(run.id, run);
    for (const [id, old] of this.#runs) {
      if (this.#runs.size <= keptRuns) break;
      if (!isOpen(old)) this.#runs.delete(id);
    }
  }

  #instant(): Instant {
    return this.#now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
  }
}

const isOpen = (run: Run): boolean => run.state === "running";
