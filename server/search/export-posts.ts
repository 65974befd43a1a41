import { createHash } from "node:crypto";
import { stringify } from "csv-stringify/sync";
import type { Archive } from "../archive/archive.ts";
import type { ArchivedPost } from "../archive/archived-post.ts";
import type { SearchEngine } from "./engine.ts";
import { printQuery } from "./query/print.ts";
import type { Query } from "./query/tree.ts";

export const exportFormats = ["jsonl", "csv"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an exported file holds, so that it can be checked and cited. */
export interface ExportManifest {
  readonly query: string;
  readonly format: ExportFormat;
  readonly posts: number;
  /** SHA-256, hex, over `channel/id hash\n` of each post in the order of the file. */
  readonly sha256: string;
  readonly archive: { readonly id: string; readonly position: number; readonly posts: number };
  readonly analyzer: string;
  readonly exportedAt: string;
}

const postsAtOnce = 500;

/**
 * Every post a query finds, as chunks of the file, oldest first unless the query sorts. Memory holds one chunk.
 * `done` is told the manifest when the last chunk has been taken.
 */
export async function* exportPosts(
  parts: {
    readonly archive: Archive;
    readonly engine: SearchEngine;
    readonly analyzerVersion: string;
    readonly now: () => Date;
  },
  options: {
    readonly query: Query;
    readonly format: ExportFormat;
    readonly done: (manifest: ExportManifest) => void;
    readonly signal?: AbortSignal;
  },
): AsyncGenerator<string> {
  const { archive, engine } = parts;
  const { query, format, signal } = options;
  const state = await archive.state();
  const ids = createHash("sha256");
  let offset = 0;
  let written = 0;
  if (format === "csv") yield csv([columns.map(([name]) => name)]);
  for (;;) {
    const request = {
      query,
      sort: query.sort ?? "old",
      rankAll: true,
      offset,
      limit: postsAtOnce,
    } as const;
    const { hits } = await engine.search(
      { ...request, prefixLast: false, facets: [] },
      signal ? { signal } : {},
    );
    const posts = await archive.posts(hits);
    for (const post of posts) ids.update(`${post.channel}/${post.id} ${post.hash}\n`);
    offset += hits.length;
    written += posts.length;
    if (posts.length > 0) yield write[format](posts);
    if (hits.length < postsAtOnce) break;
  }
  options.done({
    query: printQuery(query),
    format,
    posts: written,
    sha256: ids.digest("hex"),
    archive: { id: state.archiveId, position: state.position, posts: state.posts },
    analyzer: parts.analyzerVersion,
    exportedAt: parts.now().toISOString(),
  });
}

/** A post as the API gives it: without the archive's own number and the raw markup. */
function asJson({
  no: _no,
  rawHtml: _rawHtml,
  ...post
}: ArchivedPost): Omit<ArchivedPost, "no" | "rawHtml"> {
  return post;
}

const write: Readonly<Record<ExportFormat, (posts: readonly ArchivedPost[]) => string>> = {
  jsonl: (posts) => posts.map((post) => `${JSON.stringify(asJson(post))}\n`).join(""),
  csv: (posts) => csv(posts.map((post) => columns.map(([, value]) => value(post)))),
};

/** Cells that a spreadsheet would take for a formula are led by an apostrophe. */
function csv(rows: (string | number | undefined)[][]): string {
  return stringify(rows, {
    escape_formulas: true,
    record_delimiter: "\r\n",
  });
}

type Column = readonly [name: string, value: (post: ArchivedPost) => string | number | undefined];

const columns: readonly Column[] = [
  ["channel", (post) => post.channel],
  ["id", (post) => post.id],
  ["url", (post) => post.url],
  ["publishedAt", (post) => post.publishedAt],
  ["author", (post) => post.author],
  ["text", (post) => post.text],
  ["media", (post) => post.media.map(({ kind }) => kind).join(" ")],
  ["views", (post) => post.views],
  ["reactions", (post) => post.reactions.reduce((sum, { count }) => sum + count, 0)],
  ["forwardedFrom", (post) => post.forward?.name],
  ["replyTo", (post) => post.reply && `${post.reply.channel}/${post.reply.id}`],
  ["links", (post) => post.entities.flatMap(({ url }) => url ?? []).join(" ")],
  ["language", (post) => post.language],
  ["edited", (post) => (post.edited ? "yes" : "")],
  ["versions", (post) => post.versions],
  ["deletedConfirmedAt", (post) => post.deleted?.confirmedAt],
  ["firstSeenAt", (post) => post.firstSeenAt],
  ["lastSeenAt", (post) => post.lastSeenAt],
  ["hash", (post) => post.hash],
];
