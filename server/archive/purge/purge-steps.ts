import { setImmediate as yieldToOthers } from "node:timers/promises";
import { cutPosts } from "../../../scraper/markup/cut-posts.ts";
import { postHash } from "../../../scraper/post-hash.ts";
import type { Instant, Post, PostKey } from "../../../scraper/post.ts";
import { replaceBody } from "../posts/bodies.ts";
import { eraseMessages } from "./erase-messages.ts";
import type { Database, Handles } from "../database.ts";
import { nameKey } from "../runs/ledger.ts";
import { partsOf, postOf } from "../posts/post-row.ts";
import { rowSum } from "../posts/row-sum.ts";
import {
  addPurged,
  authorMark,
  authorsOf,
  Goners,
  purgedIn,
  targetOf,
  withoutReplysWords,
} from "./purged.ts";
import { eraseMarks } from "../posts/result-sets.ts";
import { laySpan } from "../posts/save-posts.ts";
import type { ChannelTable, PurgeTable } from "../schema/schema.ts";
import { scrub } from "./scrub.ts";
import { writeTombstones } from "../posts/write-rows.ts";
import { postsAfter } from "../posts/posts-after.ts";

export interface PurgeParts extends Handles {
  readonly file: string;
  /** Removes the files that no post shows any more. Called again after a crash: it must not mind. */
  readonly removeFiles?: () => Promise<void>;
}

/** What an order came to. */
export interface Purged {
  readonly kind: PurgeTable["kind"];
  readonly channel?: string;
  readonly posts: number;
  /** Kept pages that something was cut out of, and those that had to go as a whole. */
  readonly pagesCut: number;
  readonly pagesDropped: number;
  readonly askedAt: Instant;
  readonly doneAt?: Instant;
}

type Work = PurgeParts & { readonly no: number; readonly signal?: AbortSignal };
/** Does a bounded part of a step in one transaction; answers whether the step is over. */
type Step = (tx: Database, order: PurgeTable, work: Work) => Promise<boolean>;

const rowsAStep = 500;
const pagesAStep = 20;

const steps: readonly { readonly name: PurgeTable["step"]; readonly do: Step }[] = [
  { name: "find", do: find },
  { name: "bodies", do: cutBodies },
  { name: "posts", do: removePosts },
  { name: "sets", do: eraseSets },
];

/** Goes on with an order from the step it stands at; each part of a step is one transaction. */
export async function workOff(
  parts: PurgeParts,
  no: number,
  options: { readonly signal?: AbortSignal },
): Promise<Purged> {
  const work: Work = { ...parts, no, ...options };
  for (;;) {
    options.signal?.throwIfAborted();
    const order = await orderOf(parts.writer(), no);
    const at = steps.findIndex(({ name }) => name === order.step);
    const step = steps[at];
    if (!step) break;
    await parts
      .writer()
      .transaction()
      .execute(async (tx) => {
        const fresh = await orderOf(tx, no);
        if (fresh.step !== step.name) return;
        if (!(await step.do(tx, fresh, work))) return;
        const next = steps[at + 1]?.name ?? "scrub";
        await tx.updateTable("purge").set({ step: next, cursor: 0 }).where("no", "=", no).execute();
      });
    await yieldToOthers();
  }
  if ((await orderOf(parts.writer(), no)).step === "scrub") {
    await parts.removeFiles?.();
    await scrub(parts.file, options);
    const done = `${parts.now().toISOString().slice(0, 19)}Z`;
    await parts
      .writer()
      .updateTable("purge")
      .set({ step: "done", done_at: done })
      .where("no", "=", no)
      .execute();
  }
  const order = await orderOf(parts.writer(), no);
  return {
    kind: order.kind,
    ...(order.channel !== null && { channel: order.channel }),
    posts: order.posts,
    pagesCut: order.pages_cut,
    pagesDropped: order.pages_dropped,
    askedAt: order.asked_at,
    ...(order.done_at !== null && { doneAt: order.done_at }),
  };
}

async function orderOf(db: Database, no: number): Promise<PurgeTable> {
  return db.selectFrom("purge").where("no", "=", no).selectAll().executeTakeFirstOrThrow();
}

/** Finds an author's posts, and of posts to be purged the notices that quote them and the replies that do. */
async function find(tx: Database, order: PurgeTable): Promise<boolean> {
  if (order.kind === "author" && order.cursor >= 0) return findAuthor(tx, order);
  return findQuotes(tx, order);
}

async function findAuthor(tx: Database, order: PurgeTable): Promise<boolean> {
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
  // Below zero the second walk begins: over those that quote what the first one found.
  await setCursor(tx, order.no, last ?? -1);
  return false;
}

