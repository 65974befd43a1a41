import { setTimeout as sleep } from "node:timers/promises";
import type { RelayFor } from "../../scraper/reading/proxy-relay.ts";
import type { Archive } from "../archive/archive.ts";
import type { Stamp } from "../archive/evidence/stamps.ts";

export interface StampParts {
  readonly archive: Archive;
  /** The address of a time stamp authority. */
  readonly authority: string;
  readonly relayFor?: RelayFor;
  readonly signal?: AbortSignal;
}

/** Has the newest entry of the journal stamped, and keeps that with the archive; what is stamped already is not asked for again. @throws Unreachable */
export async function stampHead({ archive, authority, ...asked }: StampParts): Promise<Stamp> {
  const { archiveId } = await archive.state();
  const { entry, hash } = await archive.journal();
  const known = (await archive.stamps.of(archiveId)).find(
    (one) => one.entry === entry && one.authority === authority,
  );
  if (known) return known;
  // The libraries are loaded when the first stamp is asked for.
  const { timeStamp } = await import("./time-stamp.ts");
  const told = await timeStamp(Buffer.from(hash, "hex"), { authority, ...asked });
  const stamp = { archiveId, entry, hash, authority, ...told };
  await archive.stamps.keep([stamp]);
  return stamp;
}

/** Whether a stamp is due: a day after the last, if anything was told since, and as soon as a result was cited. */
export async function isStampDue(archive: Archive): Promise<boolean> {
  const newest = await archive.stamps.newest();
  const { entry } = await archive.journal();
  if (!newest) return true;
  if (entry <= newest.entry) return false;
  const dueAt = Date.parse(newest.at) + dayMs;
  return archive.now().getTime() >= dueAt || (await archive.stamps.isCitedSince(newest.entry));
}

/** Sees to stamps until the signal. An error is reported; the next try is an hour later. */
export async function keepStamped({
  onStamp,
  onError,
  wait = async (ms) => sleep(ms, undefined, { signal: parts.signal }),
  ...parts
}: StampParts & {
  readonly signal: AbortSignal;
  readonly onStamp: (stamp: Stamp) => void;
  readonly onError: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
}): Promise<void> {
  while (!parts.signal.aborted) {
    let waitMs = lookEveryMs;
    try {
      if (await isStampDue(parts.archive)) onStamp(await stampHead(parts));
    } catch (error) {
      if (!parts.signal.aborted) onError(error);
      waitMs = afterFailureMs;
    }
    try {
      await wait(waitMs);
    } catch {
      return;
    }
  }
}
const dayMs = 86_400_000;
const lookEveryMs = 60_000;
const afterFailureMs = 3_600_000;
