import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Fault } from "../../../demo/faults.ts";
import { makeTruth, morePosts } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import type { StandIn, StandInOptions } from "../../../demo/stand-in.ts";
import { Truth } from "../../../demo/truth.ts";
import { Gate } from "../../../scraper/reading/gate.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import type { PageReader } from "../../../scraper/reading/page-reader.ts";
import { pageReader } from "../../../scraper/reading/page-reader.ts";
import type { Post } from "../../../scraper/post.ts";
import type { ArchivedPost } from "../../../server/archive/posts/archived-post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import type { RunCounts } from "../../../server/archive/runs/run.ts";
import type { ArchiveOptions } from "../../../server/jobs/archive-channel.ts";
import { emptyFolder } from "../../help.ts";
import { isWhole, series } from "../../whole.ts";

/** A channel at its stand-in and an archive of it, on a day that the test sets; waits cost no time. */
interface Bench {
  readonly truth: Truth;
  readonly standIn: StandIn;
  readonly archive: Archive;
  readonly reader: PageReader;
  readonly time: { day: number };
  run(options?: ArchiveOptions): ReturnType<typeof archiveChannel>;
  kept(id: number): Promise<ArchivedPost | undefined>;
}

async function bench(
  truth: Truth,
  options: Partial<StandInOptions> & { readonly timeoutMs?: number } = {},
): Promise<Bench> {
  const { timeoutMs = 10_000, ...others } = options;
  const standIn = await startStandIn({ channels: [truth], ...others });
  const source = await httpSource({ origin: standIn.origin, timeoutMs });
  const time = { day: 1, waited: 0 };
  const now = (): number => Date.UTC(2026, 0, time.day, 12) + time.waited;
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    time.waited += ms;
  };
  const archive = await Archive.open(`${emptyFolder()}/archive.db`, { now: () => new Date(now()) });
  const clock = { now, sleep };
  const reader = pageReader({ source, clock, gate: new Gate({ rate: 1000, clock }) });
  onTestFinished(async () => {
    await archive[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
    await standIn.close();
  });
  return {
    truth,
    standIn,
    archive,
    reader,
    time,
    run: async (asked) => {
      time.waited += anHour;
      return archiveChannel({ archive, reader }, truth.profile.name, asked);
    },
    kept: async (id) => archive.post({ channel: truth.profile.name, id }),
  };
}

const anHour = 3_600_000;

/** What a post is, without what the archive and the language detector add. */
function asPosted(post: ArchivedPost): Partial<Post> {
  const { no: _1, hash: _2, firstSeenAt: _3, lastSeenAt: _4, versions: _5, ...rest } = post;
  const { deleted: _6, language: _7, ...posted } = rest;
  return posted;
}

async function keptPosts({ archive }: Bench): Promise<readonly ArchivedPost[]> {
  return archive.allPosts({ afterNo: 0, limit: 1000 });
}

/** What is kept or called absent and the channel does not show so. */
async function liesIn(one: Bench): Promise<readonly unknown[]> {
  const shown = new Map(one.truth.shown.map((post) => [post.id, post]));
  const kept = (await keptPosts(one)).map(asPosted);
  const { ranges } = (await one.archive.kept(one.truth.profile.name).coverage()) ?? { ranges: [] };
  const absent = ranges.filter((range) => range.class === "absent" || range.class === "deleted");
  return [
    ...kept.filter((post) => !isDeepStrictEqual(post, shown.get(post.id ?? 0))),
    ...absent.flatMap(({ from, to }) =>
      one.truth.posts.filter(({ ids }) => ids.some((id) => from <= id && id <= to)),
    ),
    ...(await one.archive.verify()),
  ];
}

/** The same, and what the channel shows and is not kept. */
async function differencesOf(one: Bench): Promise<readonly unknown[]> {
  const kept = new Set((await keptPosts(one)).map(({ id }) => id));
  const unread = await one.archive.kept(one.truth.profile.name).unread();
  return [...(await liesIn(one)), ...one.truth.posts.filter(({ id }) => !kept.has(id)), ...unread];
}

