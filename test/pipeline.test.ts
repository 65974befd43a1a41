import { describe, expect, onTestFinished, test } from "vitest";
import { makeTruth, morePosts } from "../demo/make-truth.ts";
import { startStandIn } from "../demo/stand-in.ts";
import type { StandIn } from "../demo/stand-in.ts";
import type { Truth } from "../demo/truth.ts";
import type { Post } from "../scraper/post.ts";
import type { ArchivedPost } from "../server/archive/posts/archived-post.ts";
import { Archive } from "../server/archive/archive.ts";
import { archiveChannel } from "../server/jobs/archive-channel.ts";
import { emptyFolder, quickReader } from "./help.ts";

const pageSize = 20;

async function standInFor(...channels: Truth[]): Promise<StandIn> {
  const standIn = await startStandIn({ channels });
  onTestFinished(async () => standIn.close());
  return standIn;
}

async function emptyArchive(): Promise<Archive> {
  const archive = await Archive.open(`${emptyFolder()}/archive.db`);
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

/** What a post is, without what the archive and the language detector add. */
function asPosted(post: ArchivedPost | undefined): Partial<Post> | undefined {
  if (!post) return undefined;
  const {
    no: _no,
    hash: _hash,
    firstSeenAt: _first,
    lastSeenAt: _last,
    versions: _versions,
    deleted: _deleted,
    language: _language,
    ...posted
  } = post;
  return posted;
}

describe("a channel of 2,000 posts of every kind", () => {
  test("is archived whole, and again for little after 30 new, 5 edited and 2 deleted posts", async () => {
    const truth = makeTruth({ posts: 2000, seed: 11 });
    const standIn = await standInFor(truth);
    let today = new Date("2026-11-20T12:00:00Z");
    const archive = await emptyArchive();
    const parts = { archive, reader: await quickReader(standIn, () => today) };
    const { name } = truth.profile;
    const kept = async (post: Post) => archive.post({ channel: name, id: post.id });

    const first = await archiveChannel(parts, name);
    expect(first).toMatchObject({ new: 2000, edited: 0, missed: 0 });
    for (const post of truth.shown) expect(asPosted(await kept(post))).toStrictEqual(post);
    const coverage = await archive.kept(name).coverage();
    expect(coverage?.newestId).toBe(truth.newestId);
    expect(coverage?.counts.unread).toBe(0);
    expect(coverage?.counts.part).toBe(
      truth.posts.reduce((sum, { ids }) => sum + ids.length - 1, 0),
    );

    const recent = truth.posts.slice(-60).filter(({ service, text }) => !service && text !== "");
    const edited = recent.slice(0, 5);
    const gone = recent.slice(10, 12);
    const before = new Map(edited.map((post) => [post.id, post.text]));
    for (const { id, text } of edited)
      truth.edit(id, { text: `${text} (исправлено)`, entities: [] });
    for (const { id } of gone) truth.remove(id);
    truth.add(morePosts(truth, { posts: 30, seed: 12 }));
    truth.grow(1.3);
    const asked = standIn.requests.length;
    today = new Date("2026-11-21T12:00:00Z");

    const second = await archiveChannel(parts, name);
    expect(second).toMatchObject({ new: 30, edited: 5, missed: 2, deleted: 0 });
    const newPages = Math.ceil(30 / pageSize);
    expect(standIn.requests.length - asked).toBeLessThanOrEqual(newPages + 8);
    for (const post of truth.shown.slice(-90))
      expect(asPosted(await kept(post))).toStrictEqual(post);
    for (const { id } of edited) {
      const versions = await archive.versions({ channel: name, id });
      expect(versions.map(({ post }) => post.text)).toEqual([
        before.get(id),
        `${before.get(id)} (исправлено)`,
      ]);
    }
    for (const post of gone) expect((await kept(post))?.deleted).toBeUndefined();

    today = new Date("2026-11-22T12:00:00Z");
    expect(await archiveChannel(parts, name)).toMatchObject({ new: 0, edited: 0, deleted: 2 });
    for (const post of gone) {
      expect((await kept(post))?.deleted).toMatchObject({ checks: 2 });
      expect((await kept(post))?.text).toBe(post.text);
    }
    expect(await archive.verify()).toEqual([]);
  });

  test.each([
    ["--limit", { limit: 50 }],
    ["--since", { since: new Date("2023-03-01T00:00:00Z") }],
    ["--until", { until: new Date("2023-02-10T00:00:00Z") }],
  ])("read in part with %s, is completed by a later plain run", async (_flag, bounds) => {
    const truth = makeTruth({ posts: 1000, seed: 5 });
    const standIn = await standInFor(truth);
    const archive = await emptyArchive();
    const parts = { archive, reader: await quickReader(standIn) };
    const { name } = truth.profile;
    const wanted = truth.shown.filter(
      ({ publishedAt }) =>
        (!("since" in bounds) || new Date(publishedAt) >= bounds.since) &&
        (!("until" in bounds) || new Date(publishedAt) < bounds.until),
    );
    const expected = "limit" in bounds ? bounds.limit : wanted.length;

    expect((await archiveChannel(parts, name, bounds)).new).toBe(expected);
    expect((await archiveChannel(parts, name)).new).toBe(1000 - expected);
    expect((await archive.kept(name).coverage())?.counts.unread).toBe(0);
    expect((await archive.state()).posts).toBe(1000);
  });
});
