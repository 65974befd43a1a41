import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import type { ChannelTable } from "../schema/schema.ts";

/** Ids of which nothing is known, neither from a page nor from a file, and when the kept posts on either side were published. */
export interface UnreadGap {
  readonly firstId: number;
  readonly lastId: number;
  readonly from?: Instant;
  readonly to?: Instant;
}

/** When the posts of these gaps of a channel may have been published: two look-ups in the index for each. */
export async function datedGaps(
  db: Database,
  channel: ChannelTable,
  gaps: readonly IdRange[],
): Promise<readonly UnreadGap[]> {
  return Promise.all(gaps.map(async (gap) => withDates(db, channel, gap)));
}

async function withDates(
  db: Database,
  channel: ChannelTable,
  { from: firstId, to: lastId }: IdRange,
): Promise<UnreadGap> {
  const posts = db
    .selectFrom("post")
    .where("channel_no", "=", channel.no)
    .select("published_at")
    .limit(1);
  const before = await posts.where("id", "<", firstId).orderBy("id", "desc").executeTakeFirst();
  const after = await posts.where("id", ">", lastId).orderBy("id").executeTakeFirst();
  return {
    firstId,
    lastId,
    ...(before && { from: before.published_at }),
    ...(after && { to: after.published_at }),
  };
}
