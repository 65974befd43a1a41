import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { Archive } from "../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../help.ts";
import { page, range } from "../server/archive/sample.ts";

const killer = pathToFileURL(join(import.meta.dirname, "kill-at-file-step.ts")).href;
const mostSteps = 60;

test(
  "an export killed at each of its steps leaves the file that was there or the new one, never a half one, and no wrong manifest",
  { timeout: 600_000 },
  async () => {
    const data = emptyFolder();
    {
      await using archive = await Archive.open(join(data, "archive.db"));
      for (let first = 1; first < 2_000; first += 100)
        await archive.savePage(
          page(range(first, first + 99, () => ({ text: "colour ".repeat(20) }))),
        );
    }
    const folder = emptyFolder();
    const file = join(folder, "posts.jsonl");
    const exported = async (query: string, env: Readonly<Record<string, string>> = {}) =>
      backscroll(["export", query, "--format", "jsonl", "-o", file, "--force", "--data", data], {
        env,
      });
    const posts = (): number => readFileSync(file, "utf8").split("\n").length - 1;
    const described = (): number =>
      (JSON.parse(readFileSync(`${file}.manifest.json`, "utf8")) as { posts: number }).posts;
    const few = async (): Promise<void> =>
      expect(await exported("id:1..5")).toMatchObject({ code: 0 });
    await few();
    expect([posts(), described()]).toEqual([5, 5]);

    const seen = new Set<string>();
    let step = 1;
    for (; step < mostSteps; step += 1) {
      const env = {
        NODE_OPTIONS: `--import=${killer}`,
        KILL_AT: `${step}`,
        KILL_NAME: "posts.jsonl",
      };
      const { code } = await exported("colour", env);
      if (code === 0) break;
      expect(code, `killed at step ${step}`).toBeNull();
      expect(readFileSync(file, "utf8").endsWith("\n")).toBe(true);
      expect([5, 2000]).toContain(posts());
      const hasManifest = existsSync(`${file}.manifest.json`);
      expect(hasManifest ? described() : posts()).toBe(posts());
      seen.add(`${posts()} ${hasManifest}`);
      // Each try begins with nothing to clear away.
      await few();
    }
    expect(step).toBeGreaterThan(10);
    // Killed once all is written, it had nothing left to do but to look for what is in its way.
    expect(seen).toEqual(new Set(["5 true", "5 false", "2000 false", "2000 true"]));
    expect([posts(), described()]).toEqual([2000, 2000]);
    expect(readdirSync(folder).toSorted()).toEqual(["posts.jsonl", "posts.jsonl.manifest.json"]);
  },
);
