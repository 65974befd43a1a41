import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Webhook deliveries, the addresses that want none, and saved searches with what each has matched. */
export async function deliveriesAndSavedSearches({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("delivery")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("source", "text", (c) => c.notNull())
    .addColumn("url", "text", (c) => c.notNull())
    .addColumn("secret", "text", (c) => c.notNull())
    .addColumn("event", "text", (c) => c.notNull())
    .addColumn("body", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("tries", "integer", (c) => c.notNull())
    .addColumn("added_at", "text", (c) => c.notNull())
    .addColumn("due_at", "text", (c) => c.notNull())
    .addColumn("leased_until", "text")
    .addColumn("lease", "text")
    .addColumn("tried_at", "text")
    .addColumn("answer", "text")
    .execute();
  await schema.createIndex("delivery_due").on("delivery").columns(["state", "due_at"]).execute();
  await schema.createIndex("delivery_source").on("delivery").columns(["source", "no"]).execute();
  await schema
    .createTable("webhook_gone")
    .addColumn("url", "text", (c) => c.primaryKey())
    .addColumn("at", "text", (c) => c.notNull())
    .execute();
  await schema
    .createTable("saved_search")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("query", "text", (c) => c.notNull())
    .addColumn("url", "text")
    .addColumn("secret", "text")
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("paused_at", "text")
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("matches", "integer", (c) => c.notNull())
    .addColumn("matched_at", "text")
    .execute();
  await schema
    .createTable("saved_match")
    .addColumn("search_no", "integer", (c) =>
      c.notNull().references("saved_search.no").onDelete("cascade"),
    )
    .addColumn("post_no", "integer", (c) => c.notNull().references("post.no").onDelete("cascade"))
    .addPrimaryKeyConstraint("saved_match_key", ["search_no", "post_no"])
    .execute();
  await schema.createIndex("saved_match_post").on("saved_match").column("post_no").execute();
}
