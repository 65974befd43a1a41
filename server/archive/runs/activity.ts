import { sql } from "kysely";
import type { Database } from "../database.ts";
import type { ChannelTable } from "../schema/schema.ts";

/** How much has been going on in a channel lately. */
export interface Activity {
  /** How far back this looks: 28 days, or as far as its newest 500 posts go. */
  readonly hours: number;
  readonly posts: number;
  /** Those of them that were changed after they were first seen. */
  readonly changed: number;
  /** Those younger than 48 hours. */
  readonly fresh: number;
}

const lookBackMs = 28 * 24 * 3_600_000;
const freshMs = 48 * 3_600_000;
const mostPosts = 500;

/** `undefined` when nothing of the channel is kept. */
export async function activityOf(
  db: Database,
  channel: ChannelTable,
  now: Date,
): Promise<Activity | undefined> {
  if (channel.posts === 0) return undefined;
  const since = now.getTime() - lookBackMs;
  const freshSince = new Date(now.getTime() - freshMs).toISOString();
  const lately = db
    .selectFrom("post")
    .where("channel_no", "=", channel.no)
    .select(["published_at", "versions"])
    .orderBy("id", "desc")
    .limit(mostPosts)
    .as("newest");
  const found = await db
    .selectFrom(lately)
    .where("published_at", ">=", new Date(since).toISOString())
    .select((eb) => [
      eb.fn.countAll<number>().as("posts"),
      eb.fn.min("published_at").as("oldest"),
      sql<number | null>`sum(case when versions > 1 then 1 else 0 end)`.as("changed"),
      sql<number | null>`sum(case when published_at >= ${freshSince} then 1 else 0 end)`.as(
        "fresh",
      ),
    ])
    .executeTakeFirstOrThrow();
  const from = found.posts === mostPosts ? Date.parse(found.oldest) : since;
  return {
    hours: Math.max(1, (now.getTime() - from) / 3_600_000),
    posts: found.posts,
    changed: found.changed ?? 0,
    fresh: found.fresh ?? 0,
  };
}
