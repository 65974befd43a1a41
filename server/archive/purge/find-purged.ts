import { postHash } from "../../../scraper/post-hash.ts";
import type { Instant, Post } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { noteRewritten } from "../journal/forget.ts";
import { nameKey } from "../name-key.ts";
import { partsOf, postOf } from "../posts/post-row.ts";
import { postsAfter } from "../posts/posts-after.ts";
import { rowSum } from "../posts/row-sum.ts";
import type { PurgeTable } from "../schema/schema.ts";
import {
  addPurged,
  authorMark,
  authorsOf,
  RemovedPosts,
  targetOf,
  withoutReplysWords,
} from "./purged.ts";

const rowsAStep = 500;

/** A part of the first walk: finds an author's posts; what other orders take is known from the beginning. */
export async function findAuthor(tx: Database, order: PurgeTable): Promise<boolean> {
  if (order.kind !== "author") return true;
  const { archive_id: archiveId } = await tx
    .selectFrom("archive")
    .select("archive_id")
    .executeTakeFirstOrThrow();
  const rows = await postsAfter(tx, order.cursor, rowsAStep);
  const past = await versionsOf(tx, rows);
  for (const row of rows) {
    if (order.channel !== null && nameKey(row.channel) !== order.channel) continue;
    const contents = [row, ...past.filter((version) => version.post_no === row.no)];
    if (!contents.some(({ content }) => /"(?:author|forward)":/.test(content))) continue;
    const posts = contents.map((parts) => postOf(keyOf(row), parts));
    const names = new Set(posts.flatMap(authorsOf));
    if (![...names].some((name) => authorMark(archiveId, name) === order.author)) continue;
    await purgeRow(tx, order, row);
  }
  const last = rows.at(-1)?.no;
  if (last === undefined) return true;
  await setCursor(tx, order.no, last);
  return false;
}

/** A part of the second walk: of posts to be purged, the notices that quote them and the replies that do. */
export async function findQuotes(tx: Database, order: PurgeTable): Promise<boolean> {
  const rows = await postsAfter(tx, order.cursor, rowsAStep);
  const last = rows.at(-1)?.no;
  if (last === undefined) return true;
  const { archive_id: archiveId } = await tx
    .selectFrom("archive")
    .select("archive_id")
    .executeTakeFirstOrThrow();
  const gone = new RemovedPosts(tx);
  const past = await versionsOf(tx, rows);
  for (const row of rows) {
    const versions = past.filter((version) => version.post_no === row.no);
    if (await isNoticeOf(tx, order, row)) await purgeRow(tx, order, row);
    for (const parts of [...versions, row]) {
      if (!parts.content.includes('"reply":')) continue;
      const post = postOf(keyOf(row), parts);
      const { reply } = post;
      if (reply?.text === undefined && reply?.author === undefined) continue;
      const byAuthor =
        reply.author !== undefined && authorMark(archiveId, reply.author) === order.author;
      const target = targetOf(reply);
      if (!byAuthor && !(target && (await gone.any(target.channel, [target.id])))) continue;
      if (byAuthor && target)
        await addPurged(tx, [target.id], {
          channel: target.channel,
          at: order.asked_at,
          purgeNo: order.no,
        });
      await rewrite(tx, { row, parts, post: withoutReplysWords(post) }, order.asked_at);
    }
  }
  await setCursor(tx, order.no, last);
  return false;
}

/** A notice that a post was pinned begins with its words. */
async function isNoticeOf(tx: Database, order: PurgeTable, row: KeptRow): Promise<boolean> {
  if (row.kind !== "service" || order.kind === "channel") return false;
  const { service, text } = postOf(keyOf(row), row);
  if (service !== "pinned") return false;
  const quoted = /«(.+?)(?:…|\.\.\.)?»/s.exec(text)?.[1]?.trim();
  if (quoted === undefined) return false;
  const gone = await tx
    .selectFrom("post")
    .innerJoin("purged", (join) =>
      join
        .onRef("purged.from_id", "<=", "post.id")
        .onRef("purged.to_id", ">=", "post.id")
        .on("purged.purge_no", "=", order.no),
    )
    .where("post.channel_no", "=", row.channel_no)
    .where("purged.channel", "=", nameKey(row.channel))
    .select(["post.no", "post.content"])
    .execute();
  const texts = [...gone, ...(await versionsOf(tx, gone))].map(
    ({ content }) => (JSON.parse(content) as { text?: string }).text ?? "",
  );
  return texts.some((words) => plain(words).startsWith(plain(quoted)));
}

const plain = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

async function purgeRow(tx: Database, order: PurgeTable, row: KeptRow): Promise<void> {
  const members = await tx
    .selectFrom("member")
    .where("post_no", "=", row.no)
    .select("id")
    .execute();
  await addPurged(tx, [row.id, ...members.map(({ id }) => id)], {
    channel: row.channel,
    at: order.asked_at,
    purgeNo: order.no,
  });
}

/** The version as it is without the quote; its hash is made anew, and the index looks at the post again. */
async function rewrite(
  tx: Database,
  change: {
    readonly row: KeptRow;
    readonly parts: { readonly content: string; readonly hash: string; readonly number?: number };
    readonly post: Post;
  },
  at: Instant,
): Promise<void> {
  const { row, parts, post } = change;
  const next = { content: partsOf(post).content, hash: postHash(post) };
  if (parts.number !== undefined) {
    await tx
      .updateTable("version")
      .set(next)
      .where("post_no", "=", row.no)
      .where("number", "=", parts.number)
      .execute();
    await noteRewritten(tx, { ...row, hash: parts.hash }, at);
    return;
  }
  const { position } = await tx
    .updateTable("archive")
    .set((eb) => ({ position: eb("position", "+", 1) }))
    .returning("position")
    .executeTakeFirstOrThrow();
  await tx
    .updateTable("post")
    .set({ ...next, position, sum: rowSum({ ...row, ...next }) })
    .where("no", "=", row.no)
    .execute();
  await noteRewritten(tx, row, at);
}

type KeptRow = Awaited<ReturnType<typeof postsAfter>>[number];

const keyOf = (row: {
  channel: string;
  id: number;
  published_at: string;
}): Parameters<typeof postOf>[0] => ({
  channel: row.channel,
  id: row.id,
  publishedAt: row.published_at,
});

// eslint-disable-next-line typescript/explicit-function-return-type -- the query's own type
async function versionsOf(tx: Database, rows: readonly { readonly no: number }[]) {
  if (rows.length === 0) return [];
  return tx
    .selectFrom("version")
    .where(
      "post_no",
      "in",
      rows.map(({ no }) => no),
    )
    .selectAll()
    .execute();
}

async function setCursor(tx: Database, no: number, cursor: number): Promise<void> {
  await tx.updateTable("purge").set({ cursor }).where("no", "=", no).execute();
}
