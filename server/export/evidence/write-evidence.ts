import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Archive } from "../../archive/archive.ts";
import type { PageOfPost, Proven } from "../../archive/evidence/evidence.ts";
import type { JournalEntry } from "../../archive/journal/read-journal.ts";
import type { Stamp } from "../../archive/evidence/stamps.ts";
import { defined } from "../../../scraper/defined.ts";
import { version } from "../../../scraper/version.ts";
import { exportPosts, type ExportManifest } from "../export-posts.ts";
import type { FoundSet } from "../../search/result-set.ts";
import { peoplesPage, type ShownPage } from "./peoples-page.ts";
import { headersOf, infoRecord, pageRecord, warcName } from "./warc.ts";
import { type Chunks, type PackedFile, ZipWriter } from "./zip-writer.ts";

/** What a package is made of. */
export interface EvidenceOrder {
  readonly marks: FoundSet["marks"];
  readonly sha256: string;
  /** The query as its manifest says it; absent where posts were named. */
  readonly query?: Pick<ExportManifest, "query" | "asked">;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** What became of it. */
export interface EvidenceWritten {
  readonly posts: number;
  readonly pages: number;
  readonly entries: number;
  readonly head: JournalEntry;
  readonly stamps: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/** More would make a page that nobody reads, and a file that nobody sends. */
export const mostPosts = 10_000;
const postsAtOnce = 200;
const lineSumDigits = 16;

/**
 * Writes a package of evidence: pages as they came (WARC in WACZ), posts with versions, the journal from the first entry that
 * tells of them to its head, stamps, a page for people, and verifiers. The archive must not move meanwhile: see `frozen`.
 * @throws RangeError beyond 2 GB
 */
export async function writeEvidence(
  archive: Archive,
  file: string,
  order: EvidenceOrder,
): Promise<EvidenceWritten> {
  const { now, signal, marks } = order;
  await using zip = new ZipWriter(file, now);
  const packed = new Packed(zip);
  const { archiveId } = await archive.state();
  const { posts, pages, names } = await concerned(archive, marks);
  const about = { archive: archiveId, software: `backscroll ${version}`, at: now.toISOString() };

  const index: string[] = [];
  const shown: ShownPage[] = [];
  await packed.add(`archive/${warcName}`, records());
  await packed.addLines("indexes/index.cdx", index.toSorted());
  await packed.addLines("pages/pages.jsonl", [
    JSON.stringify({ format: "json-pages-1.0", id: "pages", title: "Pages as they were read" }),
    ...shown.map((page) => JSON.stringify(page)),
  ]);
  await packed.addLines(
    "posts.jsonl",
    linesOf(exportPosts(archive, { marks, query: "" }, { format: "jsonl", signal })),
  );
  const cited = await citedEntry(archive, order);
  const proven: Proven = { posts, pages: [...pages.keys()], entries: [1, ...cited] };
  const { before, head, entries } = await archive.evidence.proof(proven);
  const told: number[] = [];
  await packed.addLines("journal.jsonl", proofLines());
  const stamps = usefulStamps(await archive.stamps.of(archiveId), { told, head });
  for (const { path, stamp } of stamps) await packed.add(path, [stamp.answer]);
  const evidence = defined({
    format: 1,
    archive: archiveId,
    ...order.query,
    posts: marks.length,
    sha256: order.sha256,
    head,
    stamps: stamps.map(({ path, stamp: { entry, hash, authority, stampedAt } }) => ({
      path,
      entry,
      hash,
      authority,
      stampedAt,
    })),
  });
  await packed.add(
    "index.html",
    peoplesPage({
      evidence,
      about,
      pages: shown,
      posts: () => exportPosts(archive, { marks, query: "" }, { format: "jsonl", signal }),
    }),
  );
  for (const name of ["verify.mjs", "verify.py"])
    await packed.add(name, [readFileSync(new URL(name, import.meta.url))]);
  await packed.add("lines.json", [`${JSON.stringify(packed.lines)}\n`]);
  const manifest = manifestText({ about, evidence, files: packed.files });
  await zip.add("datapackage.json", [manifest]);
  await zip.add("datapackage-digest.json", [digestText(manifest)]);
  return {
    posts: marks.length,
    pages: shown.length,
    entries: told.length,
    head,
    stamps: stamps.length,
    sha256: await zip.end(),
  };

  async function* records(): AsyncGenerator<Uint8Array> {
    const first = await infoRecord(about);
    let offset = first.bytes.length;
    yield first.bytes;
    for (const [no, of] of pages) {
      signal.throwIfAborted();
      const page = await archive.evidence.page(no);
      if (!page) continue;
      const { bytes, indexLine } = await pageRecord(page, { archive: archiveId, no });
      if (indexLine) index.push(indexLine(offset));
      offset += bytes.length;
      yield bytes;
      const { url, readAt, head: said, cutAt, body, span } = page;
      shown.push(
        defined({
          id: `page-${no}`,
          url,
          ts: readAt,
          title: `${url}, read ${readAt}`,
          page: no,
          sha256: createHash("sha256").update(body).digest("hex"),
          status: said?.status,
          headers: said && headersOf(said.headers),
          cutAt,
          span,
          shows: of.map(({ postNo, version: v }) =>
            defined({ post: names.get(postNo) ?? "", version: v }),
          ),
        }),
      );
    }
  }

  async function* proofLines(): AsyncGenerator<string> {
    yield JSON.stringify({ before: before ?? { entry: 0, hash: "0".repeat(64) } });
    for await (const entry of entries) {
      signal.throwIfAborted();
      if (entry.told.length > 0) told.push(entry.no);
      yield JSON.stringify({
        no: entry.no,
        at: entry.at,
        digests: hex(entry.digests),
        told: entry.told.map(({ place, salt, content }) => ({ place, salt: hex(salt), content })),
      });
    }
  }
}

/** Which posts and pages it is about: of each page, what it shows. */
async function concerned(archive: Archive, marks: FoundSet["marks"]) {
  const posts: number[] = [];
  const names = new Map<number, string>();
  const pages = new Map<number, PageOfPost[]>();
  for (let from = 0; from < marks.length; from += postsAtOnce) {
    const some = await archive.posts(marks.slice(from, from + postsAtOnce));
    for (const { no, channel, id } of some) names.set(no, `${channel}/${id}`);
    const nos = some.map(({ no }) => no);
    posts.push(...nos);
    for (const one of await archive.evidence.pagesOf(nos))
      pages.set(one.page, [...(pages.get(one.page) ?? []), one]);
  }
  return { posts, names, pages: new Map([...pages].toSorted(([a], [b]) => a - b)) };
}

/** The entry that tells that this result was cited. */
async function citedEntry(
  archive: Archive,
  { sha256, query }: EvidenceOrder,
): Promise<readonly number[]> {
  if (!query) return [];
  const sets = await archive.sets(sha256);
  return sets.flatMap(({ query: cited, journal }) =>
    cited === query.query && journal ? [journal.entry] : [],
  );
}

/** Those that say most: the first stamp after each entry that tells something, and the last. */
function usefulStamps(
  stamps: readonly Stamp[],
  { told, head }: { readonly told: readonly number[]; readonly head: JournalEntry },
): readonly { readonly path: string; readonly stamp: Stamp }[] {
  const ordered = stamps
    .filter(({ entry }) => entry <= head.entry)
    .toSorted((a, b) => a.entry - b.entry);
  const useful = ordered.filter(({ entry }, at) => {
    const since = ordered.findLast((other, place) => place < at && other.entry < entry)?.entry ?? 0;
    return at === ordered.length - 1 || told.some((no) => no > since && no <= entry);
  });
  return useful
    .filter(({ entry }) => entry >= (told[0] ?? 0))
    .slice(-mostStamps)
    .map((stamp, at) => ({ path: `stamps/${stamp.entry}-${at + 1}.tsr`, stamp }));
}
const mostStamps = 1_000;

/** Files of a package as they are added, and of those made of lines the beginning of each line's SHA-256: so a verifier can say which. */
class Packed {
  readonly files: PackedFile[] = [];
  readonly lines: Record<string, string[]> = {};
  readonly #zip: ZipWriter;

