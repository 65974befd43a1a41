import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Post } from "../../scraper/post.ts";
import { postHash } from "../../scraper/post-hash.ts";

const post: Post = {
  channel: "kanal",
  id: 7,
  ids: [7, 8],
  url: "https://t.me/kanal/7",
  publishedAt: "2026-01-02T03:04:05Z",
  edited: false,
  author: "Vera",
  text: "Read this",
  textState: "present",
  entities: [{ type: "link", offset: 5, length: 4, url: "https://example.org/" }],
  media: [
    {
      kind: "video",
      url: "https://cdn/a?token=1",
      thumbnailUrl: "https://cdn/t1",
      durationSeconds: 9,
      width: 10,
      height: 20,
    },
    { kind: "file", fileName: "a.pdf", size: "1 MB" },
  ],
  preview: { url: "https://example.org/", title: "Title", imageUrl: "https://cdn/p1" },
  forward: { name: "Other" },
  reply: { channel: "kanal", id: 3, text: "Why?" },
  poll: { question: "So?", type: "Quiz", options: [{ text: "Yes", percent: 50 }], voters: 2 },
  reactions: [{ kind: "emoji", emoji: "👍", count: 3 }],
  buttons: [{ text: "Go", url: "https://example.org/go" }],
  views: 10,
  language: "en",
};
const [video, file] = post.media;

describe("a change that makes a version changes the hash", () => {
  test.each<[string, Partial<Post>]>([
    ["text", { text: "Read that" }],
    ["an entity's kind", { entities: [{ type: "bold", offset: 5, length: 4 }] }],
    [
      "a link's address",
      { entities: [{ type: "link", offset: 5, length: 4, url: "https://b.org/" }] },
    ],
    ["a medium's kind", { media: [{ ...video, kind: "gif" }, file!] }],
    ["a duration", { media: [{ ...video!, durationSeconds: 10 }, file!] }],
    ["a name", { media: [video!, { ...file!, fileName: "b.pdf" }] }],
    ["a size", { media: [video!, { ...file!, size: "2 MB" }] }],
    ["a medium less", { media: [video!] }],
    ["the preview's title", { preview: { ...post.preview!, title: "Other" } }],
    ["the poll's question", { poll: { ...post.poll!, question: "Well?" } }],
    ["an option", { poll: { ...post.poll!, options: [{ text: "No", percent: 50 }] } }],
    ["a button", { buttons: [] }],
    ["the forward", { forward: { name: "Another" } }],
    ["the reply", { reply: { channel: "kanal", id: 4 } }],
    ["the signature", { author: "Ivan" }],
    ["the edited mark", { edited: true }],
  ])("%s", (_, change) => {
    expect(postHash({ ...post, ...change })).not.toBe(postHash(post));
  });
});

describe("a change that makes none does not", () => {
  test.each<[string, Partial<Post>]>([
    ["views", { views: 11 }],
    ["reactions", { reactions: [] }],
    [
      "percentages and voters",
      { poll: { ...post.poll!, options: [{ text: "Yes", percent: 51 }], voters: 3 } },
    ],
    [
      "addresses of media",
      {
        media: [{ ...video!, url: "https://cdn/a?token=2", thumbnailUrl: "https://cdn/t2" }, file!],
      },
    ],
    ["the preview's image", { preview: { ...post.preview!, imageUrl: "https://cdn/p2" } }],
    ["the language told", { language: "de" }],
    ["what was not understood", { notUnderstood: ["x"], rawHtml: "<x>" }],
  ])("%s", (_, change) => {
    expect(postHash({ ...post, ...change })).toBe(postHash(post));
  });

  test("the order in which a post's parts were written down", () => {
    const turned = Object.fromEntries(Object.entries(post).toReversed()) as unknown as Post;
    expect(postHash(turned)).toBe(postHash(post));
  });
});

test("the hash is the SHA-256 of canonical JSON, keys sorted and absent parts left out", () => {
  const bare: Post = {
    channel: "kanal",
    id: 1,
    ids: [1],
    url: "https://t.me/kanal/1",
    publishedAt: "2026-01-02T03:04:05Z",
    edited: false,
    text: "é 1",
    textState: "present",
    entities: [],
    media: [],
    reactions: [],
    buttons: [],
  };
  const json = '{"buttons":[],"edited":false,"entities":[],"media":[],"text":"é 1"}';
  expect(postHash(bare)).toBe(createHash("sha256").update(json).digest("hex"));
});
