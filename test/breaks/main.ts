/**
 * Breaks the program on purpose, one line at a time, each in a copy of the tree, and runs the tests that should fall. The
 * test that fell is run again with the line mended: it is red only if it passes then.
 * Prints a line each and `N of N red`; exits 1 unless all are. A text that is gone, or stands twice, counts as not red.
 *
 *     npm run test:breaks [-- words of a name …]
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Breaking } from "./breaking.ts";
import { archiveBreakings } from "./archive.ts";
import { edgeBreakings } from "./edge.ts";
import type { Ran, Test } from "./run-tests.ts";
import { runFiles, runTest } from "./run-tests.ts";
import { scraperBreakings } from "./scraper.ts";
import { searchBreakings } from "./search.ts";
import { workBreakings } from "./work.ts";

const root = join(import.meta.dirname, "../..");
const lanes = Math.max(1, Math.min(4, availableParallelism()));

const words = process.argv.slice(2);
const all = [
  ...scraperBreakings,
  ...archiveBreakings,
  ...searchBreakings,
  ...workBreakings,
  ...edgeBreakings,
];
const breakings = all.filter(({ wrong }) => words.every((word) => wrong.includes(word)));

interface Outcome {
  readonly is:
    | "red"
    | "green"
    | "text gone"
    | "text ambiguous"
    | "tests did not run"
    | "timed out"
    | "not green when mended";
  /** The test that fell. */
  readonly by?: Test;
}

/** A copy of the tree that may be broken; its packages are the tree's own. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "breaks-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.split("\n").filter((name) => name !== ""))
    cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function placesOf(copy: string, text: string): readonly string[] {
  return globSync("{scraper,server,web}/**/*.{ts,css}", { cwd: copy }).flatMap((file) =>
    Array<string>(readFileSync(join(copy, file), "utf8").split(text).length - 1).fill(file),
  );
}

async function tryOut(copy: string, breaking: Breaking): Promise<Outcome> {
  const [place, ...others] = placesOf(copy, breaking.text);
  if (place === undefined) return { is: "text gone" };
  if (others.length > 0) return { is: "text ambiguous" };
  const ran = await broken(join(copy, place), breaking, async () => runFiles(copy, breaking.tests));
  if (!ran) return { is: "tests did not run" };
  const { failed } = ran;
  if (failed)
    return { is: (await passes(copy, failed)) ? "red" : "not green when mended", by: failed };
  if (ran.timedOut) return { is: "timed out" };
  return { is: ran.unread || ran.passed === 0 ? "tests did not run" : "green" };
}

/** What is done while a file is broken; then it is mended. */
async function broken<T>(
  file: string,
  { text, becomes }: Breaking,
  act: () => Promise<T>,
): Promise<T> {
  const whole = readFileSync(file, "utf8");
  writeFileSync(
    file,
    whole.replace(text, () => becomes),
  );
  try {
    return await act();
  } finally {
    writeFileSync(file, whole);
  }
}

const tried = new Map<string, Promise<Ran | undefined>>();

/** Whether a test passes while nothing is broken; each is run once. */
async function passes(copy: string, test: Test): Promise<boolean> {
  const key = `${test.file} ${test.name}`;
  const ran = tried.get(key) ?? runTest(copy, test);
  tried.set(key, ran);
  const { passed = 0, failed, timedOut = true, unread = true } = (await ran) ?? {};
  return passed > 0 && !failed && !timedOut && !unread;
}

const copies = Array.from({ length: lanes }, copyOfTree);
let red = 0;
try {
  const waiting = breakings.values();
  const work = async (copy: string): Promise<void> => {
    for (const breaking of waiting) {
      const { is, by } = await tryOut(copy, breaking);
      if (is === "red") red += 1;
      const what = is === "red" ? "red" : is.toUpperCase();
      console.log(`${what}: ${breaking.wrong}${by ? ` (${by.file}: ${by.name})` : ""}`);
    }
  };
  await Promise.all(copies.map(work));
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
console.log(`${red} of ${breakings.length} red`);
if (red < breakings.length || breakings.length === 0) process.exitCode = 1;
