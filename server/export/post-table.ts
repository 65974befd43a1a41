import { webAddress } from "../../scraper/web-address.ts";
import type { ArchivedPost } from "../archive/posts/archived-post.ts";

/** A post as exports and the API give it: without the archive's own number and the raw markup. */
export type ExportedPost = Omit<ArchivedPost, "no" | "rawHtml">;

/** A column of CSV and Parquet. */
export interface Column {
  readonly name: string;
  readonly type: "STRING" | "INT64" | "TIMESTAMP" | "BOOLEAN";
  readonly value: (post: ExportedPost) => string | number | boolean | Date | undefined;
}

const text = (name: string, value: (post: ExportedPost) => string | undefined): Column => ({
  name,
  type: "STRING",
  value,
});
const count = (name: string, value: (post: ExportedPost) => number | undefined): Column => ({
  name,
  type: "INT64",
  value,
});
const moment = (name: string, value: (post: ExportedPost) => string | undefined): Column => ({
  name,
  type: "TIMESTAMP",
  value: (post) => {
    const instant = value(post);
    return instant === undefined ? undefined : new Date(instant);
  },
});

/** A post as one row: the columns of CSV and Parquet, in order. */
const postTable: readonly Column[] = [
  text("channel", (post) => post.channel),
  count("id", (post) => post.id),
  text("url", (post) => post.url),
  moment("publishedAt", (post) => post.publishedAt),
  text("author", (post) => post.author),
  text("text", (post) => post.text),
  text("textState", (post) => post.textState),
  text("media", (post) => post.media.map(({ kind }) => kind).join(" ")),
  count("views", (post) => post.views),
  count("reactions", (post) => post.reactions.reduce((sum, one) => sum + one.count, 0)),
  text("forwardedFrom", (post) => post.forward?.name),
  text(
    "replyTo",
    ({ reply }) => reply && (reply.id === undefined ? reply.url : `${reply.channel}/${reply.id}`),
  ),
  text("links", (post) => linksIn(post).join(" ")),
  text("language", (post) => post.language),
  { name: "edited", type: "BOOLEAN", value: (post) => post.edited },
  count("versions", (post) => post.versions),
  moment("deletedConfirmedAt", (post) => post.deleted?.confirmedAt),
  moment("firstSeenAt", (post) => post.firstSeenAt),
  moment("lastSeenAt", (post) => post.lastSeenAt),
  text("hash", (post) => post.hash),
];

/** Short names of columns. */
const shortNames = new Map([["date", "publishedAt"]]);

/**
 * The columns of these names, in their order and called as they were asked for; all without names. The first name that none
 * has comes back as it is.
 */
export function columnsNamed(names: readonly string[] | undefined): readonly Column[] | string {
  if (names === undefined) return postTable;
  const columns: Column[] = [];
  for (const name of new Set(names)) {
    const column = postTable.find((one) => one.name === (shortNames.get(name) ?? name));
    if (!column) return name;
    columns.push({ name, type: column.type, value: column.value });
  }
  return columns;
}

/** What columns there are, as the end of a sentence. */
export const columnNames = [...postTable.map(({ name }) => name), ...shortNames.keys()].join(", ");

/** The addresses of the web a text links to, each once; hashtags and mentions are none. A space in one would part it in two. */
const linksIn = ({ entities }: ExportedPost): readonly string[] => [
  ...new Set(
    entities.flatMap(({ type, url = "" }) => {
      const address = type === "link" ? webAddress(url) : undefined;
      return address?.replaceAll(/\s/g, encodeURIComponent) ?? [];
    }),
  ),
];
