import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration: files of posts, what is wanted of them, and what each channel wants. */
export async function mediaTables(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("media")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("post_no", "integer", (c) => c.notNull().references("post.no").onDelete("cascade"))
    .addColumn("channel_no", "integer", (c) => c.notNull())
    .addColumn("post_id", "integer", (c) => c.notNull())
    .addColumn("place", "integer", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("shape", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("sha256", "text")
    .addColumn("bytes", "integer")
    .addColumn("type", "text")
    .addColumn("tag", "text")
    .addColumn("why", "text")
    .addColumn("tries", "integer", (c) => c.notNull())
    .addColumn("next_at", "text", (c) => c.notNull())
    .addColumn("claimed_until", "text")
    .addUniqueConstraint("media_key", ["post_no", "place", "kind", "shape"])
    .execute();
  await schema
    .createIndex("media_wanted")
    .on("media")
    .columns(["channel_no", "state", "post_id"])
    .execute();
  await schema
    .createIndex("media_about_to_be")
    .on("media")
    .columns(["no", "bytes", "state", "sha256"])
    .where("state", "=", sql.lit("wanted"))
    .where("sha256", "is not", null)
    .execute();
  await schema.createIndex("media_content").on("media").column("sha256").execute();
  await schema
    .createTable("media_file")
    .addColumn("sha256", "text", (c) => c.primaryKey())
    .addColumn("bytes", "integer", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("kept_at", "text", (c) => c.notNull())
    .execute();
  await schema
    .createTable("media_channel")
    .addColumn("channel_no", "integer", (c) =>
      c.primaryKey().references("channel.no").onDelete("cascade"),
    )
    .addColumn("kinds", "text")
    .addColumn("max_bytes", "integer")
    .addColumn("considered", "text", (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .execute();
  await schema
    .createTable("media_total")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("files", "integer", (c) => c.notNull())
    .addColumn("bytes", "bigint", (c) => c.notNull())
    .execute();
  await db.insertInto("media_total").values({ id: 1, files: 0, bytes: 0 }).execute();
}
