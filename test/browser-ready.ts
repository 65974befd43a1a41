/** Runs before the tests: makes sure there is a Chromium for the browser tests, installing one when there is none. */
import { UsageError } from "../scraper/errors.ts";
import { installChromium } from "../scraper/reading/install-chromium.ts";
import { browserTests } from "./browser-tests.ts";

const { BACKSCROLL_CHROMIUM: named, CI: isUnattended } = process.env;
try {
  const { path, installed } = await installChromium(named, { environment: process.env });
  console.error(`${installed ? "Installed" : "Browser tests run in"} ${path}`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nWithout one these do not run: ${browserTests.join(", ")}`);
  // Where nobody reads this, tests that do not run would count as passed.
  if (named !== undefined || isUnattended !== undefined) process.exitCode = 1;
}
