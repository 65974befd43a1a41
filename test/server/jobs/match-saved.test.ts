import { Archive } from "../../../server/archive/archive.ts";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../scraper/post.ts";
import { sourceOf } from "../../../server/archive/outgoing/saved-searches.ts";
import { matchSaved } from "../../../server/jobs/match-saved.ts";
import { sendDue } from "../../../server/jobs/send-messages.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { catchUp, rebuildIndex } from "../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";
import { saveSearch } from "../../../server/search/save-search.ts";
import { emptyFolder } from "../../help.ts";
import { post } from "../http/small-archive.ts";
import { receiver } from "./receiver.ts";

const analyzer = createAnalyzer();
const now = (): Date => new Date("2026-02-01T00:00:00Z");

/** A desk over an archive and an index of its own, and what its webhook was told of each post. */
async function desk(folder = emptyFolder()) {
  const archive = await Archive.open(join(folder, "archive.db"), { now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const { archiveId } = await archive.state();
  const file = join(folder, "index.db");
  const engine = await openEmbeddedEngine({ file, archiveId, analyzer, inProcess: true });
  onTestFinished(async () => engine[Symbol.asyncDispose]());
  const parts = { archive, engine, analyzer, now };
  const there = await receiver();
  const readAt = { day: 1 };
  return {
    ...parts,
    folder,
    there,
    /** Reads these posts of `garden` on another day, and brings the index up to date. */
    read: async (...posts: readonly Post[]): Promise<void> => {
      await keep(archive, posts, (readAt.day += 1));
      await catchUp(parts);
    },
    save: async (query: string) => {
      const typed = { name: "Watch", query, url: there.url };
      return (await saveSearch({ ...parts, webhookInside: [there.host] }, typed, { now: now() }))
        .search;
    },
    /** One round of all that goes on by itself; the ids told in it. */
    told: async (): Promise<readonly number[]> => {
      await matchSaved(parts);
      const before = there.received.length;
      await sendDue({ deliveries: archive.deliveries, insideHosts: [there.host], now });
      return there.received.slice(before).flatMap(({ body }) => idsIn(body));
    },
  };
}

async function keep(archive: Archive, posts: readonly Post[], day: number): Promise<void> {
  const ids = posts.map(({ id }) => id);
  await archive.savePage({
    channel: { name: "garden", title: "Garden", verified: false, counters: {} },
    posts,
    span: { from: Math.min(...ids), to: Math.max(...ids) },
    url: "https://t.me/s/garden",
    body: new TextEncoder().encode(`day ${day}`),
    readAt: `${new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 19)}Z`,
    warnings: [],
  });
}

const idsIn = (body: string): readonly number[] =>
  (JSON.parse(body) as { data: { matches: { id: number }[] } }).data.matches.map(({ id }) => id);

describe("a saved search tells", () => {
  test("what is posted after it was saved, in every form of its words, and nothing from before", async () => {
    const { read, save, told } = await desk();
    await read(post(1, { text: "Симметрия", language: "ru" }));
    await save("симметрия");
    expect(await told()).toEqual([]);
    await read(
      post(1, { text: "Симметрия", language: "ru", views: 900 }),
      post(2, { text: "О симметрии весов", language: "ru" }),
      post(3, { text: "О другом", language: "ru" }),
    );
    expect(await told()).toEqual([2]);
    expect(await told()).toEqual([]);
  });

  test("nothing while a word with * of it means too many words, and waits where it stands", async () => {
    const { read, save, told, archive } = await desk();
    await read(post(3, { text: "О другом" }));
    const wide = await save("рас*два");
    await save("кот");
    const words = Array.from({ length: 1_001 }, (_, i) => `рас${i}два`).join(" ");
    await read(post(1, { text: words }), post(2, { text: "Кот" }));
    expect(await told()).toEqual([2]);
    expect(await archive.saved.get(wide.id)).toMatchObject({ position: wide.position, matches: 0 });
  });

  test("a post from before that an edit makes match, once, and not again when it is edited further", async () => {
    const { read, save, told } = await desk();
    await read(post(1, { text: "About chairs" }));
    await save("symmetry");
    await read(post(1, { text: "About symmetry", edited: true }));
    expect(await told()).toEqual([1]);
    await read(post(1, { text: "About chairs", edited: true }));
    await read(post(1, { text: "About symmetry again", edited: true }));
    expect(await told()).toEqual([]);
  });

  test("what the source deletes, when that is what is asked for", async () => {
    const { archive, read, save, told, engine } = await desk();
    await read(post(1, { text: "one" }), post(2, { text: "two" }), post(3, { text: "three" }));
    await save("is:deleted");
    await save("two");
    for (const day of [10, 12])
      await archive.savePage({
        channel: { name: "garden", title: "Garden", verified: false, counters: {} },
        posts: [post(1, { text: "one" }), post(3, { text: "three" })],
        span: { from: 1, to: 3 },
        url: "https://t.me/s/garden",
        body: new Uint8Array(),
        readAt: `2026-01-${day}T00:00:00Z`,
        warnings: [],
      });
    await catchUp({ archive, engine });
    expect(await told()).toEqual([2]);
  });

  test("in messages of 20 posts, each with its search, key, address and text", async () => {
    const { read, save, told, there } = await desk();
    await read(post(1));
    const search = await save("post");
    await read(...Array.from({ length: 45 }, (_, i) => post(i + 2)));
    expect(await told()).toHaveLength(45);
    expect(there.received.map(({ body }) => idsIn(body).length)).toEqual([20, 20, 5]);
    expect(JSON.parse(there.received[0]?.body ?? "")).toMatchObject({
      type: "search.matched",
      data: {
        search: { id: search.id, name: "Watch", query: "post" },
        matches: [
          { channel: "garden", id: 2, url: "https://t.me/garden/2", text: "Post number 2" },
          ...Array.from({ length: 19 }, () => ({})),
        ],
      },
    });
  });

  test("nothing twice when the index is built anew, or the program starts again", async () => {
    const first = await desk();
    await first.read(post(1, { text: "symmetry" }));
    await first.save("symmetry");
    await first.read(post(2, { text: "symmetry" }));
    expect(await first.told()).toEqual([2]);
    await rebuildIndex(first);
    expect(await first.told()).toEqual([]);
    const second = await desk(first.folder);
    expect(await second.told()).toEqual([]);
    await keep(second.archive, [post(3, { text: "symmetry" })], 20);
    await catchUp(second);
    await matchSaved(second);
    expect(await first.told()).toEqual([3]);
  });

  test("nothing that the index does not have yet, and then all of it", async () => {
    const { archive, engine, read, save, told } = await desk();
    await read(post(1, { text: "chairs" }));
    await save("symmetry");
    await keep(archive, [post(2, { text: "symmetry" })], 10);
    expect(await told()).toEqual([]);
    await catchUp({ archive, engine });
    expect(await told()).toEqual([2]);
  });

  test("each post once, when several processes look at the same time", async () => {
    const one = await desk();
    const two = await desk(one.folder);
    await one.read(post(1));
    await one.save("post");
    await one.read(...Array.from({ length: 30 }, (_, i) => post(i + 2)));
    await Promise.all([matchSaved(one), matchSaved(two)]);
    const ids = await one.told();
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 2));
  });

  test("nothing while paused, nor afterwards what matched meanwhile", async () => {
    const { archive, read, save, told } = await desk();
    await read(post(1, { text: "chairs" }));
    const { id } = await save("symmetry");
    await archive.saved.pause(id, true);
    await read(post(2, { text: "symmetry" }));
    expect(await told()).toEqual([]);
    await archive.saved.pause(id, false);
    await read(post(3, { text: "symmetry" }));
    expect(await told()).toEqual([3]);
    expect(await archive.saved.get(id)).toMatchObject({ matches: 2 });
  });

  test("nothing more once it is removed, nor what still waited", async () => {
    const { archive, read, save, told, engine } = await desk();
    await read(post(1, { text: "chairs" }));
    const { id } = await save("symmetry");
    await read(post(2, { text: "symmetry" }));
    await matchSaved({ archive, engine, analyzer, now });
    expect((await archive.deliveries.counts(sourceOf(id))).waiting).toBe(1);
    await archive.saved.remove(id);
    expect(await told()).toEqual([]);
    expect((await archive.deliveries.counts()).waiting).toBe(0);
  });

  test("a post of any length, cut to its beginning", async () => {
    const { read, save, told, there } = await desk();
    await read(post(1, { text: "chairs" }));
    await save("symmetry");
    await read(post(2, { text: `symmetry ${"😀".repeat(50_000)}` }));
    expect(await told()).toEqual([2]);
    const { data } = JSON.parse(there.received[0]?.body ?? "") as {
      data: { matches: { text: string; textIsCut: boolean }[] };
    };
    expect(data.matches[0]?.text).toBe(`symmetry ${"😀".repeat(995)}`);
    expect(data.matches[0]?.textIsCut).toBe(true);
  });
});

