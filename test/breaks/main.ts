/**
 * Breaks the program on purpose, one line at a time, each in a copy of the tree, and runs the tests that should fall.
 * Prints a line each and `N of N red`; exits 1 unless all are. A text that is gone, or stands twice, counts as not red.
 *
 *     npm run test:breaks [-- words of a name …]
 */
import { execFileSync, spawn } from "node:child_process";
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
import { z } from "zod";
import type { Breaking } from "./breaking.ts";
import { archiveBreakings } from "./archive.ts";
import { edgeBreakings } from "./edge.ts";
import { scraperBreakings } from "./scraper.ts";
import { searchBreakings } from "./search.ts";
import { workBreakings } from "./work.ts";

const root = join(import.meta.dirname, "../..");
const longestRunMs = 300_000;
const longestWholeMs = 1_800_000;
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

type Outcome =
  | { readonly is: "red"; readonly by: string }
  | { readonly is: "green" | "text gone" | "text ambiguous" | "tests did not run" | "timed out" };

const report = z.object({
  numTotalTests: z.number(),
  numFailedTests: z.number(),
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});
type Report = z.infer<typeof report>;

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

/** What became of the tests of these files in a copy; undefined when they gave no report in time. */
async function runTests(
  copy: string,
  tests: readonly string[],
  { workers = 1, timeoutMs = longestRunMs, args = ["--bail", "1"] } = {},
): Promise<Report | undefined> {
  const output = join(copy, "breaks-report.json");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const usual = ["run", "--maxWorkers", String(workers), "--reporter", "json"];
  const asked = [...usual, ...args, "--outputFile", output, ...tests];
  const child = spawn(process.execPath, [vitest, ...asked], {
    cwd: copy,
    stdio: "ignore",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  await new Promise((resolve) => {
    child.once("close", resolve);
  });
  try {
    return report.parse(JSON.parse(readFileSync(output, "utf8")));
  } catch {
    return undefined;
  } finally {
    rmSync(output, { force: true });
  }
}

function placesOf(copy: string, text: string): readonly string[] {
  return globSync("{scraper,server,web}/**/*.{ts,css}", { cwd: copy }).flatMap((file) =>
    Array<string>(readFileSync(join(copy, file), "utf8").split(text).length - 1).fill(file),
  );
}

async function tryOut(copy: string, { text, becomes, tests }: Breaking): Promise<Outcome> {
  const [place, ...others] = placesOf(copy, text);
  if (place === undefined) return { is: "text gone" };
  if (others.length > 0) return { is: "text ambiguous" };
  const file = join(copy, place);
  const whole = readFileSync(file, "utf8");
  writeFileSync(
    file,
    whole.replace(text, () => becomes),
  );
  try {
    const ran = await runTests(copy, tests);
    return ran && ran.numTotalTests > 0 ? outcomeOf(ran) : { is: "tests did not run" };
  } finally {
    writeFileSync(file, whole);
  }
}

/** A test that only ran out of time may have been slow: that is no proof. */
function outcomeOf({ testResults }: Report): Outcome {
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed");
  const noticed = failed.find(
    ({ failureMessages = [] }) => !failureMessages.every((said) => /timed out in \d+ms/.test(said)),
  );
  if (noticed) return { is: "red", by: noticed.fullName };
  if (failed.length > 0) return { is: "timed out" };
  const unread = testResults.some(({ status }) => status === "failed");
  return { is: unread ? "tests did not run" : "green" };
}

/** Before anything is broken its tests must be green: else red would mean nothing. @throws naming those that are not */
async function mustBeGreen(copy: string): Promise<void> {
  const files = [...new Set(breakings.flatMap(({ tests }) => tests))];
  const ran = await runTests(copy, files, { workers: lanes, timeoutMs: longestWholeMs, args: [] });
  if (!ran) throw new Error("The tests gave no report before a line was broken.");
  const failed = ran.testResults.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === "failed");
    return status === "failed" ? [name, ...tests.map(({ fullName }) => `  ${fullName}`)] : [];
  });
  if (failed.length > 0)
    throw new Error(`Not green before a line was broken:\n${failed.join("\n")}`);
  if (ran.numPassedTests === 0) throw new Error("No test ran before a line was broken.");
}

const copies = Array.from({ length: lanes }, copyOfTree);
let red = 0;
try {
  const [first = ""] = copies;
  await mustBeGreen(first);
  const waiting = breakings.values();
  const work = async (copy: string): Promise<void> => {
    for (const breaking of waiting) {
      const outcome = await tryOut(copy, breaking);
      if (outcome.is === "red") red += 1;
      const by = outcome.is === "red" ? `red: ${breaking.wrong} (${outcome.by})` : undefined;
      console.log(by ?? `${outcome.is.toUpperCase()}: ${breaking.wrong}`);
    }
  };
  await Promise.all(copies.map(work));
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
console.log(`${red} of ${breakings.length} red`);
if (red < breakings.length || breakings.length === 0) process.exitCode = 1;
