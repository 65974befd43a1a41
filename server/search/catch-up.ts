import { setTimeout as sleep } from "node:timers/promises";
import type { Instant, Post } from "../../scraper/post.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchiveChanges, ArchiveState } from "../archive/posts/archived-post.ts";
import type { IndexChange, SetAside } from "./document.ts";
import { EngineAway, whyAway } from "./port.ts";
import type { AnyEngine, IndexStatus, SearchEngine, SearchRequest } from "./port.ts";

/** A batch holds no more posts, and about no more characters, than this; one post may be longer. */
const usualBatch = { posts: 2_000, characters: 1_000_000 };
const lookEveryMs = 1_000;
const longestWaitMs = 60_000;
const compareEveryMs = 3_600_000;

export interface CatchUpParts {
  readonly archive: Pick<
    Archive,
    "state" | "changesAfter" | "earlierVersions" | "lastChanges" | "channels" | "posts"
  >;
  readonly engine: AnyEngine;
}

export interface CatchUpOptions {
  readonly signal?: AbortSignal;
  /** Called after each batch with the number of posts done so far. */
  readonly onProgress?: (posts: number) => void;
}

export interface CaughtUp {
  /** Posts written. */
  readonly posts: number;
  readonly setAside: readonly SetAside[];
}

/**
 * Brings the index to where the archive stands now, batch by batch; only what the engine confirmed counts as done.
 * An index that is missing, foreign, outdated, damaged or ahead of its archive is built anew beside itself.
 */
export async function catchUp(parts: CatchUpParts & CatchUpOptions): Promise<CaughtUp> {
  const { archive, engine } = parts;
  if (engine.parts !== undefined)
    return eachOf(engine.parts, async (part) => catchUp({ ...parts, engine: part }));
  const [state, status] = await Promise.all([archive.state(), engine.status()]);
  if (needsRebuild(status, state)) return rebuildIndex(parts);
  if (await manyPurged(parts, { from: status.position, to: state.position }))
    return rebuildIndex(parts);
  if (status.state === "missing" || status.scrubOwed) await engine.apply([], 0);
  return copyChanges(parts, { from: status.position, target: engine, batch: engine.batch });
}

/**
 * The same for who only asks: an engine that is away is said in the sentence that comes back, as long as another stands
 * where the archive does and answers. @throws EngineAway when none does
 */
export async function catchUpWhoAnswers(
  parts: CatchUpParts & CatchUpOptions,
): Promise<string | undefined> {
  const { archive, engine } = parts;
  try {
    await catchUp(parts);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineAway) || engine.parts === undefined) throw error;
    // What stood before this may have been asked for a moment ago.
    const standing = await Promise.allSettled(engine.parts.map(async (part) => part.status()));
    const { position } = await archive.state();
    const answers = engine.parts.filter((_, i) => {
      const each = standing[i]!;
      return (
        each.status === "fulfilled" &&
        each.value.state === "ready" &&
        each.value.position === position
      );
    });
    if (answers.length === 0) throw error;
    return `${error.message} The ${answers[0]!.name} index answers instead.`;
  }
}

