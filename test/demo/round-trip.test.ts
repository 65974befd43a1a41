import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { makeTruth, morePosts } from "../../demo/make-truth.ts";
import { historyPage } from "../../demo/page-markup.ts";
import { postKinds } from "../../demo/post-kinds.ts";
import { Random } from "../../demo/random.ts";
import type { Style } from "../../demo/message-markup.ts";
import { asShown, type Truth } from "../../demo/truth.ts";
import type { Post } from "../../scraper/post.ts";
import { readPage } from "../../scraper/markup/page.ts";

const readAt = "2026-11-20T12:00:00Z";

/** What the parser makes of a page that shows these posts. */
function read(truth: Truth, posts: readonly Post[], style: Style) {
  const asked = truth.profile.name;
  const page = readPage(
    {
      url: `https://t.me/s/${asked}`,
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: Buffer.from(historyPage({ truth, asked, posts }, style)),
    },
    { channel: asked, readAt },
  );
  if (page.kind !== "posts") throw new Error(`The page was read as ${page.kind}.`);
  return page;
}

const withoutLanguage = ({ language: _told, ...post }: Post) => post;
const modern: Style = { year: 2026, weight: "real" };

describe("a post, written as its page and read again, is the post", () => {
  test.each(Object.keys(postKinds))("%s", (kind) => {
    const truth = makeTruth({ posts: 12, seed: 7, kinds: [kind] });
    const page = read(truth, truth.posts, modern);
    expect(page.posts.map(withoutLanguage)).toStrictEqual(truth.posts.map((post) => asShown(post)));
    expect(page.warnings).toEqual([]);
  });
});

test.each<Style["year"]>([2020, 2022])("so it is in the markup of %i", (year) => {
  const truth = makeTruth({ posts: 200, seed: year });
  const page = read(truth, truth.posts, { year, weight: "light" });
  expect(page.posts.map(withoutLanguage)).toStrictEqual(
    truth.posts.map((post) => asShown(post, year)),
  );
});

test("so it is whatever the seed", () => {
  assert(
    property(integer({ min: 1, max: 2 ** 31 }), (seed) => {
      const truth = makeTruth({ posts: 20, seed, kinds: shuffled(seed) });
      const page = read(truth, truth.posts, modern);
      expect(page.posts.map(withoutLanguage)).toStrictEqual(truth.shown);
    }),
    { numRuns: 40 },
  );
});

/** The kinds in an order of the seed's own, so that twenty posts begin with any of them. */
function shuffled(seed: number): readonly string[] {
  const random = new Random(seed);
  const places = Object.keys(postKinds).map((kind) => [random.next(), kind] as const);
  return places.toSorted(([a], [b]) => a - b).map(([, kind]) => kind);
}

test("the same seed makes the same posts, and new ones follow the old", () => {
  const truth = makeTruth({ posts: 80, seed: 5 });
  expect(makeTruth({ posts: 80, seed: 5 }).posts).toEqual(truth.posts);
  const more = morePosts(truth, { posts: 30, seed: 6 });
  truth.add(more);
  expect(truth.posts).toHaveLength(110);
  expect(truth.posts.at(-1)).toBe(more.at(-1));
});

test("so is the channel, its counters rounded", () => {
  const truth = makeTruth({ posts: 300, seed: 3 });
  const { channel } = read(truth, truth.posts.slice(-20), modern);
  const { subscribers: _exact, ...profile } = truth.profile;
  expect(channel).toMatchObject({ ...profile, counters: { subscribers: 12_300 } });
});
