import { crc32 } from "node:zlib";
import type { Insertable, Selectable } from "kysely";
import type { PostChangeTable } from "../schema/schema.ts";
import type { Decision } from "./decide.ts";
import type { PostTable } from "../schema/schema.ts";

/** What can be seen to happen to a kept post: other words, its absence, and its return from that. */
export const changeKinds = ["edited", "deleted", "returned"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export type ChangeRow = Insertable<PostChangeTable>;

/** What a reading saw happen to a post that was kept, in the order it can have happened. */
export function changesSeen(
  before: PostTable,
  { outcome, row }: Decision,
  at: string,
): readonly ChangeRow[] {
  if (!row) return [];
  const own = {
    post_no: row.no,
    channel_no: row.channel_no,
    at,
    last_seen_at: before.last_seen_at,
  };
  const returned = before.deleted_at !== null && row.deleted_at === null;
  return [
    ...(returned
      ? [
          summed({
            ...own,
            kind: "returned",
            version: before.versions,
            absent_checks: before.absent_checks,
            deleted_at: before.deleted_at,
          }),
        ]
      : []),
    ...(outcome === "edited"
      ? [
          summed({
            ...own,
            kind: "edited",
            version: row.versions,
            absent_checks: 0,
            deleted_at: null,
          }),
        ]
      : []),
  ];
}

/** A post that is gone: `row` as it is from now on. */
export const deletionSeen = (row: PostTable, at: string): ChangeRow =>
  summed({
    post_no: row.no,
    channel_no: row.channel_no,
    kind: "deleted",
    version: row.versions,
    at,
    last_seen_at: row.last_seen_at,
    absent_checks: row.absent_checks,
    deleted_at: at,
  });

/** CRC-32 of what a row says; it never changes once it is written. */
export function changeSum(row: Omit<ChangeRow, "sum" | "no">): number {
  return crc32(
    JSON.stringify([
      row.post_no,
      row.channel_no,
      row.kind,
      row.version,
      row.at,
      row.last_seen_at,
      row.absent_checks,
      row.deleted_at,
    ]),
  );
}

/** Whether a row says what was written. */
export const isChangeAsWritten = (row: Selectable<PostChangeTable>): boolean =>
  row.sum === changeSum(row);

export const summed = (row: Omit<ChangeRow, "sum" | "no">): ChangeRow => ({
  ...row,
  sum: changeSum(row),
});
