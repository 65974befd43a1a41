import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { backUpChecked } from "../../../server/jobs/backups.ts";
import { chanceFrom, flipByte } from "../search/engines/damage.ts";
import { page, range } from "./sample.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archive-damage-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const now = (): Date => new Date("2026-06-15T12:30:00Z");
const ids = Array.from({ length: 120 }, (_, i) => ({ channel: "Gradient", id: i + 1 }));

const asks: Readonly<Record<string, (archive: Archive) => Promise<unknown>>> = {
  channels: async (archive) => archive.channels(),
  coverage: async (archive) => archive.kept("Gradient").coverage(),
  posts: async (archive) => archive.posts(ids),
  state: async (archive) => archive.state(),
  verify: async (archive) => archive.verify(),
};

const nameOf = (error: unknown): string => (error as Error).name;

/** What an archive answers to each, as JSON; the name of the error instead, also when it cannot be opened. */
async function toldBy(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    await using archive = await Archive.open(file, { now });
    return await answers(archive);
  } catch (error) {
    return Object.fromEntries(Object.keys(asks).map((name) => [name, nameOf(error)]));
  }
}

/** Whether it cannot be opened because it is damaged. */
async function isRefused(file: string): Promise<boolean> {
  const opened = await Archive.open(file, { now }).catch(nameOf);
  if (opened instanceof Archive) await opened[Symbol.asyncDispose]();
  return opened === "ArchiveDamaged";
}

/** What an open archive answers to each, as JSON; the name of the error instead. */
async function answers(archive: Archive): Promise<Readonly<Record<string, string>>> {
  const told: Record<string, string> = {};
  for (const [name, ask] of Object.entries(asks))
    told[name] = await ask(archive).then((answer) => JSON.stringify(answer), nameOf);
  return told;
}

async function backedUp(file: string, copy: string): Promise<string> {
  await using archive = await Archive.open(file, { now });
  await backUpChecked(archive, copy);
  return "made";
}

/** Posts so long that most of the file is what they say. */
const long = (id: number): { readonly text: string } => ({ text: `№ ${id} `.repeat(600) });

async function kept(): Promise<string> {
  const file = join(folder, "archive.db");
  await using archive = await Archive.open(file, { now });
  for (let from = 1; from <= 120; from += 20)
    await archive.savePage({
      ...page(range(from, from + 19, long)),
      body: new TextEncoder().encode(`<html>${`page ${from} `.repeat(500)}`),
    });
  return file;
}

describe("an archive of which a byte was changed", () => {
  const places = 50;
  it(
    "tells the truth or says that it is damaged, at 50 places; it is not backed up",
    { timeout: 120_000 },
    async () => {
      const sound = await kept();
      const truth = await toldBy(sound);
      const chance = chanceFrom(21);
      const counts = {
        noticedAtOpen: 0,
        verifyFinds: 0,
        backupRefuses: 0,
        saysDamaged: 0,
        truth: 0,
      };
      const wrong: string[] = [];
      for (let no = 1; no <= places; no++) {
        const file = join(folder, `${no}.db`);
        copyFileSync(sound, file);
        const place = flipByte(file, { at: chance(), bits: chance() });
        if (await isRefused(file)) counts.noticedAtOpen++;
        const told = await toldBy(file);
        const noticed = told["verify"] !== "[]";
        if (noticed) counts.verifyFinds++;
        for (const [name, answer] of Object.entries(told)) {
          if (answer === truth[name]) counts.truth++;
          else if (answer === "ArchiveDamaged" || name === "verify") counts.saysDamaged++;
          else wrong.push(`${place} ${name}: ${answer.slice(0, 80)}`);
        }
        if (noticed && counts.backupRefuses < 5) {
          const copy = `${file}.copy`;
          const refused = await backedUp(file, copy).catch(nameOf);
          if (["BackupDamaged", "ArchiveDamaged"].includes(refused) && !existsSync(copy))
            counts.backupRefuses++;
          else wrong.push(`${place} backup: ${refused}`);
        }
        for (const tail of ["", "-wal", "-shm", ".copy"]) rmSync(file + tail, { force: true });
      }
      console.log(`archive: ${places} places: ${JSON.stringify(counts)}, wrong: ${wrong.length}`);
      expect(wrong).toEqual([]);
      // Few places are looked at by opening: whether one of these 50 is, hangs on how tables lie in the file.
      expect(counts.noticedAtOpen + counts.verifyFinds).toBeGreaterThan(0);
      expect(counts.backupRefuses).toBeGreaterThan(0);
    },
  );
});

