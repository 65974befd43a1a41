import { read } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { descriptorOf, inodeAt, IndexConnection } from "./connect.ts";
import { isDamage } from "./index-damaged.ts";
import { sumOfPage } from "./page-sum.ts";
import { type PageSums, readSums } from "./page-sums.ts";
import { readMeta, schemaVersion } from "./schema.ts";
import { mayBeReplaced, refuseShortened } from "./settle-log.ts";
import { type Log, noLog, readLog, sameSalts } from "./write-ahead-log.ts";

/** What a look at every page of an index found. `inode` names the file that was looked at. */
export type PagesFound =
  | { readonly kind: "absent" }
  /** Of another schema: no sums of it are known, and it is not searched. */
  | { readonly kind: "other"; readonly inode: bigint }
  | { readonly kind: "sound"; readonly inode: bigint; readonly birth: string }
  | {
      readonly kind: "damaged";
      readonly inode: bigint;
      /** Absent where not even that can be read. */
      readonly birth: string | undefined;
      readonly why: string;
    };

export interface CheckOptions {
  /** The folder cannot be written, and the file is read as it lies. */
  readonly readOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
}

const readAt = promisify(read);
/** How long another process is waited for that sets up or ends the log. */
const waitMs = 5_000;
const mostTries = 20;
const betweenTriesMs = 50;
const bytesAtOnce = 2 ** 20;

/** Compares each page of an index, and its log, with what was written, as of one moment, while others write. */
export async function checkPages(file: string, options: CheckOptions = {}): Promise<PagesFound> {
  for (let tries = 1; ; tries++) {
    options.signal?.throwIfAborted();
    const found = await checkOnce(file, { ...options, isLast: tries === mostTries });
    if (found !== "replaced") return found;
    await sleep(betweenTriesMs, undefined, { signal: options.signal });
  }
}

async function checkOnce(
  file: string,
  { readOnly = false, signal, isLast }: CheckOptions & { readonly isLast: boolean },
): Promise<PagesFound | "replaced"> {
  const inode = inodeAt(file);
  if (inode === undefined) return { kind: "absent" };
  let birth: string | undefined;
  const damaged = (why: string): PagesFound => ({ kind: "damaged", inode, birth, why });
  try {
    using connection = new IndexConnection(file, readOnly ? "asItLies" : "read");
    const { db } = connection;
    // What is read from here on is of one state: no page outside the log is changed under a reader.
    db.exec(`pragma busy_timeout = ${waitMs}; begin`);
    const meta = readMeta(db);
    ({ birth } = meta);
    const descriptor = descriptorOf(file, "");
    if (descriptor === undefined || inodeAt(file) !== inode) return "replaced";
    if (meta.schema !== schemaVersion) return { kind: "other", inode };
    const kept = readSums(file, meta.birth);
    if (kept === undefined) {
      return isLast ? damaged("its checksums are missing or damaged") : "replaced";
    }
    const log = readOnly ? noLog : readLog(file, kept.pageSize);
    refuseShortened(kept, log);
    const settledMeanwhile = (): boolean => {
      const now = readSums(file, meta.birth);
      if (now?.frames !== kept.frames) return true;
      return kept.salts !== undefined && !sameSalts(now.salts, kept.salts);
    };
    const page = await firstWrongPage(descriptor, { kept, log, settledMeanwhile, signal });
    if (page !== undefined) return damaged(`page ${page} is not what was written`);
    return { kind: "sound", inode, birth: meta.birth };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return damaged((error as Error).message);
  }
}

async function firstWrongPage(
  descriptor: number,
  {
    kept,
    log,
    settledMeanwhile,
    signal,
  }: {
    readonly kept: PageSums;
    readonly log: Log;
    readonly settledMeanwhile: () => boolean;
    readonly signal: AbortSignal | undefined;
  },
): Promise<number | undefined> {
  const { sums, pageSize } = kept;
  const pages = log.frames === 0 ? sums.length : log.pages;
  const bytes = Buffer.alloc(bytesAtOnce);
  for (let first = 0; first < pages; first += bytesAtOnce / pageSize) {
    signal?.throwIfAborted();
    const { bytesRead } = await readAt(descriptor, bytes, 0, bytesAtOnce, first * pageSize);
    const end = Math.min(pages, first + bytesAtOnce / pageSize);
    for (let number = first + 1; number <= end; number++) {
      const isInLog = log.newest.has(number);
      if (isInLog && (number > sums.length || mayBeReplaced(kept, log, number))) continue;
      const at = (number - first - 1) * pageSize;
      const isThere = at + pageSize <= bytesRead;
      if (isThere && sumOfPage(bytes, { number, at, size: pageSize }) === sums[number - 1])
        continue;
      // What the log holds may have been brought in after its sum was read.
      if (!isInLog || !settledMeanwhile()) return number;
    }
  }
  return undefined;
}
