import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { restoreArchive } from "../../../server/archive/copies/restore.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { type BackupParts, backUpWhenDue, toRemove } from "../../../server/jobs/backups.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";
import { searchPosts } from "../../../server/search/search-posts.ts";
import { emptyFolder, quickReader } from "../../help.ts";
import { page, post, range } from "../archive/sample.ts";

const day = 86_400_000;
const monday = Date.parse("2026-06-15T03:00:00Z");

const fullDisk = () => ({ freeBytes: 1000, sizeBytes: 1e9 });

interface Clock {
  at: number;
}

async function opened(clock: Clock, data = emptyFolder()): Promise<Archive> {
  const archive = await Archive.open(join(data, "archive.db"), { now: () => new Date(clock.at) });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

function partsOf(archive: Archive, clock: Clock, own: Partial<BackupParts> = {}): BackupParts {
  return {
    archive,
    folder: join(emptyFolder(), "backups"),
    everyMs: day,
    keep: { days: 7, weeks: 4 },
    leave: { bytes: 0 },
    holder: "we",
    now: () => new Date(clock.at),
    ...own,
  };
}

test(
  "a backup taken during a run restores to an archive that verifies, gives the same answers, and goes on",
  { timeout: 60_000 },
  async () => {
    const truth = makeTruth({ posts: 400, seed: 5 });
    const { name } = truth.profile;
    const standIn = await startStandIn({ channels: [truth], latencyMs: 2 });
    onTestFinished(async () => standIn.close());
    const clock = { at: monday };
    const archive = await opened(clock);
    const parts = partsOf(archive, clock);
    const reader = await quickReader(standIn);
    let taking: ReturnType<typeof backUpWhenDue> | undefined;
    let savedSince = 0;
    const onProgress = (): void => {
      if (taking) savedSince += 1;
      taking ??= backUpWhenDue(parts);
    };
    await archiveChannel({ archive, reader }, name, { onProgress });
    const { file } = (await taking)!;
    expect(savedSince).toBeGreaterThan(5);

    const to = join(emptyFolder(), "archive.db");
    await restoreArchive({ from: file, to });
    await using restored = await Archive.open(to);
    expect(await restored.verify()).toEqual([]);
    const { posts } = await restored.state();
    expect(posts).toBeGreaterThan(0);
    expect(posts).toBeLessThan(400);
    for (const query of ["", "has:photo", truth.posts.at(-1)!.text.split(/\s+/)[0]!]) {
      const found = await answers(restored, query);
      expect(found.length).toBeGreaterThan(0);
      const all = new Map((await answers(archive, query)).map((hit) => [hit.id, hit.text]));
      for (const { id, text } of found) expect(all.get(id)).toBe(text);
    }
    await archiveChannel({ archive: restored, reader }, name);
    expect((await restored.state()).posts).toBe(400);
    expect(await restored.verify()).toEqual([]);
  },
);

/** All that a query finds, over an index of its own. */
async function answers(
  archive: Archive,
  q: string,
): Promise<readonly { readonly id: number; readonly text: string }[]> {
  const { archiveId } = await archive.state();
  const analyzer = createAnalyzer();
  const file = join(emptyFolder(), "index.db");
  await using engine = await openEmbeddedEngine({ file, archiveId, analyzer, inProcess: true });
  await catchUp({ archive, engine });
  const found = [];
  for (let at = 1; ; at++) {
    const { hits } = await searchPosts({ archive, engine, analyzer }, { q, limit: 100, page: at });
    if (hits.length === 0) return found;
    found.push(
      ...hits.map(({ id, parts }) => ({ id, text: parts.map(({ text }) => text).join("") })),
    );
  }
}

test("of eight servers over one archive one makes the backup that is due", async () => {
  const clock = { at: monday };
  const data = emptyFolder();
  const folder = join(data, "backups");
  const servers = await Promise.all(Array.from({ length: 8 }, async () => opened(clock, data)));
  const made = await Promise.all(
    servers.map(async (archive, place) =>
      backUpWhenDue(partsOf(archive, clock, { folder, holder: `server ${place}` })),
    ),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(["archive-2026-06-15T03-00-00Z.db"]);
  clock.at += day;
  expect(await backUpWhenDue(partsOf(servers[3]!, clock, { folder }))).toBeDefined();
});

test("a server that died while it made one is replaced after six hours", async () => {
  const clock = { at: monday };
  const archive = await opened(clock);
  expect(await archive.backups.claim("who dies", day)).toBe(true);
  clock.at += 5 * 3_600_000;
  expect(await archive.backups.claim("another", day)).toBe(false);
  clock.at += 3_700_000;
  expect(await archive.backups.claim("another", day)).toBe(true);
  await archive.backups.finish("who dies", {});
  expect(await archive.backups.state()).not.toHaveProperty("lastAt");
});

describe("of the backups", () => {
  test("those of seven days and of four weeks stay", () => {
    let stay: readonly string[] = [];
    for (let days = 0; days < 30; days++) {
      const at = new Date(monday + days * day).toISOString().slice(0, 10);
      const now = [...stay, `archive-${at}T03-00-00Z.db`];
      const removed = toRemove(now, { days: 7, weeks: 4 });
      stay = now.filter((name) => !removed.includes(name));
    }
    const dates = ["06-28", "07-05", "07-08", "07-09", "07-10", "07-11", "07-12", "07-13", "07-14"];
    expect(stay).toEqual(dates.map((date) => `archive-2026-${date}T03-00-00Z.db`));
  });

  test("the newest is never removed, nor anything that is no backup of ours", () => {
    const names = fc.array(
      fc.oneof(
        fc
          .date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true })
          .map((at) => `archive-${at.toISOString().slice(0, 19).replaceAll(":", "-")}Z.db`),
        fc.constantFrom("archive.db", "archive-mine.db", "media", "archive-2026-01-01.db"),
      ),
      { minLength: 1 },
    );
    const keep = fc.record({ days: fc.integer({ min: 1, max: 9 }), weeks: fc.nat({ max: 9 }) });
    fc.assert(
      fc.property(names, keep, (all, retention) => {
        const removed = toRemove(all, retention);
        const ours = all.filter((name) => /^archive-.{10}T.*Z\.db$/.test(name)).toSorted();
        const newest = ours.at(-1);
        expect(removed).not.toContain(newest);
        expect(removed.filter((name) => !ours.includes(name))).toEqual([]);
        const left = new Set(ours.filter((name) => !removed.includes(name)));
        expect(left.size).toBeLessThanOrEqual(retention.days + retention.weeks);
      }),
    );
  });
});

