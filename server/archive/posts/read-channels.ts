import type { Channel } from "../../../scraper/post.ts";
import type { KeptFile } from "../media/archived-media.ts";
import type { ArchiveState, ArchivedChannel, ChannelSample } from "./archived-post.ts";
import type { Database } from "../database.ts";
import { nameKey } from "../name-key.ts";
import type { ChannelTable } from "../schema/schema.ts";

/** The channel of this name, in any case. */
export async function channelRow(db: Database, name: string): Promise<ChannelTable | undefined> {
  return db
    .selectFrom("channel")
    .where("name_key", "=", nameKey(name))
    .selectAll()
    .executeTakeFirst();
}

/** Every channel, by name. */
export async function channelRows(db: Database): Promise<readonly ChannelTable[]> {
  return db.selectFrom("channel").selectAll().orderBy("name_key").execute();
}

/** The row as the list of channels shows it. */
export function archivedChannelOf(row: ChannelTable, avatar?: KeptFile): ArchivedChannel {
  const newest = row.newest_id ?? 0;
  return {
    name: row.name,
    title: row.title,
    ...(row.description !== null && { description: row.description }),
    ...(row.avatar_url !== null && { avatarUrl: row.avatar_url }),
    ...(row.avatar_url !== null && avatar && { avatar }),
    verified: row.verified === 1,
    ...(row.labels !== null && { labels: JSON.parse(row.labels) as readonly string[] }),
    ...(row.chat_id !== null && { chatId: row.chat_id }),
    counters: JSON.parse(row.counters) as Channel["counters"],
    posts: row.posts,
    deleted: row.deleted,
    ...(row.first_id !== null && { firstId: row.first_id }),
    ...(row.newest_id !== null && { newestId: row.newest_id }),
    ...(row.oldest !== null && { oldest: row.oldest }),
    ...(row.newest !== null && { newest: row.newest }),
    addedAt: row.added_at,
    ...(row.last_read_at !== null && { lastReadAt: row.last_read_at }),
    complete: newest === 0 ? 0 : (row.spanned + row.unspanned_kept) / newest,
    imported: row.unspanned_kept,
  };
}

/** What the channel's page said of it, a day after the other, the newest `limit` days, oldest first. */
export async function channelSamplesOf(
  db: Database,
  channel: ChannelTable,
  limit: number,
): Promise<readonly ChannelSample[]> {
  const rows = await db
    .selectFrom("channel_sample")
    .where("channel_no", "=", channel.no)
    .orderBy("day", "desc")
    .limit(limit)
    .select(["day", "counters"])
    .execute();
  return rows.toReversed().map(({ day, counters }) => ({
    day,
    counters: JSON.parse(counters) as Channel["counters"],
  }));
}

/** The figures of the whole archive. */
export async function stateOf(db: Database): Promise<ArchiveState> {
  const { archive_id, created_at, position } = await db
    .selectFrom("archive")
    .select(["archive_id", "created_at", "position"])
    .executeTakeFirstOrThrow();
  const { posts, channels, newest } = await db
    .selectFrom("channel")
    .select((eb) => [
      eb.fn.sum<number | null>("posts").as("posts"),
      eb.fn.countAll<number>().as("channels"),
      eb.fn.max("newest").as("newest"),
    ])
    .executeTakeFirstOrThrow();
  return {
    archiveId: archive_id,
    createdAt: `${created_at.slice(0, 19)}Z`,
    posts: posts ?? 0,
    channels,
    ...(newest !== null && { newest }),
    position,
  };
}
