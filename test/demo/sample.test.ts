import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveSample } from "../../demo/archive-sample.ts";
import { startSample, type Sample } from "../../demo/sample.ts";
import { Archive } from "../../server/archive/archive.ts";
import type { Post } from "../../scraper/post.ts";

const folder = mkdtempSync(join(tmpdir(), "sample-"));
const said: string[] = [];
let sample: Sample;
let archive: Archive;
let before: ReadonlyMap<string, readonly Post[]>;

beforeAll(async () => {
  sample = await startSample();
  before = new Map(sample.channels.map((truth) => [truth.profile.name, truth.shown]));
  const file = join(folder, "archive.db");
  await archiveSample(sample, { file, say: (sentence) => said.push(sentence) });
  archive = await Archive.open(file);
});
afterAll(async () => {
  await archive?.[Symbol.asyncDispose]();
  await sample?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/**
 * What must be the same: the stand-in serves addresses of its own, a language is the archive's own finding, and the
 * counters of a post are as they stood when it was last read.
 */
function told(post: Post): unknown {
  const { channel, id, ids, publishedAt, edited, author, text, textState, entities } = post;
  const { forward, reply, poll, buttons, service, media } = post;
  const kinds = media.map(({ url: _url, thumbnailUrl: _thumbnail, ...rest }) => rest);
  const asked = poll && { ...poll, voters: undefined };
  const reactions = post.reactions.map(({ emoji }) => emoji);
  const plain = { channel, id, ids, publishedAt, edited, author, text, textState, entities };
  return { ...plain, forward, reply, asked, buttons, service, kinds, reactions };
}

describe("the sample channels, archived while they change", () => {
  test("are kept as they are, and nothing in them is not understood", async () => {
    for (const { profile, shown } of sample.channels) {
      const kept = await archive.posts(shown.map(({ id }) => ({ channel: profile.name, id })));
      expect(kept.map(told)).toEqual(shown.map(told));
    }
    expect(said.filter((sentence) => /does not know/.test(sentence))).toEqual([]);
  });

  test("keep both versions of an edited post", async () => {
    const [russian] = sample.channels;
    const now = russian?.posts.find(({ text }) => text.includes("вместе 0,83."));
    const key = { channel: "ml_zametki", id: now?.id ?? 0 };
    const texts = (await archive.versions(key)).map(({ post }) => post.text);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain("вместе 0,86");
    expect(texts[1]).toContain("вместе 0,83");
  });

  test("keep posts that are gone, marked as deleted", async () => {
    for (const { profile, posts } of sample.channels) {
      const ids = new Set(posts.map(({ id }) => id));
      const gone = (before.get(profile.name) ?? []).filter(({ id }) => !ids.has(id));
      expect(gone.length).toBeGreaterThan(0);
      for (const { channel, id, text } of gone) {
        const kept = await archive.post({ channel, id });
        expect(kept?.text).toBe(text);
        expect(kept?.deleted?.checks).toBeGreaterThan(1);
      }
    }
  });
});

test("the pictures of the sample are drawn by the stand-in itself", async () => {
  const html = await (await fetch(`${sample.standIn.origin}/s/ml_zametki?before=15`)).text();
  const address = /background-image:url\('(http:\/\/127\.0\.0\.1:\d+\/file\/[^']+)'\)/.exec(
    html,
  )?.[1];
  const picture = await fetch(address ?? "");
  expect(picture.headers.get("content-type")).toBe("image/png");
});

test("the sample holds enough of both languages", () => {
  const counts = sample.channels.map(({ posts }) => posts.length);
  expect(counts[0]).toBeGreaterThanOrEqual(235);
  expect(counts[1]).toBeGreaterThanOrEqual(80);
});
