import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 17: what an answer said before its page, and time stamps of the journal. */
export async function evidence({ schema }: Kysely<Tables>): Promise<void> {
  await schema.alterTable("body").addColumn("status", "integer").execute();
  await schema.alterTable("body").addColumn("headers", "text").execute();
  await schema
    .createTable("stamp")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("archive_id", "text", (c) => c.notNull())
    .addColumn("entry", "integer", (c) => c.notNull())
    .addColumn("link", "blob", (c) => c.notNull())
    .addColumn("authority", "text", (c) => c.notNull())
    .addColumn("stamped_at", "text", (c) => c.notNull())
    .addColumn("answer", "blob", (c) => c.notNull())
    .addUniqueConstraint("stamp_of_entry", ["archive_id", "entry", "authority"])
    .execute();
}
