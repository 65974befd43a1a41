import type { Database } from "../database.ts";
import { forgetChannel, forgetPosts } from "../journal/forget.ts";
import { laySpan } from "../posts/span-rows.ts";
import { writeTombstones } from "../posts/write-rows.ts";
import type { ChannelTable, PurgeTable } from "../schema/schema.ts";
import { channelsOf } from "./channels-of.ts";

const rowsAStep = 500;

/** A part of the posts, with their versions, samples and parts; the index is told by tombstones, the channel's figures are counted anew. */
export async function removePosts(tx: Database, order: PurgeTable): Promise<boolean> {
  for (const channel of await channelsOf(tx, order)) {
    let query = tx.selectFrom("post").where("channel_no", "=", channel.no).select(["no", "id"]);
    if (order.kind !== "channel")
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom("purged")
            .where("purged.channel", "=", channel.name_key)
            .whereRef("purged.from_id", "<=", "post.id")
            .whereRef("purged.to_id", ">=", "post.id")
            .select("purged.channel"),
        ),
      );
    const rows = await query.limit(rowsAStep).execute();
    if (rows.length === 0) {
      await settle(tx, order, channel);
      continue;
    }
    const nos = rows.map(({ no }) => no);
    const ids = rows.map(({ id }) => id);
    for (const table of ["sample", "version", "post_change", "member"] as const)
      await tx.deleteFrom(table).where("post_no", "in", nos).execute();
    await tx.deleteFrom("post").where("no", "in", nos).execute();
    const archive = await tx.selectFrom("archive").selectAll().executeTakeFirstOrThrow();
    await writeTombstones(tx, archive, { channel: channel.name, gone: ids, present: [] });
    await tx.updateTable("archive").set({ position: archive.position }).execute();
    await recount(tx, channel);
    await tx
      .updateTable("purge")
      .set((eb) => ({ posts: eb("posts", "+", rows.length) }))
      .where("no", "=", order.no)
      .execute();
    return false;
  }
  return true;
}

/** Once its posts are gone: purged ids count as classed, and a purged channel is no more. */
async function settle(tx: Database, order: PurgeTable, channel: ChannelTable): Promise<void> {
  if (order.kind === "channel") {
    await tx.deleteFrom("span").where("channel_no", "=", channel.no).execute();
    await tx.deleteFrom("member").where("channel_no", "=", channel.no).execute();
    await tx.deleteFrom("media").where("channel_no", "=", channel.no).execute();
    await forgetChannel(tx, channel.no);
    await tx.deleteFrom("channel_sample").where("channel_no", "=", channel.no).execute();
    await eraseRuns(tx, channel.name_key);
    await tx.deleteFrom("channel").where("no", "=", channel.no).execute();
    return;
  }
  const row = { ...channel };
  const ranges = await tx
    .selectFrom("purged")
    .where("purge_no", "=", order.no)
    .where("channel", "=", channel.name_key)
    .selectAll()
    .execute();
  for (const { from_id: from, to_id: to } of ranges) {
    const news = await laySpan(tx, row, { from, to, readAt: order.asked_at });
    const fewer = news.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);
    row.unspanned_kept = Math.max(0, row.unspanned_kept - fewer);
    await forgetPosts(tx, channel.no, { from, to });
  }
  const { spanned, unspanned_kept } = row;
  await tx
    .updateTable("channel")
    .set({ spanned, unspanned_kept })
    .where("no", "=", channel.no)
    .execute();
}

async function recount(tx: Database, { no }: ChannelTable): Promise<void> {
  const figures = await tx
    .selectFrom("post")
    .where("channel_no", "=", no)
    .select((eb) => [
      eb.fn.countAll<number>().as("posts"),
      eb.fn.count<number>("deleted_at").as("deleted"),
      eb.fn.min<number | null>("id").as("first_id"),
      eb.fn.min<string | null>("published_at").as("oldest"),
      eb.fn.max<string | null>("published_at").as("newest"),
    ])
    .executeTakeFirstOrThrow();
  await tx.updateTable("channel").set(figures).where("no", "=", no).execute();
}

/** When a channel was read, what its runs said, and what was found wrong with it. */
async function eraseRuns(tx: Database, channel: string): Promise<void> {
  const runs = tx.selectFrom("run").where("channel_key", "=", channel).select("id");
  await tx.deleteFrom("run_line").where("run_id", "in", runs).execute();
  await tx.deleteFrom("run").where("channel_key", "=", channel).execute();
  await tx.deleteFrom("schedule").where("channel_key", "=", channel).execute();
  await tx
    .deleteFrom("alert")
    .where((eb) => eb(eb.fn<string>("lower", ["subject"]), "=", channel))
    .execute();
}
