import type { HistoryPage } from "./history-page.ts";
import type { Post } from "../post.ts";

/** Which posts of a history are wanted: `since ≤ publishedAt < until`, and at most `limit`, the newest first. */
export interface Bounds {
  readonly since?: Date;
  readonly until?: Date;
  readonly limit?: number;
}

/**
 * What of a page lies within the bounds, or undefined when nothing does. Its span shrinks with it, so that what was left out
 * stays unread.
 */
export function within(
  page: HistoryPage,
  { since, until, limit }: Bounds,
): HistoryPage | undefined {
  const wanted = ({ publishedAt }: Post): boolean =>
    (!since || new Date(publishedAt) >= since) && (!until || new Date(publishedAt) < until);
  const first = page.posts.findIndex(wanted);
  const end = page.posts.findLastIndex(wanted) + 1;
  const start = Math.max(first, end - (limit ?? Infinity));
  if (!page.span || page.posts.length === 0) return page;
  if (first < 0 || start >= end) return undefined;
  const posts = page.posts.slice(start, end);
  const from = start === 0 ? page.span.from : lowestId(posts);
  const to = end === page.posts.length ? page.span.to : highestId(posts);
  return { ...page, posts, span: { from, to } };
}

/** The lowest id that these posts, at least one, carry. */
export function lowestId(posts: readonly Post[]): number {
  return posts.reduce((low, { ids }) => ids.reduce((a, b) => Math.min(a, b), low), Infinity);
}

/** The highest id that these posts, at least one, carry. */
export function highestId(posts: readonly Post[]): number {
  return posts.reduce((high, { ids }) => ids.reduce((a, b) => Math.max(a, b), high), 0);
}