/** A channel of plain posts with these ids. */
function numbered(ids: readonly number[]): Truth {
  const { profile, posts } = makeTruth({ posts: ids.length, seed: 3, gaps: 0, kinds: ["russian"] });
  return new Truth(
    profile,
    posts.map((post, index) => renumbered(post, ids[index] ?? 0)),
  );
}

function renumbered(post: Post, id: number): Post {
  return { ...post, id, ids: [id], url: `https://t.me/${post.channel}/${id}` };
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe("whatever the source answers meanwhile", () => {
  const share = 0.7;
  const faults: readonly Fault[] = [
    ...[429, 500, 502, 503, 403].map((status) => ({ kind: "status", status }) as const),
    ...([200, 403, 503] as const).map((status) => ({ kind: "challenge", status }) as const),
    ...(["utf-16le", "windows-1251"] as const).map((as) => ({ kind: "charset", as }) as const),
    { kind: "cut", share },
    { kind: "broken", share },
    { kind: "reset" },
    { kind: "empty" },
    { kind: "empty" },
    { kind: "redirect", to: "http://127.0.0.1:9/s/elsewhere" },
    { kind: "layout", from: "tgme_widget_message_text", to: "tgme_other" },
  ];
  const answer = fc.option(fc.constantFrom(...faults), { nil: undefined });

  test(
    "the archive holds nothing but the truth, and all of it once the faults stop",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(answer, { minLength: 1, maxLength: 60 }),
          fc.integer({ min: 1, max: 1000 }),
          async (answers, seed) => {
            const one = await bench(makeTruth({ posts: 90, seed, gaps: 0.3 }));
            one.standIn.fail(({ number }) => answers[number - 1]);
            for (let tries = 0; tries < 3; tries += 1) {
              const error = await one.run().then(
                () => ({ name: "none" }),
                (thrown: Error) => thrown,
              );
              expect(error.name).toMatch(/^(none|Throttled|Unreachable|PageChanged)$/);
              expect(await liesIn(one)).toEqual([]);
            }
            one.standIn.fail();
            await one.run();
            expect(await differencesOf(one)).toEqual([]);
          },
        ),
        { numRuns: isWhole ? 12 : 4 },
      );
    },
  );

  test.each(series([1, 2, 3], (seed) => seed === 1))(
    "a source that shows its newest page and nothing older (seed %i) is not believed",
    async (seed) => {
      const one = await bench(makeTruth({ posts: 90, seed, gaps: 0.3 }));
      one.standIn.fail(({ path }) => (path.includes("before=") ? { kind: "empty" } : undefined));
      await expect(one.run()).rejects.toThrow("it shows no posts where there are some");
      expect(await liesIn(one)).toEqual([]);
      one.standIn.fail();
      await one.run();
      expect(await differencesOf(one)).toEqual([]);
    },
  );
});

test("the page of another channel is not taken for the one asked for", async () => {
  const other = makeTruth({ posts: 30, seed: 2, channel: "drugoy_kanal" });
  const truth = makeTruth({ posts: 30, seed: 3 });
  const one = await bench(truth, {
    channels: [truth, other],
    faults: ({ path }) =>
      path.startsWith("/s/vse_vidy") ? { kind: "redirect", to: "/s/drugoy_kanal" } : undefined,
  });
  await expect(one.run()).rejects.toThrow("it shows @drugoy_kanal");
  expect(await one.archive.channels()).toEqual([]);
});

