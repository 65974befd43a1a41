import { stat, statfs } from "node:fs/promises";
import { reason, type Reasons } from "../../scraper/reasons.ts";
import type { Instant } from "../../scraper/post.ts";
import type { Archive } from "../archive/archive.ts";
import type { Run } from "../archive/runs/run.ts";
import type { EngineName, Searcher } from "../search/port.ts";
import { parseQuery } from "../search/query/parse.ts";
import { QuerySyntaxError } from "../search/query/query-errors.ts";
import { leavesOf } from "../search/query/terms.ts";
import { lagSeconds } from "../search/search-posts.ts";

/** How a channel goes along, from the archive's own posts. */
interface Pace {
  readonly name: string;
  readonly addedAt: Instant;
  readonly newest?: Instant | undefined;
  readonly lastReadAt?: Instant | undefined;
  /** The longest silence within its newest posts; absent when there are too few to tell. */
  readonly longestGapSeconds?: number | undefined;
}

/** How one index stands. */
interface IndexState {
  readonly engine: EngineName;
  readonly state: "ready" | "missing" | "foreign" | "outdated" | "damaged" | "checking" | "away";
  readonly behind: number;
  /** How long the oldest change it lacks has waited. */
  readonly lagSeconds: number;
}

interface RefusedSearch {
  readonly id: string;
  readonly name: string;
  /** Why, as a sentence, and what that is made of. */
  readonly message: string;
  readonly reasons: Reasons;
}

/** How the server fares at one moment. A part that could not be looked at is absent. */
export interface Snapshot {
  readonly at: Date;
  readonly archive: {
    readonly posts: number;
    readonly channels: number;
    readonly position: number;
    readonly bytes: number;
  };
  readonly disk?: { readonly freeBytes: number; readonly totalBytes: number } | undefined;
  readonly indexes: readonly IndexState[];
  /** Saved searches that cannot be asked as things are; absent where no index could say. */
  readonly refused?: readonly RefusedSearch[] | undefined;
  /** The newest run of each channel. */
  readonly runs: readonly Run[];
  readonly paces: readonly Pace[];
  /** Channels that are to be read: kept, or with a schedule. In lower case. */
  readonly wanted: ReadonlySet<string>;
}

/** What the file system tells of the archive, whatever is in it. */
export interface OnDisk {
  /** Of its file and its log. */
  readonly bytes: number;
  readonly disk?: Snapshot["disk"];
}

export async function lookAtDisk(file: string): Promise<OnDisk> {
  return { bytes: await bytesOf(file), disk: await diskOf(file) };
}

const postsOfAPace = 50;
const fewestPosts = 10;

/** Looks at archive, indexes and disk. Nothing is kept from one look to the next. */
export async function takeSnapshot({
  archive,
  engine,
  now,
  disk: diskAt = diskOf,
}: {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly now: () => Date;
  readonly disk?: (file: string) => Promise<Snapshot["disk"]>;
}): Promise<Snapshot> {
  const at = now();
  const [state, channels, runs, schedules, disk, bytes] = await Promise.all([
    archive.state(),
    archive.channels(),
    archive.runs.newestOfEach(),
    archive.schedules.list(),
    diskAt(archive.file),
    bytesOf(archive.file),
  ]);
  const paces: Pace[] = [];
  for (const { name, addedAt, newest, lastReadAt } of channels) {
    const times = await archive.kept(name).newestTimes(postsOfAPace);
    paces.push({ name, addedAt, newest, lastReadAt, longestGapSeconds: longestGap(times) });
  }
  const { posts, position } = state;
  return {
    at,
    archive: { posts, channels: state.channels, position, bytes },
    disk,
    indexes: await indexesOf({ archive, engine, at, position }),
    refused: await refusedSearches({ archive, engine, at }),
    runs,
    paces,
    wanted: new Set(
      [...channels.map(({ name }) => name), ...schedules.map(({ channel }) => channel)].map(
        (name) => name.toLowerCase(),
      ),
    ),
  };
}

async function indexesOf({
  archive,
  engine,
  at,
  position: newest,
}: {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly at: Date;
  readonly position: number;
}): Promise<readonly IndexState[]> {
  try {
    const status = await engine.status();
    const each = status.engines ?? [{ ...status, engine: engine.name }];
    const states: IndexState[] = [];
    for (const { engine: name, state, position } of each) {
      const behind = Math.max(0, newest - position);
      const lag = behind === 0 ? 0 : await lagSeconds(archive, { position, at });
      states.push({ engine: name, state, behind, lagSeconds: lag });
    }
    return states;
  } catch {
    return [{ engine: engine.name, state: "away", behind: newest, lagSeconds: 0 }];
  }
}

/** Only a query with a `*` in a word can come to mean more than an index allows; of others it is enough that they are read. */
async function refusedSearches({
  archive,
  engine,
  at,
}: {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly at: Date;
}): Promise<readonly RefusedSearch[] | undefined> {
  const refused: RefusedSearch[] = [];
  for (const { id, name, query: typed, pausedAt } of await archive.saved.list()) {
    if (pausedAt !== undefined) continue;
    try {
      const query = parseQuery(typed, { now: at });
      if (!leavesOf(query.root).some(({ leaf }) => "mark" in leaf && leaf.mark === "pattern"))
        continue;
      const request = { query, sort: "new", rankAll: false, offset: 0, limit: 1 } as const;
      await engine.search({ ...request, prefixLast: false, facets: [] }, {});
    } catch (error) {
      if (!(error instanceof QuerySyntaxError)) return undefined;
      const { code, data } = error.fault;
      refused.push({ id, name, message: error.message, reasons: [reason(code, data)] });
    }
  }
  return refused;
}

/** What the disk can still give to this user. */
async function diskOf(file: string): Promise<Snapshot["disk"]> {
  try {
    const { bavail, blocks, bsize } = await statfs(file);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** The archive's file and what SQLite keeps beside it. */
async function bytesOf(file: string): Promise<number> {
  const sizes = await Promise.all(
    [file, `${file}-wal`].map(async (one) => {
      try {
        return (await stat(one)).size;
      } catch {
        return 0;
      }
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function longestGap(newestFirst: readonly Instant[]): number | undefined {
  if (newestFirst.length < fewestPosts) return undefined;
  const times = newestFirst.map((time) => Date.parse(time) / 1000).toSorted((a, b) => b - a);
  return Math.max(...times.slice(1).map((time, place) => (times[place] ?? time) - time));
}
