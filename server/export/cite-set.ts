import { instant } from "../../scraper/instant.ts";
import type { PostKey } from "../../scraper/post.ts";
import type { PostMark } from "../archive/posts/post-marks.ts";
import { shortHash, type KeptSet } from "../archive/posts/result-sets.ts";
import { parseQuery } from "../search/query/parse.ts";
import { findSet, type FoundSet, type SetParts } from "../search/result-set.ts";

/** What became of the posts of a set since it was cited; each post stands in one list at most. */
export interface SetChanges {
  /** SHA-256 of what the query finds now; the set's own when nothing changed. */
  readonly sha256: string;
  readonly posts: number;
  /** Found now and not then. */
  readonly added: readonly PostKey[];
  /** Found then and now, with other content. */
  readonly edited: readonly PostKey[];
  /** Marked as deleted since; still kept. */
  readonly deleted: readonly PostKey[];
  /** Kept, but no longer found: their content, or what the search understands, changed. */
  readonly left: readonly PostKey[];
  /** No longer kept here: purged, or moved with an album. */
  readonly gone: readonly PostKey[];
}

/** Keeps a found set under its hash, to be cited. */
export async function citeSet(
  { archive }: Pick<SetParts, "archive">,
  found: FoundSet,
  now: Date,
): Promise<void> {
  await archive.keepSet({
    sha256: found.sha256,
    query: found.query,
    citedAt: instant(now),
    posts: found.marks.length,
    position: found.archive.position,
    analyzer: found.analyzer,
    marks: found.marks.inOrder(),
  });
}

/** Asks a set's query again and says what changed. @throws QueryTooSlow */
export async function changesSince(
  parts: SetParts,
  set: KeptSet,
  { now, signal }: { readonly now: Date; readonly signal?: AbortSignal },
): Promise<SetChanges> {
  const query = parseQuery(set.query, { now });
  const found = await findSet(parts, query, signal ? { signal } : {});
  const before = new Map(set.marks.map((mark) => [keyOf(mark), mark]));
  const after = new Set(found.marks.inOrder().map(keyOf));
  const missing = set.marks.filter((mark) => !after.has(keyOf(mark)));
  const kept = new Map<string, PostMark>();
  for (let from = 0; from < missing.length; from += marksAtOnce)
    for (const mark of await parts.archive.marks(missing.slice(from, from + marksAtOnce)))
      kept.set(keyOf(mark), mark);

  const changes = {
    added: [] as PostKey[],
    edited: [] as PostKey[],
    deleted: [] as PostKey[],
    left: [] as PostKey[],
    gone: [] as PostKey[],
  };
  for (const mark of found.marks.inOrder()) {
    const then = before.get(keyOf(mark));
    if (!then) changes.added.push(plain(mark));
    else if (mark.deleted && !then.deleted) changes.deleted.push(plain(mark));
    else if (!mark.hash.startsWith(then.hash)) changes.edited.push(plain(mark));
  }
  for (const then of missing) {
    const mark = kept.get(keyOf(then));
    if (!mark) changes.gone.push(plain(then));
    else if (mark.deleted && !then.deleted) changes.deleted.push(plain(then));
    else changes.left.push(plain(then));
  }
  return { sha256: found.sha256, posts: found.marks.length, ...changes };
}
const marksAtOnce = 1_000;

/** How a set is named in an address. */
export const setId = (sha256: string): string => sha256.slice(0, shortHash);

const keyOf = ({ channel, id }: PostKey): string => `${channel.toLowerCase()}/${id}`;
const plain = ({ channel, id }: PostKey): PostKey => ({ channel, id });