describe("channels of unusual shape", () => {
  test.each([
    ["no post", []],
    ["one post", [1]],
    ["one post that is not the first", [7]],
    ["only a post of a high id", [100_000]],
    ["no post 1", count(2, 50)],
    ["nothing below 500", count(500, 560)],
    ["exactly a page", count(1, 20)],
    ["a page and one", count(1, 21)],
    ["a gap of 50,000 ids", [...count(1, 30), ...count(50_031, 50_060)]],
    ["posts far apart", count(1, 60).map((n) => n * 977)],
  ])("%s", async (_what, ids) => {
    const one = await bench(numbered(ids));
    await one.run();
    expect(await differencesOf(one)).toEqual([]);
    const asked = one.standIn.requests.length;
    expect(asked).toBeLessThan(60);
    await one.run();
    expect(await differencesOf(one)).toEqual([]);
    expect(one.standIn.requests.length - asked).toBeLessThanOrEqual(8);
  });

  test("pages without a link to older ones end nothing", async () => {
    const one = await bench(makeTruth({ posts: 200, seed: 8 }), { lacksOlderLink: () => true });
    await one.run();
    expect(await differencesOf(one)).toEqual([]);
  });

  test("albums at every border of a page stay whole", async () => {
    const one = await bench(makeTruth({ posts: 80, seed: 9, kinds: ["photo album"], gaps: 0 }));
    await one.run();
    expect(await differencesOf(one)).toEqual([]);
  });

  test("the name in another case finds the same channel", async () => {
    const one = await bench(makeTruth({ posts: 30, seed: 8, channel: "VseVidy" }));
    await archiveChannel(one, "vsevidy");
    expect(await archiveChannel(one, "VSEVIDY")).toMatchObject({ new: 0, missed: 0 });
    expect(await differencesOf(one)).toEqual([]);
    expect(await one.archive.channels()).toMatchObject([{ name: "VseVidy" }]);
  });
});

describe("posts that are gone", () => {
  test("of the newest are missed, and deleted on another day", async () => {
    const one = await bench(makeTruth({ posts: 150, seed: 5 }));
    await one.run();
    const gone = one.truth.posts.slice(-3);
    for (const { id } of gone) one.truth.remove(id);
    expect(await one.run()).toMatchObject({ missed: 3, deleted: 0 });
    expect(await one.run()).toMatchObject({ missed: 3, deleted: 0 });
    one.time.day += 1;
    expect(await one.run()).toMatchObject({ deleted: 3 });
    for (const { id } of gone) expect((await one.kept(id))?.deleted).toMatchObject({ checks: 3 });
    expect(await one.run()).toMatchObject({ missed: 0, deleted: 0 });
  });

  test("and come back are not deleted any more", async () => {
    const one = await bench(makeTruth({ posts: 60, seed: 5 }));
    await one.run();
    const back = one.truth.posts.slice(-10, -8);
    for (const { id } of back) one.truth.remove(id);
    for (const _ of [1, 2]) {
      one.time.day += 1;
      await one.run();
    }
    one.truth.add(back);
    one.time.day += 1;
    await one.run();
    for (const { id } of back) expect((await one.kept(id))?.deleted).toBeUndefined();
    expect(await differencesOf(one)).toEqual([]);
  });

  test("many on one page stop the run; a person can accept them", async () => {
    const one = await bench(makeTruth({ posts: 100, seed: 5 }));
    await one.run();
    for (const { id } of one.truth.posts.slice(-20, -5)) one.truth.remove(id);
    await expect(one.run()).rejects.toMatchObject({ name: "MassAbsence" });
    expect(await one.run({ acceptChange: true })).toMatchObject({ missed: 15 });
    one.time.day += 1;
    expect(await one.run({ acceptChange: true })).toMatchObject({ deleted: 15 });
  });

  test("a few on each of many pages stop the run as well", async () => {
    const one = await bench(makeTruth({ posts: 400, seed: 5, gaps: 0 }));
    await one.run();
    const thinned = one.truth.posts.filter((_, index) => index % 7 === 3);
    for (const { id } of thinned) one.truth.remove(id);
    await expect(one.run({ full: true })).rejects.toMatchObject({ name: "MassAbsence" });
    expect((await one.run({ full: true, acceptChange: true })).missed).toBeGreaterThan(20);
  });

  test("all of them at once stop the run, and a person can accept it", async () => {
    const one = await bench(makeTruth({ posts: 30, seed: 5 }));
    await one.run();
    const all = [...one.truth.posts];
    for (const { id } of all) one.truth.remove(id);
    await expect(one.run()).rejects.toMatchObject({ name: "Throttled" });
    expect((await keptPosts(one)).length).toBe(30);
    expect(await one.run({ acceptChange: true })).toMatchObject({ missed: 30 });
    one.time.day += 1;
    expect(await one.run({ acceptChange: true })).toMatchObject({ deleted: 30 });
  });

  test("are noticed by a full reading beyond what is shown now", async () => {
    const one = await bench(makeTruth({ posts: 300, seed: 5 }));
    await one.run();
    const gone = [...one.truth.posts.slice(-2), ...one.truth.posts.slice(20, 22)];
    for (const { id } of gone) one.truth.remove(id);
    expect(await one.run({ full: true })).toMatchObject({ missed: 4 });
  });
});

