import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 18: where people are told, beside webhooks. What waits for a target is a delivery as any other. */
export async function targets({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("target")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("fields", "text", (c) => c.notNull())
    .addColumn("hears", "text", (c) => c.notNull())
    .addColumn("digest", "text", (c) => c.notNull())
    .addColumn("quiet", "text", (c) => c.notNull())
    .addColumn("zone", "text", (c) => c.notNull())
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("paused_at", "text")
    .addColumn("changes_no", "integer", (c) => c.notNull())
    .addColumn("missed", "integer", (c) => c.notNull())
    .execute();
}
