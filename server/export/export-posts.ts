import { setImmediate as yieldToOthers } from "node:timers/promises";
import { stringify } from "csv-stringify/sync";
import { version } from "../../scraper/version.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchivedPost } from "../archive/posts/archived-post.ts";
import type { PostMark, PostMarks } from "../archive/posts/post-marks.ts";
import { atomFile } from "./atom.ts";
import { parquetFile } from "./parquet-file.ts";
import { postTable, type ExportedPost } from "./post-table.ts";
import type { FoundSet } from "../search/result-set.ts";

export const exportFormats = ["jsonl", "csv", "parquet", "atom"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an exported file holds, so that it can be checked and cited. */
export interface ExportManifest {
  /** Canonical form of the query. */
  readonly query: string;
  readonly format?: ExportFormat;
  readonly posts: number;
  /** SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id: names the result set. */
  readonly sha256: string;
  readonly archive: FoundSet["archive"];
  readonly index: FoundSet["index"];
  readonly analyzer: string;
  readonly tool: string;
  readonly exportedAt: string;
}

export function manifestOf(
  found: FoundSet,
  { now, format }: { readonly now: Date; readonly format?: ExportFormat },
): ExportManifest {
  const { marks, query, sha256, archive, index, analyzer } = found;
  return {
    query,
    ...(format && { format }),
    posts: marks.length,
    sha256,
    archive,
    index,
    analyzer,
    tool: `backscroll ${version}`,
    exportedAt: now.toISOString(),
  };
}

const postsAtOnce = 50;

/**
 * The file of a found set, chunk by chunk: memory holds one chunk. Each post has the content its mark names, whatever
 * is edited meanwhile. @throws when such a content is no longer kept: better a broken file than another one.
 */
export async function* exportPosts(
  archive: Archive,
  found: Pick<FoundSet, "marks" | "query">,
  options: { readonly format: ExportFormat; readonly signal?: AbortSignal },
): AsyncGenerator<string | Uint8Array> {
  yield* writers[options.format](postsOf(archive, found.marks, options.signal), found);
}

async function* postsOf(
  archive: Archive,
  marks: PostMarks,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ExportedPost[]> {
  for (let from = 0; from < marks.length; from += postsAtOnce) {
    signal?.throwIfAborted();
    const some = marks.slice(from, from + postsAtOnce);
    const posts = await archive.posts(some);
    if (posts.length < some.length) throw new Error(gone);
    const same = posts.every((post, place) => post.hash === some[place]?.hash);
    const exact = same
      ? posts
      : await Promise.all(posts.map(async (post, place) => asFound(archive, post, some[place])));
    yield exact.map(({ no: _no, rawHtml: _rawHtml, ...post }) => post);
    await yieldToOthers();
  }
}

/** The post with the content that was found, when another was saved since. */
async function asFound(
  archive: Archive,
  post: ArchivedPost,
  mark: PostMark | undefined,
): Promise<ArchivedPost> {
  if (post.hash === mark?.hash) return post;
  const version = (await archive.versions(post)).find(({ hash }) => hash === mark?.hash);
  if (!version) throw new Error(gone);
  return { ...post, ...version.post, hash: version.hash };
}
const gone = "A post of this export is no longer kept as it was found. Export it again.";

type Chunks = AsyncIterable<readonly ExportedPost[]>;
type Write = (
  posts: Chunks,
  found: { readonly query: string },
) => AsyncGenerator<string | Uint8Array>;

const writers: Readonly<Record<ExportFormat, Write>> = {
  jsonl: jsonLines,
  csv: csvFile,
  parquet: parquetFile,
  atom: (posts, { query }) => atomFile(posts, query),
};

async function* jsonLines(chunks: Chunks): AsyncGenerator<string> {
  for await (const posts of chunks) yield posts.map((post) => `${JSON.stringify(post)}\n`).join("");
}

async function* csvFile(chunks: Chunks): AsyncGenerator<string> {
  yield csv([postTable.map(({ name }) => name)]);
  for await (const posts of chunks)
    yield csv(posts.map((post) => postTable.map(({ value }) => value(post))));
}

/** Cells that a spreadsheet would take for a formula are led by an apostrophe. */
function csv(rows: readonly (readonly unknown[])[]): string {
  return stringify(rows as unknown[][], {
    escape_formulas: true,
    record_delimiter: "\r\n",
    cast: {
      boolean: (yes) => (yes ? "yes" : ""),
      date: (date) => `${date.toISOString().slice(0, 19)}Z`,
    },
  });
}