describe("a later run", () => {
  test("asks for an hour's news in two requests, and takes counters as samples", async () => {
    const one = await bench(makeTruth({ posts: 300, seed: 6 }));
    await one.run();
    one.truth.add(morePosts(one.truth, { posts: 2, seed: 7 }));
    const asked = one.standIn.requests.length;
    expect(await one.run()).toMatchObject({ new: 2, edited: 0 });
    expect(one.standIn.requests.length - asked).toBeLessThanOrEqual(8);
    one.truth.grow(2);
    one.time.day += 1;
    expect(await one.run()).toMatchObject({ new: 0, edited: 0 });
    const seen = one.truth.posts.findLast(({ views }) => views !== undefined);
    const key = { channel: one.truth.profile.name, id: seen?.id ?? 0 };
    expect((await one.archive.samples(key)).length).toBe(2);
    expect((await one.kept(key.id))?.versions).toBe(1);
  });

  test("reads 48 hours again where they are more than 100 posts", async () => {
    const truth = makeTruth({
      posts: 300,
      seed: 6,
      from: "2026-01-01T00:00:00Z",
      spacingSeconds: 300,
    });
    const one = await bench(truth);
    one.time.day = 2;
    await one.run();
    const old = truth.posts.slice(30).find(({ text, service }) => text !== "" && !service);
    truth.edit(old?.id ?? 0, { text: "edited late", entities: [] });
    expect(await one.run()).toMatchObject({ edited: 1 });
  });

  test.each<[string, ArchiveOptions]>([
    ["--since --limit", { since: new Date("2023-01-15T00:00:00Z"), limit: 30 }],
    [
      "--since --until",
      { since: new Date("2023-01-12T00:00:00Z"), until: new Date("2023-01-14T00:00:00Z") },
    ],
    ["--until --limit", { until: new Date("2023-01-15T00:00:00Z"), limit: 7 }],
    ["--full --limit", { full: true, limit: 45 }],
    ["--since after everything", { since: new Date("2025-01-01T00:00:00Z") }],
    ["--until before everything", { until: new Date("2020-01-01T00:00:00Z") }],
  ])("completes what %s left out", async (_flags, options) => {
    const one = await bench(makeTruth({ posts: 250, seed: 6 }));
    const wanted = one.truth.posts.filter(
      ({ publishedAt }) =>
        (!options.since || new Date(publishedAt) >= options.since) &&
        (!options.until || new Date(publishedAt) < options.until),
    );
    const expected = wanted.slice(-(options.limit ?? Infinity)).map(({ id }) => id);
    await one.run(options);
    expect((await keptPosts(one)).map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(expected);
    expect(await liesIn(one)).toEqual([]);
    await one.run(options);
    expect(await liesIn(one)).toEqual([]);
    await one.run();
    expect(await differencesOf(one)).toEqual([]);
  });
});

/** A channel of a post an hour for 40 days up to the bench's first day, read once. */
async function hourly(): Promise<{ one: Bench; daysAgo: (days: number) => number }> {
  const { profile, posts } = numbered(count(1, 40 * 24));
  const end = Date.UTC(2026, 0, 1, 12);
  const dated = posts.map((post, index) =>
    datedAt(post, end - (posts.length - 1 - index) * anHour),
  );
  const one = await bench(new Truth(profile, dated));
  await one.run();
  return { one, daysAgo: (days) => one.truth.posts.at(-1 - days * 24)?.id ?? 0 };
}

function datedAt(post: Post, at: number): Post {
  return { ...post, publishedAt: `${new Date(at).toISOString().slice(0, 19)}Z` };
}

describe("posts older than the recent window", () => {
  test("are read again the next day, the next week, or not any more, by their age", async () => {
    const { one, daysAgo } = await hourly();
    const posts = [5, 12, 25, 38].map((age) => [age, daysAgo(age)] as const);
    for (const [, id] of posts) one.truth.edit(id, { text: "edited late", entities: [] });
    const noticed = new Map<number, number>();
    for (let day = 0; day <= 9; day += 1) {
      one.time.day = 1 + day;
      await one.run();
      for (const [age, id] of posts)
        if (((await one.kept(id))?.versions ?? 0) > 1 && !noticed.has(age)) noticed.set(age, day);
    }
    expect(noticed.get(5)).toBeLessThanOrEqual(1);
    expect(noticed.get(12)).toBeLessThanOrEqual(7);
    expect(noticed.get(25)).toBeLessThanOrEqual(7);
    expect(noticed.has(38)).toBe(false);
  });

  test("cost their pages once a day, and the day's later runs nothing", async () => {
    const { one } = await hourly();
    one.time.day += 1;
    const requests: number[] = [];
    for (let run = 0; run < 24; run += 1) requests.push((await one.run()).requests);
    const least = Math.min(...requests);
    expect(least).toBeLessThanOrEqual(7);
    expect(requests.filter((count) => count > least + 1).length).toBeLessThanOrEqual(2);
    // The week's turn at most: 28 days of 24 posts.
    expect(Math.max(...requests)).toBeLessThanOrEqual(least + 36);
  });
});

describe("what a run says of itself", () => {
  test("is every request and byte, retries included, and also when it fails", async () => {
    const one = await bench(makeTruth({ posts: 60, seed: 6 }));
    one.standIn.fail(({ number }) =>
      number === 2 ? { kind: "status", status: 502 } : number === 3 ? { kind: "reset" } : undefined,
    );
    const counts = await one.run();
    expect(counts).toMatchObject({ requests: one.standIn.requests.length, failed: 2 });
    expect(counts.bytes).toBeGreaterThan(3_000);
    const before = one.standIn.requests.length;
    one.standIn.fail(() => ({ kind: "status", status: 502 }));
    const told: RunCounts[] = [];
    await expect(one.run({ onProgress: (now) => told.push(now) })).rejects.toThrow("502");
    const requests = one.standIn.requests.length - before;
    expect(told.at(-1)).toMatchObject({ requests, failed: 8, pages: 0 });
  });

  test("names the ids that no page would show", async () => {
    const one = await bench(makeTruth({ posts: 90, seed: 6, gaps: 0 }));
    // Whatever is asked for, the newest page comes.
    one.standIn.fail(({ path }) =>
      path.includes("before=") ? { kind: "redirect", to: "/s/vse_vidy" } : undefined,
    );
    const warnings: string[] = [];
    const onWarning = (sentence: string): void => void warnings.push(sentence);
    await one.run({ onWarning });
    const [hole] = await one.archive.kept("vse_vidy").unread();
    expect(warnings).toEqual([
      `${hole?.to} ids could not be read, because no page that came back spans them: 1–${hole?.to}. The next run asks again.`,
    ]);
    one.standIn.fail();
    await one.run({ onWarning });
    expect(warnings).toHaveLength(1);
    expect(await differencesOf(one)).toEqual([]);
  });
});
