import type { ExportedPost } from "./post-table.ts";

/** One post as a feed tells it. */
export interface FeedPost {
  readonly post: Pick<
    ExportedPost,
    | "channel"
    | "id"
    | "url"
    | "publishedAt"
    | "author"
    | "text"
    | "textState"
    | "media"
    | "deleted"
    | "firstSeenAt"
    | "edited"
  >;
  /** When it last changed: by an edit or a deletion. */
  readonly updatedAt: string;
  /** Where it is read here; without, its own address stands. */
  readonly page?: string;
}

export interface FeedHead {
  readonly id: string;
  readonly title: string;
  readonly updatedAt: string;
  readonly links: readonly {
    readonly rel: string;
    readonly href: string;
    readonly type?: string;
  }[];
  /** A page of the archive that will not change (RFC 5005). */
  readonly isArchive: boolean;
}

/** An Atom feed (RFC 4287). Whatever a post holds is text in it. */
export function atomFeed(head: FeedHead, posts: readonly FeedPost[]): string {
  return `${atomHead(head)}${posts.map(atomEntry).join("")}</feed>\n`;
}

/** A whole result as one Atom file. */
export async function* atomFile(
  chunks: AsyncIterable<readonly ExportedPost[]>,
  query: string,
): AsyncGenerator<string> {
  yield atomHead({
    id: `urn:backscroll:query:${encodeURIComponent(query)}`,
    title: feedTitle(query),
    updatedAt: new Date(0).toISOString(),
    links: [],
    isArchive: false,
  });
  for await (const posts of chunks)
    yield posts
      .map((post) => atomEntry({ post, updatedAt: post.deleted?.confirmedAt ?? post.publishedAt }))
      .join("");
  yield "</feed>\n";
}

export const feedTitle = (query: string): string =>
  query === "" ? "Backscroll: every post" : `Backscroll: ${query}`;

/** The first words of a post, on one line. */
export function titleOf({ post }: FeedPost): string {
  const line = post.text.trim().replaceAll(/\s+/g, " ");
  const shown =
    line.length > titleLength ? `${line.slice(0, titleLength).replace(/\s\S*$/, "")}…` : line;
  const title = shown === "" ? (post.media[0]?.kind ?? "post") : shown;
  return post.deleted ? `[deleted] ${title}` : title;
}
const titleLength = 100;

/** The text as HTML of nothing but text and line breaks. */
export const feedHtml = ({ post }: FeedPost): string =>
  escaped(post.textState === "withheld" ? "[withheld by the source]" : post.text).replaceAll(
    "\n",
    "<br>",
  );

/** What the post's source calls who wrote it. */
export const authorOf = ({ post }: FeedPost): string => post.author ?? `@${post.channel}`;

function atomHead({ id, title, updatedAt, links, isArchive }: FeedHead): string {
  const drawn = links.map(
    ({ rel, href, type }) =>
      `<link rel="${escaped(rel)}" href="${escaped(href)}"${type === undefined ? "" : ` type="${escaped(type)}"`}/>\n`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0">
<id>${escaped(id)}</id>
<title>${escaped(title)}</title>
<updated>${updatedAt}</updated>
<author><name>Backscroll</name></author>
${isArchive ? "<fh:archive/>\n" : ""}${drawn.join("")}`;
}

function atomEntry(entry: FeedPost): string {
  const { post, updatedAt, page } = entry;
  return `<entry>
<id>${escaped(post.url)}</id>
<title>${escaped(titleOf(entry))}</title>
<published>${post.publishedAt}</published>
<updated>${updatedAt}</updated>
<author><name>${escaped(authorOf(entry))}</name></author>
<link rel="alternate" type="text/html" href="${escaped(page ?? post.url)}"/>
${page === undefined ? "" : `<link rel="via" href="${escaped(post.url)}"/>\n`}<category term="${escaped(post.channel)}"/>
<content type="html">${escaped(feedHtml(entry))}</content>
</entry>
`;
}

/** For text and attributes of XML and HTML; what XML cannot hold at all becomes �. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
