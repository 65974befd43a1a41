import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { descriptorOf } from "./connect.ts";
import { IndexDamaged } from "./index-damaged.ts";

/** Names one filling of the log: each time it begins anew it gets other salts. */
export type Salts = readonly [number, number];

/** What SQLite keeps beside a database and has not brought into it, checked frame by frame. */
export interface Log {
  /** Absent while the log is empty. */
  readonly salts?: Salts;
  /** How many frames were committed. */
  readonly frames: number;
  /** How many of them are in the database's file already. */
  readonly broughtIn: number;
  /** How many pages the database has by its last commit. */
  readonly pages: number;
  /** For each page in it, where its newest content begins, in bytes. */
  readonly newest: ReadonlyMap<number, number>;
  /** For each page in it, its first frame, from 1. */
  readonly first: ReadonlyMap<number, number>;
}

/** A log that holds nothing. */
export const noLog: Log = {
  frames: 0,
  broughtIn: 0,
  pages: 0,
  newest: new Map(),
  first: new Map(),
};
const headBytes = 32;
const frameHeadBytes = 24;
/** A log whose checksums are of little-endian words, as all machines we run on write it. */
const magic = 0x377f0682;
const mostTries = 5;

/**
 * The log of `file` as far as it was committed. Its caller is connected to it, and in a transaction, so that the log does
 * not begin anew more than once meanwhile. @throws IndexDamaged
 */
export function readLog(file: string, pageSize: number): Log {
  let fault: IndexDamaged | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const shared = readShared(file);
    if (shared === undefined || shared.frames === 0) return noLog;
    try {
      return readFrames(`${file}-wal`, { ...shared, pageSize });
    } catch (error) {
      if (!(error instanceof IndexDamaged)) throw error;
      fault = error;
      const now = readShared(file);
      if (now !== undefined && sameSalts(now.salts, shared.salts)) throw error;
    }
  }
  throw fault!;
}

/** How many frames the log of `file` has, to which this process is connected. */
export const framesInLog = (file: string): number => readShared(file)?.frames ?? 0;

/** The salts of the log of `file`, to which this process is connected; undefined when it has no frames. */
export function logSalts(file: string): Salts | undefined {
  const shared = readShared(file);
  return shared === undefined || shared.frames === 0 ? undefined : shared.salts;
}

export const sameSalts = (a: Salts | undefined, b: Salts | undefined): boolean =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];

interface Shared {
  readonly frames: number;
  readonly broughtIn: number;
  readonly salts: Salts;
}

const sharedBytes = 48;

/** What all who have the database open agree on: how far the log is committed. Undefined when nobody has. */
function readShared(file: string): Shared | undefined {
  const descriptor = descriptorOf(file, "-shm");
  if (descriptor === undefined) return undefined;
  const bytes = Buffer.alloc(2 * sharedBytes + 4);
  for (let tries = 0; tries < 1_000; tries++) {
    if (readSync(descriptor, bytes, 0, bytes.length, 0) < bytes.length) return undefined;
    // Two copies are written one after the other: where they differ one is being written.
    if (bytes.compare(bytes, sharedBytes, 2 * sharedBytes, 0, sharedBytes) !== 0) continue;
    const isInitialized = bytes[12] === 1;
    if (!isInitialized) return undefined;
    const salts = [bytes.readUInt32BE(32), bytes.readUInt32BE(36)] as const;
    const broughtIn = bytes.readUInt32LE(2 * sharedBytes);
    return { frames: bytes.readUInt32LE(16), broughtIn, salts };
  }
  return undefined;
}

function readFrames(
  file: string,
  { frames, broughtIn, salts, pageSize }: Shared & { readonly pageSize: number },
): Log {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(headBytes);
    readSync(descriptor, head, 0, headBytes, 0);
    const headSums = checksum(head, { from: 0, to: 24, sums: [0, 0] });
    if (
      head.readUInt32BE(0) !== magic ||
      head.readUInt32BE(8) !== pageSize ||
      !sameSalts([head.readUInt32BE(16), head.readUInt32BE(20)], salts) ||
      !isStored(headSums, head, 24)
    )
      throw new IndexDamaged("the head of its log is damaged");
    const frameBytes = frameHeadBytes + pageSize;
    if (fstatSync(descriptor).size < headBytes + frames * frameBytes)
      throw new IndexDamaged("its log is cut off");
    const newest = new Map<number, number>();
    const first = new Map<number, number>();
    const framesAtOnce = Math.ceil(2 ** 20 / frameBytes);
    const bytes = Buffer.alloc(framesAtOnce * frameBytes);
    let sums = headSums;
    let pages = 0;
    for (let frame = 1; frame <= frames; frame += framesAtOnce) {
      const count = Math.min(framesAtOnce, frames - frame + 1);
      const begin = headBytes + (frame - 1) * frameBytes;
      readSync(descriptor, bytes, 0, count * frameBytes, begin);
      for (let i = 0; i < count; i++) {
        const at = i * frameBytes;
        sums = checksum(bytes, { from: at, to: at + 8, sums });
        sums = checksum(bytes, { from: at + frameHeadBytes, to: at + frameBytes, sums });
        const hasSalts = sameSalts(
          [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)],
          salts,
        );
        if (!hasSalts || !isStored(sums, bytes, at + 16))
          throw new IndexDamaged(`frame ${frame + i} of its log is damaged`);
        const page = bytes.readUInt32BE(at);
        newest.set(page, begin + at + frameHeadBytes);
        if (!first.has(page)) first.set(page, frame + i);
        pages = bytes.readUInt32BE(at + 4) || pages;
      }
    }
    return { salts, frames, broughtIn, pages, newest, first };
  } finally {
    closeSync(descriptor);
  }
}

type Sums = readonly [number, number];

/** SQLite's checksum of a log, over little-endian words, going on from `sums`. */
function checksum(
  bytes: Buffer,
  { from, to, sums }: { readonly from: number; readonly to: number; readonly sums: Sums },
): Sums {
  let [a, b] = sums;
  for (let at = from; at < to; at += 8) {
    a = (a + bytes.readInt32LE(at) + b) | 0;
    b = (b + bytes.readInt32LE(at + 4) + a) | 0;
  }
  return [a, b];
}

const isStored = ([a, b]: Sums, bytes: Buffer, at: number): boolean =>
  bytes.readInt32BE(at) === a && bytes.readInt32BE(at + 4) === b;
