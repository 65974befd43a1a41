import type { Bounds } from "./bounds.ts";
import { highestId, lowestId, within } from "./bounds.ts";
import type { HistoryPage, IdRange } from "./history-page.ts";
import type { ChannelPage } from "../markup/page.ts";
import type { PageRead, PageReader } from "./page-reader.ts";
import type { Channel, Post } from "../post.ts";
import type { Window } from "./windows.ts";
import { hasIds, Windows } from "./windows.ts";

export interface HistoryOptions extends Bounds {
  /** The ids asked for. What is read tells in its `span` which of them need not be asked for again. */
  readonly ranges: readonly IdRange[];
  /** Reads under way at once; at most as many pages wait to be taken. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

/**
 * The newest page of a channel, spanning its lowest to its highest id. Without posts only when the source said so twice;
 * with `expectPosts` never.
 */
export async function readNewest(
  reader: PageReader,
  channel: string,
  {
    expectPosts = false,
    signal,
  }: { readonly expectPosts?: boolean; readonly signal?: AbortSignal } = {},
): Promise<HistoryPage> {
  let read = await reader.read({ channel, expectPosts }, signal);
  if (read.page.kind === "empty") read = await reader.read({ channel, expectPosts }, signal);
  if (read.page.kind === "empty") return emptyPage(read, channel);
  return filledPage(read, read.page, { from: 1, to: highestId(read.page.posts) });
}

/**
 * The pages that tell the fate of all ids asked for, newest first within each window; several windows are walked side by
 * side. Every page can be saved as it comes: to go on after a stop, ask for what no page has spanned.
 * @throws what `reader` throws.
 */
export async function* readHistory(
  reader: PageReader,
  channel: string,
  {
    ranges,
    since,
    until,
    limit = Infinity,
    concurrency = reader.concurrency,
    signal,
  }: HistoryOptions,
): AsyncGenerator<HistoryPage> {
  const stop = new AbortController();
  const walk: Walk = {
    reader,
    channel,
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    lowestSeen: Infinity,
  };
  const readers = Number.isFinite(limit) ? 1 : concurrency;
  const windows = new Windows(ranges, readers);
  if (until) windows.beginAt(await lastIdBefore(walk, until, windows.extent));
  const underWay = new Map<Window, Promise<Step>>();
  let wanted = limit;

  const begin = (window: Window): void => {
    const top = window.to;
    const reading = nextPage(walk, window).then(
      (found) => ({ window, top, found }),
      (error: unknown) => ({ window, top, error }),
    );
    underWay.set(window, reading);
  };
  const fill = (): void => {
    while (underWay.size < readers) {
      const window = wanted > 0 ? windows.next() : undefined;
      if (!window) return;
      begin(window);
    }
  };

  try {
    for (fill(); underWay.size > 0; fill()) {
      const { window, top, found, error } = await Promise.race(underWay.values());
      underWay.delete(window);
      if (error !== undefined) throw error;
      if (found === "above") {
        if (windows.leaveToAbove(window)) continue;
        window.cutTop = false;
        begin(window);
        continue;
      }
      const page = found;
      const bounded =
        page && within(page, { ...(since && { since }), ...(until && { until }), limit: wanted });
      if (page?.span) windows.told(page.span);
      if (page && since && isOlder(page, since)) windows.endAt(page.span?.from ?? 1);
      wanted -= bounded?.posts.length ?? 0;
      if (window.to < top && hasIds(window) && wanted > 0) begin(window);
      else windows.close(window);
      fill();
      if (bounded) yield bounded;
    }
  } finally {
    stop.abort();
    await Promise.allSettled(underWay.values());
  }
}

interface Walk {
  readonly reader: PageReader;
  readonly channel: string;
  readonly signal: AbortSignal;
  /** The lowest id any page has shown: below a higher one there must be posts. */
  lowestSeen: number;
}

interface Step {
  readonly window: Window;
  /** Where the window began when the page was asked for. */
  readonly top: number;
  readonly found?: HistoryPage | "above" | undefined;
  readonly error?: unknown;
}

/**
 * The next page of a window. Nothing when its cursor cannot move; `above` when there seems to be nothing down here, which only
 * who comes down from above can tell for sure.
 */
async function nextPage(walk: Walk, window: Window): Promise<HistoryPage | "above" | undefined> {
  let before = window.to + 1 + (window.cutTop ? LONGEST_ALBUM : 0);
  for (;;) {
    const below = await readBelow(walk, before);
    // Another window's page may have told the rest of this one meanwhile.
    if (!hasIds(window)) return undefined;
    if (below.page.kind === "empty" && window.cutTop) return "above";
    const top = window.to;
    const read = below.page.kind === "empty" ? await readHigher(walk, top) : below;
    if (!hasIds(window)) return undefined;
    if (read.page.kind === "empty" || (read !== below && lowestId(read.page.posts) > top))
      return { ...emptyPage(below, walk.channel), span: { from: 1, to: window.to } };
    if (read !== below) before = highestId(read.page.posts) + 1;
    const page = pageOfWindow(read, read.page, window);
    const isBit = page !== undefined && isBitOfAlbum(read.page, window);
    if (page && !isBit) return page;
    const next = isBit ? window.to + 1 : lowestId(read.page.posts);
    if (next >= before) return page;
    before = next;
  }
}

/**
 * A page that begins a little higher than an empty one, and so tells whether that one is to be believed. A source that has
 * had enough of us shows channels without posts, or its newest page and nothing older: nothing lies at or below `top` only
 * when this page shows posts and ends above it.
 */
async function readHigher(walk: Walk, top: number): Promise<PageRead> {
  const { channel, reader, signal } = walk;
  const begin = top + 1 + LONGEST_ALBUM;
  let higher = await readBelow(walk, begin);
  if (higher.page.kind === "posts") return higher;
  // Nothing lies right above either: climb to posts, at most to the newest page, where there must be some.
  const { page } = await reader.read({ channel, expectPosts: true }, signal);
  if (page.kind === "posts") walk.lowestSeen = Math.min(walk.lowestSeen, lowestId(page.posts));
  let below = begin;
  for (let step = LONGEST_ALBUM * CLIMB; higher.page.kind === "empty"; step *= CLIMB) {
    higher = await readBelow(walk, top + 1 + step);
    if (higher.page.kind === "empty") below = top + 1 + step;
  }
  // Down again by halves, to the lowest post there seems to be …
  let lowest = lowestId(higher.page.posts);
  while (lowest - below > TYPICAL_PAGE) {
    const middle = Math.ceil((below + lowest) / 2);
    const found = await readBelow(walk, middle);
    if (found.page.kind === "empty") below = middle;
    else lowest = lowestId(found.page.posts);
  }
  // … and only a page that begins with a post and shows nothing else tells that nothing lies below it.
  while (lowest > top) {
    const last = await readBelow(walk, lowest + 1);
    if (last.page.kind === "empty" || lowestId(last.page.posts) === lowest) return last;
    lowest = lowestId(last.page.posts);
  }
  return readBelow(walk, begin);
}

async function readBelow(walk: Walk, before: number): Promise<PageRead> {
  const { reader, channel, signal } = walk;
  const expectPosts = before > walk.lowestSeen;
  const read = await reader.read({ channel, before, expectPosts }, signal);
  if (read.page.kind === "posts")
    walk.lowestSeen = Math.min(walk.lowestSeen, lowestId(read.page.posts));
  return read;
}

/** What of a page lies in a window, if anything does. */
function pageOfWindow(read: PageRead, page: ChannelPage, window: Window): HistoryPage | undefined {
  const posts = page.posts.filter(({ id }) => id <= window.to);
  return posts.length > 0 ? filledPage(read, { ...page, posts }, window) : undefined;
}

/**
 * Whether all that a page shows of a window is one post at its lower border, which may cut an album there. Asked for from
 * the window's top, it comes whole.
 */
function isBitOfAlbum({ posts }: ChannelPage, window: Window): boolean {
  const [lowest] = posts;
  if (!lowest || posts.length < 2 || lowest.id === 1) return false;
  return posts.filter(({ id }) => id <= window.to).length === 1 && mayBeCut(lowest);
}

/** The highest id, give or take a page, of the posts before a moment: found by halving, in few requests. */
async function lastIdBefore(walk: Walk, until: Date, extent: IdRange | undefined): Promise<number> {
  let low = (extent?.from ?? 1) - 1;
  let high = extent?.to ?? 0;
  while (high - low > TYPICAL_PAGE) {
    const middle = Math.ceil((low + high) / 2);
    const { page } = await walk.reader.read(
      { channel: walk.channel, before: middle + 1 },
      walk.signal,
    );
    const posts = page.kind === "posts" ? page.posts : [];
    const early = posts.filter(({ publishedAt }) => new Date(publishedAt) < until);
    if (early.length === posts.length) low = middle;
    else if (early.length === 0) high = lowestId(posts) - 1;
    else return highestId(early);
  }
  return high;
}

function isOlder({ posts }: HistoryPage, since: Date): boolean {
  return posts.some(({ publishedAt }) => new Date(publishedAt) < since);
}

/**
 * A page as history, down to `from` at least. Its lowest post may be the end of an album that the page's border cuts: it is
 * left to the next page, which then begins above it.
 */
function filledPage(
  { url, head, body, readAt }: PageRead,
  { channel, posts, warnings }: ChannelPage,
  wanted: { readonly from: number; readonly to: number; readonly cutBottom?: boolean },
): HistoryPage {
  const [lowest, ...others] = posts as readonly [Post, ...Post[]];
  const border = lowest.id === 1 || (lowest.id === wanted.from && !wanted.cutBottom);
  const cut = others.length > 0 && !border && mayBeCut(lowest);
  return {
    channel,
    posts: cut ? others : posts,
    span: {
      from: cut ? highestId([lowest]) + 1 : lowestId(posts),
      to: Math.max(wanted.to, highestId(posts)),
    },
    url,
    head,
    body,
    readAt,
    warnings,
  };
}

function mayBeCut({ ids, media, text }: Post): boolean {
  return ids.length > 1 || (media.length > 0 && text === "");
}

function emptyPage({ page, ...evidence }: PageRead, name: string): HistoryPage {
  const unknown: Channel = { name, title: name, verified: false, counters: {} };
  return { channel: page.channel ?? unknown, posts: [], ...evidence, warnings: [] };
}

const TYPICAL_PAGE = 20;
/** Posts in one album, by Telegram's rule. */
const LONGEST_ALBUM = 10;
/** How many times higher each step looks for the lowest post above. */
const CLIMB = 8;
