import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { note } from "./write-journal.ts";

/** Takes what was told of posts with these ids out of the journal, salts and all; its entries stay, and the chain with them. */
export async function forgetPosts(
  tx: Database,
  channelNo: number,
  { from, to }: IdRange,
): Promise<void> {
  await tx
    .deleteFrom("journal_content")
    .where("channel_no", "=", channelNo)
    .where("post_id", ">=", from)
    .where("post_id", "<=", to)
    .execute();
}

/** Takes out all that was told of a channel, its pages included. */
export async function forgetChannel(tx: Database, channelNo: number): Promise<void> {
  await tx.deleteFrom("journal_content").where("channel_no", "=", channelNo).execute();
}

/** A page is no longer what was read: that is forgotten, and what is left of it (`sha256`) noted. */
export async function noteCut(
  tx: Database,
  page: { readonly no: number; readonly sha256?: string },
  at: Instant,
): Promise<void> {
  const { no, ...left } = page;
  await tx.deleteFrom("journal_content").where("body_no", "=", no).execute();
  await note(tx, [{ event: { what: "page cut", page: no, ...left }, bodyNo: no }], at);
}

/** A version of a post was rewritten: what was told of the words before (`hash`) is forgotten, and what is kept now noted. */
export async function noteRewritten(
  tx: Database,
  post: {
    readonly no: number;
    readonly id: number;
    readonly channel: string;
    readonly channel_no: number;
    readonly hash: string;
  },
  at: Instant,
): Promise<void> {
  const { channel, id, channel_no: channelNo } = post;
  await tx
    .deleteFrom("journal_content")
    .where("channel_no", "=", channelNo)
    .where("post_id", "=", id)
    .where("content", "like", `%${post.hash}%`)
    .execute();
  const past = await tx
    .selectFrom("version")
    .where("post_no", "=", post.no)
    .orderBy("number")
    .select("hash")
    .execute();
  const present = await tx.selectFrom("post").where("no", "=", post.no).select("hash").execute();
  const hashes = [...past, ...present].map(({ hash }) => hash);
  const event = { what: "rewritten", channel, id, hashes } as const;
  await note(tx, [{ event, channelNo, postId: id }], at);
}
