import { webAddress } from "../../scraper/web-address.ts";
import { wholeSigns } from "../../scraper/whole-signs.ts";
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
    | "entities"
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

/** A whole result as one Atom file. It is gone through twice: a feed says at its head when it last changed. */
export async function* atomFile(
  entries: () => AsyncIterable<readonly FeedPost[]>,
  head: Omit<FeedHead, "updatedAt" | "isArchive"> & {
    /** When nothing is in it, it last changed when the archive began. */
    readonly archiveCreatedAt: string;
  },
): AsyncGenerator<string> {
  let newest: string | undefined;
  for await (const posts of entries()) newest = lastChange(posts, newest);
  yield atomHead({ ...head, updatedAt: newest ?? head.archiveCreatedAt, isArchive: false });
  for await (const posts of entries()) yield posts.map(atomEntry).join("");
  yield "</feed>\n";
}

/** The newest change of these posts, and of what came before them. */
export function lastChange(posts: readonly FeedPost[], before?: string): string | undefined {
  return posts.reduce(
    (newest, { updatedAt }) => (newest === undefined || updatedAt > newest ? updatedAt : newest),
    before,
  );
}

/** What a query of an archive is called as a feed: the same from a file and from a server, whatever its address. */
export const feedId = (archiveId: string, query: string): string =>
  `urn:backscroll:${archiveId}:${encodeURIComponent(query.toWellFormed())}`;

export const feedTitle = (query: string): string =>
  query === "" ? "Backscroll: every post" : `Backscroll: ${query}`;

/** What a post is called: its first words, or what it shows. */
export function titleOf({ post }: FeedPost): string {
  const title = firstWords(post.text) || (post.media[0]?.kind ?? "post");
  return post.deleted ? `[deleted] ${title}` : title;
}

/** The first words of a text, on one line. */
export function firstWords(text: string): string {
  const line = text.replaceAll(/[\s\u0085]+/g, " ").trim();
  return line.length > titleLength ? `${beginning(line)}…` : line;
}
const titleLength = 100;
/** Whole words if there are any. */
const beginning = (line: string): string => wholeSigns(line, titleLength).replace(/\s\S*$/, "");

/** What there is to read of it. */
export const feedText = ({ post }: FeedPost): string =>
  post.textState === "withheld" ? "[withheld by the source]" : post.text;

/** The text as HTML of nothing but text, its links, and line breaks, of which HTML knows one kind only. */
export function feedHtml(entry: FeedPost): string {
  const text = feedText(entry);
  let html = "";
  let told = 0;
  for (const { start, end, address } of linksOf(entry)) {
    // Of links that lie over one another the first is the link.
    if (start < told) continue;
    html += `${htmlOf(text.slice(told, start))}<a href="${escaped(address)}">${htmlOf(text.slice(start, end))}</a>`;
    told = end;
  }
  return html + htmlOf(text.slice(told));
}

const htmlOf = (text: string): string =>
  text
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map(escaped)
    .join("<br>");

/** The links of the text that is shown, in their order: to the web, to a mailbox, a telephone, or within Telegram. */
function linksOf({ post: { text, textState, entities } }: FeedPost) {
  if (textState === "withheld") return [];
  return entities
    .flatMap(({ type, offset, length, url = "" }) => {
      const address = /^(?:mailto|tel|tg):/i.test(url) ? url : webAddress(url);
      const isLink = type === "link" && length > 0 && offset + length <= text.length;
      return isLink && address !== undefined
        ? [{ start: offset, end: offset + length, address }]
        : [];
    })
    .toSorted((a, b) => a.start - b.start);
}

/** What the post's source calls who wrote it. */
export const authorOf = ({ post: { author, channel } }: FeedPost): string =>
  author === undefined || author.trim() === "" ? `@${channel}` : author;

/** A feed up to its entries. */
export function atomHead({ id, title, updatedAt, links, isArchive }: FeedHead): string {
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

/**
 * For text and attributes of XML and HTML; what XML cannot hold at all becomes �. White space that a parser would take for
 * another is named by its number.
 */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[\t\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
