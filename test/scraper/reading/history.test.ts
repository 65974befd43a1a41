import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../demo/faults.ts";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import {
  ChannelUnavailable,
  PageChanged,
  Throttled,
  Unreachable,
} from "../../../scraper/errors.ts";
import { Gate } from "../../../scraper/reading/gate.ts";
import type { HistoryPage, IdRange } from "../../../scraper/reading/history-page.ts";
import { eachOnce } from "../../../scraper/reading/each-once.ts";
import type { HistoryOptions } from "../../../scraper/reading/history.ts";
import { readHistory, readNewest } from "../../../scraper/reading/history.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import type { PageReader } from "../../../scraper/reading/page-reader.ts";
import { pageReader } from "../../../scraper/reading/page-reader.ts";
import type { Post } from "../../../scraper/post.ts";
import { JumpingClock } from "../help.ts";
import { albumsOf, readerOf } from "../reader-of.ts";

describe("the newest page", () => {
  test("spans its posts, from the lowest id to the highest", async () => {
    const { page } = await newest(readerOf(plain(50)));
    expect(page.posts.map(({ id }) => id)).toEqual(numbers(31, 50));
    expect(page.span).toEqual({ from: 31, to: 50 });
  });

  test("of a channel without posts tells of no id, and only after asking twice", async () => {
    const reader = readerOf([]);
    const { page } = await newest(reader);
    expect(page).toMatchObject({ posts: [], channel: { name: "durov" } });
    expect(page.span).toBeUndefined();
    expect(reader.asked).toHaveLength(2);
  });
});

