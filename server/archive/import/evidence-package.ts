import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { z } from "zod";
import { UsageError } from "../../../scraper/errors.ts";

/** A package of evidence whose every file is what its manifest says. */
export interface Package extends AsyncDisposable {
  /** What the manifest says of it; not checked. */
  readonly evidence: unknown;
  /** A file of it, as a stream. @throws UsageError when it is not there */
  readonly read: (path: string) => Promise<Readable>;
  /** A small file of it, whole. @throws UsageError when it is larger */
  readonly whole: (path: string, mostBytes: number) => Promise<Buffer>;
}

const mostFiles = 5_000;
const mostManifestBytes = 4_000_000;
const mostBytes = 4_000_000_000;
const manifestName = "datapackage.json";

const manifestSchema = z.object({
  resources: z
    .array(z.object({ path: z.string(), hash: z.string(), bytes: z.number() }))
    .max(mostFiles),
  evidence: z.unknown(),
});

/** Opens a package and holds each file to the manifest. @throws UsageError with the first that is not what was written */
export async function openPackage(file: string): Promise<Package> {
  const refuse = (why: string, cause?: unknown): UsageError =>
    new UsageError(`${file} is no whole package of evidence: ${why}. Nothing was taken.`, {
      cause,
    });
  let zip: ZipFile;
  const entries = new Map<string, Entry>();
  try {
    zip = await yauzl.openPromise(file, { autoClose: false, lazyEntries: true });
    if (zip.entryCount > mostFiles) throw new Error("it holds too many files");
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  const read = async (path: string): Promise<Readable> => {
    const entry = entries.get(path);
    if (!entry || entry.uncompressedSize > mostBytes) throw refuse(`${path} is missing`);
    return zip.openReadStreamPromise(entry);
  };
  const whole = async (path: string, most: number): Promise<Buffer> => {
    if ((entries.get(path)?.uncompressedSize ?? 0) > most) throw refuse(`${path} is too large`);
    const chunks: Buffer[] = [];
    for await (const chunk of await read(path)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  try {
    const manifest = manifestSchema.safeParse(parsed(await whole(manifestName, mostManifestBytes)));
    if (!manifest.success) throw refuse(`${manifestName} cannot be read`);
    for (const { path, hash } of manifest.data.resources) {
      const sum = createHash("sha256");
      for await (const chunk of await read(path)) sum.update(chunk as Buffer);
      if (hash !== `sha256:${sum.digest("hex")}`) throw refuse(`${path} is not what was written`);
    }
    return {
      evidence: manifest.data.evidence,
      read,
      whole,
      [Symbol.asyncDispose]: async () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof UsageError ? error : refuse((error as Error).message, error);
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
