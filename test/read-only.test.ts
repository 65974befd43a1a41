import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../server/archive/archive.ts";
import { backscroll, emptyFolder } from "./help.ts";
import { page, range } from "./server/archive/sample.ts";

/** A folder that can be made read-only for whoever runs this, root too; undefined where none can be mounted. */
function sealable(): { readonly data: string; readonly seal: () => void } | undefined {
  const data = emptyFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=20m", "none", data], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", [data]));
  return { data, seal: () => void execFileSync("mount", ["-o", "remount,ro", data]) };
}

const noMount = "no folder can be mounted here: it takes root";

describe("a data folder that cannot be written", () => {
  test("is searched, listed and exported", { timeout: 60_000 }, async ({ skip }) => {
    const folder = sealable();
    if (!folder) console.warn(`SKIPPED: ${noMount}`);
    skip(folder === undefined, noMount);
    if (!folder) return;
    const { data, seal } = folder;
    {
      await using archive = await Archive.open(join(data, "archive.db"));
      await archive.savePage(page(range(1, 20)));
    }
    expect(await backscroll(["search", "gradients", "--data", data])).toMatchObject({ code: 0 });
    seal();
    const found = await backscroll(["search", "gradients", "--json", "--data", data]);
    expect(JSON.parse(found.out)).toMatchObject({ total: 20 });
    const listed = await backscroll(["channels", "--json", "--data", data]);
    expect(JSON.parse(listed.out)).toMatchObject({ name: "Gradient", posts: 20 });
    expect(await backscroll(["coverage", "Gradient", "--data", data])).toMatchObject({ code: 0 });
    const file = join(emptyFolder(), "all.jsonl");
    const flags = ["--format", "jsonl", "-o", file, "--data", data];
    const exported = await backscroll(["export", "", ...flags]);
    expect(exported.said).toContain("not kept to be cited");
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(20);
    const refused = await backscroll(["reindex", "--data", data]);
    expect(refused.said).toContain("cannot be opened or written");
    expect(refused.code).toBe(2);
  });

  test("without an index is refused with a sentence", { timeout: 60_000 }, async ({ skip }) => {
    const folder = sealable();
    if (!folder) console.warn(`SKIPPED: ${noMount}`);
    skip(folder === undefined, noMount);
    if (!folder) return;
    {
      await using archive = await Archive.open(join(folder.data, "archive.db"));
      await archive.savePage(page(range(1, 3)));
    }
    folder.seal();
    const { code, said } = await backscroll(["search", "x", "--data", folder.data]);
    expect(said).toMatch(/cannot be written by this user, and its index is missing/);
    expect(code).toBe(7);
  });
});

test.runIf(existsSync("/proc/self"))(
  "a data folder that cannot be is refused at once (needs /proc)",
  async () => {
    const { code, said } = await backscroll(["channels", "--data", "/proc/none/at/all"]);
    expect(said).toContain("--data");
    expect(code).toBe(2);
  },
);
