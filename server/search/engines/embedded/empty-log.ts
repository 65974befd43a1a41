import type { DatabaseSync } from "node:sqlite";
import { settleLog } from "./settle-log.ts";
import { logSalts, sameSalts } from "./write-ahead-log.ts";

const mostTries = 100;
const betweenTriesMs = 100;

/**
 * Leaves no frame of before in the log: brings it in, and begins it anew with one small write, which cuts the file. False
 * when readers kept it from that for ten seconds. @throws IndexDamaged
 */
export function emptyLog(db: DatabaseSync, file: string): boolean {
  for (let tries = 0; tries < mostTries; tries++) {
    settleLog(db, file);
    const before = logSalts(file);
    if (before === undefined) return true;
    db.exec("pragma journal_size_limit = 0");
    // Any number that does not stand there yet.
    db.exec(`pragma user_version = ${before[0] & 0x7fffffff}`);
    db.exec("pragma journal_size_limit = -1");
    if (!sameSalts(before, logSalts(file))) return true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, betweenTriesMs);
  }
  return false;
}