async function findQuotes(tx: Database, order: PurgeTable): Promise<boolean> {
  const after = order.kind === "author" ? -order.cursor - 1 : order.cursor;
  const rows = await postsAfter(tx, after, rowsAStep);
  const last = rows.at(-1)?.no;
  if (last === undefined) return true;
  const { archive_id: archiveId } = await tx
    .selectFrom("archive")
    .select("archive_id")
    .executeTakeFirstOrThrow();
  const gone = new Goners(tx);
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
      await rewrite(tx, { row, parts, post: withoutReplysWords(post) });
    }
  }
  await setCursor(tx, order.no, order.kind === "author" ? -last - 1 : last);
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
    readonly parts: { readonly content: string; readonly number?: number };
    readonly post: Post;
  },
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
}

/** Cuts what was purged out of every page kept of the channels it stood in. */
async function cutBodies(tx: Database, order: PurgeTable): Promise<boolean> {
  const channels = await channelsOf(tx, order);
  const rows = await tx
    .selectFrom("body")
    .where("no", ">", order.cursor)
    .where((eb) =>
      eb.or([
        eb("channel_no", "in", [...channels.map(({ no }) => no), -1]),
        eb(eb.fn<string>("lower", ["channel"]), "in", [...channels.map((c) => c.name_key), ""]),
      ]),
    )
    .orderBy("no")
    .limit(pagesAStep)
    .select(["no", "bytes", "why", "channel"])
    .execute();
  const last = rows.at(-1);
  if (!last) return true;
  const counts = { cut: 0, dropped: 0 };
  for (const row of rows) {
    if (order.kind === "channel") {
      await blank(tx, row.no);
      counts.dropped += 1;
      continue;
    }
    const isGone = await isGoneIn(tx, row);
    const to = (body: Uint8Array): Uint8Array | undefined => {
      const cut = cutPosts(body, isGone);
      if (row.why !== null && (!cut || cut.pieces > 0)) return undefined;
      return cut?.pieces === 0 ? body : cut?.body;
    };
    const became = await replaceBody(tx, row, { at: order.asked_at, to });
    if (became !== "as before") counts[became] += 1;
  }
  await tx
    .updateTable("purge")
    .set((eb) => ({
      cursor: last.no,
      pages_cut: eb("pages_cut", "+", counts.cut),
      pages_dropped: eb("pages_dropped", "+", counts.dropped),
    }))
    .where("no", "=", order.no)
    .execute();
  return false;
}

/** The channels that an order takes something from. */
async function channelsOf(tx: Database, order: PurgeTable): Promise<readonly ChannelTable[]> {
  const all = await tx.selectFrom("channel").selectAll().execute();
  if (order.kind === "channel") return all.filter(({ name_key }) => name_key === order.channel);
  const touched = await tx
    .selectFrom("purged")
    .where("purge_no", "=", order.no)
    .select("channel")
    .distinct()
    .execute();
  return all.filter(({ name_key }) => touched.some(({ channel }) => channel === name_key));
}

/** All that is purged of a page's channel, by whatever order. */
async function isGoneIn(
  tx: Database,
  { channel }: { readonly channel: string },
): Promise<(of: string, id: number) => boolean> {
  const ranges = await purgedIn(tx, channel, { from: 1, to: Number.MAX_SAFE_INTEGER });
  const own = nameKey(channel);
  return (of, id) => nameKey(of) === own && ranges.some(({ from, to }) => from <= id && id <= to);
}

/** What is left of a page is its number, which is not given again. */
async function blank(tx: Database, no: number): Promise<void> {
  const nothing = { channel_no: null, channel: "", url: "", why: null, from_id: null, to_id: null };
  await tx
    .updateTable("body")
    .set({ ...nothing, read_at: "", parser: null, bytes: new Uint8Array() })
    .where("no", "=", no)
    .execute();
}

/** Posts with their versions, samples and parts; the index is told by tombstones, the channel's figures are counted anew. */
async function removePosts(tx: Database, order: PurgeTable): Promise<boolean> {
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

/** Cited sets keep which posts they had, but no longer what a purged one said; messages that would say it are not sent. */
async function eraseSets(tx: Database, order: PurgeTable, { file }: Work): Promise<boolean> {
  const gone = new Goners(tx);
  const isGone = async ({ channel, id }: PostKey): Promise<boolean> =>
    order.kind === "channel" ? nameKey(channel) === order.channel : gone.any(channel, [id]);
  await eraseMarks(tx, isGone, file);
  await eraseMessages(tx, isGone);
  return true;
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
