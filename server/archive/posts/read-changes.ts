import { type Selectable, sql } from "kysely";
import type { Instant, Post } from "../../../scraper/post.ts";
import { postHash } from "../../../scraper/post-hash.ts";
import type { Database } from "../database.ts";
import { ArchiveDamaged, damagedFile, postNotAsKept } from "../errors.ts";
import { nameKey } from "../name-key.ts";
import type { PostChangeTable, PostTable } from "../schema/schema.ts";
import { type ChangeKind, changeKinds, isChangeAsWritten } from "./post-change.ts";
import { type PostParts, postOf } from "./post-row.ts";
import { isAsWritten } from "./row-sum.ts";

/** Something that was seen to happen to a kept post. */
export interface PostChange {
  /** Rises in the order of saving; never given again. */
  readonly no: number;
  readonly kind: ChangeKind;
  /** When it was seen; it happened after `lastSeenAt`. */
  readonly at: Instant;
  readonly channel: string;
  readonly id: number;
  /** The version after it. */
  readonly version: number;
  /** When the post was last seen as it was before. */
  readonly lastSeenAt: Instant;
  /** Of a deletion and a return: how many looks did not find the post. */
  readonly checks?: number;
  /** Of a return: since when the post counted as deleted. */
  readonly deletedAt?: Instant;
  /** What it said before: of an edit and a deletion. */
  readonly before?: Post;
  /** What it said then: of an edit and a return. */
  readonly after?: Post;
}

/** Which changes are meant; empty lists mean none. Names of channels in any case. */
export interface ChangeFilter {
  readonly channels?: readonly string[];
  readonly kinds?: readonly ChangeKind[];
  /** Seen at this moment or later. */
  readonly since?: Instant;
  /** Seen before this moment. */
  readonly until?: Instant;
  /** Saved after the change of this number. */
  readonly afterNo?: number;
  /** Saved before the change after this number. */
  readonly upToNo?: number;
}

const largestPage = 1_000;

/** Changes of posts, the last seen first, at most 1,000. @throws ArchiveDamaged */
export async function changesOf(
  db: Database,
  filter: ChangeFilter,
  page: { readonly offset: number; readonly limit: number; readonly file: string },
): Promise<readonly PostChange[]> {
  const rows = await meant(db, filter)
    .orderBy("post_change.at", "desc")
    .orderBy("post_change.no", "desc")
    .offset(page.offset)
    .limit(Math.max(1, Math.min(page.limit, largestPage)))
    .selectAll("post_change")
    .execute();
  refuseDamaged(rows, page.file);
  const told = await versionsTold(db, rows, page.file);
  return rows.map((row) => {
    const [before, after] = [row.version - 1, row.version].map((version) =>
      told.get(`${row.post_no}/${version}`),
    );
    if (!after) throw new ArchiveDamaged(damagedFile(page.file, "a change names no version"));
    return changeOf(row, after, before);
  });
}

/**
 * Of these posts, by their number, when the last edit, deletion or return was seen; a post that never changed is left out.
 * @throws ArchiveDamaged
 */
export async function lastChangesOf(
  db: Database,
  posts: readonly { readonly no: number }[],
  file: string,
): Promise<ReadonlyMap<number, Instant>> {
  const last = new Map<number, Instant>();
  for (let from = 0; from < posts.length; from += largestPage) {
    const nos = posts.slice(from, from + largestPage).map(({ no }) => no);
    const rows = await db
      .selectFrom("post_change")
      .where("post_no", "in", nos)
      .selectAll()
      .execute();
    refuseDamaged(rows, file);
    for (const { post_no: no, at } of rows) if (at > (last.get(no) ?? "")) last.set(no, at);
  }
  return last;
}

/** @throws ArchiveDamaged when one says something else than was written */
function refuseDamaged(rows: readonly Selectable<PostChangeTable>[], file: string): void {
  if (!rows.every(isChangeAsWritten))
    throw new ArchiveDamaged(damagedFile(file, "a change of a post is not what was kept"));
}

function changeOf(
  row: Selectable<PostChangeTable>,
  at: Post,
  before: Post | undefined,
): PostChange {
  const { kind } = row;
  const own = {
    no: row.no,
    kind,
    at: row.at,
    channel: at.channel,
    id: at.id,
    version: row.version,
    lastSeenAt: row.last_seen_at,
  };
  if (kind === "edited") return { ...own, ...(before && { before }), after: at };
  const gone = { ...own, checks: row.absent_checks };
  if (kind === "deleted") return { ...gone, before: at };
  return { ...gone, ...(row.deleted_at !== null && { deletedAt: row.deleted_at }), after: at };
}

