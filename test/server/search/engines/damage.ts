import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** The same places in each run: numbers from 0 to 1 that look like chance (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Changes one byte of a file, at a part of its length from 0 to 1, in at least one bit. */
export function flipByte(file: string, { at, bits }: { at: number; bits: number }): number {
  const descriptor = openSync(file, "r+");
  try {
    const place = Math.floor(at * fstatSync(descriptor).size);
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, place);
    byte[0] = byte[0]! ^ (1 + Math.floor(bits * 255));
    writeSync(descriptor, byte, 0, 1, place);
    return place;
  } finally {
    closeSync(descriptor);
  }
}

/** Copies the files of one folder into another. */
export function copyFiles(from: string, to: string): void {
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
}
