import { crc32 } from "node:zlib";
import type { PostTable } from "../schema/schema.ts";

/** A row without what moves by itself: its place in the log, and when it was last seen. */
type Summed = Omit<PostTable, "sum" | "position" | "last_seen_at">;

/**
 * CRC-32 of what a post's row says. The hash of a post covers what makes a version; dates, counters and addresses are
 * told to readers too, and a changed byte in them must not pass.
 */
export function rowSum(row: Summed): number {
  const said: readonly (string | number | null)[] = [
    row.no,
    row.channel_no,
    row.id,
    row.kind,
    row.published_at,
    row.origin,
    row.hash,
    row.content,
    row.counters,
    row.addresses,
    row.body_no,
    row.versions,
    row.version_seen_at,
    row.first_seen_at,
    row.counters_at,
    row.sampled_at,
    row.first_absent_at,
    row.last_absent_at,
    row.absent_checks,
    row.deleted_at,
  ];
  return crc32(JSON.stringify(said));
}

/** Whether a row says what was written; one from before rows had sums is believed. */
export function isAsWritten(row: PostTable): boolean {
  return row.sum === null || row.sum === rowSum(row);
}
