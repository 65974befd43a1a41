import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import type { Post } from "../../../scraper/post.ts";
import { channel, page, post, range } from "./sample.ts";

let folder: string;
let archive: Archive;
const tomorrow = (): Date => new Date("2026-06-16T00:00:01Z");
const now = (): Date => new Date("2026-06-15T12:30:00Z");

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
  archive = await Archive.open(join(folder, "archive.db"), { now });
});
afterEach(async () => {
  await archive[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const media = (token: number): Post["media"] => [{ kind: "photo", url: `https://cdn/x?${token}` }];
const key = (id: number): { channel: string; id: number } => ({ channel: "gradient", id });

describe("saving a page", () => {
  it("keeps every part of every post", async () => {
    const full = post(7, {
      ids: [7, 8],
      edited: true,
      author: "Ada",
      entities: [{ type: "bold", offset: 0, length: 4 }],
      media: [
        { kind: "photo", url: "https://cdn.example.org/a?token=1", width: 800, height: 600 },
        { kind: "video", thumbnailUrl: "https://cdn.example.org/t?token=1", durationSeconds: 12 },
      ],
      preview: {
        url: "https://example.org",
        title: "Example",
        imageUrl: "https://cdn.example.org/p",
      },
      forward: { name: "Other", channel: "other", id: 3 },
      reply: { channel: "Gradient", id: 2, text: "before" },
      poll: {
        question: "Which?",
        type: "Anonymous Poll",
        options: [
          { text: "one", percent: 40 },
          { text: "two", percent: 60 },
        ],
        voters: 10,
      },
      reactions: [{ kind: "emoji", emoji: "👍", count: 3 }],
      buttons: [{ text: "Open", url: "https://example.org" }],
      language: "en",
      notUnderstood: ["tgme_new_thing"],
      rawHtml: "<div></div>",
    });
    expect(await archive.savePage(page([post(6), full]))).toEqual({
      new: 2,
      edited: 0,
      unchanged: 0,
      missed: 0,
      deleted: 0,
    });
    expect(await archive.post(key(7))).toEqual({
      ...full,
      no: 2,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      firstSeenAt: "2026-06-15T12:00:00Z",
      lastSeenAt: "2026-06-15T12:00:00Z",
      versions: 1,
    });
    expect((await archive.post(key(8)))?.id).toBe(7);
    expect((await archive.posts([key(7), key(99), key(6)])).map(({ id }) => id)).toEqual([7, 6]);
    expect(await archive.verify()).toEqual([]);
  });

  it("changes nothing but the last sight when the same page comes again", async () => {
    await archive.savePage(page(range(1, 5)));
    const before = await archive.state();
    const again = await archive.savePage(page(range(1, 5), { readAt: "2026-06-15T13:00:00Z" }));
    expect(again).toEqual({ new: 0, edited: 0, unchanged: 5, missed: 0, deleted: 0 });
    expect(await archive.state()).toEqual(before);
    expect((await archive.post(key(3)))?.lastSeenAt).toBe("2026-06-15T13:00:00Z");
  });

  it("keeps both versions of an edited post, each with the page it was seen on", async () => {
    await archive.savePage(page([post(1)]));
    const saved = await archive.savePage(
      page([post(1, { text: "Corrected", edited: true })], { readAt: "2026-06-15T13:00:00Z" }),
    );
    expect(saved.edited).toBe(1);
    const versions = await archive.versions(key(1));
    expect(versions.map((v) => [v.version, v.post.text, v.seenAt, v.current])).toEqual([
      [1, "Post number 1 about gradients", "2026-06-15T12:00:00Z", false],
      [2, "Corrected", "2026-06-15T13:00:00Z", true],
    ]);
    const first = await archive.pageBody(key(1), 1);
    expect(new TextDecoder().decode(first?.body)).toContain("Post number 1");
    const second = await archive.pageBody(key(1));
    expect(new TextDecoder().decode(second?.body)).toContain("Corrected");
    expect(await archive.verify()).toEqual([]);
  });

  it("does not let an older page that comes late take the place of a newer one", async () => {
    await archive.savePage(page([post(1)]));
    await archive.savePage(
      page([post(1, { text: "Corrected", edited: true })], { readAt: "2026-06-15T13:00:00Z" }),
    );
    const late = await archive.savePage(
      page([post(1, { text: "Post number 1, as it was", views: 5 })], {
        readAt: "2026-06-15T12:30:00Z",
      }),
    );
    expect(late).toEqual({ new: 0, edited: 0, unchanged: 1, missed: 0, deleted: 0 });
    expect(await archive.post(key(1))).toMatchObject({
      text: "Corrected",
      views: 100,
      versions: 2,
      lastSeenAt: "2026-06-15T13:00:00Z",
    });
    expect(await archive.verify()).toEqual([]);
  });

  it("keeps the page a version was first seen on, and when, whatever says the same later", async () => {
    await archive.savePage(page([post(1)], { url: "https://t.me/s/Gradient?first" }));
    await archive.savePage(
      page([post(1, { views: 150 })], {
        url: "https://t.me/s/Gradient?again",
        readAt: "2026-06-15T13:00:00Z",
      }),
    );
    const [version] = await archive.versions(key(1));
    expect(version?.seenAt).toBe("2026-06-15T12:00:00Z");
    expect(await archive.pageBody(key(1))).toMatchObject({
      url: "https://t.me/s/Gradient?first",
      readAt: "2026-06-15T12:00:00Z",
    });
  });

  it("makes no version of counters and addresses, but samples the counters", async () => {
    await archive.savePage(page([post(1, { media: media(1) })]));
    await archive.savePage(
      page([post(1, { media: media(2), views: 150 })], { readAt: "2026-06-15T12:20:00Z" }),
    );
    const kept = await archive.post(key(1));
    expect([kept?.versions, kept?.views, kept?.media[0]?.url]).toEqual([1, 150, "https://cdn/x?2"]);
    expect((await archive.samples(key(1))).map(({ at, views }) => [at, views])).toEqual([
      ["2026-06-15T12:00:00Z", 100],
      ["2026-06-15T12:20:00Z", 150],
    ]);
  });

  it("samples counters once an hour while a post is younger than 48 hours, then once a day", async () => {
    const reads: readonly [readAt: string, views: number][] = [
      ["2026-06-15T12:00:00Z", 100],
      ["2026-06-15T12:20:00Z", 110],
      ["2026-06-15T12:40:00Z", 120],
      ["2026-06-15T13:05:00Z", 130],
      ["2026-06-18T01:00:00Z", 140],
      ["2026-06-18T09:00:00Z", 150],
      ["2026-06-18T21:00:00Z", 160],
      ["2026-06-19T00:30:00Z", 170],
      ["2026-06-19T11:00:00Z", 180],
    ];
    for (const [readAt, views] of reads)
      await archive.savePage(page([post(1, { views })], { readAt }));
    // The last is the counters as they stand.
    expect((await archive.samples(key(1))).map(({ at, views }) => [at, views])).toEqual([
      ["2026-06-15T12:00:00Z", 100],
      ["2026-06-15T13:05:00Z", 130],
      ["2026-06-18T01:00:00Z", 140],
      ["2026-06-19T00:30:00Z", 170],
      ["2026-06-19T11:00:00Z", 180],
    ]);
  });

  it("takes the spelling of the name from the page and finds it in any case", async () => {
    await archive.savePage(page([post(1)]));
    expect((await archive.channel("GRADIENT"))?.name).toBe("Gradient");
    expect((await archive.channels())[0]).toMatchObject({
      ...channel,
      posts: 1,
      newestId: 1,
      complete: 1,
      addedAt: "2026-06-15T12:30:00Z",
      lastReadAt: "2026-06-15T12:00:00Z",
    });
  });
});

describe("coverage", () => {
  it("classes every id", async () => {
    await archive.savePage(
      page([post(11, { service: "pinned" }), post(12, { ids: [12, 13] }), post(16)], {
        span: { from: 11, to: 16 },
      }),
    );
    await archive.savePage(page([post(3)], { span: { from: 2, to: 4 } }));
    expect(await archive.kept("gradient").coverage()).toEqual({
      channel: "Gradient",
      newestId: 16,
      imported: 0,
      counts: { kept: 3, part: 1, service: 1, deleted: 0, absent: 4, unread: 7, purged: 0 },
      ranges: [
        { from: 1, to: 1, class: "unread" },
        { from: 2, to: 2, class: "absent", asOf: "2026-06-15T12:00:00Z" },
        { from: 3, to: 3, class: "kept" },
        { from: 4, to: 4, class: "absent", asOf: "2026-06-15T12:00:00Z" },
        { from: 5, to: 10, class: "unread" },
        { from: 11, to: 11, class: "service" },
        { from: 12, to: 12, class: "kept" },
        { from: 13, to: 13, class: "part" },
        { from: 14, to: 15, class: "absent", asOf: "2026-06-15T12:00:00Z" },
        { from: 16, to: 16, class: "kept" },
      ],
    });
    expect(await archive.kept("gradient").unread()).toEqual([
      { from: 5, to: 10 },
      { from: 1, to: 1 },
    ]);
    expect((await archive.channel("gradient"))?.complete).toBeCloseTo(9 / 16);
  });
});

const rangeWithout = (missing: number, from: number, to: number): readonly Post[] =>
  range(from, to).filter(({ id }) => id !== missing);
const album = (...ids: readonly number[]): Post => post(12, { ids: [12, ...ids] });

const otherThanKept = async (): Promise<readonly unknown[]> => {
  const { ranges = [] } = (await archive.kept("gradient").coverage()) ?? {};
  return ranges.filter((range) => range.class !== "kept");
};

describe("an id that is absent", () => {
  it("is so as of the day of its own page, not of its neighbour's", async () => {
    await archive.savePage(page(rangeWithout(3, 1, 5), { readAt: "2026-06-13T12:00:00Z" }));
    await archive.savePage(page(rangeWithout(8, 6, 10), { readAt: "2026-06-15T12:00:00Z" }));
    expect(await otherThanKept()).toEqual([
      { from: 3, to: 3, class: "absent", asOf: "2026-06-13T12:00:00Z" },
      { from: 8, to: 8, class: "absent", asOf: "2026-06-15T12:00:00Z" },
    ]);
  });

  it("is so as of its latest read, also when an earlier page comes in later", async () => {
    const shown = range(1, 10).filter(({ id }) => id !== 3);
    await archive.savePage(page(shown, { readAt: "2026-06-15T12:00:00Z" }));
    await archive.savePage(page(shown, { readAt: "2026-06-13T12:00:00Z" }));
    expect(await otherThanKept()).toEqual([
      { from: 3, to: 3, class: "absent", asOf: "2026-06-15T12:00:00Z" },
    ]);
  });

  it("may be a part that left its album", async () => {
    const span = { from: 1, to: 15 };
    await archive.savePage(page([album(13, 14), post(15)], { span }));
    await archive.savePage(page([album(13), post(15)], { span, readAt: "2026-06-15T13:00:00Z" }));
    expect(await otherThanKept()).toEqual([
      { from: 1, to: 11, class: "absent", asOf: "2026-06-15T13:00:00Z" },
      { from: 13, to: 13, class: "part" },
      { from: 14, to: 14, class: "absent", asOf: "2026-06-15T13:00:00Z" },
    ]);
  });
});

describe("the recent window", () => {
  it("is the newest 100 posts when these are more than 48 hours", async () => {
    await archive.savePage(page(range(1, 150, () => ({ publishedAt: "2020-01-01T00:00:00Z" }))));
    expect(await archive.kept("gradient").recentWindow()).toEqual({ from: 51, to: 150 });
  });

  it("is 48 hours when these hold more than 100 posts", async () => {
    await archive.savePage(
      page(
        range(1, 150, (id) => ({
          publishedAt: id <= 20 ? "2026-06-10T00:00:00Z" : "2026-06-15T11:00:00Z",
        })),
      ),
    );
    expect(await archive.kept("gradient").recentWindow()).toEqual({ from: 21, to: 150 });
  });

  it("does not exist for a channel without posts", async () => {
    expect(await archive.kept("gradient").recentWindow()).toBeUndefined();
  });
});

const without = (ids: readonly number[], readAt: string, more = {}) =>
  page(
    range(1, 10).filter(({ id }) => !ids.includes(id)),
    { span: { from: 1, to: 10 }, readAt, ...more },
  );

describe("deletion", () => {
  it("is marked only when a later UTC day misses the post again", async () => {
    await archive.savePage(page(range(1, 10)));
    expect(await archive.savePage(without([4], "2026-06-15T14:00:00Z"))).toMatchObject({
      missed: 1,
      deleted: 0,
    });
    expect(await archive.savePage(without([4], "2026-06-15T23:00:00Z"))).toMatchObject({
      missed: 1,
      deleted: 0,
    });
    expect((await archive.post(key(4)))?.deleted).toBeUndefined();
    expect(await archive.savePage(without([4], "2026-06-16T00:10:00Z"))).toMatchObject({
      deleted: 1,
    });
    expect((await archive.post(key(4)))?.deleted).toEqual({
      firstAbsentAt: "2026-06-15T14:00:00Z",
      confirmedAt: "2026-06-16T00:10:00Z",
      checks: 3,
    });
    expect((await archive.kept("gradient").coverage())?.counts.deleted).toBe(1);
    expect((await archive.channel("gradient"))?.deleted).toBe(1);
  });

  it("is taken back when the post is shown again", async () => {
    await archive.savePage(page(range(1, 10)));
    await archive.savePage(without([4], "2026-06-15T14:00:00Z"));
    await archive.savePage(without([4], "2026-06-16T14:00:00Z"));
    const { position } = await archive.state();
    await archive.savePage(page(range(1, 10), { readAt: "2026-06-17T14:00:00Z" }));
    expect((await archive.post(key(4)))?.deleted).toBeUndefined();
    expect((await archive.channel("gradient"))?.deleted).toBe(0);
    expect((await archive.changesAfter(position, 10)).posts.map(({ id }) => id)).toEqual([4]);
  });

  it("asks again on another day for what was missed once", async () => {
    await archive.savePage(page(range(1, 10)));
    await archive.savePage(without([4, 5, 8], "2026-06-15T12:10:00Z"));
    expect(await archive.kept("gradient").toConfirm()).toEqual([]);
    await using next = await Archive.open(archive.file, { now: tomorrow });
    expect(await next.kept("gradient").toConfirm()).toEqual([
      { from: 8, to: 8 },
      { from: 4, to: 5 },
    ]);
    await next.savePage(without([4, 5, 8], "2026-06-16T12:10:00Z"));
    expect(await next.kept("gradient").toConfirm()).toEqual([]);
  });

  it("of many posts at once stops and stores nothing", async () => {
    await archive.savePage(page(range(1, 10)));
    const before = [await archive.state(), await archive.kept("gradient").coverage()];
    const bad = without([1, 2, 3, 4, 5, 6], "2026-06-16T14:00:00Z");
    await expect(archive.savePage(bad)).rejects.toMatchObject({ name: "MassAbsence" });
    expect([await archive.state(), await archive.kept("gradient").coverage()]).toEqual(before);
    expect(await archive.savePage(bad, { acceptMassAbsence: true })).toMatchObject({ missed: 6 });
  });
});

describe("a channel's own counters", () => {
  it("are kept as they stood last on each day it was read", async () => {
    const read = async (readAt: string, subscribers: number): Promise<unknown> =>
      archive.savePage(
        page(range(1, 2), { readAt, channel: { ...channel, counters: { subscribers } } }),
      );
    await read("2026-06-14T10:00:00Z", 1000);
    await read("2026-06-14T20:00:00Z", 1010);
    await read("2026-06-15T09:00:00Z", 1010);
    await read("2026-06-13T09:00:00Z", 5);
    expect(await archive.kept("gradient").samples()).toEqual([
      { day: "2026-06-14", counters: { subscribers: 1010 } },
      { day: "2026-06-15", counters: { subscribers: 1010 } },
    ]);
    expect(await archive.kept("nowhere").samples()).toEqual([]);
  });
});

describe("what is known of a channel's ids", () => {
  it("is up to date when asked again, whoever saved meanwhile, also within one second", async () => {
    await archive.savePage(page(range(1, 4)));
    expect((await archive.kept("gradient").coverage())?.counts).toMatchObject({
      kept: 4,
      absent: 0,
    });
    await using other = await Archive.open(archive.file, { now });
    await other.savePage(page(range(7, 9), { span: { from: 5, to: 9 } }));
    expect((await archive.kept("gradient").coverage())?.counts).toMatchObject({
      kept: 7,
      absent: 2,
    });
    await other.savePage(page(range(5, 6), { span: { from: 5, to: 6 } }));
    expect((await archive.kept("gradient").coverage())?.counts).toMatchObject({
      kept: 9,
      absent: 0,
    });
  });

  it("names the newest unread stretches with the dates around them", async () => {
    await archive.savePage(page(range(3, 4)));
    await archive.savePage(page(range(8, 9)));
    expect(await archive.kept("gradient").unreadGaps(10)).toEqual([
      { firstId: 5, lastId: 7, from: "2026-06-15T10:04:00Z", to: "2026-06-15T10:08:00Z" },
      { firstId: 1, lastId: 2, to: "2026-06-15T10:03:00Z" },
    ]);
    expect(await archive.kept("gradient").unreadGaps(1)).toHaveLength(1);
    expect(await archive.kept("nowhere").unreadGaps(1)).toEqual([]);
  });
});

describe("changes", () => {
  it("come in order, each post once, as it is now", async () => {
    await archive.savePage(page(range(1, 4)));
    await archive.savePage(page([post(2, { text: "New" })], { readAt: "2026-06-15T13:00:00Z" }));
    const first = await archive.changesAfter(0, 2);
    expect(first.posts.map(({ id }) => id)).toEqual([1, 3]);
    const rest = await archive.changesAfter(first.to, 10);
    expect(rest.posts.map(({ id, text }) => [id, text])).toEqual([
      [4, "Post number 4 about gradients"],
      [2, "New"],
    ]);
    expect(rest.to).toBe((await archive.state()).position);
    expect(await archive.changesAfter(rest.to, 10)).toEqual({ to: rest.to, posts: [], purged: [] });
  });
});
