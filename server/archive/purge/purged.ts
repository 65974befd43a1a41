import { hash } from "node:crypto";
import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Instant, Post, PostKey, Reply } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { ChannelPurged } from "../errors.ts";
import { nameKey } from "../name-key.ts";
import type { PurgeTable } from "../schema/schema.ts";
import { gapsIn } from "../spans.ts";

/** The purged ids of a channel within a range, ascending, with when they were purged. */
export async function purgedIn(
  db: Database,
  channel: string,
  { from, to }: IdRange,
): Promise<readonly (IdRange & { readonly at: Instant })[]> {
  const rows = await db
    .selectFrom("purged")
    .where("channel", "=", nameKey(channel))
    .where("from_id", "<=", to)
    .where("to_id", ">=", from)
    .orderBy("from_id")
    .select(["from_id", "to_id", "at"])
    .execute();
  return rows.map((row) => ({ from: row.from_id, to: row.to_id, at: row.at }));
}

/** The order by which a whole channel was purged. */
export async function channelPurge(db: Database, channel: string): Promise<PurgeTable | undefined> {
  return db
    .selectFrom("purge")
    .where("kind", "=", "channel")
    .where("channel", "=", nameKey(channel))
    .selectAll()
    .executeTakeFirst();
}

/** @throws ChannelPurged when all of a channel was purged: it is neither asked for nor kept. */
export async function refusePurged(db: Database, channel: string): Promise<void> {
  const order = await channelPurge(db, channel);
  if (order) throw new ChannelPurged(channel, order.asked_at);
}

/** Whether anything of a channel was purged. */
export async function anyPurged(db: Database, channel: string): Promise<boolean> {
  if (await channelPurge(db, channel)) return true;
  return (await purgedIn(db, channel, everyId)).length > 0;
}
const everyId = { from: 1, to: Number.MAX_SAFE_INTEGER };

/** Adds ids to what was purged; those that were purged before stay as they are. */
export async function addPurged(
  tx: Database,
  ids: readonly number[],
  of: { readonly channel: string; readonly at: Instant; readonly purgeNo: number },
): Promise<void> {
  const channel = nameKey(of.channel);
  for (const range of rangesOf(ids)) {
    const before = await purgedIn(tx, channel, range);
    for (const { from, to } of gapsIn(before, range))
      await tx
        .insertInto("purged")
        .values({ channel, from_id: from, to_id: to, at: of.at, purge_no: of.purgeNo })
        .execute();
  }
}

/** Ids side by side as ranges, ascending. */
export function rangesOf(ids: readonly number[]): readonly IdRange[] {
  const ranges: IdRange[] = [];
  for (const id of [...new Set(ids)].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.to === id - 1) ranges[ranges.length - 1] = { from: last.from, to: id };
    else ranges.push({ from: id, to: id });
  }
  return ranges;
}

/** How an author's name is known without being kept: only whoever has the name can tell it is the one. */
export function authorMark(archiveId: string, name: string): string {
  const plain = name.normalize("NFC").replaceAll(/\s+/g, " ").trim().toLowerCase();
  return hash("sha256", `${archiveId}\n${plain}`);
}

/** Whose words a post holds: who signed it, and whom it was forwarded from. */
export function authorsOf(post: Pick<Post, "author" | "forward">): readonly string[] {
  const { author, forward } = post;
  const person = forward?.channel === undefined ? forward?.name : undefined;
  const names = [author, forward?.author, person];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The post a reply answers, where it is one that can be seen. */
export function targetOf({ channel, id }: Reply): PostKey | undefined {
  return channel === undefined || id === undefined ? undefined : { channel, id };
}

/** The post with what its reply points at, but not whose words they are. */
export function withoutReplysWords(post: Post): Post {
  const { reply, ...rest } = post;
  const { author: _, text: __, ...pointer } = reply ?? {};
  return Object.keys(pointer).length > 0 ? { ...rest, reply: pointer } : rest;
}

/** Which ids are purged, asked of the archive once each. */
export class RemovedPosts {
  readonly #db: Database;
  readonly #ids = new Set<string>();

  constructor(db: Database) {
    this.#db = db;
  }

  async any(channel: string, ids: readonly number[]): Promise<boolean> {
    const range = { from: Math.min(...ids), to: Math.max(...ids) };
    const ranges = await purgedIn(this.#db, channel, range);
    const whole = ranges.length === 0 && (await channelPurge(this.#db, channel)) !== undefined;
    const isGone = (id: number): boolean =>
      whole || ranges.some(({ from, to }) => from <= id && id <= to);
    if (!ids.some(isGone)) return false;
    for (const id of ids) this.add(channel, id);
    return true;
  }

  add(channel: string, id: number): void {
    this.#ids.add(`${nameKey(channel)}/${id}`);
  }

  isKnown = (channel: string, id: number): boolean => this.#ids.has(`${nameKey(channel)}/${id}`);
}
