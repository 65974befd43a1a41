import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { browserTests, hasBrowser } from "../browser-tests.ts";
import { compiledOnce } from "../compiled-once.ts";

const root = join(import.meta.dirname, "../..");
/** The files with a series of which `npm test` tries a few. */
const withSeries = globSync("test/**/*.test.ts", { cwd: root }).filter((file) =>
  readFileSync(join(root, file), "utf8").includes('/whole.ts"'),
);

export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts", ...withSeries],
    exclude: [...configDefaults.exclude, ...(hasBrowser() ? [] : browserTests)],
    env: { BACKSCROLL_TEST_SERIES: "whole", ...compiledOnce },
    testTimeout: 20 * 60_000,
    hookTimeout: 60_000,
  },
});
