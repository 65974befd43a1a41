import type { Selectable } from "kysely";
import { postHash } from "../../../scraper/post-hash.ts";
import type { Post, PostKey } from "../../../scraper/post.ts";
import type { ArchiveChanges, ArchivedPost, CounterSample, PostVersion } from "./archived-post.ts";
import type { Database } from "../database.ts";
import { postNotAsKept } from "../errors.ts";
import { nameKey } from "../name-key.ts";
import { postOf, sampleOf } from "./post-row.ts";
import { soundPosts } from "./sound-post.ts";
import type { PostTable } from "../schema/schema.ts";

export type PostRow = Selectable<PostTable> & { readonly channel: string };

const largestRequest = 1_000;

/** The rows of these keys, in their order; an id inside an album finds the album's post. */
export async function rowsOf(
  db: Database,
  keys: readonly PostKey[],
): Promise<readonly (PostRow | undefined)[]> {
  if (keys.length > largestRequest)
    throw new RangeError(`At most ${largestRequest} posts at once; ${keys.length} were asked for.`);
  const byKey = new Map<string, PostRow>();
  for (const [channel, ids] of Map.groupBy(keys, (key) => nameKey(key.channel))) {
    const wanted = [...new Set(ids.map(({ id }) => id))];
    for (const row of await postRows(db)
      .where("channel.name_key", "=", channel)
      .where("post.id", "in", wanted)
      .execute())
      byKey.set(`${channel}/${row.id}`, row);
    const others = wanted.filter((id) => !byKey.has(`${channel}/${id}`));
    if (others.length === 0) continue;
    for (const { member_id: id, ...row } of await postRows(db)
      .innerJoin("member", "member.post_no", "post.no")
      .where("channel.name_key", "=", channel)
      .whereRef("member.channel_no", "=", "channel.no")
      .where("member.id", "in", others)
      .select("member.id as member_id")
      .execute())
      byKey.set(`${channel}/${id}`, row);
  }
  return keys.map(({ channel, id }) => byKey.get(`${nameKey(channel)}/${id}`));
}

// eslint-disable-next-line typescript/explicit-function-return-type -- the query's own type
function postRows(db: Database) {
  return db
    .selectFrom("post")
    .innerJoin("channel", "channel.no", "post.channel_no")
    .selectAll("post")
    .select("channel.name as channel");
}

/** The posts before and after this one in its channel, each list ascending. */
export async function neighboursOf(
  db: Database,
  row: PostRow,
  { file, ...size }: { readonly before: number; readonly after: number; readonly file: string },
): Promise<{ readonly before: readonly ArchivedPost[]; readonly after: readonly ArchivedPost[] }> {
  const posts = postRows(db).where("post.channel_no", "=", row.channel_no);
  const before = await posts
    .where("post.id", "<", row.id)
    .orderBy("post.id", "desc")
    .limit(bounded(size.before))
    .execute();
  const after = await posts
    .where("post.id", ">", row.id)
    .orderBy("post.id")
    .limit(bounded(size.after))
    .execute();
  return { before: soundPosts(before.toReversed(), file), after: soundPosts(after, file) };
}

function bounded(count: number): number {
  return Math.max(0, Math.min(count, largestRequest));
}

/** Every version, oldest first, the current one last. */
export async function versionsOf(
  db: Database,
  row: PostRow,
  file: string,
): Promise<readonly PostVersion[]> {
  const key = { channel: row.channel, id: row.id, publishedAt: row.published_at };
  const past = await db
    .selectFrom("version")
    .where("post_no", "=", row.no)
    .orderBy("number")
    .selectAll()
    .execute();
  if (past.some((old) => postHash(postOf(key, old)) !== old.hash)) throw postNotAsKept(row, file);
  return [
    ...past.map((old) => ({
      version: old.number,
      hash: old.hash,
      seenAt: old.seen_at,
      lastSeenAt: old.last_seen_at,
      post: postOf(key, old),
      current: false,
    })),
    {
      version: row.versions,
      hash: row.hash,
      seenAt: row.version_seen_at,
      lastSeenAt: row.last_seen_at,
      post: postOf(key, row),
      current: true,
    },
  ];
}

