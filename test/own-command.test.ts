import { execFile } from "node:child_process";
import { globSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Archive } from "../server/archive/archive.ts";
import { emptyFolder } from "./help.ts";

const root = join(import.meta.dirname, "..");

/** What the program says when it is called by a link of this path in a folder of its own. */
async function saidBy(link: string): Promise<string> {
  const folder = emptyFolder();
  const path = join(folder, link);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(root, "server/main.ts"), path);
  mkdirSync(join(folder, "data"));
  await (await Archive.open(join(folder, "data/archive.db")))[Symbol.asyncDispose]();
  const args = [path, "schedule", "list", "--data", join(folder, "data")];
  return (await promisify(execFile)(process.execPath, args)).stderr;
}

test.each([
  [
    "bin/backscroll",
    "There are no schedules. Make one: backscroll schedule add durov --adaptive\n",
  ],
  [
    "node_modules/.bin/backscroll",
    "There are no schedules. Make one: npx backscroll schedule add durov --adaptive\n",
  ],
  [
    "server/main.ts",
    "There are no schedules. Make one: npx backscroll schedule add durov --adaptive\n",
  ],
])(
  "called as %s it says how to go on in words that work there",
  { timeout: 30_000 },
  async (link, said) => {
    expect(await saidBy(link)).toBe(said);
  },
);

test("no sentence elsewhere takes it for known how the program is called", () => {
  const files = globSync("{scraper,server,web}/**/*.ts", { cwd: root });
  expect(files.length).toBeGreaterThan(100);
  const known = new Set([
    "scraper/own-command.ts",
    // Says how to get another Node, which only a checkout needs.
    "server/commands/check-machine.ts",
  ]);
  const saying = files.filter((file) =>
    readFileSync(join(root, file), "utf8").includes("npx backscroll"),
  );
  expect(saying.filter((file) => !known.has(file))).toEqual([]);
});