describe("a backup that cannot be made", () => {
  test("for want of room is said, leaves the older ones, and is tried an hour later", async () => {
    const clock = { at: monday };
    const archive = await opened(clock);
    const parts = partsOf(archive, clock);
    await backUpWhenDue(parts);
    clock.at += day;
    await expect(backUpWhenDue({ ...parts, look: fullDisk })).rejects.toMatchObject({
      name: "DiskFull",
    });
    expect((await archive.backups.state()).error).toContain("no room");
    expect(readdirSync(parts.folder)).toHaveLength(1);
    clock.at += 1_800_000;
    expect(await backUpWhenDue(parts)).toBeUndefined();
    clock.at += 1_800_000;
    expect(await backUpWhenDue(parts)).toBeDefined();
    expect(await archive.backups.state()).not.toHaveProperty("error");
  });

  test("is tried again after five minutes while there is none yet: somebody may be setting it up", async () => {
    const clock = { at: monday };
    const archive = await opened(clock);
    const parts = partsOf(archive, clock);
    await expect(backUpWhenDue({ ...parts, look: fullDisk })).rejects.toThrow(/no room/);
    clock.at += 4 * 60_000;
    expect(await backUpWhenDue(parts)).toBeUndefined();
    clock.at += 60_000;
    expect(await backUpWhenDue(parts)).toBeDefined();
  });

  test("because the copy does not pass its check never stands under its name", async () => {
    const clock = { at: monday };
    const archive = await opened(clock);
    await archive.savePage(page(range(1, 5)));
    const parts = partsOf(archive, clock);
    await backUpWhenDue(parts);
    using raw = new DatabaseSync(archive.file);
    raw.exec("UPDATE post SET content = replace(content, 'gradients', 'nothing') WHERE id = 3");
    clock.at += day;
    await expect(backUpWhenDue(parts)).rejects.toThrow(/@Gradient\/3: a version's content/);
    expect(readdirSync(parts.folder)).toEqual(["archive-2026-06-15T03-00-00Z.db"]);
  });

  test("because a process was killed leaves nothing that the next does not clear away", async () => {
    const clock = { at: monday };
    const archive = await opened(clock);
    const parts = partsOf(archive, clock);
    mkdirSync(parts.folder);
    writeFileSync(join(parts.folder, "archive-2026-06-14T03-00-00Z.db.unchecked.unfinished"), "x");
    await backUpWhenDue(parts);
    expect(readdirSync(parts.folder)).toEqual(["archive-2026-06-15T03-00-00Z.db"]);
  });
});

test("files named by their content come along once, and stay when they are gone", async () => {
  const clock = { at: monday };
  const archive = await opened(clock);
  await archive.savePage(page([post(1)]));
  const files = join(emptyFolder(), "media");
  mkdirSync(join(files, "ab"), { recursive: true });
  writeFileSync(join(files, "ab", "abcd"), "a picture");
  const parts = partsOf(archive, clock, { files });
  await backUpWhenDue(parts);
  clock.at += day;
  await backUpWhenDue(parts);
  expect(readFileSync(join(parts.folder, "media", "ab", "abcd"), "utf8")).toBe("a picture");
});
