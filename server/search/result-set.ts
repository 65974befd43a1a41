import { createHash } from "node:crypto";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Archive } from "../archive/archive.ts";
import type { JournalEntry } from "../archive/journal/read-journal.ts";
import { PostMarks, type PostMark } from "../archive/posts/post-marks.ts";
import { QueryTooSlow } from "./port.ts";
import type { EngineName, Searcher } from "./port.ts";
import { printQuery } from "./query/print.ts";
import { refuseAhead } from "./search-posts.ts";
import type { Fold, Query } from "./query/tree.ts";

export interface SetParts {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly analyzer: { readonly version: string };
}

/** All that a query finds, as of one state of the index; of copies the earliest where the query folds them. */
export interface FoundSet {
  /** Canonical form of the query. */
  readonly query: string;
  /** Of copies only the earliest are in it. */
  readonly fold?: Fold;
  /** What of it did not count as typed. */
  readonly warnings: Query["warnings"];
  /** In the order the query asks for, oldest first when it does not say. */
  readonly marks: PostMarks;
  /** SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id: the order of the hits is no part of it. */
  readonly sha256: string;
  readonly archive: {
    readonly id: string;
    readonly position: number;
    readonly posts: number;
    /** The newest entry; not where only some channels were asked. */
    readonly journal?: JournalEntry;
  };
  readonly index: { readonly engine: EngineName; readonly position: number };
  readonly analyzer: string;
}

interface Waiting {
  readonly signal?: AbortSignal;
}
interface Seen extends Waiting {
  /** Whoever asks may see these channels only; the query keeps to them already. */
  readonly within?: readonly string[] | undefined;
}

const keysAtOnce = 1_000;
const mostTries = 5;

/** @throws QueryTooSlow, also when the index changed again and again while it was asked. */
export async function findSet(
  parts: SetParts,
  query: Query,
  { within, ...waiting }: Seen = {},
): Promise<FoundSet> {
  const { archive } = parts;
  await refuseAhead(parts);
  const { marks, position } = await marksOf(parts, query, { within, ...waiting });
  const state = await archive.state();
  const { posts, position: archived } = within ? await archive.stateOf(within) : state;
  return {
    query: printQuery(query),
    ...(query.fold && { fold: query.fold }),
    warnings: query.warnings,
    marks,
    sha256: setHash(marks.inOrder()),
    archive: {
      id: state.archiveId,
      position: archived,
      posts,
      ...(!within && { journal: await archive.journal() }),
    },
    index: { engine: parts.engine.name, position: Math.min(position, archived) },
    analyzer: parts.analyzer.version,
  };
}

/** SHA-256, hex, over a line `channel/id hash` for each of them. */
export function setHash(marks: Iterable<PostMark>): string {
  const hash = createHash("sha256");
  for (const { channel, id, hash: content } of marks) hash.update(`${channel}/${id} ${content}\n`);
  return hash.digest("hex");
}

/** Page by page, all from one state of the index. */
async function marksOf(
  { archive, engine }: SetParts,
  query: Query,
  { within, ...waiting }: Seen,
): Promise<{ readonly marks: PostMarks; readonly position: number }> {
  for (let tries = 0; tries < mostTries; tries++) {
    const { position, birth } = await engine.status();
    const marks = new PostMarks();
    for (let offset = 0; ; offset += keysAtOnce) {
      const { hits } = await engine.search(
        {
          query,
          sort: query.sort ?? "old",
          rankAll: true,
          offset,
          limit: keysAtOnce,
          prefixLast: false,
          facets: [],
          ...(within && { within }),
        },
        waiting,
      );
      for (const mark of await archive.marks(hits)) marks.push(mark);
      if (hits.length < keysAtOnce) break;
      await yieldToOthers();
    }
    // An index that is damaged by now may have been so when it was asked.
    await engine.assure?.();
    const now = await engine.status();
    if (now.position === position && now.birth === birth) return { marks, position };
  }
  throw new QueryTooSlow("The index kept changing while all hits were listed. Ask again.");
}
