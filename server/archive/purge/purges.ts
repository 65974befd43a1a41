import { UsageError } from "../../../scraper/errors.ts";
import { instant } from "../../../scraper/instant.ts";
import type { Instant, PostKey } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { nameKey } from "../name-key.ts";
import type { PurgeParts, Purged } from "./purge-steps.ts";
import { addPurged, authorMark, channelPurge, purgedIn } from "./purged.ts";
import { channelRow } from "../posts/read-channels.ts";
import { rowsOf } from "../posts/read-posts.ts";
import { spanOf } from "../posts/span-rows.ts";
import type { PurgeTable } from "../schema/schema.ts";
import { gapsIn, idsIn } from "../spans.ts";

/** What is to be removed for good. An author's posts are those signed by them or forwarded from them. */
export type PurgeTarget =
  | { readonly kind: "post"; readonly channel: string; readonly id: number }
  | { readonly kind: "channel"; readonly channel: string }
  | { readonly kind: "author"; readonly author: string; readonly channel?: string };

/**
 * Removes posts, channels and authors for good, and keeps them out. An order is written down first and worked off in steps,
 * each of them whole; one that was broken off goes on where it stood.
 */
export class Purges {
  readonly #parts: PurgeParts;

  constructor(parts: PurgeParts) {
    this.#parts = parts;
  }

