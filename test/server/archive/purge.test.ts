import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HistoryPage } from "../../../scraper/reading/history-page.ts";
import type { Post } from "../../../scraper/post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { noCounts } from "../../../server/archive/runs/run.ts";
import type { PurgeTarget } from "../../../server/archive/purge/purges.ts";
import { filesWith } from "../../canary.ts";
import { emptyFolder } from "../../help.ts";
import { keepFiles } from "./keep-file.ts";
import { channel, page, post, range } from "./sample.ts";
import { isWhole } from "../../whole.ts";

const canary = "canary-unrepeatable-words";
const author = "Аркадий Паровозов-Канарейкин";
const now = (): Date => new Date("2026-06-20T12:00:00Z");
const key = (id: number): { channel: string; id: number } => ({ channel: "Gradient", id });

/** A page in the source's markup, as far as a purge looks at it. */
function shown(posts: readonly Post[], own: Partial<HistoryPage> = {}): HistoryPage {
  const messages = posts.map(
    ({ id, text, reply, author: by }) =>
      `<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="Gradient/${id}">${
        reply
          ? `<a class="tgme_widget_message_reply" href="https://t.me/Gradient/${reply.id}">${reply.text}</a>`
          : ""
      }<div class="tgme_widget_message_text">${text}</div><b>${by ?? ""}</b></div></div>`,
  );
  const body = new TextEncoder().encode(`<html><main>${messages.join("\n")}</main></html>`);
  return page(posts, { body, ...own });
}

