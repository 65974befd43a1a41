import { setTimeout as sleep } from "node:timers/promises";
import type { Archive } from "../../archive/archive.ts";
import type { Target } from "../../archive/outgoing/targets.ts";
import type { PostChange } from "../../archive/posts/read-changes.ts";
import { toldText } from "../match-saved.ts";

const changesAtOnce = 20;
const stepsAtOnce = 50;
const lookEveryMs = 1_000;

/** Queues what was seen to happen to posts since each target that hears of changes was last told. */
export async function tellChanges(
  archive: Archive,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const newest = await archive.lastChange({});
  for (const target of await archive.targets.list())
    for (let steps = 0; steps < stepsAtOnce; steps++) {
      signal?.throwIfAborted();
      const now = await archive.targets.get(target.id);
      if (!now || now.changesNo >= newest) break;
      if (!(await tellSome(archive, now, newest))) break;
    }
}

/** The next few changes; `false` when another process was faster. */
async function tellSome(archive: Archive, target: Target, newest: number): Promise<boolean> {
  const channels = target.hears.flatMap((one) =>
    one.startsWith("changes:") ? [one.slice("changes:".length)] : [],
  );
  const hearsAll = target.hears.includes("changes");
  if (target.pausedAt !== undefined || (!hearsAll && channels.length === 0))
    return archive.targets.tellChanges(target, { through: newest, messages: [] });
  const through = Math.min(newest, target.changesNo + changesAtOnce);
  const changes = await archive.postChanges(
    { afterNo: target.changesNo, upToNo: through, ...(!hearsAll && { channels }) },
    { offset: 0, limit: changesAtOnce },
  );
  const told = changes.toSorted((one, other) => one.no - other.no).map(toldOf);
  const messages = told.length === 0 ? [] : [{ event: "posts.changed", body: { changes: told } }];
  return archive.targets.tellChanges(target, { through, messages });
}

/** What a message says of a change: which post, what happened, and what it says now or said last. */
function toldOf({ kind, at, channel, id, before, after }: PostChange) {
  const { url = "", text = "" } = after ?? before ?? {};
  return {
    kind,
    at,
    channel,
    id,
    url,
    ...toldText(text),
  };
}

/** Looks once a second until the signal; never rejects. */
export async function keepTellingChanges(
  archive: Archive,
  {
    signal,
    onError,
    wait = async (ms) => sleep(ms, undefined, { signal }),
  }: {
    readonly signal: AbortSignal;
    readonly onError: (error: unknown) => void;
    readonly wait?: (ms: number) => Promise<unknown>;
  },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await tellChanges(archive, { signal });
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
