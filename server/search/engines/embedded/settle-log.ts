import { closeSync, fdatasyncSync, openSync, readSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { descriptorOf, IndexConnection } from "./connect.ts";
import { IndexDamaged } from "./index-damaged.ts";
import { sumOfPage } from "./page-sum.ts";
import { type PageSums, readSums, writeSums } from "./page-sums.ts";
import { readMeta } from "./schema.ts";
import { type Log, readLog, sameSalts } from "./write-ahead-log.ts";

/**
 * Brings the log into the index's file, as far as readers let it, after its pages' new sums are on the disk: whatever
 * happens between the two, each page that the log does not hold has the sum that is kept. `db` can write, and is in no
 * transaction. @throws IndexDamaged when a page that is to be replaced, or the log, is not what was written.
 */
export function settleLog(db: DatabaseSync, file: string): void {
  // Nobody adds to the log until it is done, and nobody else settles it.
  db.exec("begin immediate");
  try {
    const { birth } = readMeta(db);
    const kept = readSums(file, birth);
    if (kept === undefined) throw new IndexDamaged("its checksums are missing or damaged");
    const log = readLog(file, kept.pageSize);
    if (log.frames === 0) return;
    refuseShortened(kept, log);
    if (!sameSalts(kept.salts, log.salts) || kept.frames !== log.frames)
      writeSums(file, sumsAfter(file, kept, log));
    // The connection that holds the others off cannot do it.
    using second = new IndexConnection(file, "write");
    second.db.exec("pragma wal_checkpoint(passive)");
  } finally {
    db.exec("rollback");
  }
}

/** @throws IndexDamaged when frames are gone that were already brought in, at least in part. */
export function refuseShortened(kept: PageSums, log: Log): void {
  if (sameSalts(kept.salts, log.salts) && log.frames < kept.frames)
    throw new IndexDamaged("its log is cut off");
}

function sumsAfter(file: string, kept: PageSums, log: Log): PageSums {
  const { birth, pageSize } = kept;
  const sums = new Uint32Array(log.pages);
  sums.set(kept.sums.subarray(0, log.pages));
  const main = descriptorOf(file, "");
  if (main === undefined) throw new IndexDamaged("its file was removed");
  const added = openSync(`${file}-wal`, "r");
  try {
    const bytes = Buffer.alloc(pageSize);
    for (const [number, at] of log.newest) {
      if (number <= kept.sums.length && !mayBeReplaced(kept, log, number)) {
        readSync(main, bytes, 0, pageSize, (number - 1) * pageSize);
        if (sumOfPage(bytes, { number, at: 0, size: pageSize }) !== kept.sums[number - 1])
          throw new IndexDamaged(`page ${number} is not what was written`);
      }
      if (number > log.pages) continue;
      readSync(added, bytes, 0, pageSize, at);
      sums[number - 1] = sumOfPage(bytes, { number, at: 0, size: pageSize });
    }
    fdatasyncSync(added);
  } finally {
    closeSync(added);
  }
  return { birth, pageSize, sums, salts: log.salts, frames: log.frames, isReplacing: false };
}

/** Whether the file may hold a later content of this page of the log than that whose sum is kept. */
export function mayBeReplaced(kept: PageSums, log: Log, page: number): boolean {
  if (kept.isReplacing) return true;
  const isWhole = log.broughtIn >= kept.frames;
  return sameSalts(kept.salts, log.salts) && !isWhole && log.first.get(page)! <= kept.frames;
}
