import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { sumOfPage } from "./page-sum.ts";
import type { Salts } from "./write-ahead-log.ts";

/**
 * What each page of an index's file holds once the log is brought into it as far as `frames`; the file beside the index
 * that keeps this carries a checksum of itself and the name of the index it is of.
 */
export interface PageSums {
  readonly birth: string;
  readonly pageSize: number;
  /** By page, from 0 for page 1. */
  readonly sums: Uint32Array;
  /** The log that was about to be brought in; absent when there was none. */
  readonly salts?: Salts | undefined;
  readonly frames: number;
  /** Below the log the file may still hold the index that stood here before. */
  readonly isReplacing: boolean;
}

const format = 1;
const sumBytes = 4;

/** The sums of the index of this birth; undefined when there are none, or none to be believed. */
export function readSums(file: string, birth: string): PageSums | undefined {
  const name = nameOf(file, birth);
  if (!existsSync(name)) return undefined;
  const bytes = readFileSync(name);
  const end = bytes.length - sumBytes;
  if (end < 0 || crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) return undefined;
  const headEnd = bytes.indexOf("\n");
  const { format: found, ...head } = JSON.parse(bytes.toString("utf8", 0, headEnd)) as Head;
  if (found !== format || head.birth !== birth) return undefined;
  const sums = new Uint32Array(
    bytes.buffer.slice(bytes.byteOffset + headEnd + 1, bytes.byteOffset + end),
  );
  return { ...head, sums };
}

type Head = Omit<PageSums, "sums"> & { readonly format: number };

/** Takes the place of what was kept of this birth in one step, and is on the disk when it returns. */
export function writeSums(file: string, { sums, ...head }: PageSums): void {
  const bytes = Buffer.concat([
    Buffer.from(`${JSON.stringify({ ...head, format })}\n`),
    Buffer.from(sums.buffer, sums.byteOffset, sums.byteLength),
    Buffer.alloc(sumBytes),
  ]);
  const end = bytes.length - sumBytes;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
  const name = nameOf(file, head.birth);
  const draft = `${name}.${process.pid}`;
  try {
    const descriptor = openSync(draft, "w", 0o600);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, name);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  flushFolder(dirname(file));
}

/** The sums of a file that nobody has open. */
export function sumsOfFile(file: string, birth: string): PageSums {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(18);
    readSync(descriptor, head, 0, head.length, 0);
    const pageSize = pageSizeIn(head);
    const bytes = Buffer.alloc(bytesAtOnce);
    const sums: number[] = [];
    for (;;) {
      const length = readSync(descriptor, bytes, 0, bytes.length, sums.length * pageSize);
      if (length === 0) break;
      for (let at = 0; at + pageSize <= length; at += pageSize)
        sums.push(sumOfPage(bytes, { number: sums.length + 1, at, size: pageSize }));
    }
    return { birth, pageSize, sums: Uint32Array.from(sums), frames: 0, isReplacing: false };
  } finally {
    closeSync(descriptor);
  }
}
const bytesAtOnce = 2 ** 20;

/** SQLite writes 65,536 as 1. */
const pageSizeIn = (head: Buffer): number =>
  head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);

/** Removes what is kept of every birth but this one. */
export function removeSums(file: string, { except }: { readonly except?: string } = {}): void {
  const folder = dirname(file);
  const begin = basename(nameOf(file, ""));
  const kept = except === undefined ? undefined : basename(nameOf(file, except));
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (name.startsWith(begin) && name !== kept) rmSync(join(folder, name), { force: true });
}

const nameOf = (file: string, birth: string): string => `${file}.sums-${birth}`;

/** So that a name outlasts a power cut; not every system can. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {}
}
