import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 7: sessions of people who entered with a key, the key before a rotation, alerts. */
export async function watching(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("session")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("key_id", "text", (c) => c.notNull().references("access_key.id"))
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("expires_at", "text", (c) => c.notNull())
    .execute();
  await schema.createIndex("session_of_key").on("session").column("key_id").execute();
  await schema.alterTable("access_key").addColumn("previous_hash", "text").execute();
  await schema.alterTable("access_key").addColumn("previous_until", "text").execute();
  await schema
    .createTable("alert")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("facts", "text", (c) => c.notNull())
    .addColumn("seen_at", "text", (c) => c.notNull())
    .addColumn("raised_at", "text")
    .addColumn("calm_at", "text")
    .addColumn("cleared_at", "text")
    .execute();
  await schema
    .createIndex("alert_open")
    .on("alert")
    .columns(["kind", "subject"])
    .unique()
    .where(sql.ref("cleared_at"), "is", null)
    .execute();
  await schema
    .createTable("alert_watch")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("judged_at", "text", (c) => c.notNull())
    .execute();
  await db.insertInto("alert_watch").values({ id: 1, judged_at: "" }).execute();
}
