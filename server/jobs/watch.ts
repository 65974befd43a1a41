import { setTimeout as sleep } from "node:timers/promises";
import type { Alert } from "../archive/outgoing/alerts.ts";
import type { Archive } from "../archive/archive.ts";
import type { Searcher } from "../search/port.ts";
import { findingsIn, sentenceOf } from "./alerts.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { whoHears } from "./targets/target-choice.ts";

/** Where alerts are sent. */
export interface AlertTarget {
  readonly url: string;
  readonly secret: string;
}

export interface WatchParts {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly now: () => Date;
  readonly target?: AlertTarget | undefined;
  /** What the disk of a file has left. */
  readonly disk?: (file: string) => Promise<Snapshot["disk"]>;
}

const lookEveryMs = 60_000;

/** One look at how the server fares: raises and clears alerts, and has them sent. Tells which changed. */
export async function watchOnce({ target, ...parts }: WatchParts): Promise<readonly Alert[]> {
  const snapshot = await takeSnapshot(parts);
  const targets = whoHears(await parts.archive.targets.list(), "alerts");
  const tell = target && {
    tell: (alert: Alert) => ({ ...target, source: "alerts", ...messageOf(alert) }),
  };
  return parts.archive.alerts.judge({
    at: snapshot.at,
    ...findingsIn(snapshot),
    ...tell,
    tellTargets: (alert) => ({ targets, ...messageOf(alert) }),
  });
}

const messageOf = (alert: Alert) => ({
  event: alert.clearedAt === undefined ? "alert.raised" : "alert.cleared",
  body: { ...alert, sentence: sentenceOf(alert) },
});

/** Looks once a minute until the signal; never rejects. Any number of processes may watch one archive. */
export async function keepWatching({
  signal,
  onAlert,
  onError,
  wait = async (ms) => sleep(ms, undefined, { signal }),
  ...parts
}: WatchParts & {
  readonly signal: AbortSignal;
  readonly onAlert: (alert: Alert) => void;
  readonly onError: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
}): Promise<void> {
  while (!signal.aborted) {
    try {
      for (const alert of await watchOnce(parts)) onAlert(alert);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    try {
      await wait(lookEveryMs);
    } catch {
      return;
    }
  }
}