async function opened(folder = emptyFolder()): Promise<{ archive: Archive; folder: string }> {
  const archive = await Archive.open(join(folder, "archive.db"), { now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return { archive, folder };
}

async function purge(archive: Archive, target: PurgeTarget) {
  return archive.purges.carryOut(await archive.purges.order(target));
}

const telling = (id: number): Partial<Post> => (id === 5 ? { text: `It says ${canary} here` } : {});

describe("a purged post", () => {
  test("leaves no byte in any file, its versions, samples and kept pages included", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown(range(1, 20, telling)));
    const edited = [post(5, { text: `Edited ${canary}`, edited: true, views: 7 })];
    await archive.savePage(shown(edited, { readAt: "2026-06-16T12:00:00Z" }));
    expect(filesWith(folder, canary)).not.toEqual([]);

    const done = await purge(archive, { kind: "post", ...key(5) });

    expect(done).toMatchObject({ posts: 1, pagesCut: 2, pagesDropped: 0 });
    expect(filesWith(folder, canary)).toEqual([]);
    expect(await archive.verify()).toEqual([]);
    expect(await archive.post(key(5))).toBeUndefined();
    expect((await archive.state()).posts).toBe(19);
  });

  test("leaves its neighbours on the page with their evidence", async () => {
    const { archive } = await opened();
    await archive.savePage(shown(range(1, 20, telling)));
    await purge(archive, { kind: "post", ...key(5) });
    const evidence = await archive.pageBody(key(6));
    const text = new TextDecoder().decode(evidence?.body);
    expect(text).toContain("Post number 6 about");
    expect(text).toContain('data-post="Gradient/4"');
    expect(text).not.toContain('data-post="Gradient/5"');
    expect(evidence?.cutAt).toBe("2026-06-20T12:00:00Z");
  });

  test("is not kept again by a later page, nor asked for, and its id is classed", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown(range(1, 20, telling)));
    await purge(archive, { kind: "post", ...key(5) });
    const later = shown(range(1, 20, telling), { readAt: "2026-06-21T12:00:00Z" });
    expect(await archive.savePage(later)).toMatchObject({ new: 0, unchanged: 19 });
    expect(filesWith(folder, canary)).toEqual([]);
    const coverage = await archive.kept("gradient").coverage();
    expect(coverage?.counts).toMatchObject({ kept: 19, purged: 1, absent: 0, unread: 0 });
    expect(coverage?.ranges).toContainEqual({
      from: 5,
      to: 5,
      class: "purged",
      asOf: "2026-06-20T12:00:00Z",
    });
    expect(await archive.kept("Gradient").unread()).toEqual([]);
    expect((await archive.channel("Gradient"))?.complete).toBe(1);
    expect(await archive.purges.purgedAt(key(5))).toBe("2026-06-20T12:00:00Z");
    expect(await archive.verify()).toEqual([]);
  });

  test("is quoted no more by replies, and what quotes it in future is kept without the quote", async () => {
    const { archive, folder } = await opened();
    const reply = { channel: "Gradient", id: 5, author: "G", text: `${canary}…` };
    await archive.savePage(shown(range(1, 8, telling)));
    await archive.savePage(shown([post(9, { reply })]));
    await purge(archive, { kind: "post", ...key(5) });
    expect((await archive.post(key(9)))?.reply).toEqual(key(5));
    const again = shown([post(9, { reply }), post(10, { reply })], {
      readAt: "2026-06-21T12:00:00Z",
    });
    expect(await archive.savePage(again)).toMatchObject({ new: 1, edited: 0 });
    expect(filesWith(folder, canary)).toEqual([]);
    expect(await archive.verify()).toEqual([]);
  });

  test("takes the notice that it was pinned with it", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown(range(1, 8, telling)));
    const text = `Gradient pinned «It says ${canary}…»`;
    await archive.savePage(shown([post(9, { service: "pinned", text })]));
    await purge(archive, { kind: "post", ...key(5) });
    expect(filesWith(folder, canary)).toEqual([]);
    expect((await archive.kept("Gradient").coverage())?.counts).toMatchObject({
      kept: 7,
      purged: 2,
    });
  });

  test("of an album goes with all its ids", async () => {
    const { archive } = await opened();
    await archive.savePage(shown([post(3, { ids: [3, 4, 5] }), post(6)]));
    await purge(archive, { kind: "post", ...key(4) });
    expect((await archive.kept("Gradient").coverage())?.counts).toMatchObject({
      kept: 1,
      purged: 3,
    });
  });

  test("takes a page along whose other words nobody can tell from its own", async () => {
    const { archive, folder } = await opened();
    const body = new TextEncoder().encode(
      `<html><meta content="It says ${canary} here"><div data-post="Gradient/5">It says ${canary} here</div></html>`,
    );
    await archive.savePage(page([post(5, telling(5)), post(6)], { body }));
    expect(await purge(archive, { kind: "post", ...key(5) })).toMatchObject({ pagesDropped: 1 });
    expect(filesWith(folder, canary)).toEqual([]);
    expect(await archive.pageBody(key(6))).toBeUndefined();
    expect(await archive.verify()).toEqual([]);
  });

  test("takes a page along that could not be read, wherever on it the post stands", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown(range(1, 20, telling)));
    await archive.keepUnreadable({
      channel: "Gradient",
      url: "https://t.me/s/Gradient",
      body: shown(range(1, 6, (id) => ({ ...telling(id), text: `unreadable ${id}` }))).body,
      readAt: "2026-06-16T12:00:00Z",
      why: "changed",
    });
    expect(await purge(archive, { kind: "post", ...key(5) })).toMatchObject({
      pagesCut: 1,
      pagesDropped: 1,
    });
    expect(filesWith(folder, "unreadable 6")).toEqual([]);
    expect(await archive.verify()).toEqual([]);
  });

  test("may be kept again once that is allowed", async () => {
    const { archive } = await opened();
    await archive.savePage(shown(range(1, 8)));
    await purge(archive, { kind: "post", ...key(5) });
    await archive.purges.lift({ kind: "post", ...key(5) });
    expect(await archive.kept("Gradient").unread()).toEqual([{ from: 5, to: 5 }]);
    expect(await archive.verify()).toEqual([]);
    await archive.savePage(shown(range(1, 8), { readAt: "2026-06-21T12:00:00Z" }));
    expect(await archive.post(key(5))).toBeDefined();
  });

  test("that is not there is refused, and nothing is written down", async () => {
    const { archive } = await opened();
    await archive.savePage(shown(range(1, 3)));
    await expect(archive.purges.order({ kind: "post", ...key(9) })).rejects.toThrow(/not kept/);
    expect(await archive.purges.open()).toEqual([]);
  });
});

