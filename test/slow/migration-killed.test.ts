import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { Archive } from "../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../help.ts";

const opener = join(import.meta.dirname, "open-at-step.ts");
/** Eleven posts in one channel as the first schema kept them: an album, one edited, one deleted, a gap. */
const firstSchema = readFileSync(
  join(import.meta.dirname, "../fixtures/archive-schema-1.sql"),
  "utf8",
);
const mostSteps = 500;
const atOnce = 4;
const now = (): Date => new Date("2026-07-01T00:00:00Z");

function olderArchive(): string {
  const file = join(emptyFolder(), "archive.db");
  using db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  // `BkSc`: what a dump leaves out.
  db.exec(`PRAGMA application_id = 0x426b5363; PRAGMA journal_mode = WAL; ${firstSchema}`);
  return file;
}

/** Whether the opening got through. */
async function openedAt(file: string, step: number): Promise<boolean> {
  const child = spawn(process.execPath, [opener, file, String(step)], { stdio: "inherit" });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  expect([code, signal]).toEqual(signal === null ? [0, null] : [null, "SIGKILL"]);
  return signal === null;
}

/** Drawn by chance in every archive anew, or made of what was. */
const drawn = new Set(["salt", "digests", "link"]);

const plain = (row: object) => Object.entries(row).filter(([column]) => !drawn.has(column));

/** Every table with all its rows, and every index. */
function contentOf(file: string): unknown {
  using db = new DatabaseSync(file);
  expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  expect(db.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
  const schema = db.prepare("SELECT name, type, sql FROM sqlite_schema ORDER BY name").all();
  const tables = schema.filter(({ type }) => type === "table").map(({ name }) => String(name));
  const rowsOf = (name: string) => db.prepare(`SELECT * FROM "${name}"`).all();
  return [schema, tables.map((name) => rowsOf(name).map(plain))];
}

test("an archive of an older schema, killed at each step of being brought up to date, is whole at the next opening", async () => {
  const whole = olderArchive();
  expect(await openedAt(whole, 0)).toBe(true);
  const expected = contentOf(whole);
  const killedAt = async (step: number): Promise<boolean> => {
    const file = olderArchive();
    if (await openedAt(file, step)) return false;
    await (await Archive.open(file, { now }))[Symbol.asyncDispose]();
    expect(contentOf(file), `killed at step ${step}`).toEqual(expected);
    return true;
  };
  let kills = 0;
  for (let step = 1; step === kills + 1 && step < mostSteps; step += atOnce) {
    const tried = await Promise.all(
      Array.from({ length: atOnce }, async (_, n) => killedAt(step + n)),
    );
    kills += tried.filter(Boolean).length;
  }
  expect(kills).toBeGreaterThan(60);
  expect(kills).toBeLessThan(mostSteps - atOnce);

  const data = join(whole, "..");
  const verified = await backscroll(["verify", "--data", data]);
  expect(verified).toMatchObject({ code: 0, out: "" });
  expect(verified.said).toContain("11 posts");
  const found = await backscroll(["search", "Edited since", "--json", "--data", data]);
  expect(JSON.parse(found.out)).toMatchObject({ total: 1, hits: [{ id: 3, edited: true }] });
});
