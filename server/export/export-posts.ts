import { setImmediate as yieldToOthers } from "node:timers/promises";
import { version } from "../../scraper/version.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchivedPost, PostVersion } from "../archive/posts/archived-post.ts";
import type { PostMark, PostMarks } from "../archive/posts/post-marks.ts";
import type { Fold } from "../search/query/tree.ts";
import type { FoundSet } from "../search/result-set.ts";
import { atomFile, feedId, feedTitle, type FeedPost } from "./atom.ts";
import { csvFile } from "./csv-file.ts";
import { feedPost } from "./feed-post.ts";
import type { ExportFormat } from "./formats.ts";
import { jsonLine } from "./json-line.ts";
import { type Column, columnNames, columnsNamed, type ExportedPost } from "./post-table.ts";

/** What an exported file holds, so that it can be checked and cited. */
export interface ExportManifest {
  /** Canonical form of the query. */
  readonly query: string;
  /** The query as typed and what of it did not count so; absent when all of it did. */
  readonly asked?: { readonly typed: string; readonly warnings: FoundSet["warnings"] };
  readonly format?: ExportFormat;
  /** Of copies only the earliest are in it. */
  readonly fold?: Fold;
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
  {
    now,
    typed,
    format,
  }: { readonly now: Date; readonly typed: string; readonly format?: ExportFormat },
): ExportManifest {
  const { marks, query, fold, warnings, sha256, archive, index, analyzer } = found;
  return {
    query,
    ...(fold && { fold }),
    ...(warnings.length > 0 && { asked: { typed, warnings } }),
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

/** How the rows of a table are written. */
export interface TableOptions {
  /** Names of columns of CSV and Parquet; all without. */
  readonly columns?: readonly string[];
  /** A CSV for Microsoft Excel. */
  readonly excel?: boolean;
}

/** Why a file cannot be made so, as a sentence; undefined when it can. */
export function faultInTable(format: string, { columns, excel }: TableOptions): string | undefined {
  if (columns !== undefined && format !== "csv" && format !== "parquet")
    return `Columns are chosen of csv and parquet, not of ${format}.`;
  if (excel && format !== "csv") return `A file for Excel is csv, not ${format}.`;
  const chosen = columnsNamed(columns);
  if (typeof chosen !== "string") return undefined;
  return `There is no column “${chosen.slice(0, 60)}”. There are: ${columnNames}.`;
}

export interface ExportOptions extends TableOptions {
  readonly format: ExportFormat;
  /** The address this very file is read from, where it has one. */
  readonly self?: string;
  readonly signal?: AbortSignal;
}

/**
 * The file of a found set, chunk by chunk: memory holds one chunk. Each post has the content its mark names, whatever
 * is edited meanwhile. @throws when such a content is no longer kept: better a broken file than another one.
 */
export async function* exportPosts(
  archive: Archive,
  found: Pick<FoundSet, "marks" | "query">,
  options: ExportOptions,
): AsyncGenerator<string | Uint8Array> {
  const posts = (): AsyncIterable<readonly ExportedPost[]> =>
    postsOf(archive, found.marks, options.signal);
  const columns = columnsNamed(options.columns);
  if (typeof columns === "string") throw new RangeError(`There is no column ${columns}.`);
  const table = { columns, excel: options.excel ?? false, isWhole: options.columns === undefined };
  yield* writers[options.format]({
    posts,
    archive,
    query: found.query,
    self: options.self,
    table,
  });
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
  const { no, firstSeenAt, lastSeenAt, versions, deleted } = post;
  const kept = { no, firstSeenAt, lastSeenAt, versions, ...(deleted && { deleted }) };
  return { ...version.post, ...kept, hash: version.hash };
}
const gone = "A post of this export is no longer kept as it was found. Export it again.";

interface Source {
  /** From the first post on, each time it is asked for. */
  readonly posts: () => AsyncIterable<readonly ExportedPost[]>;
  readonly archive: Archive;
  readonly query: string;
  readonly self: string | undefined;
  readonly table: {
    readonly columns: readonly Column[];
    readonly excel: boolean;
    readonly isWhole: boolean;
  };
}
type Write = (source: Source) => AsyncIterable<string | Uint8Array>;

const writers: Readonly<Record<ExportFormat, Write>> = {
  jsonl: ({ posts, archive }) => jsonLines(archive, posts()),
  csv: ({ posts, table }) => csvFile(posts(), table),
  parquet: parquetBytes,
  atom: atomLines,
};

/** Its library is loaded by those who write such a file. */
async function* parquetBytes({ posts, table }: Source): AsyncGenerator<Uint8Array> {
  const { parquetFile } = await import("./parquet-file.ts");
  yield* parquetFile(posts(), table);
}

async function* jsonLines(
  archive: Archive,
  chunks: AsyncIterable<readonly ExportedPost[]>,
): AsyncGenerator<string> {
  for await (const posts of chunks) {
    const whole = await Promise.all(posts.map(async (post) => withEarlier(archive, post)));
    yield whole.map((post) => `${jsonLine(post)}\n`).join("");
  }
}

/** Of a post with several versions also the earlier ones: whoever takes the file in has them, too. */
async function withEarlier(archive: Archive, post: ExportedPost): Promise<object> {
  if (post.versions === 1) return post;
  const versions = await archive.versions(post);
  const place = versions.findLastIndex(({ hash }) => hash === post.hash);
  const earlier = versions.slice(0, Math.max(0, place)).map(earlierOf);
  return { ...post, versionSeenAt: versions[place]?.seenAt, earlier };
}

function earlierOf({ version: number, hash, seenAt, lastSeenAt, post }: PostVersion): object {
  const { rawHtml: _rawHtml, ...told } = post;
  return { version: number, hash, seenAt, lastSeenAt, post: told };
}

async function* atomLines({ posts, archive, query, self }: Source): AsyncGenerator<string> {
  const { archiveId, createdAt } = await archive.state();
  const head = {
    id: feedId(archiveId, query),
    title: feedTitle(query),
    archiveCreatedAt: createdAt,
    links: self === undefined ? [] : [{ rel: "self", href: self, type: "application/atom+xml" }],
  };
  yield* atomFile(() => entriesOf(archive, posts()), head);
}

async function* entriesOf(
  archive: Archive,
  chunks: AsyncIterable<readonly ExportedPost[]>,
): AsyncGenerator<readonly FeedPost[]> {
  for await (const posts of chunks)
    yield await Promise.all(posts.map(async (post) => feedPost(archive, post)));
}
