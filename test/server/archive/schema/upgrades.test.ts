import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../../help.ts";
import { sha256Of } from "../../jobs/media-host.ts";
import { series } from "../../../whole.ts";

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
  test.each(series(kept, (schema) => schema === first || schema === kept.at(-2)))(
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

  test("is upgraded by a command that only looks, which says so once", async () => {
    const data = unpacked(15);
    const looked = await backscroll(["coverage", "kept_channel", "--data", data]);
    expect([looked.code, looked.said]).toEqual([
      0,
      `${join(data, "archive.db")} was brought from schema 15 to ${kept.at(-1)}. Older versions of Backscroll no longer open it.\n`,
    ]);
    const again = await backscroll(["coverage", "kept_channel", "--data", data]);
    expect([again.code, again.said]).toEqual([0, ""]);
  });

  test("keeps what it knew of files: those that are kept, and those that wait", async () => {
    const data = unpacked(13);
    const bytes = Buffer.from("a file of old");
    const sha256 = sha256Of(bytes);
    mkdirSync(join(data, "media", sha256.slice(0, 2)), { recursive: true });
    writeFileSync(join(data, "media", sha256.slice(0, 2), sha256.slice(2)), bytes);
    {
      using db = new DatabaseSync(join(data, "archive.db"));
      const row = `INSERT INTO media (post_no, channel_no, post_id, place, kind, shape, address, state, sha256, bytes, type, tries, next_at)
        SELECT no, channel_no, id,`;
      const from = "FROM post WHERE id = 5;";
      const at = "2026-01-01T00:00:00.000Z";
      db.exec(`${row} 0, 'photo', 'a', 'https://a/', 'kept', '${sha256}', 13, 'image/png', 1, '${at}' ${from}
        ${row} 1, 'video', 'b', 'https://b/', 'wanted', null, null, null, 2, '${at}' ${from}
        INSERT INTO media_file VALUES ('${sha256}', 13, 'image/png', '${at}');
        UPDATE media_total SET files = 1, bytes = 13;`);
    }
    await using archive = await Archive.open(join(data, "archive.db"));
    const { media, purges } = archive;
    expect(schemaOf(data)).toBeGreaterThan(13);
    expect(await media.count("kept_channel")).toMatchObject({ kept: 1, waiting: 1, bytes: 13 });
    expect(await media.find(sha256, { channels: ["kept_channel"] })).toMatchObject({ bytes: 13 });
    expect(await media.claim("kept_channel", ["video"])).toMatchObject({
      postId: 5,
      address: "https://b/",
      tries: 2,
    });
    expect(await archive.verify()).toEqual([]);
    // Their post takes them along.
    await purges.carryOut(await purges.order({ kind: "post", channel: "kept_channel", id: 5 }));
    expect(await media.count()).toMatchObject({ kept: 0, waiting: 0 });
    expect(await media.find(sha256)).toBeUndefined();
  });

  test("shows the ends of its runs as it tells them, and goes on with a purge in its second walk", async () => {
    const data = unpacked(14);
    {
      using db = new DatabaseSync(join(data, "archive.db"));
      db.exec(`UPDATE run SET state = 'failed', error_class = 'Throttled', error_message = 'As it was said.' WHERE no = 1;
        INSERT INTO purge (no, kind, channel, author, asked_at, step, cursor, posts, pages_cut, pages_dropped) VALUES
          (11, 'author', null, 'x', '2026-01-01T00:00:00Z', 'find', -8, 0, 0, 0),
          (12, 'author', null, 'x', '2026-01-01T00:00:00Z', 'find', 7, 0, 0, 0),
          (13, 'post', 'kept_channel', null, '2026-01-01T00:00:00Z', 'find', 7, 0, 0, 0)`);
    }
    await using archive = await Archive.open(join(data, "archive.db"));
    const failed = await archive.runs.list({ limit: 1, state: "failed" });
    expect(failed[0]?.error).toEqual({ class: "Throttled", message: "As it was said." });
    using db = new DatabaseSync(join(data, "archive.db"));
    const orders = db.prepare("SELECT no, step, cursor FROM purge WHERE no > 10").all();
    expect(orders).toMatchObject([
      { no: 11, step: "quotes", cursor: 7 },
      { no: 12, step: "find", cursor: 7 },
      { no: 13, step: "quotes", cursor: 7 },
    ]);
    for (const no of [11, 12, 13]) await archive.purges.carryOut(no);
    expect(await archive.verify()).toEqual([]);
  });

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
