import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** What was purged and stays out, and who makes backups by the clock. */
export async function keeping(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("purge")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("channel", "text")
    .addColumn("author", "text")
    .addColumn("asked_at", "text", (c) => c.notNull())
    .addColumn("step", "text", (c) => c.notNull())
    .addColumn("cursor", "integer", (c) => c.notNull())
    .addColumn("posts", "integer", (c) => c.notNull())
    .addColumn("pages_cut", "integer", (c) => c.notNull())
    .addColumn("pages_dropped", "integer", (c) => c.notNull())
    .addColumn("done_at", "text")
    .execute();
  await schema.createIndex("purge_of").on("purge").columns(["kind", "channel"]).execute();
  await schema
    .createTable("purged")
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("from_id", "integer", (c) => c.notNull())
    .addColumn("to_id", "integer", (c) => c.notNull())
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("purge_no", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("purged_key", ["channel", "from_id"])
    .execute();
  await schema.createIndex("purged_of").on("purged").column("purge_no").execute();
  await schema.alterTable("body").addColumn("purged_at", "text").execute();
  await schema
    .createTable("backup")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("holder", "text")
    .addColumn("held_until", "text")
    .addColumn("last_at", "text")
    .addColumn("tried_at", "text")
    .addColumn("error", "text")
    .execute();
  await db
    .insertInto("backup")
    .values({ id: 1, holder: null, held_until: null, last_at: null, tried_at: null, error: null })
    .execute();
}
