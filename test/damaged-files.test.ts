import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Archive } from "../server/archive/archive.ts";
import { backscroll, emptyFolder } from "./help.ts";
import { page, range } from "./server/archive/sample.ts";
import { flipByte } from "./server/search/engines/damage.ts";

/** A data folder with 20 posts that all hold "gradients". */
async function dataFolder(): Promise<string> {
  const data = emptyFolder();
  await using archive = await Archive.open(join(data, "archive.db"));
  await archive.savePage(page(range(1, 20)));
  return data;
}

const stack = /^\s+at /m;

describe("an index that is no answer, on the command line", { timeout: 120_000 }, () => {
  test("is a finding of verify while it is damaged, and is built anew by the next search", async () => {
    const data = await dataFolder();
    expect(await backscroll(["search", "gradients", "--data", data])).toMatchObject({ code: 0 });
    flipByte(join(data, "index.db"), { at: 0.2, bits: 0.5 });
    const verified = await backscroll(["verify", "--data", data]);
    expect(verified.out).toMatch(/^index: The index is damaged .*reindex/);
    expect(verified.code).toBe(1);
    const found = await backscroll(["search", "gradients", "--json", "--data", data]);
    expect(JSON.parse(found.out)).toMatchObject({ total: 20 });
    expect(await backscroll(["verify", "--data", data])).toMatchObject({ code: 0, out: "" });
  });

  test.for([
    ["a folder", (file: string) => mkdirSync(file)],
    ["a link that leads nowhere", (file: string) => symlinkSync("/nowhere/index.db", file)],
  ] as const)("%s in its place is said, and nothing is answered", async ([, put]) => {
    const data = await dataFolder();
    put(join(data, "index.db"));
    const { code, out, said } = await backscroll(["search", "gradients", "--data", data]);
    expect(said).toMatch(/index\.db is no file.*reindex/);
    expect(said).not.toMatch(stack);
    expect({ code, out }).toEqual({ code: 7, out: "" });
  });

  test("Meilisearch away: the embedded index answers, and that is said", async () => {
    const data = await dataFolder();
    // Nobody listens on the port of "discard".
    const env = { BACKSCROLL_ENGINE: "meilisearch", MEILI_URL: "http://127.0.0.1:9" };
    const found = await backscroll(["search", "gradients", "--json", "--data", data], { env });
    expect(JSON.parse(found.out)).toMatchObject({ total: 20, engine: "embedded" });
    expect(found.said).toMatch(/Meilisearch does not answer.*The embedded index answers instead/);
    expect(found.code).toBe(0);
    const flags = ["--format", "jsonl", "-o", join(data, "all.jsonl"), "--data", data];
    const exported = await backscroll(["export", "gradients", ...flags], { env });
    expect(exported.said).toMatch(/embedded index answers instead[^]*20 posts in/);
    expect(exported.code).toBe(0);
    const verified = await backscroll(["verify", "--data", data], { env });
    expect(verified).toMatchObject({ code: 0, out: "" });
    expect(verified.said).toContain("The other is not compared");
  });
});

describe("an archive that is damaged, on the command line", { timeout: 120_000 }, () => {
  const said: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    [
      "overwritten",
      (file) => writeFileSync(file, "once upon a time ".repeat(999)),
      /damaged or no archive.*restore/,
    ],
    ["emptied", (file) => writeFileSync(file, ""), /empty \(0 bytes\).*restore/],
    [
      "of other tables",
      (file) => {
        rmSync(file);
        const other = new DatabaseSync(file);
        other.exec("CREATE TABLE recipe (name TEXT)");
        other.close();
      },
      /database of another program.*restore/,
    ],
    [
      "of which a post was changed",
      (file) => {
        const other = new DatabaseSync(file);
        other.exec(
          "UPDATE post SET content = replace(content, 'gradients', 'gradienzs') WHERE id = 7",
        );
        other.close();
      },
      /does not give its hash|is not what was kept.*restore|The archive is damaged.*restore/,
    ],
  ];
  test.for(said)("%s: every command says so and what to do", async ([, damage, words]) => {
    const data = await dataFolder();
    await backscroll(["search", "gradients", "--data", data]);
    damage(join(data, "archive.db"));
    const copy = join(emptyFolder(), "copy.db");
    for (const command of [["verify"], ["search", "gradients"], ["backup", copy]]) {
      const told = await backscroll([...command, "--data", data]);
      expect(told.said + told.out).toMatch(words);
      expect(told.said).not.toMatch(stack);
      expect(told.code).toBe(1);
    }
  });
});
