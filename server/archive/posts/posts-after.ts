import type { Database } from "../database.ts";

/** The rows of the next posts by number, with their channels' names: all of an archive is walked so, part by part. */
// eslint-disable-next-line typescript/explicit-function-return-type -- the query's own type
export async function postsAfter(db: Database, after: number, limit: number) {
  return db
    .selectFrom("post")
    .innerJoin("channel", "channel.no", "post.channel_no")
    .where("post.no", ">", after)
    .orderBy("post.no")
    .limit(limit)
    .selectAll("post")
    .select("channel.name as channel")
    .execute();
}