describe("a purged author", () => {
  test("leaves neither post nor name, and what comes later stays out too", async () => {
    const { archive, folder } = await opened();
    const by = (id: number): Partial<Post> => (id % 4 === 0 ? { author, text: canary } : {});
    await archive.savePage(shown(range(1, 20, by)));
    await archive.keepSet({
      sha256: "a".repeat(64),
      query: `author:"${author}"`,
      citedAt: "2026-06-16T12:00:00Z",
      posts: 1,
      position: 1,
      analyzer: "x",
      marks: [{ ...key(4), hash: "b".repeat(64), deleted: false }],
    });
    expect(filesWith(folder, author)).not.toEqual([]);
    expect(await purge(archive, { kind: "author", author: author.toUpperCase() })).toMatchObject({
      posts: 5,
    });
    const later = shown(range(1, 24, by), { readAt: "2026-06-21T12:00:00Z" });
    await archive.savePage(later);
    expect([...filesWith(folder, author), ...filesWith(folder, canary)]).toEqual([]);
    expect((await archive.kept("Gradient").coverage())?.counts).toMatchObject({
      kept: 18,
      purged: 6,
    });
    expect(await archive.verify()).toEqual([]);
  });

  test("takes all ids of an album along that is first seen after the purge", async () => {
    const { archive } = await opened();
    await archive.savePage(shown(range(1, 3, (id) => (id === 2 ? { author } : {}))));
    await purge(archive, { kind: "author", author });
    const readAt = "2026-06-21T12:00:00Z";
    await archive.savePage(shown([post(4, { ids: [4, 5, 6], author })], { readAt }));
    expect((await archive.kept("Gradient").coverage())?.counts).toMatchObject({
      kept: 2,
      purged: 4,
    });
    await archive.savePage(page([post(5), post(7)], { readAt: "2026-06-22T12:00:00Z" }));
    expect(await archive.post(key(5))).toBeUndefined();
    expect(await archive.post(key(7))).toBeDefined();
    expect(await archive.verify()).toEqual([]);
  });

  test("leaves no post that was signed once, in an earlier version", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown([post(2), post(3, { author }), post(4)]));
    await archive.savePage(shown(range(2, 4), { readAt: "2026-06-16T12:00:00Z" }));
    expect((await archive.post(key(3)))?.author).toBeUndefined();
    expect(await purge(archive, { kind: "author", author })).toMatchObject({ posts: 1 });
    expect(await archive.post(key(3))).toBeUndefined();
    expect(filesWith(folder, author)).toEqual([]);
  });

  test("of one channel stays in the others", async () => {
    const { archive } = await opened();
    await archive.savePage(shown([post(1, { author })]));
    const other = { name: "Descent", title: "D", verified: false, counters: {} };
    await archive.savePage(page([post(1, { author, channel: "Descent" })], { channel: other }));
    expect(await purge(archive, { kind: "author", author, channel: "descent" })).toMatchObject({
      posts: 1,
    });
    expect(await archive.post(key(1))).toBeDefined();
  });
});

const withPhoto = (id: number): Partial<Post> => ({
  ...telling(id),
  media: [{ kind: "photo", url: `https://cdn.example.org/${id}` }],
});

describe("what else tells of purged posts", () => {
  test("files that no other post shows go with a post, and so do messages that wait to be sent", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown([post(4, withPhoto(4)), post(5, withPhoto(5))]));
    const bytes = (id: number): Uint8Array => new TextEncoder().encode(`${canary} of ${id}`);
    await keepFiles(archive, "Gradient", {
      "https://cdn.example.org/4": bytes(4),
      "https://cdn.example.org/5": bytes(5),
    });
    const message = { url: "https://hook.example.org/", secret: "s", event: "search.matched" };
    for (const id of [4, 5])
      await archive.deliveries.add({
        ...message,
        body: { matches: [{ ...key(id), text: canary }] },
      });
    await purge(archive, { kind: "post", ...key(5) });
    expect(filesWith(folder, `${canary} of 5`)).toEqual([]);
    expect(filesWith(folder, `${canary} of 4`)).toHaveLength(1);
    const waiting = await archive.deliveries.list({ limit: 9 });
    expect(waiting).toHaveLength(1);
    expect(await archive.verify()).toEqual([]);
  });

  test("schedules, runs, their words, the channel's own counters and its picture go with a channel", async () => {
    const { archive, folder } = await opened();
    const at = "2026-06-15T12:00:00Z";
    await archive.savePage(
      shown(range(1, 3), {
        channel: { ...channel, avatarUrl: "face", counters: { subscribers: 987_654_321 } },
      }),
    );
    const face = "a picture of the channel";
    await keepFiles(archive, "Gradient", { face: new TextEncoder().encode(face) });
    expect(filesWith(folder, face)).toHaveLength(1);
    await archive.schedules.set(
      { channel: "Gradient", cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "once" },
      at,
    );
    const begun = await archive.runs.begin({ channel: "Gradient", holder: "test" });
    if ("busy" in begun) throw new Error("nobody else is here");
    await archive.runs.say(begun.run.id, { at: "2026-01-31T00:00:00Z", text: canary });
    await archive.runs.finish(begun.lease, { state: "done", counts: noCounts });
    expect(filesWith(folder, canary)).not.toEqual([]);
    await purge(archive, { kind: "channel", channel: "Gradient" });
    expect(await archive.runs.list({ limit: 9 })).toEqual([]);
    expect(await archive.schedules.list()).toEqual([]);
    for (const words of [canary, "987654321", face]) expect(filesWith(folder, words)).toEqual([]);
  });
});

