import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Post } from "../../../scraper/post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { restoreArchive } from "../../../server/archive/copies/restore.ts";
import { page, post, range } from "./sample.ts";

let folder: string;
let file: string;
const now = (): Date => new Date("2026-06-15T12:30:00Z");
const key = (id: number): { channel: string; id: number } => ({ channel: "Gradient", id });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
  file = join(folder, "archive.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("an archive killed while it saves", () => {
  it("loses no page that was reported saved, and is whole", { timeout: 60_000 }, async () => {
    const writer = fileURLToPath(import.meta.resolve("./save-forever.ts"));
    let saved = 0;
    for (const lines of [1, 2, 3, 5, 8]) {
      const child = spawn(process.execPath, [writer, file, String(saved)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let told = "";
      for await (const chunk of child.stdout) {
        told += String(chunk);
        if (told.split("\n").length > lines) break;
      }
      child.kill("SIGKILL");
      await once(child, "exit");
      saved = Number(told.trim().split("\n").at(-1));
      await using archive = await Archive.open(file);
      expect(await archive.verify()).toEqual([]);
      const { counts } = (await archive.kept("Gradient").coverage())!;
      expect(counts.kept).toBeGreaterThanOrEqual(saved * 20);
      expect(counts.kept % 20).toBe(0);
      expect(counts.kept).toBe((await archive.state()).posts);
    }
  });
});

/** Keeps the file of its first argument locked for so many ms as its second says, and says when it does. */
const lockFor = `
  const { DatabaseSync } = require("node:sqlite");
  const [, file, ms] = process.argv;
  const db = new DatabaseSync(file);
  db.exec("BEGIN IMMEDIATE");
  console.log("locked");
  setTimeout(() => db.exec("COMMIT"), Number(ms));
`;

describe("a second writer", () => {
  it("waits for the first and then goes on, while others read", async () => {
    await using archive = await Archive.open(file);
    await archive.savePage(page([post(1)]));
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    let done = false;
    const saving = archive.savePage(page([post(2)])).then(() => (done = true));
    expect((await archive.state()).posts).toBe(1);
    expect(done).toBe(false);
    other.exec("COMMIT");
    await saving;
    expect((await archive.state()).posts).toBe(2);
    other.close();
  });

  it("waits for seconds where another process keeps the file locked for seconds", async () => {
    await using archive = await Archive.open(file);
    const heldMs = 3_000;
    const holding = spawn(process.execPath, ["--eval", lockFor, file, String(heldMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holding.stdout, "data");
    const began = performance.now();
    expect(await archive.savePage(page([post(1)]))).toMatchObject({ new: 1 });
    expect(performance.now() - began).toBeGreaterThan(heldMs / 2);
    expect(await archive.verify()).toEqual([]);
  });

  it("gives up with a sentence when the first never ends", async () => {
    await using archive = await Archive.open(file, { waitMs: 60 });
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    await expect(archive.savePage(page([post(1)]))).rejects.toMatchObject({ name: "ArchiveBusy" });
    other.close();
    expect(await archive.savePage(page([post(1)]))).toMatchObject({ new: 1 });
  });

  it("in the same process saves side by side with the first", async () => {
    await using one = await Archive.open(file);
    await using two = await Archive.open(file);
    await Promise.all(range(1, 20).map((each) => (each.id % 2 ? one : two).savePage(page([each]))));
    expect((await one.state()).posts).toBe(20);
    expect(await two.verify()).toEqual([]);
  });
});

describe("a full disk", () => {
  it("is named, leaves nothing half-written, and the same page goes in when there is room", async () => {
    const big = page([post(21, { text: "long ".repeat(200_000) })]);
    {
      await using archive = await Archive.open(file, { maxPages: 100 });
      await archive.savePage(page(range(1, 20)));
      const before = await archive.state();
      await expect(archive.savePage(big)).rejects.toMatchObject({ name: "DiskFull" });
      expect(await archive.state()).toEqual(before);
      expect(await archive.verify()).toEqual([]);
      expect(await archive.savePage(page([post(22)]))).toMatchObject({ new: 1 });
    }
    await using archive = await Archive.open(file);
    expect(await archive.savePage(big)).toMatchObject({ new: 1 });
  });
});

describe("a file that is no archive of ours", () => {
  it("is refused when it is another program's database, and not touched", async () => {
    const foreign = new DatabaseSync(file);
    foreign.exec("CREATE TABLE recipe (name TEXT)");
    foreign.close();
    const before = readFileSync(file);
    await expect(Archive.open(file)).rejects.toMatchObject({
      name: "ArchiveDamaged",
      message: expect.stringContaining("another program") as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is refused when it is no database at all", async () => {
    writeFileSync(file, "once upon a time ".repeat(100));
    await expect(Archive.open(file)).rejects.toMatchObject({ name: "ArchiveDamaged" });
  });

  it("is refused when a newer program wrote it", async () => {
    await (await Archive.open(file))[Symbol.asyncDispose]();
    const newer = new DatabaseSync(file);
    newer.exec("INSERT INTO migration VALUES (99, 'from the future', '2030-01-01')");
    newer.close();
    await expect(Archive.open(file)).rejects.toThrow(/newer Backscroll \(schema 99/);
  });

  it("is not made by opening it for reading only", async () => {
    await expect(Archive.open(file, { readOnly: true })).rejects.toMatchObject({
      name: "ArchiveUnusable",
    });
    expect(existsSync(file)).toBe(false);
  });
});

describe("backup and restore", () => {
  it("gives the same answers, though pages were saved during the copy", async () => {
    await using archive = await Archive.open(file);
    for (let first = 1; first < 400; first += 20)
      await archive.savePage(page(range(first, first + 19)));
    const copy = join(folder, "copy.db");
    const copying = archive.backup(copy);
    await archive.savePage(page(range(401, 420)));
    await copying;
    await using restored = await Archive.open(copy);
    expect(await restored.verify()).toEqual([]);
    expect([400, 420]).toContain((await restored.state()).posts);
    expect(await restored.post(key(7))).toEqual(await archive.post(key(7)));
    await expect(archive.backup(copy)).rejects.toMatchObject({ name: "UsageError" });
  });

  it("moves what stood there aside", async () => {
    const copy = join(folder, "copy.db");
    await using scope = new AsyncDisposableStack();
    const first = await Archive.open(file);
    await first.savePage(page([post(1)]));
    await first.backup(copy);
    await first.savePage(page([post(2)]));
    await expect(restoreArchive({ from: copy, to: file })).rejects.toMatchObject({
      name: "ArchiveBusy",
    });
    await first[Symbol.asyncDispose]();
    const { movedTo } = await restoreArchive({ from: copy, to: file, now: now() });
    const present = scope.use(await Archive.open(file));
    const former = scope.use(await Archive.open(movedTo!));
    expect([(await present.state()).posts, (await former.state()).posts]).toEqual([1, 2]);
  });

  it("refuses a broken or foreign file and leaves the archive as it is", async () => {
    const first = await Archive.open(file);
    await first.savePage(page(range(1, 200)));
    const copy = join(folder, "copy.db");
    await first.backup(copy);
    await first[Symbol.asyncDispose]();
    const bytes = readFileSync(copy);
    const broken = join(folder, "broken.db");
    for (const bad of [
      bytes.subarray(0, bytes.length / 2),
      Buffer.from("nonsense"),
      Buffer.alloc(0),
    ]) {
      writeFileSync(broken, bad);
      await expect(restoreArchive({ from: broken, to: file })).rejects.toMatchObject({
        name: "ArchiveUnusable",
      });
    }
    await using present = await Archive.open(file);
    expect((await present.state()).posts).toBe(200);
    expect(readdirSync(folder).filter((name) => name.includes("incoming"))).toEqual([]);
  });
});

describe("verify", () => {
  it("finds a text changed behind the archive's back, and a wrong count", async () => {
    await using archive = await Archive.open(file);
    await archive.savePage(page(range(1, 3)));
    const other = new DatabaseSync(file);
    other.exec(`UPDATE post SET content = replace(content, 'number 2', 'number two')`);
    other.exec("UPDATE channel SET posts = 4");
    other.close();
    expect((await archive.verify()).map(({ where }) => where)).toEqual([
      "@Gradient",
      "@Gradient/2",
    ]);
  });
});

const album = (ids: readonly number[]): Post =>
  post(ids[0]!, { ids, media: ids.map(() => ({ kind: "photo" as const })) });

describe("albums", () => {
  const later = { readAt: "2026-06-15T13:00:00Z" };

  it("seen first as a cut tail are one post once the whole is seen", async () => {
    await using archive = await Archive.open(file);
    await archive.savePage(page([album([7]), post(8)]));
    await archive.savePage(page([album([5, 6])], later));
    expect((await archive.state()).posts).toBe(3);
    const { position } = await archive.state();
    await archive.savePage(page([album([5, 6, 7]), post(8)], { readAt: "2026-06-15T14:00:00Z" }));
    expect((await archive.state()).posts).toBe(2);
    expect((await archive.post(key(7)))?.ids).toEqual([5, 6, 7]);
    const changes = await archive.changesAfter(position, 10);
    expect([changes.posts.map(({ id }) => id), changes.purged]).toEqual([
      [5],
      [{ channel: "Gradient", id: 7 }],
    ]);
    expect(await archive.verify()).toEqual([]);
  });

  it("stay whole when a page shows only their tail", async () => {
    await using archive = await Archive.open(file);
    await archive.savePage(page([album([5, 6, 7])]));
    const saved = await archive.savePage(page([album([7]), post(8)], later));
    expect(saved).toEqual({ new: 1, edited: 0, unchanged: 1, missed: 0, deleted: 0 });
    expect((await archive.post(key(5)))?.ids).toEqual([5, 6, 7]);
    expect((await archive.post(key(5)))?.lastSeenAt).toBe("2026-06-15T13:00:00Z");
  });

  it("that lost their first photo move to the next id, and the old one still finds them", async () => {
    await using archive = await Archive.open(file);
    await archive.savePage(page([album([5, 6, 7])]));
    const { position } = await archive.state();
    await archive.savePage(page([album([6, 7])], { span: { from: 5, to: 7 }, ...later }));
    expect((await archive.post(key(5)))?.ids).toEqual([6, 7]);
    expect((await archive.versions(key(6))).map((v) => v.post.media.length)).toEqual([3, 2]);
    expect((await archive.changesAfter(position, 9)).purged).toEqual([
      { channel: "Gradient", id: 5 },
    ]);
    expect((await archive.kept("Gradient").coverage())?.counts).toMatchObject({
      kept: 1,
      part: 1,
      absent: 1,
    });
    expect(await archive.verify()).toEqual([]);
  });

  it("that come apart are posts of their own", async () => {
    await using archive = await Archive.open(file);
    await archive.savePage(page([album([5, 6])]));
    await archive.savePage(page([album([5]), album([6])], later));
    expect((await archive.state()).posts).toBe(2);
    expect((await archive.post(key(6)))?.id).toBe(6);
    expect(await archive.verify()).toEqual([]);
  });
});

describe("coverage, whatever the order of pages", () => {
  it("agrees with a list that remembers each id", { timeout: 60_000 }, async () => {
    const someRead = fc.record({
      from: fc.integer({ min: 1, max: 40 }),
      size: fc.integer({ min: 1, max: 15 }),
      day: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(someRead, { minLength: 1, maxLength: 8 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 55 })),
        async (reads, existing) => {
          for (const tail of ["", "-wal", "-shm"]) rmSync(file + tail, { force: true });
          await using archive = await Archive.open(file);
          const readOn = new Map<number, number>();
          const kept = new Set<number>();
          for (const { from, size, day } of reads) {
            const span = { from, to: from + size - 1 };
            const shown = existing.filter((id) => span.from <= id && id <= span.to);
            const posts = shown.toSorted((a, b) => a - b).map((id) => post(id));
            await archive.savePage(page(posts, { span, readAt: `2026-06-0${day}T12:00:00Z` }));
            for (const id of shown) kept.add(id);
            for (let id = span.from; id <= span.to; id++)
              readOn.set(id, Math.max(day, readOn.get(id) ?? 0));
          }
          const { ranges, newestId } = (await archive.kept("Gradient").coverage())!;
          const classed = ranges.flatMap((one) =>
            Array.from({ length: one.to - one.from + 1 }, (_, n) => {
              const asOf = one.class === "absent" ? one.asOf?.slice(0, 10) : undefined;
              return { id: one.from + n, class: one.class, asOf };
            }),
          );
          const expected = Array.from({ length: newestId }, (_, n) => {
            const day = readOn.get(n + 1);
            if (kept.has(n + 1)) return { id: n + 1, class: "kept", asOf: undefined };
            if (day === undefined) return { id: n + 1, class: "unread", asOf: undefined };
            return { id: n + 1, class: "absent", asOf: `2026-06-0${day}` };
          });
          expect(classed).toEqual(expected);
          const unread = new Set<number>();
          for (const { from, to } of await archive.kept("Gradient").unread())
            for (let id = from; id <= to; id++) unread.add(id);
          for (let id = 1; id <= newestId; id++) expect(unread.has(id)).toBe(!readOn.has(id));
          const complete = (await archive.channel("Gradient"))!.complete;
          expect(complete).toBeCloseTo(readOn.size / newestId);
          expect(await archive.verify()).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a channel read day after day, whatever happens to its posts", () => {
  const happening = fc.record({
    edited: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
    gone: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
    views: fc.integer({ min: 1, max: 5 }),
    twice: fc.boolean(),
  });

  it("is kept as last shown, with a version for each text and a mark for what two days missed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 6 }), async (days) => {
        for (const tail of ["", "-wal", "-shm"]) rmSync(file + tail, { force: true });
        await using archive = await Archive.open(file);
        const texts = new Map<number, string[]>();
        const missedDays = new Map<number, number>();
        for (const [day, { edited, gone, views, twice }] of [{ ...quiet }, ...days].entries()) {
          const shown = range(1, 20, (id) => {
            const known = texts.get(id) ?? [];
            const text = edited.includes(id) ? `changed on day ${day}` : (known.at(-1) ?? "first");
            return { text, views };
          }).filter(({ id }) => !gone.includes(id));
          for (const { id, text } of shown) {
            missedDays.delete(id);
            const known = texts.get(id) ?? [];
            texts.set(id, known.at(-1) === text ? known : [...known, text]);
          }
          for (const id of gone) missedDays.set(id, (missedDays.get(id) ?? 0) + 1);
          const read = page(shown, {
            span: { from: 1, to: 20 },
            readAt: `2026-06-${String(15 + day).padStart(2, "0")}T12:00:00Z`,
          });
          await archive.savePage(read);
          const { position } = await archive.state();
          if (twice) await archive.savePage(read);
          expect((await archive.state()).position).toBe(position);
        }
        for (const [id, expected] of texts) {
          const versions = await archive.versions(key(id));
          expect(versions.map((version) => version.post.text)).toEqual(expected);
          const isDeleted = (await archive.post(key(id)))?.deleted !== undefined;
          expect([id, isDeleted]).toEqual([id, (missedDays.get(id) ?? 0) >= 2]);
        }
        expect(await archive.verify()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

const quiet = { edited: [], gone: [], views: 1, twice: false };
