import type { Ask, PageRead, PageReader } from "../../scraper/reading/page-reader.ts";
import type { Post } from "../../scraper/post.ts";

interface PostsReader extends PageReader {
  /** The `before` of each read so far. */
  readonly asked: readonly (number | undefined)[];
  readonly underWay: number;
  readonly aborted: number;
}

/** A reader of a channel that holds these posts: twenty ids a page, albums cut at a page's borders if so wanted. */
export function readerOf(
  posts: readonly Post[],
  { cutsAlbums = false, slow = false } = {},
): PostsReader {
  const asked: (number | undefined)[] = [];
  let underWay = 0;
  let aborted = 0;
  return {
    concurrency: 4,
    get asked() {
      return asked;
    },
    get underWay() {
      return underWay;
    },
    get aborted() {
      return aborted;
    },
    async read(ask: Ask, signal?: AbortSignal): Promise<PageRead> {
      asked.push(ask.before);
      if (asked.length > MOST_READS) throw new Error("It asks without end.");
      underWay += 1;
      try {
        // Reads end in the order of their cursors' last digits, not in the order they began.
        const waits = slow ? 50 + ((ask.before ?? 0) % 7) : (ask.before ?? 0) % 3;
        for (let i = 0; i < waits; i += 1) {
          await new Promise(setImmediate);
          if (signal?.aborted) aborted += 1;
          signal?.throwIfAborted();
        }
        return pageOf(ask.before ?? Infinity);
      } finally {
        underWay -= 1;
      }
    },
  };

  function pageOf(before: number): PageRead {
    const below = posts.flatMap(({ ids }) => ids).filter((id) => id < before);
    const ids = new Set(below.slice(-PAGE_IDS));
    const shown = posts.flatMap((post) => partOf(post, ids));
    const page: PageRead["page"] =
      shown.length > 0 ? { kind: "posts", channel, posts: shown, warnings: [] } : { kind: "empty" };
    return {
      page,
      url: "https://t.me/s/durov",
      head: { status: 200, headers: {} },
      body: new Uint8Array(),
      readAt: "2026-01-01T00:00:00Z",
    };
  }

  function partOf(post: Post, ids: ReadonlySet<number>): Post[] {
    const part = post.ids.filter((id) => ids.has(id));
    const [id] = part;
    if (id === undefined) return [];
    if (!cutsAlbums || part.length === post.ids.length) return [post];
    return [{ ...post, id, ids: part, text: id === post.id ? post.text : "" }];
  }
}

/** Posts one after the other: ids left out before each, and of how many parts it is (an album from two on). */
export function albumsOf(
  shape: readonly { readonly gap: number; readonly parts: number }[],
): Post[] {
  let next = 1;
  return shape.map(({ gap, parts }) => {
    const id = next + gap;
    const ids = Array.from({ length: Math.max(1, parts) }, (_, part) => id + part);
    next = id + ids.length;
    return {
      channel: "durov",
      id,
      ids,
      url: `https://t.me/durov/${id}`,
      publishedAt: new Date(Date.parse("2024-01-01") + id * 60_000).toISOString(),
      edited: false,
      text: id % 3 === 0 ? "" : `words ${id}`,
      textState: "present",
      entities: [],
      media: ids.length > 1 ? ids.map(() => ({ kind: "photo" as const })) : [],
      reactions: [],
      buttons: [],
    };
  });
}

const channel = { name: "durov", title: "Durov", verified: true, counters: {} };
const PAGE_IDS = 20;
const MOST_READS = 3_000;
