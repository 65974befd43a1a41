import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Instant, PostKey } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { ArchiveUnusable } from "../errors.ts";
import { nameKey } from "../runs/ledger.ts";
import type { PostMark } from "./post-marks.ts";
import type { ResultSetTable } from "../schema/schema.ts";

/** What a query found at one time, kept to be cited. */
export interface ResultSet {
  /** SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id. */
  readonly sha256: string;
  readonly query: string;
  readonly citedAt: Instant;
  readonly posts: number;
  /** Position of the archive that was asked. */
  readonly position: number;
  readonly analyzer: string;
  /** By channel, then id. A kept hash is its first 16 digits. */
  readonly marks: Iterable<PostMark>;
}

export interface KeptSet extends ResultSet {
  readonly marks: readonly PostMark[];
}

export const shortHash = 16;
const largestSetBytes = 1024 ** 3;
const keysAtOnce = 1_000;

/** The content hash of each of these posts, in order; keys that are not kept are left out. */
export async function marksOf(
  db: Database,
  keys: readonly PostKey[],
): Promise<readonly PostMark[]> {
  if (keys.length > keysAtOnce)
    throw new RangeError(`At most ${keysAtOnce} posts at once; ${keys.length} were asked for.`);
  const found = new Map<string, PostMark>();
  for (const [channel, some] of Map.groupBy(keys, (key) => nameKey(key.channel))) {
    const rows = await db
      .selectFrom("post")
      .innerJoin("channel", "channel.no", "post.channel_no")
      .where("channel.name_key", "=", channel)
      .where(
        "post.id",
        "in",
        some.map(({ id }) => id),
      )
      .select(["channel.name", "post.id", "post.hash", "post.deleted_at"])
      .execute();
    for (const { name, id, hash, deleted_at } of rows)
      found.set(`${channel}/${id}`, { channel: name, id, hash, deleted: deleted_at !== null });
  }
  return keys.flatMap(({ channel, id }) => found.get(`${nameKey(channel)}/${id}`) ?? []);
}

/** Keeps a set; one that is kept already stays as it is. */
export async function keepSet(db: Database, set: ResultSet): Promise<void> {
  await db
    .insertInto("result_set")
    .values({
      sha256: set.sha256,
      query: set.query,
      cited_at: set.citedAt,
      posts: set.posts,
      position: set.position,
      analyzer: set.analyzer,
      marks: packed(set.marks),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The sets whose hash begins so (16 digits at least), the first cited first: one for each query that found the same. */
export async function setsOf(db: Database, hash: string): Promise<readonly KeptSet[]> {
  if (!/^[0-9a-f]{16,64}$/.test(hash)) return [];
  const rows = await db
    .selectFrom("result_set")
    .where("sha256", ">=", hash)
    .where("sha256", "<", `${hash}g`)
    .orderBy("cited_at")
    .orderBy("query")
    .limit(mostQueries)
    .selectAll()
    .execute();
  return rows.map(setOf);
}
const mostQueries = 20;

function setOf(row: ResultSetTable): KeptSet {
  const { sha256, query, posts, position, analyzer } = row;
  const marks = unpacked(row.marks);
  if (marks.length !== posts)
    throw new ArchiveUnusable(`The set ${sha256} is damaged: ${marks.length} of ${posts} posts.`);
  return { sha256, query, citedAt: row.cited_at, posts, position, analyzer, marks };
}

/** Every kept set goes on naming its posts, but tells nothing of the content of those that are gone. */
export async function eraseMarks(
  tx: Database,
  isGone: (key: PostKey) => Promise<boolean>,
): Promise<void> {
  for (const key of await tx.selectFrom("result_set").select(["sha256", "query"]).execute()) {
    const of = tx
      .selectFrom("result_set")
      .where("sha256", "=", key.sha256)
      .where("query", "=", key.query);
    const { marks: bytes } = await of.select("marks").executeTakeFirstOrThrow();
    const marks: PostMark[] = [];
    let erased = 0;
    for (const mark of unpacked(bytes)) {
      const gone = mark.hash !== nothing && (await isGone(mark));
      if (gone) erased += 1;
      marks.push(gone ? { ...mark, hash: nothing } : mark);
    }
    if (erased > 0)
      await tx
        .updateTable("result_set")
        .set({ marks: packed(marks) })
        .where("sha256", "=", key.sha256)
        .where("query", "=", key.query)
        .execute();
  }
}
const nothing = "0".repeat(shortHash);

/** `channel`, then `id hash` lines; a trailing `-` is a deleted post. Ids are steps from the one before. */
function packed(marks: Iterable<PostMark>): Uint8Array {
  const lines: string[] = [];
  let last: PostMark | undefined;
  for (const mark of marks) {
    if (mark.channel !== last?.channel) lines.push(`@${mark.channel}`);
    const step = mark.id - (mark.channel === last?.channel ? last.id : 0);
    lines.push(`${step} ${mark.hash.slice(0, shortHash)}${mark.deleted ? "-" : ""}`);
    last = mark;
  }
  return zstdCompressSync(lines.join("\n"));
}

function unpacked(bytes: Uint8Array): readonly PostMark[] {
  const text = zstdDecompressSync(bytes, { maxOutputLength: largestSetBytes }).toString();
  const marks: PostMark[] = [];
  let channel = "";
  let id = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith("@")) {
      channel = line.slice(1);
      id = 0;
      continue;
    }
    const [step, hash] = line.split(" ");
    if (step === undefined || hash === undefined) continue;
    id += Number(step);
    marks.push({
      channel,
      id,
      hash: hash.slice(0, shortHash),
      deleted: hash.endsWith("-"),
    });
  }
  return marks;
}
