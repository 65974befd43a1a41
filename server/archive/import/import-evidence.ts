import { createHash } from "node:crypto";
import { WARCParser, type WARCRecord } from "warcio";
import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { isId, isInstant } from "../../../scraper/limits.ts";
import { readPage } from "../../../scraper/markup/page.ts";
import type { Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import type { Stamp } from "../evidence/stamps.ts";
import { nameKey } from "../name-key.ts";
import { openPackage, type Package } from "./evidence-package.ts";
import { importLines } from "./import-archive-lines.ts";
import type { ImportOptions, Imported } from "./imported.ts";
import { jsonLines } from "./json-lines.ts";

const mostPages = 100_000;
const mostPageBytes = 32 * 1024 * 1024;
const mostStamps = 1_000;
const mostStampBytes = 100_000;
const mostWords = 10_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/u);
const words = z.string().max(mostWords);
const evidenceSchema = z.object({
  archive: z.string().regex(/^[\w-]{1,64}$/u),
  head: z.object({ entry: z.int().min(1), hash: sha256 }),
  stamps: z
    .array(
      z.object({
        path: words,
        entry: z.int().min(1),
        hash: sha256,
        authority: z.string().regex(/^https?:\/\/\S{1,2000}$/u),
        stampedAt: words,
      }),
    )
    .max(mostStamps),
});
const pageSchema = z.object({
  page: z.int().min(1),
  url: words,
  ts: words,
  sha256,
  status: z.int().min(100).max(999).optional(),
  headers: z
    .array(z.tuple([words, words]))
    .max(100)
    .optional(),
  cutAt: words.optional(),
  span: z.object({ from: z.int().refine(isId), to: z.int().refine(isId) }).optional(),
  shows: z.array(z.object({ post: words, version: z.int().min(1).optional() })).max(mostWords),
});
type PageLine = z.infer<typeof pageSchema>;

/**
 * Takes a package of evidence back: posts with their versions, the pages on which these were seen, and stamps. Each file is held to
 * the manifest first. @throws UsageError where one is not what was written: then nothing is taken
 */
export async function importEvidence(
  archive: Archive,
  file: string,
  options: ImportOptions,
): Promise<Imported> {
  await using pack = await openPackage(file);
  const told = evidenceSchema.safeParse(pack.evidence);
  if (!told.success)
    throw new UsageError(
      `${file} is no package of evidence that is known here. Nothing was taken.`,
    );
  const { archive: archiveId, head } = told.data;
  const lines = await pageLines(pack, file, archive.now());
  const pages = await keepPages(archive, pack, { lines, file, options });
  const imported = await importLines(archive, file, {
    ...options,
    stream: await pack.read("posts.jsonl"),
    seenOn: ({ channel, id }, version) => pages.get(`${nameKey(channel)}/${id} ${version}`),
  });
  const stamps: Stamp[] = [];
  for (const { path, ...stamp } of told.data.stamps) {
    const answer = await pack.whole(path, mostStampBytes);
    const isOfIt = answer.includes(Buffer.from(stamp.hash, "hex"));
    if (isOfIt && isInstant(stamp.stampedAt, archive.now()))
      stamps.push({ ...stamp, archiveId, answer });
  }
  await archive.stamps.take(stamps, { archive: archiveId, entry: head.entry, hash: head.hash });
  return { ...imported, kind: "evidence" };
}

/** What the package says of its pages, by their numbers there. @throws UsageError */
async function pageLines(
  pack: Package,
  file: string,
  now: Date,
): Promise<ReadonlyMap<number, PageLine>> {
  const lines = new Map<number, PageLine>();
  for await (const { text, place } of jsonLines(await pack.read("pages/pages.jsonl"))) {
    if (place === 1) continue;
    const page = pageSchema.safeParse(JSON.parse(text));
    if (!page.success || !isInstant(page.data.ts, now) || lines.size >= mostPages)
      throw new UsageError(
        `${file} tells of a page (line ${place}) what cannot be. Nothing was taken.`,
      );
    lines.set(page.data.page, page.data);
  }
  return lines;
}

/** Keeps the pages; answers their numbers here by what they show: `channel/id version`. */
async function keepPages(
  archive: Archive,
  pack: Package,
  by: {
    readonly lines: ReadonlyMap<number, PageLine>;
    readonly file: string;
    readonly options: ImportOptions;
  },
): Promise<ReadonlyMap<string, number>> {
  const { lines, file, options } = by;
  const seenOn = new Map<string, number>();
  const warc = await pack.read("archive/pages.warc.gz");
  for await (const record of WARCParser.iterRecords(warc)) {
    options.signal?.throwIfAborted();
    const line = lines.get(Number(record.warcHeader("Backscroll-Page") ?? "0"));
    if (!line) continue;
    const body = await bodyOf(record);
    const { url, ts: readAt, status, headers, cutAt, span, shows } = line;
    if (createHash("sha256").update(body).digest("hex") !== line.sha256)
      throw new UsageError(
        `${file} holds another page ${line.page} than it says. What came before it was kept.`,
      );
    const [name] = shows.map(({ post }) => channelOf(post));
    if (name === undefined) continue;
    if (options.channel !== undefined && nameKey(options.channel) !== nameKey(name)) continue;
    const posts = postsOn(body, { url, name, readAt, now: archive.now() });
    const no = await archive.keepToldPage({
      channel: { name, title: name, verified: false, counters: {} },
      url,
      readAt,
      body,
      ...(status !== undefined &&
        headers && { head: { status, headers: Object.fromEntries(headers) } }),
      ...(cutAt !== undefined && isInstant(cutAt, archive.now()) && { cutAt }),
      ...(span && { span }),
      ...(posts && { posts }),
    });
    if (no === undefined) continue;
    for (const { post, version } of shows) {
      const [channel = "", id] = post.split("/");
      if (version !== undefined) seenOn.set(`${nameKey(channel)}/${id} ${version}`, no);
    }
  }
  return seenOn;
}

/** @throws UsageError where it is larger than a page can be */
async function bodyOf(record: WARCRecord): Promise<Uint8Array> {
  if (record.warcContentLength > mostPageBytes)
    throw new UsageError(
      "A page of it is larger than a page can be. What came before it was kept.",
    );
  return record.readFully(false);
}

function channelOf(post: string): string | undefined {
  try {
    return channelName(post.split("/")[0] ?? "");
  } catch {
    return undefined;
  }
}

/** What stands on it, as far as it is understood: so that what was purged here is found on it. */
function postsOn(
  body: Uint8Array,
  page: {
    readonly url: string;
    readonly name: string;
    readonly readAt: string;
    readonly now: Date;
  },
): readonly Post[] | undefined {
  const { url, name: channel, readAt, now } = page;
  try {
    const headers = { "content-type": "text/html; charset=utf-8" };
    const read = readPage(
      { url, status: 200, headers, body },
      { channel, readAt, now, acceptChange: true },
    );
    if (read.kind === "posts") return read.posts;
    return read.kind === "embed" ? [read.post] : undefined;
  } catch {
    return undefined;
  }
}
