import type { Clock } from "../../scraper/clock.ts";
import { Explained } from "../../scraper/errors.ts";
import { reason, type Reasons } from "../../scraper/reasons.ts";
import type { Archive } from "../archive/archive.ts";
import { LeaseLost, Stopped } from "../archive/errors.ts";
import type { RunCode } from "../archive/reasons.ts";
import type { Lease, Run, RunCounts, RunError, RunTrouble, SaidLine } from "../archive/runs/run.ts";
import { instant } from "../../scraper/instant.ts";
import { type OnTrouble, sayTrouble } from "./trouble.ts";

/** How often a holder says that it is alive, and hears whether it should stop. */
const renewEveryMs = 2_000;
/** Lines that wait to be written to the run's log. */
const mostUnsaid = 1_000;
/** Tries in vain that a run's log tells of; all of them are counted. */
const mostTroublesSaid = 200;

/** Reads one channel; what `archiveChannel` does. */
export type RunChannel = (
  channel: string,
  options: {
    readonly signal: AbortSignal;
    readonly run: { readonly lease: Lease; readonly done: RunCounts };
    readonly onProgress: (counts: RunCounts) => void;
    readonly onWarning: (sentence: string) => void;
    readonly onTrouble: OnTrouble;
  },
) => Promise<RunCounts>;

/** How a run left this process. */
export interface Worked {
  readonly run: Run;
  /** `released`: another process goes on with it. `lost`: another process has it already. */
  readonly state: "done" | "failed" | "stopped" | "released" | "lost";
  readonly counts: RunCounts;
  readonly error?: unknown;
}

/**
 * Works on a run that is ours: keeps its lease, listens for a request to stop, and writes its end into the ledger. When
 * `signal` stops the process, the run is released to the next one, or ended as stopped where only this process can do it.
 * @throws what hinders the ledger itself (DiskFull, ArchiveBusy): the lease then lapses, and the run is taken up again
 */
export async function workOnRun(
  parts: { readonly archive: Archive; readonly clock: Clock; readonly runChannel: RunChannel },
  { run, lease }: { readonly run: Run; readonly lease: Lease },
  signal: AbortSignal,
): Promise<Worked> {
  const { archive, clock, runChannel } = parts;
  const { runs } = archive;
  const stop = new AbortController();
  const over = new AbortController();
  let counts = run.counts;
  let isAskedToStop = false;
  let unsaid: SaidLine[] = [];
  let trouble: RunTrouble | undefined;
  let troublesSaid = 0;

  const say = (sentence: string): void => {
    if (unsaid.length < mostUnsaid)
      unsaid.push({ at: instant(new Date(clock.now())), text: sentence });
  };
  const speak = async (): Promise<void> => {
    const said = unsaid;
    unsaid = [];
    if (said.length > 0) await runs.say(run.id, ...said);
  };
  const beat = async (): Promise<void> => {
    try {
      const told = await runs.renew(lease, counts, trouble);
      await speak();
      if (!told.stop) return;
      isAskedToStop = true;
      stop.abort(new DOMException("Stopped on request.", "AbortError"));
    } catch (error) {
      // What hinders the archive for now may pass before the lease does.
      if (error instanceof LeaseLost) stop.abort(error);
    }
  };
  const beating = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await clock.sleep(renewEveryMs, over.signal).catch(() => {});
      if (!over.signal.aborted) await beat();
    }
  };
  const end = async (): Promise<Worked> => {
    try {
      counts = await runChannel(run.channel, {
        signal: AbortSignal.any([signal, stop.signal]),
        run: { lease, done: counts },
        onProgress: (now) => {
          counts = now;
        },
        onWarning: say,
        onTrouble: (now) => {
          trouble = now;
          if (!now || troublesSaid >= mostTroublesSaid) return;
          troublesSaid += 1;
          say(sayTrouble(now, clock.now()));
        },
      });
      await runs.finish(lease, { state: "done", counts });
      return { run, state: "done", counts };
    } catch (error) {
      if (error instanceof LeaseLost) return { run, state: "lost", counts, error };
      if (isAskedToStop) return await ended("stopped", new Stopped());
      if (signal.aborted && run.cause !== "command") {
        await speak();
        await runs.release(lease, counts);
        return { run, state: "released", counts, error };
      }
      return await ended(signal.aborted ? "stopped" : "failed", error);
    }
  };
  const ended = async (state: "stopped" | "failed", error: unknown): Promise<Worked> => {
    await runs.finish(lease, { state, counts, error: runError(error) });
    return { run, state, counts, error };
  };

  const beats = beating();
  try {
    return await end();
  } finally {
    over.abort();
    await beats;
    await speak();
  }
}

/** An error as the ledger keeps it. */
function runError(error: unknown): RunError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const reasons = error instanceof Explained ? (error.reasons as Reasons<RunCode>) : undefined;
  const told = name === "AbortError" ? ([reason("interrupted")] as const) : reasons;
  return { class: name, message, ...(told && { reasons: told }) };
}
