import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../../help.ts";

/** An archive with four keys and its backup; since then one was revoked, one rotated at once, one with a day's grace. */
async function backedUp() {
  const data = emptyFolder();
  const backup = join(emptyFolder(), "backup.db");
  const file = join(data, "archive.db");
  await using archive = await Archive.open(file);
  const make = async (scope: "search" | "admin") =>
    (await archive.keys.create({ scopes: [scope], channels: [], origins: [] })).secret;
  const admin = await make("admin");
  const [kept, revoked, rotated, graced] = [
    await make("search"),
    await make("search"),
    await make("search"),
    await make("search"),
  ];
  await archive.backup(backup);
  await archive.keys.revoke(revoked);
  const newer = (await archive.keys.rotate(rotated, { graceMs: 0 }))?.secret ?? "";
  const newest = (await archive.keys.rotate(graced, { graceMs: 86_400_000 }))?.secret ?? "";
  return {
    data,
    file,
    backup,
    keys: { admin, kept, revoked, rotated, "rotated to": newer, graced, "graced to": newest },
  };
}

/** Which of the keys open the archive. */
async function good(
  file: string,
  keys: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  await using archive = await Archive.open(file);
  const found: string[] = [];
  for (const [name, key] of Object.entries(keys))
    if (await archive.keys.find(key)) found.push(name);
  return found;
}

describe("after a restore", () => {
  test("keys that were revoked or rotated since the backup stay so", async () => {
    const { data, file, backup, keys } = await backedUp();
    const stands = ["admin", "kept", "rotated to", "graced", "graced to"];
    expect(await good(file, keys)).toEqual(stands);
    const { code, said } = await backscroll(["restore", backup, "--data", data]);
    expect(code).toBe(0);
    expect(said).toContain(
      "3 keys revoked or given another secret since the backup: it stays so.\n",
    );
    expect(await good(file, keys)).toEqual(stands);
    // Not even by --keep-keys: that is for where nothing tells.
    await backscroll(["restore", backup, "--keep-keys", "--data", data]);
    expect(await good(file, keys)).toEqual(stands);
    expect(await backscroll(["verify", "--data", data])).toMatchObject({ code: 0 });
  });

  test.each(["absent", "damaged", "another"])(
    "where the archive it replaces is %s, only the admin's key is good, and that is said",
    async (what) => {
      const { data, file, backup, keys } = await backedUp();
      for (const tail of ["", "-wal", "-shm"]) rmSync(file + tail, { force: true });
      if (what === "damaged") writeFileSync(file, "once upon a time ".repeat(1_000));
      if (what === "another") await (await Archive.open(file))[Symbol.asyncDispose]();
      const { code, said } = await backscroll(["restore", backup, "--data", data]);
      expect(code).toBe(0);
      expect(said).toMatch(
        /Nothing here tells which keys were revoked since the backup, so 4 keys are revoked now: all but the admin's\. .*--keep-keys\./,
      );
      expect(await good(file, keys)).toEqual(["admin"]);
    },
  );

  test("on a new machine with --keep-keys all are good as they were, and that is said", async () => {
    const { backup, keys } = await backedUp();
    const data = emptyFolder();
    const before = readFileSync(backup);
    const { code, said } = await backscroll(["restore", backup, "--keep-keys", "--data", data]);
    expect(code).toBe(0);
    expect(said).toMatch(
      /5 keys as in the backup \(--keep-keys\): what was revoked since is good again/,
    );
    expect(await good(join(data, "archive.db"), keys)).toEqual([
      "admin",
      "kept",
      "revoked",
      "rotated",
      "graced",
    ]);
    expect(readFileSync(backup).equals(before)).toBe(true);
  });

  test("sessions have ended", async () => {
    const { data, file, keys } = await backedUp();
    const backup = join(emptyFolder(), "later.db");
    let cookie: string;
    {
      await using archive = await Archive.open(file);
      const key = (await archive.keys.find(keys.admin))!;
      cookie = (await archive.sessions.begin(key, undefined)).secret;
      expect(await archive.sessions.keyOf(cookie)).toBeDefined();
      await archive.backup(backup);
    }
    await backscroll(["restore", backup, "--data", data]);
    await using archive = await Archive.open(file);
    expect(await archive.sessions.keyOf(cookie)).toBeUndefined();
  });
});