  constructor(zip: ZipWriter) {
    this.#zip = zip;
  }

  async add(path: string, chunks: Chunks): Promise<void> {
    this.files.push(await this.#zip.add(path, chunks));
  }

  async addLines(path: string, lines: AsyncIterable<string> | Iterable<string>): Promise<void> {
    const sums: string[] = [];
    this.lines[path] = sums;
    async function* told(): AsyncGenerator<string> {
      for await (const line of lines) {
        sums.push(createHash("sha256").update(line).digest("hex").slice(0, lineSumDigits));
        yield `${line}\n`;
      }
    }
    await this.add(path, told());
  }
}

async function* linesOf(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  for await (const chunk of chunks)
    for (const line of String(chunk).split("\n")) if (line !== "") yield line;
}

function manifestText({
  about,
  evidence,
  files,
}: {
  readonly about: { readonly software: string; readonly at: string };
  readonly evidence: object;
  readonly files: readonly PackedFile[];
}): string {
  const manifest = {
    profile: "data-package",
    wacz_version: "1.1.1",
    title: "Evidence of posts kept by Backscroll",
    software: about.software,
    created: about.at,
    resources: files.map(({ path, sha256, bytes }) => ({
      name: path.slice(path.lastIndexOf("/") + 1),
      path,
      hash: `sha256:${sha256}`,
      bytes,
    })),
    evidence,
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** The hash of the manifest, and a check of that hash: so it can be said which of both files was changed. */
function digestText(manifest: string): string {
  const hash = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  const check = createHash("sha256").update(hash).digest("hex").slice(0, lineSumDigits);
  return `${JSON.stringify({ path: "datapackage.json", hash, check })}\n`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