describe("an archive of which a byte is changed while it is open", () => {
  const places = 50;
  it(
    "is noticed by the next of the regular looks, or goes on to tell the truth, at 50 places",
    { timeout: 120_000 },
    async () => {
      const sound = await kept();
      const chance = chanceFrom(22);
      const counts = { noticed: 0, nothingToldChanged: 0 };
      const falseAnswers: string[] = [];
      const look = async (name: string): Promise<void> => {
        await using archive = await Archive.open(name, { now });
        const truth = await answers(archive);
        const place = flipByte(name, { at: chance(), bits: chance() });
        await archive.health.look();
        if (archive.health.damage) {
          counts.noticed++;
          return;
        }
        counts.nothingToldChanged++;
        // By one that has no page of it in memory.
        await using other = await Archive.open(name, { now });
        // What a look does not read, like an entry of the journal, `verify` does: that it finds something is the truth.
        for (const [ask, answer] of Object.entries(await answers(other)))
          if (answer !== truth[ask] && ask !== "verify")
            falseAnswers.push(`${place} ${ask}: ${answer.slice(0, 80)}`);
      };
      for (let first = 1; first <= places; first += 10) {
        const names = Array.from({ length: 10 }, (_, i) => join(folder, `${first + i}.db`));
        for (const name of names) copyFileSync(sound, name);
        await Promise.all(names.map(look));
        for (const name of names) rmSync(name);
      }
      console.log(
        `archive: ${places} places while open: ${JSON.stringify(counts)}, ${falseAnswers.length} false answers after the look`,
      );
      expect(falseAnswers).toEqual([]);
      expect(counts.noticed).toBeGreaterThan(0);
    },
  );
});

const file = (): string => join(folder, "archive.db");

describe("a post's row of which one thing was changed", () => {
  it.each([
    ["its address", "content = replace(content, 'Gradient/7', 'Gradient/5')"],
    ["its views", "counters = replace(counters, '100', '900')"],
    ["its date", "published_at = '2016-06-15T10:07:00Z'"],
    ["when it was first seen", "first_seen_at = '2026-06-01T12:00:00Z'"],
    ["the addresses of its media", "addresses = '{}'"],
    ["how many versions it has", "version_seen_at = '2026-06-01T12:00:00Z'"],
    ["that it is deleted", "deleted_at = '2026-06-16T12:00:00Z'"],
  ])("is not told, and verify finds it: %s", async (_, change) => {
    const name = file();
    {
      await using archive = await Archive.open(name, { now });
      const media = [{ kind: "photo", url: "https://cdn.example.org/a" }] as const;
      await archive.savePage(page(range(1, 9, () => ({ media }))));
    }
    const other = new DatabaseSync(name);
    other.exec(`UPDATE post SET ${change} WHERE id = 7`);
    other.close();
    await using archive = await Archive.open(name, { now });
    await expect(archive.post({ channel: "Gradient", id: 7 })).rejects.toMatchObject({
      name: "ArchiveDamaged",
    });
    expect(await archive.post({ channel: "Gradient", id: 6 })).toMatchObject({ id: 6 });
    const told = { name: "ArchiveDamaged", message: expect.stringContaining("Gradient/7") };
    const beside = { channel: "Gradient", id: 6 };
    await expect(archive.context(beside, { before: 2, after: 2 })).rejects.toMatchObject(told);
    await expect(archive.changesAfter(0, 100)).rejects.toMatchObject(told);
    expect((await archive.verify()).map(({ where }) => where)).toContain("@Gradient/7");
  });
});

it("an earlier version that is not what was kept is not told", async () => {
  const name = file();
  {
    await using archive = await Archive.open(name, { now });
    await archive.savePage(page(range(1, 3, () => ({ text: "first" }))));
    const later = page(range(1, 3, () => ({ text: "second" })));
    await archive.savePage({ ...later, readAt: "2026-06-15T12:20:00Z" });
  }
  const other = new DatabaseSync(name);
  other.exec("UPDATE version SET content = replace(content, 'first', 'worst') WHERE rowid = 1");
  other.close();
  await using archive = await Archive.open(name, { now });
  const whole = await archive.versions({ channel: "Gradient", id: 2 });
  expect(whole.map(({ post }) => post.text)).toEqual(["first", "second"]);
  await expect(archive.versions({ channel: "Gradient", id: 1 })).rejects.toMatchObject({
    name: "ArchiveDamaged",
  });
});

describe("a file in the archive's place", () => {
  it("of 0 bytes is not taken for a new archive", async () => {
    writeFileSync(file(), "");
    await expect(Archive.open(file())).rejects.toThrow(/empty \(0 bytes\).*restore/);
  });

  it("with the mark of an archive and other tables is refused in words", async () => {
    const other = new DatabaseSync(file());
    other.exec("PRAGMA application_id = 1114329955; CREATE TABLE recipe (name TEXT)");
    other.close();
    await expect(Archive.open(file())).rejects.toMatchObject({ name: "ArchiveDamaged" });
  });

  it("is made whole or not at all", async () => {
    const [one, two] = await Promise.all([Archive.open(file()), Archive.open(file())]);
    expect((await one.state()).archiveId).toBe((await two.state()).archiveId);
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    expect(existsSync(file())).toBe(true);
  });
});
