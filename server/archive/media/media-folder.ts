import { createHash } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "../../../scraper/reasons.ts";
import { DiskFull } from "../errors.ts";
import { type MediaType, sniffedBytes, sniffType } from "./media-type.ts";

/** What a whole file is, told from its bytes. */
export interface MediaContent {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly type: MediaType;
}

const sha256Hex = /^[0-9a-f]{64}$/;
const folderHex = /^[0-9a-f]{2}$/;
const marksKept = 100_000;

/**
 * The folder of files: `ab/cdef…` by SHA-256, and `parts/12` for what is on its way. Names are hashes and our own numbers
 * alone, so that nothing a page says can lead out of it.
 */
export class MediaFolder {
  readonly path: string;
  /** Files that were read and are whole, by hash, with what would tell that they changed since. */
  readonly #sound = new Map<string, string>();

  constructor(path: string) {
    this.path = path;
  }

  /** Where the file of this hash lies. @throws TypeError for anything that is no SHA-256 in hex. */
  file(sha256: string): string {
    if (!sha256Hex.test(sha256)) throw new TypeError("This is no SHA-256.");
    return join(this.path, sha256.slice(0, 2), sha256.slice(2));
  }

  /** How much of a file on its way is here; 0 when nothing is. */
  async partBytes(no: number): Promise<number> {
    return (await sizeOf(this.#part(no))) ?? 0;
  }

  /** Adds chunks to a part from an offset on, and flushes it, also when they break off. @throws DiskFull, what `chunks` throws */
  async writePart(no: number, from: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      await mkdir(join(this.path, "parts"), { recursive: true });
      await using handle = await open(this.#part(no), from > 0 ? "r+" : "w");
      await handle.truncate(from);
      let at = from;
      try {
        for await (const chunk of chunks) {
          await handle.write(chunk, 0, chunk.length, at);
          at += chunk.length;
        }
      } finally {
        await handle.sync();
      }
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.dropPart(no);
      throw new DiskFull([reason("disk-full-for-files", { folder: this.path })], { cause: error });
    }
  }

  async dropPart(no: number): Promise<void> {
    await rm(this.#part(no), { force: true });
  }

  /** What a part is, read from the disk. */
  async contentOfPart(no: number): Promise<MediaContent> {
    return contentOf(this.#part(no));
  }

  /** What the file of this hash really is; `undefined` when it is not there. */
  async contentOf(sha256: string): Promise<MediaContent | undefined> {
    return (await sizeOf(this.file(sha256))) === undefined
      ? undefined
      : contentOf(this.file(sha256));
  }

  /** Gives a whole, flushed part its name; a file of the same bytes that is there already is replaced by them. */
  async settlePart(no: number, sha256: string): Promise<void> {
    const target = this.file(sha256);
    const folder = join(target, "..");
    await mkdir(folder, { recursive: true });
    await rename(this.#part(no), target);
    await using handle = await open(folder);
    await handle.sync();
  }

  /** Bytes of the file of this hash; `undefined` when it is not there. */
  async bytesOf(sha256: string): Promise<number | undefined> {
    return sizeOf(this.file(sha256));
  }

  /** Whether the file of this hash holds the bytes of it; read once, and again when its size or time has changed. */
  async isSound(sha256: string): Promise<boolean> {
    const { size, mtimeMs, ino } = await stat(this.file(sha256));
    const mark = `${size} ${mtimeMs} ${ino}`;
    if (this.#sound.get(sha256) === mark) return true;
    if ((await contentOf(this.file(sha256))).sha256 !== sha256) return false;
    if (this.#sound.size >= marksKept) this.#sound.clear();
    this.#sound.set(sha256, mark);
    return true;
  }

  /** The file's bytes from `start` to `end`, both included. */
  read(sha256: string, range: { readonly start: number; readonly end: number }): ReadStream {
    return createReadStream(this.file(sha256), range);
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.file(sha256), { force: true });
  }

  /** Numbers of the parts that are here. */
  async parts(): Promise<readonly number[]> {
    const names = await namesIn(join(this.path, "parts"));
    return names.filter((name) => /^\d{1,15}$/.test(name)).map(Number);
  }

  /** Every file that has its name, by hash; what has any other name, by its path within the folder. */
  async *all(): AsyncGenerator<{ readonly sha256: string } | { readonly strange: string }> {
    for (const folder of await namesIn(this.path)) {
      if (folder === "parts") continue;
      if (!folderHex.test(folder)) yield { strange: folder };
      else
        for (const name of await namesIn(join(this.path, folder))) {
          const sha256 = folder + name;
          yield sha256Hex.test(sha256) ? { sha256 } : { strange: join(folder, name) };
        }
    }
  }

  #part(no: number): string {
    return join(this.path, "parts", String(Math.trunc(no)));
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (isOf(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isOf(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function contentOf(file: string): Promise<MediaContent> {
  const hash = createHash("sha256");
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (head.length < sniffedBytes) head = Buffer.concat([head, chunk.subarray(0, sniffedBytes)]);
  }
  return { sha256: hash.digest("hex"), bytes, type: sniffType(head) };
}

const isFull = (error: unknown): boolean => isOf(error, "ENOSPC", "EDQUOT");

function isOf(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
