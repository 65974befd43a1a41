import { spawn } from "node:child_process";
import { readFileSync, realpathSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";

/** A test by its file, relative to the tree, and its name with the names of what it stands in, as `a > b > name`. */
export interface Test {
  readonly file: string;
  readonly name: string;
}

/** What became of the tests that were run. */
export interface Ran {
  readonly passed: number;
  /** The first that failed by what it asserts; one that only ran out of time may have been slow. */
  readonly failed?: Test;
  readonly timedOut: boolean;
  /** A file was not read to its end: there is nothing that its tests say. */
  readonly unread: boolean;
}

const longestRunMs = 300_000;
const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");

const report = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});

/** Runs test files in a copy of the tree until one test fails; undefined when they gave no report in time. */
export const runFiles = async (tree: string, files: readonly string[]): Promise<Ran | undefined> =>
  run(tree, ["--bail", "1", ...files]);

/** Runs one test alone in a copy of the tree; undefined when it gave no report in time. */
export const runTest = async (tree: string, { file, name }: Test): Promise<Ran | undefined> =>
  run(tree, ["--testNamePattern", `^${RegExp.escape(name)}$`, file]);

async function run(tree: string, args: readonly string[]): Promise<Ran | undefined> {
  const output = join(tree, "breaks-report.json");
  const usual = ["run", "--maxWorkers", "1", "--reporter", "json", "--outputFile", output];
  const child = spawn(process.execPath, [vitest, ...usual, ...args], {
    cwd: tree,
    env: { ...process.env, BACKSCROLL_TEST_SERIES: "whole" },
    stdio: "ignore",
    timeout: longestRunMs,
    killSignal: "SIGKILL",
  });
  await new Promise((resolve) => {
    child.once("close", resolve);
  });
  try {
    return ranOf(tree, report.parse(JSON.parse(readFileSync(output, "utf8"))));
  } catch {
    return undefined;
  } finally {
    rmSync(output, { force: true });
  }
}

function ranOf(tree: string, { numPassedTests, testResults }: z.infer<typeof report>): Ran {
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ ancestorTitles, title, failureMessages = [] }) => ({
        test: {
          file: relative(realpathSync(tree), name),
          name: [...ancestorTitles, title].join(" > "),
        },
        isSlow: failureMessages.every((said) => /timed out in \d+ms/.test(said)),
      })),
  );
  const noticed = failed.find(({ isSlow }) => !isSlow);
  return {
    passed: numPassedTests,
    ...(noticed && { failed: noticed.test }),
    timedOut: failed.some(({ isSlow }) => isSlow),
    unread: testResults.some(({ status }) => status === "failed"),
  };
}
