import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../../help.ts";

const fixtures = join(import.meta.dirname, "../../../fixtures/archives");
/** Of the last schema of version 0.1. */
const first = 9;

/** The archive that the program of this schema kept, in a data folder of its own. */
function unpacked(schema: number): string {
  const data = emptyFolder();
  const packed = readFileSync(join(fixtures, `schema-${schema}.db.gz`));
  writeFileSync(join(data, "archive.db"), gunzipSync(packed), { mode: 0o600 });
  return data;
}

function schemaOf(data: string): number {
  using db = new DatabaseSync(join(data, "archive.db"), { readOnly: true });
  return Number(db.prepare("SELECT max(number) AS number FROM migration").get()?.["number"]);
}

const kept = globSync("schema-*.db.gz", { cwd: fixtures })
  .map((name) => Number(/\d+/.exec(name)?.[0]))
  .toSorted((a, b) => a - b);

test("an archive of every schema from 0.1's last on is kept, this program's too", async () => {
  const data = emptyFolder();
  await (await Archive.open(join(data, "archive.db")))[Symbol.asyncDispose]();
  const newest = schemaOf(data);
  // Where this falls, keep one of the schema before you go on: node test/fixtures/archives/make-archive.ts
  expect(kept).toEqual(Array.from({ length: newest - first + 1 }, (_, n) => first + n));
  for (const schema of kept) expect(schemaOf(unpacked(schema))).toBe(schema);
});

describe("an archive of an older version", () => {
  test.each(kept)(
    "of schema %i opens with the newest, and all that was kept is there",
    async (schema) => {
      const data = unpacked(schema);
      const run = async (...args: readonly string[]) => {
        const { code, out, said } = await backscroll([...args, "--data", data]);
        expect([args, code, said]).toEqual([args, 0, expect.any(String)]);
        return out === ""
          ? []
          : out
              .trimEnd()
              .split("\n")
              .map((line) => JSON.parse(line) as unknown);
      };
      expect(await run("verify")).toEqual([]);
      expect(await run("channels", "--json")).toMatchObject([
        { name: "kept_channel", posts: 23, firstId: 1, newestId: 32, deleted: 0 },
      ]);
      expect(await run("search", "edited", "--json")).toMatchObject([
        { total: 1, hits: [{ id: 5, edited: true }] },
      ]);
      expect(await run("schedule", "list", "--json")).toMatchObject([
        { channel: "kept_channel", cadence: { kind: "cron", expression: "0 6 * * *" } },
      ]);
      expect(await run("saved", "list", "--json")).toMatchObject([
        { name: "Watch", query: "edited", url: "https://example.org/hook" },
      ]);
      expect(await run("media", "list", "--json")).toMatchObject([
        { kinds: "photo", maxMegabytes: 5 },
      ]);
      await using archive = await Archive.open(join(data, "archive.db"));
      const keys = JSON.parse(
        readFileSync(join(fixtures, `schema-${schema}.keys.json`), "utf8"),
      ) as Readonly<Record<string, string>>;
      const opened = Object.entries(keys).map(
        async ([name, key]) => [name, (await archive.keys.find(key))?.scopes] as const,
      );
      expect(Object.fromEntries(await Promise.all(opened))).toEqual({
        search: ["search"],
        admin: ["admin"],
        revoked: undefined,
      });
      // Purged for good, before and after.
      expect(await archive.post({ channel: "kept_channel", id: 3 })).toBeUndefined();
      const versions = await archive.versions({ channel: "kept_channel", id: 5 });
      expect(versions.map(({ post }) => post.text)).toEqual([
        expect.stringMatching(/^(?!Edited)/),
        "Edited since it was first read",
      ]);
      expect((await archive.runs.list({ limit: 10 })).map(({ state }) => state)).toEqual([
        "done",
        "done",
      ]);
    },
    180_000,
  );

  test("is told by the doctor, with what the upgrade does and how long it takes; nothing is done by asking", async () => {
    const data = unpacked(first);
    const before = readFileSync(join(data, "archive.db"));
    const { code, out } = await backscroll(["doctor", "--json", "--data", data]);
    expect(code).toBe(0);
    const found = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
    expect(found.find(({ check }) => check === "archive")).toMatchObject({
      state: "note",
      what: expect.stringMatching(/schema 9, this one needs \d+/) as string,
      why: expect.stringMatching(
        /brings it up to date: what runs wait for, dismissed alerts; labels of a channel; checksums of posts' rows.*With 23 posts that takes about 1 s .* 1 MB of disk/,
      ) as string,
      todo: expect.stringMatching(/copy it .*backup FILE/) as string,
    });
    expect(readFileSync(join(data, "archive.db")).equals(before)).toBe(true);
    await backscroll(["channels", "--data", data]);
    const after = await backscroll(["doctor", "--data", data]);
    expect(after.out).toContain("ok       archive: 23 posts in 1 channel");
  });

  test("that asks for a newer program is refused in words by every command that opens it, and not touched", async () => {
    const data = unpacked(kept.at(-1) ?? 0);
    {
      using db = new DatabaseSync(join(data, "archive.db"));
      db.exec("INSERT INTO migration VALUES (99, 'what comes', '2030-01-01')");
    }
    const before = readFileSync(join(data, "archive.db"));
    const copy = join(data, "copy.db");
    writeFileSync(copy, before);
    const commands = [
      ["channels"],
      ["search", "a"],
      ["verify"],
      ["serve"],
      ["archive", "durov"],
      ["backup", join(data, "b.db")],
    ];
    for (const command of [...commands, ["restore", copy]]) {
      const { code, said } = await backscroll([...command, "--data", data]);
      expect([command, code, said]).toEqual([
        command,
        2,
        expect.stringMatching(
          /was written by a newer Backscroll \(schema 99, this one knows \d+\)\. Update the program\./,
        ),
      ]);
    }
    expect(readFileSync(join(data, "archive.db")).equals(before)).toBe(true);
  }, 180_000);
});
