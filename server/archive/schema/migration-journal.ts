import { type Kysely, sql } from "kysely";
import { note, type Noted } from "../journal/write-journal.ts";
import { pageNoted, wholeBody } from "../posts/bodies.ts";
import { postsAfter } from "../posts/posts-after.ts";
import type { Tables } from "./schema.ts";

const pagesAtOnce = 100;
const postsAtOnce = 1_000;

/** Migration 16: the journal, begun with what is kept so far. */
export async function journal(db: Kysely<Tables>, at: string): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("journal")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("digests", "blob", (c) => c.notNull())
    .addColumn("link", "blob", (c) => c.notNull())
    .execute();
  await schema
    .createTable("journal_content")
    .addColumn("no", "integer", (c) => c.notNull().references("journal.no"))
    .addColumn("place", "integer", (c) => c.notNull())
    .addColumn("salt", "blob", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("channel_no", "integer")
    .addColumn("post_id", "integer")
    .addColumn("body_no", "integer")
    .addPrimaryKeyConstraint("journal_content_key", ["no", "place"])
    .modifyEnd(sql`without rowid`)
    .execute();
  const index = (name: string) => schema.createIndex(name).on("journal_content");
  await index("journal_of_post")
    .columns(["channel_no", "post_id"])
    .where("post_id", "is not", null)
    .execute();
  await index("journal_of_page").column("body_no").where("body_no", "is not", null).execute();
  await schema.alterTable("result_set").addColumn("journal_no", "integer").execute();
  const { archive_id: archive } = await db
    .selectFrom("archive")
    .select("archive_id")
    .executeTakeFirstOrThrow();
  await note(db, [{ event: { what: "begun", archive } }], at);
  await notePages(db, at);
  await notePosts(db, at);
}

async function notePages(db: Kysely<Tables>, at: string): Promise<void> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("body")
      .where("no", ">", after)
      .orderBy("no")
      .limit(pagesAtOnce)
      .select(["no", "channel", "channel_no", "url", "read_at", "bytes"])
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    const noted = rows.flatMap(({ no, channel, channel_no, url, read_at: readAt, bytes }) => {
      const body = wholeBody(bytes);
      // A damaged page is no reason not to open the archive; `verify` names it.
      if (body === undefined || body === "damaged") return [];
      const about = channel_no === null ? {} : { channelNo: channel_no };
      return [pageNoted({ no, channel, ...about, url, readAt, body })];
    });
    await note(db, noted, at);
    after = last.no;
  }
}

async function notePosts(db: Kysely<Tables>, at: string): Promise<void> {
  for (let after = 0; ;) {
    const rows = await postsAfter(db, after, postsAtOnce);
    const last = rows.at(-1);
    if (!last) return;
    const past = await db
      .selectFrom("version")
      .where("post_no", ">", after)
      .where("post_no", "<=", last.no)
      .orderBy("post_no")
      .orderBy("number")
      .select(["post_no", "hash"])
      .execute();
    const pastOf = Map.groupBy(past, (version) => version.post_no);
    const noted = rows.flatMap((row): Noted[] => {
      const { channel, id } = row;
      const about = { channelNo: row.channel_no, postId: id };
      const hashes = [...(pastOf.get(row.no) ?? []), row].map(({ hash }) => hash);
      const page = row.body_no === null ? {} : { page: row.body_no };
      const found: Noted = { ...about, event: { what: "found", channel, id, hashes, ...page } };
      if (row.deleted_at === null) return [found];
      return [found, { ...about, event: { what: "deleted", channel, id, at: row.deleted_at } }];
    });
    await note(db, noted, at);
    after = last.no;
  }
}
