import { createHash } from "node:crypto";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { PostKey } from "../../scraper/post.ts";
import type { Archive } from "../archive/archive.ts";
import type { PostMark } from "../archive/result-sets.ts";
import { QueryTooSlow } from "./engine.ts";
import type { SearchEngine } from "./engine.ts";
import { printQuery } from "./query/print.ts";
import type { Query } from "./query/tree.ts";

export interface SetParts {
  readonly archive: Archive;
  readonly engine: SearchEngine;
  readonly analyzer: { readonly version: string };
}

/** All that a query finds, as of one state of the index. */
export interface FoundSet {
  /** Canonical form of the query. */
  readonly query: string;
  /** In the order the query asks for, oldest first when it does not say. */
  readonly marks: readonly PostMark[];
  /** SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id: the order of the hits is no part of it. */
  readonly sha256: string;
  readonly archive: { readonly id: string; readonly position: number; readonly posts: number };
  readonly index: { readonly engine: SearchEngine["name"]; readonly position: number };
  readonly analyzer: string;
}

interface Waiting {
  readonly signal?: AbortSignal;
}

const keysAtOnce = 100_000;
const marksAtOnce = 1_000;
const mostTries = 5;

/** @throws QueryTooSlow, also when the index changed again and again while it was asked. */
export async function findSet(
  parts: SetParts,
  query: Query,
  waiting: Waiting = {},
): Promise<FoundSet> {
  const { archive, engine } = parts;
  const { keys, position } = await keysOf(engine, query, waiting);
  const { archiveId, posts, position: archived } = await archive.state();
  const marks: PostMark[] = [];
  for (let from = 0; from < keys.length; from += marksAtOnce) {
    waiting.signal?.throwIfAborted();
    marks.push(...(await archive.marks(keys.slice(from, from + marksAtOnce))));
    await yieldToOthers();
  }
  return {
    query: printQuery(query),
    marks,
    sha256: hashOf(inOrder(marks)),
    archive: { id: archiveId, position: archived, posts },
    index: { engine: engine.name, position },
    analyzer: parts.analyzer.version,
  };
}

/** By channel, then id. */
export function inOrder(marks: readonly PostMark[]): readonly PostMark[] {
  return marks.toSorted((a, b) =>
    a.channel === b.channel ? a.id - b.id : a.channel < b.channel ? -1 : 1,
  );
}

function hashOf(marks: readonly PostMark[]): string {
  const hash = createHash("sha256");
  for (const { channel, id, hash: content } of marks) hash.update(`${channel}/${id} ${content}\n`);
  return hash.digest("hex");
}

/** Pages of keys, all from one state of the index. */
async function keysOf(
  engine: SearchEngine,
  query: Query,
  waiting: Waiting,
): Promise<{ readonly keys: readonly PostKey[]; readonly position: number }> {
  for (let tries = 0; tries < mostTries; tries++) {
    const { position } = await engine.status();
    const keys: PostKey[] = [];
    for (;;) {
      const { hits, total } = await engine.search(
        {
          query,
          sort: query.sort ?? "old",
          rankAll: true,
          offset: keys.length,
          limit: keysAtOnce,
          prefixLast: false,
          facets: [],
        },
        waiting,
      );
      for (const hit of hits) keys.push(hit);
      if (keys.length >= total || hits.length === 0) break;
    }
    if ((await engine.status()).position === position) return { keys, position };
  }
  throw new QueryTooSlow("The index kept changing while all hits were listed. Ask again.");
}
