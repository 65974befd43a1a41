import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 14: a channel's own picture is a file like those of its posts, and belongs to no post. */
export async function channelPictures(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  // SQLite lets go of NOT NULL only with a new table.
  await schema
    .createTable("media_next")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("post_no", "integer", (c) => c.references("post.no").onDelete("cascade"))
    .addColumn("channel_no", "integer", (c) => c.notNull())
    .addColumn("post_id", "integer")
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
  const columns = sql.raw(
    "no, post_no, channel_no, post_id, place, kind, shape, address, state, sha256, bytes, type, tag, why, tries, next_at, claimed_until",
  );
  await sql`insert into media_next (${columns}) select ${columns} from media`.execute(db);
  await schema.dropTable("media").execute();
  await schema.alterTable("media_next").renameTo("media").execute();
  const index = (name: string) => schema.createIndex(name).on("media");
  await index("media_wanted").columns(["channel_no", "state", "post_id"]).execute();
  await index("media_about_to_be")
    .columns(["no", "bytes", "state", "sha256"])
    .where("state", "=", sql.lit("wanted"))
    .where("sha256", "is not", null)
    .execute();
  await index("media_content").column("sha256").execute();
  await index("media_avatar")
    .columns(["channel_no", "no"])
    .where(sql.ref("kind"), "=", sql.lit("avatar"))
    .execute();
}