/** Of those of these posts that have several versions, by their number: all but the newest, oldest first. */
export async function earlierVersions(
  db: Database,
  posts: readonly ArchivedPost[],
  file: string,
): Promise<ReadonlyMap<number, readonly Post[]>> {
  const edited = new Map(
    posts.filter(({ versions }) => versions > 1).map((post) => [post.no, post]),
  );
  const found = new Map<number, Post[]>();
  const numbers = [...edited.keys()];
  for (let from = 0; from < numbers.length; from += largestRequest) {
    const rows = await db
      .selectFrom("version")
      .where("post_no", "in", numbers.slice(from, from + largestRequest))
      .orderBy("post_no")
      .orderBy("number")
      .select(["post_no", "hash", "content", "counters", "addresses"])
      .execute();
    for (const row of rows) {
      const { channel, id, publishedAt } = edited.get(row.post_no)!;
      const version = postOf({ channel, id, publishedAt }, row);
      if (postHash(version) !== row.hash) throw postNotAsKept({ channel, id }, file);
      const list = found.get(row.post_no);
      if (list === undefined) found.set(row.post_no, [version]);
      else list.push(version);
    }
  }
  return found;
}

/** Counters over time, oldest first; the newest reading always closes the list. */
export async function samplesOf(db: Database, row: PostRow): Promise<readonly CounterSample[]> {
  const rows = await db
    .selectFrom("sample")
    .where("post_no", "=", row.no)
    .orderBy("at")
    .select(["at", "counters"])
    .execute();
  const samples = rows.map(({ at, counters }) => sampleOf(at, counters));
  if (row.counters_at > row.sampled_at) samples.push(sampleOf(row.counters_at, row.counters));
  return samples;
}

/** Posts and tombstones that changed after a position, at most `limit` of both together. */
export async function changesAfter(
  db: Database,
  position: number,
  { limit, file }: { readonly limit: number; readonly file: string },
): Promise<ArchiveChanges> {
  const most = Math.max(1, Math.min(limit, largestRequest));
  const rows = await postRows(db)
    .where("post.position", ">", position)
    .orderBy("post.position")
    .limit(most)
    .execute();
  const gone = await db
    .selectFrom("tombstone")
    .where("position", ">", position)
    .orderBy("position")
    .limit(most)
    .selectAll()
    .execute();
  const positions = [...rows, ...gone].map((one) => one.position).toSorted((a, b) => a - b);
  const to = positions[most - 1] ?? positions.at(-1) ?? position;
  return {
    to,
    posts: soundPosts(
      rows.filter((row) => row.position <= to),
      file,
    ),
    purged: gone.filter((row) => row.position <= to).map(({ channel, id }) => ({ channel, id })),
  };
}

/** How many posts these channels have, and where the newest change of one stands; 0 without any. */
export async function channelsState(
  db: Database,
  channels: readonly string[],
): Promise<{ posts: number; position: number }> {
  const { posts, position } = await db
    .selectFrom("post")
    .innerJoin("channel", "channel.no", "post.channel_no")
    .where("channel.name_key", "in", channels.map(nameKey))
    .select((eb) => [eb.fn.countAll<number>().as("posts"), eb.fn.max("position").as("position")])
    .executeTakeFirstOrThrow();
  return { posts, position: position ?? 0 };
}

/** Posts in order of their first save, for exports and rebuilding: those after `afterNo`, at most `limit`. */
export async function postsAfter(
  db: Database,
  from: {
    readonly afterNo: number;
    readonly limit: number;
    readonly channels?: readonly string[];
    readonly file: string;
  },
): Promise<readonly ArchivedPost[]> {
  let query = postRows(db).where("post.no", ">", from.afterNo);
  if (from.channels) query = query.where("channel.name_key", "in", from.channels.map(nameKey));
  const rows = await query
    .orderBy("post.no")
    .limit(Math.max(1, Math.min(from.limit, largestRequest)))
    .execute();
  return soundPosts(rows, from.file);
}
