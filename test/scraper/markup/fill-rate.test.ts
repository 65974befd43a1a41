import { expect, test } from "vitest";
import { fillRateFell } from "../../../scraper/markup/fill-rate.ts";
import type { Post } from "../../../scraper/post.ts";

const post = (parts: Partial<Post> = {}): Post => ({
  channel: "kanal",
  id: 1,
  ids: [1],
  url: "https://t.me/kanal/1",
  publishedAt: "2026-01-02T03:04:05Z",
  edited: false,
  text: "Words",
  textState: "present",
  entities: [],
  media: [],
  reactions: [],
  buttons: [],
  views: 5,
  ...parts,
});
const posts = (count: number, parts?: Partial<Post>): Post[] =>
  Array.from({ length: count }, () => post(parts));
const { views: _views, ...unseen } = post();

test("a page without views in a channel that always had them is a changed layout", () => {
  const page = Array.from({ length: 20 }, () => unseen);
  expect(fillRateFell(page, posts(200))).toEqual({
    code: "views-lost",
    facts: { some: 0, all: 20, someBefore: 200, allBefore: 200 },
  });
});

test("a page without texts is, where most posts had one", () => {
  const before = [...posts(140), ...posts(60, { text: "" })];
  expect(fillRateFell(posts(20, { text: "" }), before)).toMatchObject({
    code: "text-lost",
    facts: { some: 0, all: 20 },
  });
});

test("a page without media is, where nearly all posts had some", () => {
  const media = [{ kind: "photo" }] as const;
  expect(fillRateFell(posts(20), posts(200, { media }))).toMatchObject({
    code: "media-lost",
    facts: { some: 0, all: 20 },
  });
});

test("a run of posts without pictures in a mixed channel is not", () => {
  const before = [...posts(100, { media: [{ kind: "photo" }] }), ...posts(100)];
  expect(fillRateFell(posts(20), before)).toBeUndefined();
});

test("a few posts prove nothing, and neither does a young channel", () => {
  expect(fillRateFell([unseen, unseen], posts(200))).toBeUndefined();
  expect(
    fillRateFell(
      Array.from({ length: 20 }, () => unseen),
      posts(10),
    ),
  ).toBeUndefined();
});

test("service posts, which nobody counts looks at, do not count", () => {
  const services = Array.from({ length: 20 }, () => ({ ...unseen, service: "pinned" }));
  expect(fillRateFell([...services, post()], posts(200))).toBeUndefined();
});

test("an empty page has nothing to lack", () => {
  expect(fillRateFell([], posts(200))).toBeUndefined();
});
