import { type Kysely, sql } from "kysely";
import { changeSum } from "../posts/post-change.ts";
import type { Tables } from "./schema.ts";

const rowsAtOnce = 500;

/**
 * Migration 13: what was seen to happen to posts, in the order it was seen. Filled from the versions and deletions that are
 * kept; a post that came back before this left no trace of having been away.
 */
export async function postChanges(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("post_change")
    // Numbers are not given again: a reader's last visit is one of them.
    .addColumn("no", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("post_no", "integer", (c) => c.notNull().references("post.no"))
    .addColumn("channel_no", "integer", (c) => c.notNull().references("channel.no"))
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("last_seen_at", "text", (c) => c.notNull())
    .addColumn("absent_checks", "integer", (c) => c.notNull())
    .addColumn("deleted_at", "text")
    .addColumn("sum", "integer", (c) => c.notNull())
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on("post_change");
  await index("post_change_at").columns(["at", "no", "kind", "channel_no"]).execute();
  await index("post_change_in").columns(["channel_no", "at", "no", "kind"]).execute();
  await index("post_change_of").column("post_no").execute();
  await fillFromKept(db);
}

async function fillFromKept(db: Kysely<Tables>): Promise<void> {
  await sql`
    insert into post_change
      (post_no, channel_no, kind, version, at, last_seen_at, absent_checks, deleted_at, sum)
    select * from (
      select post.no as post_no, post.channel_no, 'edited' as kind, version.number as version,
        version.seen_at as at, before.last_seen_at, 0, null, 0
      from version
      join version as before
        on before.post_no = version.post_no and before.number = version.number - 1
      join post on post.no = version.post_no
      union all
      select post.no, post.channel_no, 'edited', post.versions, post.version_seen_at,
        before.last_seen_at, 0, null, 0
      from post
      join version as before on before.post_no = post.no and before.number = post.versions - 1
      union all
      select no, channel_no, 'deleted', versions, deleted_at, last_seen_at, absent_checks, deleted_at, 0
      from post where deleted_at is not null
    )
    order by at, post_no, version, kind desc`.execute(db);
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("post_change")
      .where("no", ">", after)
      .orderBy("no")
      .limit(rowsAtOnce)
      .selectAll()
      .execute();
    for (const row of rows)
      await db
        .updateTable("post_change")
        .set({ sum: changeSum(row) })
        .where("no", "=", row.no)
        .execute();
    const last = rows.at(-1);
    if (!last) return;
    after = last.no;
  }
}