describe("a purged channel", () => {
  test("leaves nothing but its name, and is neither read nor kept again", async () => {
    const { archive, folder } = await opened();
    await archive.savePage(shown(range(1, 700, () => ({ text: canary }))));
    await archive.keepUnreadable({
      channel: "GRADIENT",
      url: "https://t.me/s/Gradient",
      body: new TextEncoder().encode(canary),
      readAt: "2026-06-16T12:00:00Z",
      why: "changed",
    });
    await archive.keepSet({
      sha256: "a".repeat(64),
      query: "x",
      citedAt: "2026-06-16T12:00:00Z",
      posts: 1,
      position: 1,
      analyzer: "x",
      marks: [{ ...key(4), hash: "b".repeat(64), deleted: false }],
    });
    expect(await purge(archive, { kind: "channel", channel: "gradient" })).toMatchObject({
      posts: 700,
    });
    for (const words of [canary, "Gradient descent, daily", "b".repeat(16)])
      expect(filesWith(folder, words)).toEqual([]);
    expect(await archive.channels()).toEqual([]);
    expect((await archive.sets("a".repeat(16)))[0]?.marks).toEqual([
      { ...key(4), hash: "0".repeat(16), deleted: false },
    ]);
    await expect(archive.savePage(shown(range(1, 3)))).rejects.toMatchObject({
      name: "ChannelPurged",
    });
    await expect(archive.refusePurged("Gradient")).rejects.toThrow(/purge --lift Gradient/);
    expect(await archive.verify()).toEqual([]);
    await archive.purges.lift({ kind: "channel", channel: "Gradient" });
    await archive.savePage(shown(range(1, 3)));
    expect((await archive.state()).posts).toBe(3);
  });
});

test(
  "a purge that crashes at a later step each time gets through, and is never taken for done before",
  { timeout: 240_000 },
  async () => {
    const { archive, folder } = await opened();
    const reply = { channel: "Gradient", id: 5, author, text: canary };
    const own = (id: number): Partial<Post> =>
      id === 5 ? { text: canary, author } : id === 7 ? { reply } : {};
    await archive.savePage(shown(range(1, 30, own)));
    await archive[Symbol.asyncDispose]();
    const program = fileURLToPath(import.meta.resolve("./purge-at-step.ts"));
    let crashes = 0;
    for (let step = 1; ; step += isWhole ? 8 : 32) {
      const data = emptyFolder();
      cpSync(folder, data, { recursive: true });
      const file = join(data, "archive.db");
      const child = spawn(process.execPath, [program, file, author, String(step)], {
        stdio: "inherit",
      });
      const [code, signal] = (await once(child, "exit")) as [number, NodeJS.Signals | null];
      await using resumed = await Archive.open(file, { now });
      const open = await resumed.purges.open();
      expect(signal === null ? [code, open] : signal).toEqual(
        signal === null ? [0, []] : "SIGKILL",
      );
      if (signal === null) break;
      crashes += 1;
      if (open.length === 0) await resumed.purges.order({ kind: "author", author });
      for (const no of await resumed.purges.open()) await resumed.purges.carryOut(no);
      expect([...filesWith(data, canary), ...filesWith(data, author)]).toEqual([]);
      expect(await resumed.verify()).toEqual([]);
      expect((await resumed.kept("Gradient").coverage())?.counts).toMatchObject({
        kept: 29,
        purged: 1,
      });
    }
    expect(crashes).toBeGreaterThan(isWhole ? 8 : 2);
  },
);