  /** Writes the order down: from then on nothing of it is saved any more. Answers its number. @throws UsageError */
  async order(target: PurgeTarget): Promise<number> {
    const at = instant(this.#parts.now());
    const channel = target.channel === undefined ? null : nameKey(target.channel);
    return this.#parts
      .writer()
      .transaction()
      .execute(async (tx) => {
        const { archive_id: archiveId } = await tx
          .selectFrom("archive")
          .select("archive_id")
          .executeTakeFirstOrThrow();
        const last = await tx
          .selectFrom("purge")
          .select((eb) => eb.fn.max("no").as("no"))
          .executeTakeFirst();
        const no = (last?.no ?? 0) + 1;
        const order: PurgeTable = {
          no,
          kind: target.kind,
          channel,
          author: target.kind === "author" ? authorMark(archiveId, target.author) : null,
          asked_at: at,
          step: "find",
          cursor: 0,
          posts: 0,
          pages_cut: 0,
          pages_dropped: 0,
          done_at: null,
        };
        if (target.kind === "post")
          await addPurged(tx, await idsOf(tx, target), {
            channel: target.channel,
            at,
            purgeNo: no,
          });
        if (target.kind === "channel") await takeOver(tx, order);
        if (target.kind === "author") await forgetQueries(tx, target.author);
        await tx.insertInto("purge").values(order).execute();
        return no;
      });
  }

  /** The orders that are not done yet, oldest first. */
  async open(): Promise<readonly number[]> {
    const rows = await this.#parts.reader
      .selectFrom("purge")
      .where("step", "<>", "done")
      .orderBy("no")
      .select("no")
      .execute();
    return rows.map(({ no }) => no);
  }

  /** Works an order off; one that is done already is only told of. @throws DiskFull, ArchiveBusy: it can go on later */
  async carryOut(no: number, options: { readonly signal?: AbortSignal } = {}): Promise<Purged> {
    const { workOff } = await import("./purge-steps.ts");
    return workOff(this.#parts, no, options);
  }

  /** When this post, or the whole channel, was purged. */
  async purgedAt({ channel, id }: { channel: string; id?: number }): Promise<Instant | undefined> {
    const whole = await channelPurge(this.#parts.reader, channel);
    if (whole) return whole.asked_at;
    if (id === undefined) return undefined;
    const [range] = await purgedIn(this.#parts.reader, channel, { from: id, to: id });
    return range?.at;
  }

  /** Lets a channel, a post of it, or an author be kept again from now on; what was purged stays gone. @throws UsageError */
  async lift(target: PurgeTarget): Promise<void> {
    await this.#parts
      .writer()
      .transaction()
      .execute(async (tx) => {
        const lifted =
          target.kind === "post" ? await liftPost(tx, target) : await liftOrder(tx, target);
        if (!lifted) throw new UsageError("Nothing like that was purged here.");
      });
  }
}

/** The post's own ids and those its album ever had. @throws UsageError when nothing is kept there */
async function idsOf(tx: Database, { channel, id }: PostKey): Promise<readonly number[]> {
  const [row] = await rowsOf(tx, [{ channel, id }]);
  if (!row) throw new UsageError(`${channel}/${id} is not kept here: there is nothing to purge.`);
  const members = await tx
    .selectFrom("member")
    .where("post_no", "=", row.no)
    .select("id")
    .execute();
  return [row.id, ...members.map((member) => member.id)];
}

/** One order for the channel stands for all that was purged of it before. @throws UsageError */
async function takeOver(tx: Database, { channel }: PurgeTable): Promise<void> {
  if (channel === null) return;
  const before = await channelPurge(tx, channel);
  if (before) throw new UsageError(`@${channel} was purged on ${before.asked_at.slice(0, 10)}.`);
  if (!(await channelRow(tx, channel)))
    throw new UsageError(`@${channel} is not kept here: there is nothing to purge.`);
  await tx.deleteFrom("purged").where("channel", "=", channel).execute();
}

/** Sets that were cited with a query naming the author: the name is in them. */
async function forgetQueries(tx: Database, author: string): Promise<void> {
  const wanted = author.toLowerCase();
  const sets = await tx.selectFrom("result_set").select(["sha256", "query"]).execute();
  for (const { sha256, query } of sets)
    if (query.toLowerCase().includes(wanted))
      await tx
        .deleteFrom("result_set")
        .where("sha256", "=", sha256)
        .where("query", "=", query)
        .execute();
}

/** The id counts as not read again, so that the next run asks for it. */
async function liftPost(tx: Database, { channel, id }: PostKey): Promise<boolean> {
  const [range] = await purgedIn(tx, channel, { from: id, to: id });
  const row = await channelRow(tx, channel);
  if (!range || !row) return false;
  const key = nameKey(channel);
  const order = await tx
    .selectFrom("purged")
    .where("channel", "=", key)
    .where("from_id", "=", range.from)
    .select("purge_no")
    .executeTakeFirstOrThrow();
  await tx
    .deleteFrom("purged")
    .where("channel", "=", key)
    .where("from_id", "=", range.from)
    .execute();
  for (const { from, to } of gapsIn([{ from: id, to: id }], range))
    await tx
      .insertInto("purged")
      .values({ channel: key, from_id: from, to_id: to, at: range.at, ...order })
      .execute();
  await unspan(tx, row.no, id);
  return true;
}

async function unspan(tx: Database, channelNo: number, id: number): Promise<void> {
  const found = await tx
    .selectFrom("span")
    .where("channel_no", "=", channelNo)
    .where("from_id", "<=", id)
    .where("to_id", ">=", id)
    .selectAll()
    .executeTakeFirst();
  if (!found) return;
  const span = spanOf(found);
  const rest = gapsIn([{ from: id, to: id }], span);
  await tx
    .deleteFrom("span")
    .where("channel_no", "=", channelNo)
    .where("from_id", "=", span.from)
    .execute();
  for (const { from, to } of rest)
    await tx
      .insertInto("span")
      .values({ channel_no: channelNo, from_id: from, to_id: to, read_at: span.readAt })
      .execute();
  const fewer = idsIn([span]) - idsIn(rest);
  await tx
    .updateTable("channel")
    .set((eb) => ({ spanned: eb("spanned", "-", fewer) }))
    .where("no", "=", channelNo)
    .execute();
}

/** Of an author only what comes is kept again: the ids that were purged with the name stay out. */
async function liftOrder(
  tx: Database,
  target: Exclude<PurgeTarget, { kind: "post" }>,
): Promise<boolean> {
  const { archive_id: archiveId } = await tx
    .selectFrom("archive")
    .select("archive_id")
    .executeTakeFirstOrThrow();
  const channel = target.channel === undefined ? null : nameKey(target.channel);
  let orders = tx
    .deleteFrom("purge")
    .where("kind", "=", target.kind)
    .where("channel", channel === null ? "is" : "=", channel)
    .where("step", "=", "done");
  if (target.kind === "author")
    orders = orders.where("author", "=", authorMark(archiveId, target.author));
  const gone = await orders.returning("no").execute();
  return gone.length > 0;
}