/** How many changes there are of each kind. */
export async function countChanges(
  db: Database,
  filter: ChangeFilter,
): Promise<Readonly<Record<ChangeKind, number>>> {
  // In one walk over an index; groups would be sorted first, which takes several times as long.
  return meant(db, filter)
    .select((eb) =>
      changeKinds.map((kind) =>
        eb.fn.countAll<number>().filterWhere("post_change.kind", "=", kind).as(kind),
      ),
    )
    .executeTakeFirstOrThrow();
}

/** Channels with the number of their changes, the most changed first. */
export async function countByChannel(
  db: Database,
  filter: ChangeFilter,
): Promise<readonly { readonly channel: string; readonly count: number }[]> {
  return meant(db, filter)
    .innerJoin("channel", "channel.no", "post_change.channel_no")
    .groupBy("post_change.channel_no")
    .select((eb) => ["channel.name as channel", eb.fn.countAll<number>().as("count")])
    .orderBy("count", "desc")
    .orderBy("channel.name_key")
    .execute();
}

/** UTC days, like `2026-11-23`, with the number of changes seen on each. */
export async function countByDay(
  db: Database,
  filter: ChangeFilter,
): Promise<ReadonlyMap<string, number>> {
  const day = sql<string>`substr(post_change.at, 1, 10)`;
  const rows = await meant(db, filter)
    .groupBy(day)
    .select((eb) => [day.as("day"), eb.fn.countAll<number>().as("count")])
    .execute();
  return new Map(rows.map((row) => [row.day, row.count]));
}

/** The number of the change that was saved last; 0 without any. */
export async function lastChangeNo(db: Database, filter: ChangeFilter): Promise<number> {
  const row = await meant(db, filter)
    .select((eb) => eb.fn.max<number | null>("post_change.no").as("no"))
    .executeTakeFirst();
  return row?.no ?? 0;
}

// eslint-disable-next-line typescript/explicit-function-return-type -- the query's own type
function meant(db: Database, { channels, kinds, since, until, afterNo, upToNo }: ChangeFilter) {
  let query = db.selectFrom("post_change");
  if (channels)
    query = query.where("post_change.channel_no", "in", (eb) =>
      eb.selectFrom("channel").where("name_key", "in", channels.map(nameKey)).select("no"),
    );
  if (kinds) query = query.where("post_change.kind", "in", kinds);
  if (since !== undefined) query = query.where("post_change.at", ">=", since);
  if (until !== undefined) query = query.where("post_change.at", "<", until);
  if (afterNo !== undefined) query = query.where("post_change.no", ">", afterNo);
  if (upToNo !== undefined) query = query.where("post_change.no", "<=", upToNo);
  return query;
}

/** The versions that these changes led from and to, by `post number/version`. @throws ArchiveDamaged */
async function versionsTold(
  db: Database,
  rows: readonly { readonly post_no: number; readonly version: number }[],
  file: string,
): Promise<ReadonlyMap<string, Post>> {
  if (rows.length === 0) return new Map();
  const nos = [...new Set(rows.map((row) => row.post_no))];
  const numbers = [...new Set(rows.flatMap(({ version }) => [version - 1, version]))];
  const posts = await db
    .selectFrom("post")
    .innerJoin("channel", "channel.no", "post.channel_no")
    .where("post.no", "in", nos)
    .selectAll("post")
    .select("channel.name as channel")
    .execute();
  const byNo = new Map(posts.map((post) => [post.no, post]));
  const past = await db
    .selectFrom("version")
    .where("post_no", "in", nos)
    .where("number", "in", numbers)
    .selectAll()
    .execute();
  const told = new Map<string, Post>();
  for (const post of posts) {
    if (!isAsWritten(post)) throw postNotAsKept(post, file);
    told.set(`${post.no}/${post.versions}`, soundVersion(post, post, file));
  }
  for (const version of past) {
    const post = byNo.get(version.post_no);
    if (post) told.set(`${post.no}/${version.number}`, soundVersion(post, version, file));
  }
  return told;
}

function soundVersion(
  row: Pick<PostTable, "id" | "published_at"> & { readonly channel: string },
  parts: PostParts & { readonly hash: string },
  file: string,
): Post {
  const post = postOf({ channel: row.channel, id: row.id, publishedAt: row.published_at }, parts);
  if (postHash(post) !== parts.hash) throw postNotAsKept(row, file);
  return post;
}
