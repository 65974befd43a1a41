import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import yazl from "yazl";

/** A file of a package, as its manifest names it. */
export interface PackedFile {
  readonly path: string;
  /** SHA-256, hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** Beyond this a ZIP file needs fields that not every reader knows. */
const mostBytes = 2_000_000_000;
const sumDigits = 64;
const sumAs = "sha256:";

/**
 * A ZIP file whose files are stored as they are, so that a reader may begin anywhere. Its comment ends with the SHA-256 of all
 * bytes before that: no byte of it is held by nothing.
 */
export class ZipWriter implements AsyncDisposable {
  readonly #zip = new yazl.ZipFile();
  readonly #written: Promise<void>;
  readonly #name: string;
  readonly #at: Date;
  #bytes = 0;

  constructor(name: string, at: Date) {
    this.#name = name;
    this.#at = at;
    const out = this.#zip.outputStream as Readable;
    this.#zip.on("error", (error: Error) => out.destroy(error));
    this.#written = pipeline(out, createWriteStream(name));
    this.#written.catch(() => {});
  }

  /** @throws RangeError when the file grows too large */
  async add(path: string, chunks: Chunks): Promise<PackedFile> {
    const hash = createHash("sha256");
    let bytes = 0;
    const told = async function* (this: ZipWriter): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        const some = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        hash.update(some);
        bytes += some.length;
        this.#bytes += some.length;
        if (this.#bytes > mostBytes) throw new RangeError("A package holds at most 2 GB.");
        if (some.length > 0) yield some;
      }
    };
    const stream = Readable.from(told.call(this), { objectMode: false });
    this.#zip.addReadStream(stream, path, {
      compress: false,
      mtime: this.#at,
      mode: 0o100644,
      forceDosTimestamp: true,
    });
    await Promise.race([finished(stream), this.#written]);
    return { path, sha256: hash.digest("hex"), bytes };
  }

  /** Ends the file; answers its own SHA-256, hex. */
  async end(): Promise<string> {
    this.#zip.end({ comment: sumAs + "0".repeat(sumDigits), forceZip64Format: false });
    await this.#written;
    const { size } = await stat(this.#name);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(this.#name, { end: size - sumDigits - 1 }))
      hash.update(chunk as Uint8Array);
    const whole = hash.copy();
    const sum = hash.digest("hex");
    await using handle = await open(this.#name, "r+");
    await handle.write(sum, size - sumDigits);
    return whole.update(sum).digest("hex");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    (this.#zip.outputStream as Readable).destroy();
    await this.#written.catch(() => {});
  }
}
