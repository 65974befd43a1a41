import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { browserTests, hasBrowser } from "./test/browser-tests.ts";
import { compiledOnce } from "./test/compiled-once.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // What takes minutes has a command of its own: `npm run test:slow`.
    exclude: [...configDefaults.exclude, "test/slow/**", ...(hasBrowser() ? [] : browserTests)],
    env: compiledOnce,
    setupFiles: ["test/hold-answers.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most files wait for processes and disks; with one worker less, as is usual, half of a small machine stands idle.
    maxWorkers: availableParallelism(),
  },
});