/** The last edit of each post, by id. */
const posts = (
  edits: readonly { readonly id: number; readonly text: string; readonly views: number }[],
): readonly Post[] =>
  [...new Map(edits.map((one) => [one.id, one])).values()]
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, text, views }) => post(id, { text, views }));

const words = ["symmetry", "chairs", "weights"] as const;
const edit = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  text: fc.constantFrom(...words),
  views: fc.integer({ min: 1, max: 5 }),
});
const act = fc.oneof(
  { weight: 4, arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom("tell" as const, "rebuild" as const) },
);

test("whatever is posted, edited, counted and rebuilt: each post is told once if ever it came to match as indexed, else never", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { maxLength: 4 }),
      fc.array(act, { maxLength: 8 }),
      async (past, acts) => {
        const { archive, engine, read, save, told } = await desk();
        await read(post(99, { text: "chairs" }));
        for (const one of posts(past)) await read(one);
        const ever = new Set(
          posts(past)
            .filter(({ text }) => text === "symmetry")
            .map(({ id }) => id),
        );
        await save("symmetry");
        const all: number[] = [];
        const expected = new Set<number>();
        for (const one of acts) {
          if (one === "rebuild") await rebuildIndex({ archive, engine });
          else if (one === "tell") all.push(...(await told()));
          else
            for (const changed of posts(one)) {
              await read(changed);
              all.push(...(await told()));
              const matches = changed.text === "symmetry";
              if (matches && !ever.has(changed.id)) expected.add(changed.id);
              if (matches) ever.add(changed.id);
            }
        }
        expect(all.toSorted((a, b) => a - b)).toEqual([...expected].toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 15 },
  );
});
