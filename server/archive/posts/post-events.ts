import type { Instant } from "../../../scraper/post.ts";
import type { Decision } from "./decide.ts";
import type { PostTable } from "../schema/schema.ts";
import type { Event } from "../journal/entry.ts";
import type { Noted } from "../journal/write-journal.ts";

interface Where {
  readonly channel: string;
  readonly channelNo: number;
  readonly at: Instant;
}

/** What a reading did to a post, as the journal tells it: nothing when the post says what it said, and is there as it was. */
export function postEvents(
  before: PostTable | undefined,
  { outcome, row, history }: Decision,
  where: Where,
): readonly Noted[] {
  if (!row) return [];
  const { channel, at } = where;
  const of = (id: number, event: Event): Noted => ({
    event,
    channelNo: where.channelNo,
    postId: id,
  });
  const gone = (what: "deleted" | "returned"): Noted =>
    of(row.id, { what, channel, id: row.id, at });
  const told = history?.past.map(({ hash }) => hash) ?? [];
  const says = (what: "new" | "edited" | "reread" | "told"): Noted =>
    of(row.id, {
      what,
      channel,
      id: row.id,
      hashes: [...told, row.hash],
      ...(row.body_no !== null && { page: row.body_no }),
    });
  const moved = before !== undefined && before.id !== row.id;
  const wasGone = before?.deleted_at != null;
  const isGone = row.deleted_at !== null;
  const noted: Noted[] = [];
  if (moved) noted.push(of(before.id, { what: "joined", channel, id: before.id, at }));
  if (wasGone && !isGone) noted.push(gone("returned"));
  if (history) noted.push(says("told"));
  else if (!before) noted.push(says("new"));
  else if (outcome === "edited") noted.push(says("edited"));
  else if (before.hash !== row.hash || moved) noted.push(says("reread"));
  if (isGone && !wasGone) noted.push(gone("deleted"));
  return noted;
}

/** A post that a page spanned and did not show, for good. */
export const deletedEvent = (row: PostTable, { channel, channelNo, at }: Where): Noted => ({
  event: { what: "deleted", channel, id: row.id, at },
  channelNo,
  postId: row.id,
});

/** A post that became part of another one's album. */
export const joinedEvent = (row: PostTable, { channel, channelNo, at }: Where): Noted => ({
  event: { what: "joined", channel, id: row.id, at },
  channelNo,
  postId: row.id,
});