describe("a history", () => {
  const posts = fc.array(
    fc.record({
      gap: fc.nat({ max: 60 }).map((n) => Math.max(0, n - 50)),
      parts: fc.integer({ min: -9, max: 10 }),
    }),
    { maxLength: 120, size: "max" },
  );

  test("tells the fate of every id asked for, and nothing untrue of any", async () => {
    await fc.assert(
      fc.asyncProperty(
        posts,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async (shape, concurrency, cutsAlbums) => {
          const truth = albumsOf(shape);
          const reader = readerOf(truth, { cutsAlbums });
          const top = truth.at(-1)?.ids.at(-1) ?? 0;
          const pages = await all(reader, { ranges: [{ from: 1, to: top }], concurrency });
          for (const page of pages) expectTruthful(page, truth);
          expect(keep(pages)).toEqual(truth);
          expect(unread(pages, top)).toEqual([]);
          expect(reader.asked.every((before) => before === undefined || before >= 2)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("goes on from what no page has spanned, wherever it was stopped", async () => {
    await fc.assert(
      fc.asyncProperty(
        posts,
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6, size: "max" }),
        async (shape, concurrency, stops) => {
          const truth = albumsOf(shape);
          const reader = readerOf(truth, { cutsAlbums: true });
          const top = truth.at(-1)?.ids.at(-1) ?? 0;
          const pages: HistoryPage[] = [];
          for (const stop of [...stops, Infinity]) {
            let taken = 0;
            const ranges = unread(pages, top);
            for await (const page of readHistory(reader, "durov", { ranges, concurrency })) {
              pages.push(page);
              if (++taken >= stop) break;
            }
          }
          expect(keep(pages)).toEqual(truth);
          expect(unread(pages, top)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("gives each post once where what earlier pages told is left out", async () => {
    const once = fc.asyncProperty(
      posts,
      fc.integer({ min: 2, max: 8 }),
      async (shape, concurrency) => {
        const truth = albumsOf(shape);
        const reader = readerOf(truth, { cutsAlbums: true });
        const top = truth.at(-1)?.ids.at(-1) ?? 0;
        const newOn = eachOnce();
        const ids: number[] = [];
        for (const page of await all(reader, { ranges: [{ from: 1, to: top }], concurrency }))
          ids.push(...newOn(page).map(({ id }) => id));
        expect(ids.toSorted((a, b) => a - b)).toEqual(truth.map(({ id }) => id));
      },
    );
    await fc.assert(once, { numRuns: 60 });
    // Two windows that meet inside an album.
    await fc.assert(once, { seed: 1472978591, path: "182", numRuns: 1 });
  });

  test("asks for few pages more than there are, however many read at once", async () => {
    for (const concurrency of [1, 4, 8]) {
      const reader = readerOf(plain(8_000));
      await all(reader, { ranges: [{ from: 1, to: 8_000 }], concurrency });
      expect(reader.asked.length).toBeLessThanOrEqual(400 * 1.03);
    }
  });

  test("asks only for the ranges wanted", async () => {
    const reader = readerOf(plain(1_000));
    const pages = await all(reader, {
      ranges: [
        { from: 200, to: 219 },
        { from: 700, to: 705 },
      ],
    });
    expect(reader.asked).toEqual([706, 220]);
    expect(pages.map(({ span }) => span)).toEqual(
      expect.arrayContaining([
        { from: 200, to: 219 },
        { from: 686, to: 705 },
      ]),
    );
  });

  test("reads a sparse channel without asking for the same page again and again", async () => {
    const reader = readerOf(albumsOf(Array.from({ length: 400 }, () => ({ gap: 50, parts: 1 }))));
    await all(reader, { ranges: [{ from: 1, to: 20_400 }], concurrency: 4 });
    expect(reader.asked.length).toBeLessThanOrEqual(20 * 1.5);
  });

  test("believes that nothing is left only when a page that begins higher ends above", async () => {
    const reader = readerOf(plain(100).filter(({ id }) => id > 40));
    const pages = await all(reader, { ranges: [{ from: 1, to: 100 }], concurrency: 1 });
    expect(pages.at(-1)).toMatchObject({ posts: [], span: { from: 1, to: 40 } });
    expect(reader.asked.slice(-2)).toEqual([41, 51]);
  });

  test("reads all the same where a quarter of the pages pretend to be empty", async () => {
    const truth = plain(3_000);
    const honest = readerOf(truth);
    let asked = 0;
    const tired: PageReader = {
      concurrency: 4,
      async read(ask, signal) {
        const read = await honest.read(ask, signal);
        if (ask.expectPosts || ++asked % 4 !== 0) return read;
        return { ...read, page: { kind: "empty" } };
      },
    };
    const pages = await all(tired, { ranges: [{ from: 1, to: 3_000 }] });
    expect(keep(pages)).toEqual(truth);
    for (const page of pages) expectTruthful(page, truth);
  });

  test("believes no empty page that others belie, whichever pretend to be", async () => {
    await fc.assert(
      fc.asyncProperty(
        posts,
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.record({ honest: fc.nat({ max: 12 }), empty: fc.nat({ max: 6 }) })),
        async (shape, concurrency, stretches) => {
          const truth = albumsOf(shape);
          const honest = readerOf(truth, { cutsAlbums: true });
          const pretends = stretches.flatMap((of) => [
            ...Array.from({ length: of.honest }, () => false),
            ...Array.from({ length: of.empty }, () => true),
          ]);
          const tired: PageReader = {
            concurrency,
            async read(ask, signal) {
              const read = await honest.read(ask, signal);
              if (ask.expectPosts || !pretends.shift()) return read;
              return { ...read, page: { kind: "empty" } };
            },
          };
          const top = truth.at(-1)?.ids.at(-1) ?? 0;
          const pages = await all(tired, { ranges: [{ from: 1, to: top }] });
          for (const page of pages) expectTruthful(page, truth);
          expect(keep(pages)).toEqual(truth);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["far below what it climbs to", plain(600), { from: 1, to: 145 }, [146, 156, 156]],
    ["below another one", plain(600), { from: 1, to: 145 }, [146, 156, 181]],
    ["in an album", albumsOf([{ gap: 0, parts: 2 }]), { from: 1, to: 2 }, [3, 13, 13]],
  ] as const)(
    "an empty page %s is asked for again once others show posts there",
    async (_, truth, range, empties) => {
      const left = [...empties];
      const honest = readerOf(truth, { cutsAlbums: true });
      const tired: PageReader = {
        concurrency: 1,
        async read(ask, signal) {
          const read = await honest.read(ask, signal);
          if (ask.expectPosts || ask.before !== left[0]) return read;
          left.shift();
          return { ...read, page: { kind: "empty" } };
        },
      };
      const pages = await all(tired, { ranges: [range] });
      for (const page of pages) expectTruthful(page, truth);
      expect(unread(pages, range.to)).toEqual([]);
      expect(keep(pages)).toEqual(truth.filter(({ id }) => id <= range.to));
    },
  );

  test("finds the end of a channel whose first half is gone in a few requests", async () => {
    const reader = readerOf(plain(20_000).filter(({ id }) => id > 19_000));
    const pages = await all(reader, { ranges: [{ from: 1, to: 20_000 }], concurrency: 8 });
    expect(unread(pages, 20_000)).toEqual([]);
    expect(reader.asked.length).toBeLessThanOrEqual(50 + 16);
  });

  test("ends a window whose cursor does not move, and leaves it unread", async () => {
    const stuck: PageReader = {
      concurrency: 2,
      read: ({ channel }) => readerOf(plain(50)).read({ channel }),
    };
    expect(await all(stuck, { ranges: [{ from: 1, to: 30 }] })).toEqual([]);
  });

  test("stops its readers when its consumer stops", async () => {
    const reader = readerOf(plain(4_000), { slow: true });
    for await (const page of readHistory(reader, "durov", {
      ranges: [{ from: 1, to: 4_000 }],
      concurrency: 4,
    })) {
      expect(page.posts).not.toHaveLength(0);
      break;
    }
    expect(reader.aborted).toBeGreaterThan(0);
    expect(reader.underWay).toBe(0);
    const asked = reader.asked.length;
    await turns();
    expect(reader.asked.length).toBe(asked);
  });

  test("holds no more pages than it has readers while its consumer is busy", async () => {
    const reader = readerOf(plain(4_000));
    let taken = 0;
    for await (const page of readHistory(reader, "durov", {
      ranges: [{ from: 1, to: 4_000 }],
      concurrency: 4,
    })) {
      taken += page.posts.length > 0 ? 1 : 0;
      await turns();
      expect(reader.asked.length).toBeLessThanOrEqual(taken + 4);
      if (taken > 20) break;
    }
  });

  test("stops with the signal's reason", async () => {
    const stop = new AbortController();
    const reader = readerOf(plain(400), { slow: true });
    const reading = all(reader, { ranges: [{ from: 1, to: 400 }], signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    expect(reader.underWay).toBe(0);
  });

  test("passes on what its reader throws, and ends the other reads", async () => {
    const reader = readerOf(plain(4_000), { slow: true });
    const failing: PageReader = {
      concurrency: 4,
      read: (ask, signal) =>
        (ask.before ?? 0) > 2_500
          ? Promise.reject(new Throttled("enough"))
          : reader.read(ask, signal),
    };
    await expect(all(failing, { ranges: [{ from: 1, to: 4_000 }] })).rejects.toThrow(Throttled);
    expect(reader.underWay).toBe(0);
  });
});

describe("bounds of a history", () => {
  const truth = plain(5_000);
  const ranges = [{ from: 1, to: 5_000 }];

  test("a limit takes exactly the newest posts, one page at a time", async () => {
    const reader = readerOf(truth);
    const pages = await all(reader, { ranges, limit: 50 });
    expect(keep(pages).map(({ id }) => id)).toEqual(numbers(4_951, 5_000));
    expect(unread(pages, 5_000)).toEqual([{ from: 1, to: 4_950 }]);
    expect(reader.asked).toHaveLength(3);
  });

  test("since stops once a page is older, and takes nothing older", async () => {
    const reader = readerOf(truth);
    const since = new Date(truth[4_899]?.publishedAt ?? "");
    const pages = await all(reader, { ranges, since });
    expect(keep(pages).map(({ id }) => id)).toEqual(numbers(4_900, 5_000));
    expect(unread(pages, 5_000)).toEqual([{ from: 1, to: 4_899 }]);
    expect(reader.asked.length).toBeLessThanOrEqual(6 + 2 * 3);
  });

  test("until finds its first post by halving", async () => {
    const reader = readerOf(truth);
    const until = new Date(truth[99]?.publishedAt ?? "");
    const pages = await all(reader, { ranges, until });
    expect(keep(pages).map(({ id }) => id)).toEqual(numbers(1, 99));
    expect(unread(pages, 5_000)).toEqual([{ from: 100, to: 5_000 }]);
    expect(reader.asked.length).toBeLessThanOrEqual(8 + 7);
  });

  test("what any bounds leave out is read by a later run without them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          since: fc.option(fc.integer({ min: 0, max: 5_100 }), { nil: undefined }),
          until: fc.option(fc.integer({ min: 0, max: 5_100 }), { nil: undefined }),
          limit: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
        }),
        async ({ since, until, limit }) => {
          const bounded = await all(readerOf(truth), {
            ranges,
            ...(since !== undefined && { since: at(since) }),
            ...(until !== undefined && { until: at(until) }),
            ...(limit !== undefined && { limit }),
          });
          const wanted = numbers(Math.max(1, since ?? 1), Math.min(5_000, (until ?? 5_001) - 1));
          expect(keep(bounded).map(({ id }) => id)).toEqual(wanted.slice(-(limit ?? 5_000)));
          const rest = await all(readerOf(truth), { ranges: unread(bounded, 5_000) });
          expect(keep([...bounded, ...rest])).toEqual(truth);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("a history over a faulty network", () => {
  const truth = makeTruth({ posts: 160, seed: 7, channel: "durov" });
  const faults: fc.Arbitrary<Fault> = fc.oneof(
    fc.record({
      kind: fc.constant("status" as const),
      status: fc.constantFrom(403, 404, 429, 500, 502, 503),
      retryAfter: fc.constantFrom("0", "3", "120", "Thu, 01 Jan 2026 00:10:00 GMT", "soon"),
    }),
    fc.record({
      kind: fc.constantFrom("cut" as const, "broken" as const),
      share: fc.double({ min: 0, max: 0.99, noNaN: true }),
    }),
    fc.constant<Fault>({ kind: "reset" }),
    fc.constant<Fault>({ kind: "empty" }),
    fc.record({ kind: fc.constant("challenge" as const), status: fc.constantFrom(200, 403, 503) }),
    fc.record({
      kind: fc.constant("charset" as const),
      as: fc.constantFrom("utf-16le" as const, "windows-1251" as const),
    }),
    fc.record({
      kind: fc.constant("redirect" as const),
      to: fc.constantFrom("https://evil.example/", "/", "//127.0.0.1:9/s/durov"),
    }),
    fc.constant<Fault>({ kind: "hang", ms: 60_000 }),
  );

  test("keeps nothing untrue, and everything once the faults stop", async () => {
    await using site = await startStandIn({ channels: [truth] });
    await using source = await httpSource({ origin: site.origin, timeoutMs: 250 });
    const schedule = fc.array(fc.option(faults, { freq: 2 }), { maxLength: 40, size: "max" });
    await fc.assert(
      fc.asyncProperty(schedule, fc.integer(), async (planned, seed) => {
        const clock = new JumpingClock();
        const gate = new Gate({ rate: 1000, concurrency: 3, clock });
        const random = lcg(seed);
        const reader = pageReader({ source, gate, clock, random });
        let asked = 0;
        site.fail(() => planned[asked++] ?? undefined);
        const pages: HistoryPage[] = [];
        const run = async (): Promise<void> => {
          const first = await readNewest(reader, "durov", { expectPosts: true });
          pages.push(first);
          const ranges = unread(pages, truth.newestId);
          for await (const page of readHistory(reader, "durov", { ranges })) pages.push(page);
        };
        const errors: unknown[] = [];
        await run().catch((error: unknown) => errors.push(error));
        for (const page of pages) expectTruthful(page, truth.shown);
        expect(errors.every((error) => isResumable(error))).toBe(true);
        site.fail();
        clock.set(clock.now() + 3_600_000);
        await run();
        for (const page of pages) expectTruthful(page, truth.shown);
        expect(keep(pages)).toEqual(truth.shown);
        expect(unread(pages, truth.newestId)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("reads on where pages lack the link to older ones", async () => {
    await using site = await startStandIn({ channels: [truth], lacksOlderLink: () => true });
    await using source = await httpSource({ origin: site.origin });
    const clock = new JumpingClock();
    const reader = pageReader({ source, gate: new Gate({ clock }), clock });
    const pages = await all(reader, { ranges: [{ from: 1, to: truth.newestId }] });
    expect(keep(pages)).toEqual(truth.shown);
  });

  test("a changed layout is loud, and carries the page", async () => {
    await using site = await startStandIn({
      channels: [truth],
      faults: ({ number }) =>
        number > 2
          ? { kind: "layout", from: "tgme_widget_message_text", to: "message_words" }
          : undefined,
    });
    await using source = await httpSource({ origin: site.origin });
    const clock = new JumpingClock();
    const reader = pageReader({ source, gate: new Gate({ clock }), clock });
    const reading = all(reader, { ranges: [{ from: 1, to: truth.newestId }] });
    const error: unknown = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PageChanged);
    expect((error as PageChanged).body.length).toBeGreaterThan(1_000);
  });
});

function isResumable(error: unknown): boolean {
  // A front page without a channel on it, where the redirect to "/" leads, is a refusal.
  return (
    error instanceof Throttled ||
    error instanceof Unreachable ||
    (error instanceof ChannelUnavailable && error.reason === "restricted")
  );
}

async function newest(reader: PageReader): Promise<{ page: HistoryPage }> {
  return { page: await readNewest(reader, "durov") };
}

async function all(reader: PageReader, options: HistoryOptions): Promise<HistoryPage[]> {
  const pages: HistoryPage[] = [];
  for await (const page of readHistory(reader, "durov", options)) pages.push(page);
  return pages;
}

/** What an archive would hold: the posts of all pages, each once. */
function keep(pages: readonly HistoryPage[]): Post[] {
  const byId = new Map(pages.flatMap(({ posts }) => posts).map((post) => [post.id, shown(post)]));
  return [...byId.values()].toSorted((a, b) => a.id - b.id);
}

/** The ids from 1 to `top` that no page spans, newest first. */
function unread(pages: readonly HistoryPage[], top: number): IdRange[] {
  const spanned = new Set(pages.flatMap(({ span }) => (span ? numbers(span.from, span.to) : [])));
  const ranges: { from: number; to: number }[] = [];
  for (let id = top; id >= 1; id -= 1) {
    const last = ranges.at(-1);
    if (spanned.has(id)) continue;
    if (last && last.from === id + 1) last.from = id;
    else ranges.push({ from: id, to: id });
  }
  return ranges;
}

/** Each post shown is true and whole, and no post with an id in the span is left out. */
function expectTruthful(page: HistoryPage, truth: readonly Post[]): void {
  const known = new Map(truth.map((post) => [post.id, post]));
  for (const post of page.posts) expect(shown(post)).toEqual(known.get(post.id));
  const { span } = page;
  if (!span) return;
  const inSpan = truth.filter(({ ids }) => ids.some((id) => id >= span.from && id <= span.to));
  const found = new Set(page.posts.map(({ id }) => id));
  expect(inSpan.filter(({ id }) => !found.has(id))).toEqual([]);
}

/** A post as the page shows it: its language is found out from the text. */
function shown(post: Post): Post {
  const { language, ...rest } = post;
  return language === undefined ? post : rest;
}

function plain(count: number): Post[] {
  return albumsOf(Array.from({ length: count }, () => ({ gap: 0, parts: 1 })));
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** When the post with this id was published. */
function at(id: number): Date {
  return new Date(Date.parse("2024-01-01") + id * 60_000);
}

/** Lets all that can go on go on. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
}

/** Chance that can be had again. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