/** After each batch that purges an index is scrubbed: where a whole channel goes, it is sooner built anew. */
async function manyPurged(
  { archive }: CatchUpParts,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<boolean> {
  if (from === 0 || to - from < purgesToRebuild) return false;
  const { purged } = await archive.changesAfter(from, purgesToRebuild);
  return purged.length >= purgesToRebuild / 2;
}
const purgesToRebuild = 1_000;

/** Builds the index anew beside the old one, which answers until the new one takes its place. */
export async function rebuildIndex(parts: CatchUpParts & CatchUpOptions): Promise<CaughtUp> {
  const { engine } = parts;
  if (engine.parts !== undefined)
    return eachOf(engine.parts, async (part) => rebuildIndex({ ...parts, engine: part }));
  await using rebuild = await engine.rebuild();
  const done = await copyChanges(parts, { from: 0, target: rebuild, batch: engine.batch });
  await rebuild.commit();
  return done;
}

/** The last first: it is the one that must answer when another does not. @throws what one could not do, after all had their turn */
async function eachOf(
  engines: readonly SearchEngine[],
  bring: (engine: SearchEngine) => Promise<CaughtUp>,
): Promise<CaughtUp> {
  const setAside: SetAside[] = [];
  let posts = 0;
  let failure: { readonly error: unknown } | undefined;
  for (const engine of engines.toReversed()) {
    try {
      const done = await bring(engine);
      posts = Math.max(posts, done.posts);
      setAside.push(...done.setAside);
    } catch (error) {
      failure = { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  return { posts, setAside };
}

/** One thing in which index and archive differ. */
export interface IndexFinding {
  readonly where: string;
  readonly what: string;
}

/**
 * Compares counts, and a sample of posts in both directions. An index that is behind is compared as far as it goes; of
 * several those that are there.
 */
export async function compareIndex({
  archive,
  engine,
  chance = Math.random,
}: CatchUpParts & { readonly chance?: () => number }): Promise<readonly IndexFinding[]> {
  if (engine.parts !== undefined) {
    const found: IndexFinding[] = [];
    let away: EngineAway | undefined;
    const whoAnswer: SearchEngine[] = [];
    for (const part of engine.parts)
      try {
        found.push(...(await compareIndex({ archive, engine: part, chance })));
        whoAnswer.push(part);
      } catch (error) {
        if (!(error instanceof EngineAway)) throw error;
        away = error;
      }
    if (whoAnswer.length === 0 && away !== undefined) throw away;
    return found;
  }
  const [state, status] = await Promise.all([archive.state(), engine.status()]);
  if (status.state !== "ready") return ofIndex(whyAway(status));
  if (status.position !== state.position) {
    return ofIndex(`it stands at change ${status.position}, the archive at ${state.position}`);
  }
  const { setAside = [] } = status;
  const counts =
    status.posts + setAside.length === state.posts
      ? []
      : ofIndex(`it has ${status.posts} posts, the archive ${state.posts}`);
  return [
    ...counts,
    ...(await missingFromIndex({ archive, engine, chance }, setAside)),
    ...(await unknownToArchive({ archive, engine, chance }, status.posts)),
  ];
}

/** Posts that an engine would not take; its next rebuild tries them again. */
export function setAsideFindings({
  setAside = [],
  engines = [],
}: IndexStatus): readonly IndexFinding[] {
  const all = engines.length > 0 ? engines.flatMap((engine) => engine.setAside ?? []) : setAside;
  return all.map(({ channel, id, why }) => ({
    where: `${channel}/${id}`,
    what: `it cannot be indexed and is left out: ${why}`,
  }));
}

function ofIndex(what: string): readonly IndexFinding[] {
  return [{ where: "index", what }];
}

/**
 * Keeps the index at the archive's heels until the signal: looks once a second, compares at first and once an hour and heals what
 * differs. An error is reported and tried again, ever more rarely. Resolves when stopped; never rejects.
 */
export async function keepCaughtUp({
  signal,
  onError,
  wait = async (ms) => sleep(ms, undefined, { signal }),
  now = Date.now,
  ...parts
}: CatchUpParts & {
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly now?: () => number;
}): Promise<void> {
  if (parts.engine.parts !== undefined) {
    const each = parts.engine.parts.map(async (engine) =>
      keepCaughtUp({ ...parts, engine, signal, onError, wait, now }),
    );
    await Promise.all(each);
    return;
  }
  let failures = 0;
  let comparedAt = Number.NEGATIVE_INFINITY;
  const round = async (): Promise<void> => {
    const { setAside } = await catchUp({ ...parts, signal });
    for (const post of setAside) onError(new PostSetAside(post));
    if (now() - comparedAt < compareEveryMs) return;
    comparedAt = now();
    const findings = await compareIndex(parts);
    if (findings.length === 0) return;
    onError(new IndexDiffers(findings));
    await rebuildIndex({ ...parts, signal });
  };
  while (!signal.aborted) {
    try {
      await round();
      failures = 0;
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      onError(error);
    }
    try {
      await wait(Math.min(lookEveryMs * 2 ** failures, longestWaitMs));
    } catch {
      break;
    }
  }
}

/** Found by the hourly comparison; the index is then built anew. */
class IndexDiffers extends Error {
  override name = "IndexDiffers";
  constructor(findings: readonly IndexFinding[]) {
    super(
      `The index differs from the archive and is built anew: ${findings.map(({ what }) => what).join("; ")}.`,
    );
  }
}

/** One post cannot be searched; all others can. */
class PostSetAside extends Error {
  override name = "PostSetAside";
  constructor({ channel, id, why }: SetAside) {
    super(`Post ${channel}/${id} cannot be indexed and is left out: ${why}`);
  }
}

/** One that is not there is built aside as well: what is half built is no answer. */
function needsRebuild({ state, position }: IndexStatus, archive: ArchiveState): boolean {
  if (state === "missing") return archive.position > 0;
  return (
    state === "foreign" ||
    state === "outdated" ||
    state === "damaged" ||
    position > archive.position
  );
}

type Target = Pick<SearchEngine, "apply" | "prepare">;

interface Batch extends ArchiveChanges {
  readonly list: readonly IndexChange[];
}

async function copyChanges(
  { archive, signal, onProgress }: Omit<CatchUpParts, "engine"> & CatchUpOptions,
  {
    from,
    target,
    batch = usualBatch,
  }: { from: number; target: Target; batch: SearchEngine["batch"] },
): Promise<CaughtUp> {
  const setAside: SetAside[] = [];
  let posts = 0;
  let limit = batch.posts;
  const read = async (after: number): Promise<Batch> => {
    for (;;) {
      const changes = await archive.changesAfter(after, limit);
      const earlier = await archive.earlierVersions(changes.posts);
      if (limit === 1 || characters(changes, earlier) <= batch.characters)
        return {
          ...changes,
          list: changesOf(changes, {
            earlier,
            changedAt: await archive.lastChanges(changes.posts),
          }),
        };
      limit = Math.ceil(limit / 2);
    }
  };
  /** While one batch is taken in, the next is read. */
  const readAhead = async (after: number): Promise<Batch> => {
    const next = await read(after);
    if (next.to > after) target.prepare?.(next.list);
    return next;
  };
  let position = from;
  let next: Promise<Batch> | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const changes: Batch = await (next ?? read(position));
    next = undefined;
    if (changes.to <= position) return { posts, setAside };
    const applied = target.apply(changes.list, changes.to);
    const isFull = changes.list.length >= limit;
    limit = Math.min(batch.posts, limit * 2);
    if (isFull) next = readAhead(changes.to);
    const [done] = await Promise.allSettled([applied, next]);
    if (done.status === "rejected") {
      // What was read ahead is read again: only one batch at a time is ever in doubt.
      next = undefined;
      const error: unknown = done.reason;
      if (error instanceof EngineAway) throw error;
      // The batch is halved until the post that fails stands alone.
      if (changes.posts.length > 1) {
        limit = Math.ceil(Math.min(limit, changes.posts.length) / 2);
        continue;
      }
      setAside.push(...(await leaveOut({ changes, target, error })));
    }
    position = changes.to;
    posts += changes.posts.length;
    onProgress?.(posts);
  }
}

/** Goes on without the post of `changes`, when it alone is what fails. @throws the error when all fails. */
async function leaveOut({
  changes,
  target,
  error,
}: {
  changes: ArchiveChanges;
  target: Target;
  error: unknown;
}): Promise<readonly SetAside[]> {
  const [post] = changes.posts;
  if (post === undefined) throw error;
  const why = error instanceof Error ? error.message : String(error);
  const setAside = { channel: post.channel, id: post.id, why };
  const left = changesOf({ ...changes, posts: [] }, nothingKnown);
  try {
    await target.apply([...left, { kind: "setAside", ...setAside }], changes.to);
  } catch {
    throw error;
  }
  return [setAside];
}

/** What was purged first: its key may be in use again. */
function changesOf(
  { posts, purged }: Pick<ArchiveChanges, "posts" | "purged">,
  { earlier, changedAt }: Histories,
): readonly IndexChange[] {
  return [
    ...purged.map(({ channel, id }) => ({ kind: "purge" as const, channel, id })),
    ...posts.map((post) => {
      const versions = earlier.get(post.no);
      const at = changedAt.get(post.no);
      return {
        kind: "put" as const,
        post,
        ...(versions && { earlier: versions }),
        ...(at !== undefined && { changedAt: at }),
      };
    }),
  ];
}

/** Of posts by their number, those versions that were followed by another. */
type Earlier = ReadonlyMap<number, readonly Post[]>;

/** What became of posts, by their number. */
interface Histories {
  readonly earlier: Earlier;
  readonly changedAt: ReadonlyMap<number, Instant>;
}
const nothingKnown: Histories = { earlier: new Map(), changedAt: new Map() };

function characters({ posts }: ArchiveChanges, earlier: Earlier): number {
  return posts.reduce(
    (sum, { no, text }) =>
      (earlier.get(no) ?? []).reduce((more, version) => more + version.text.length, sum) +
      text.length,
    0,
  );
}

const channelsCompared = 5;
const idsCompared = 50;

type Sampled = CatchUpParts & { readonly chance: () => number };

async function missingFromIndex(
  { archive, engine, chance }: Sampled,
  setAside: readonly SetAside[],
): Promise<readonly IndexFinding[]> {
  const known = new Set(setAside.map(({ channel, id }) => `${channel}/${id}`));
  const channels = (await archive.channels()).filter(({ posts }) => posts > 0);
  const sample = channels
    .map((channel) => ({ channel, order: chance() }))
    .toSorted((a, b) => a.order - b.order);
  const findings: IndexFinding[] = [];
  for (const { channel } of sample.slice(0, channelsCompared)) {
    const { name, firstId = 1, newestId = firstId } = channel;
    const first = firstId + Math.floor(chance() * Math.max(1, newestId - firstId - idsCompared));
    const keys = Array.from({ length: idsCompared }, (_, i) => ({ channel: name, id: first + i }));
    const kept = new Set((await archive.posts(keys)).map(({ id }) => id));
    const { hits } = await engine.search(idsOf(name, [...kept]), {});
    for (const { id } of hits) kept.delete(id);
    for (const where of [...kept].map((id) => `${name}/${id}`))
      if (!known.has(where)) findings.push({ where, what: "it is not in the index" });
  }
  return findings;
}

async function unknownToArchive(
  { archive, engine, chance }: Sampled,
  posts: number,
): Promise<readonly IndexFinding[]> {
  const offset = Math.floor(chance() * Math.max(1, posts - idsCompared));
  const { hits } = await engine.search({ ...everyPost, offset }, {});
  const kept = new Set((await archive.posts(hits)).map(({ channel, id }) => `${channel}/${id}`));
  return hits
    .map(({ channel, id }) => `${channel}/${id}`)
    .filter((key) => !kept.has(key))
    .map((where) => ({ where, what: "the index has it, the archive does not" }));
}

const everyPost: SearchRequest = {
  query: { root: { kind: "all" }, warnings: [] },
  sort: "old",
  rankAll: false,
  offset: 0,
  limit: idsCompared,
  prefixLast: false,
  facets: [],
};

function idsOf(channel: string, ids: readonly number[]): SearchRequest {
  const at = { start: 0, end: 0 };
  const ranges = ids.map((id) => ({ min: id, max: id }));
  return {
    ...everyPost,
    query: {
      root: {
        kind: "and",
        nodes: [
          { kind: "field", field: "channel", values: [channel.toLowerCase()], at },
          { kind: "field", field: "id", ranges, at },
        ],
      },
      warnings: [],
    },
  };
}
