import { cutPosts } from "../../../scraper/markup/cut-posts.ts";
import type { Database } from "../database.ts";
import { noteCut } from "../journal/forget.ts";
import { nameKey } from "../name-key.ts";
import { pageHash, replaceBody } from "../posts/bodies.ts";
import type { PurgeTable } from "../schema/schema.ts";
import { channelsOf } from "./channels-of.ts";
import { purgedIn } from "./purged.ts";

const pagesAStep = 20;

/** A part of the pages: cuts what was purged out of every page kept of the channels it stood in. */
export async function cutBodies(tx: Database, order: PurgeTable): Promise<boolean> {
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
      await noteCut(tx, { no: row.no }, order.asked_at);
      counts.dropped += 1;
      continue;
    }
    const isGone = await isGoneIn(tx, row);
    let left: Uint8Array | undefined;
    const to = (body: Uint8Array): Uint8Array | undefined => {
      const cut = cutPosts(body, isGone);
      if (row.why !== null && (!cut || cut.pieces > 0)) return undefined;
      left = cut?.pieces === 0 ? body : cut?.body;
      return left;
    };
    const became = await replaceBody(tx, row, { at: order.asked_at, to });
    if (became === "as before") continue;
    counts[became] += 1;
    await noteCut(tx, { no: row.no, ...(left && { sha256: pageHash(left) }) }, order.asked_at);
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
    .set({
      ...nothing,
      status: null,
      headers: null,
      read_at: "",
      parser: null,
      bytes: new Uint8Array(),
    })
    .where("no", "=", no)
    .execute();
}
