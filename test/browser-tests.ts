import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "../scraper/reading/chromium.ts";

const root = join(import.meta.dirname, "..");

/** The files of tests that need a browser. Where there is none they do not run. */
export const browserTests: readonly string[] = readdirSync(join(root, "test"), {
  encoding: "utf8",
  recursive: true,
})
  .map((file) => join("test", file))
  .filter((file) => file.endsWith(".test.ts"))
  .filter((file) => readFileSync(join(root, file), "utf8").includes('/launch-browser.ts"'));

/** Whether there is a browser for them. */
export function hasBrowser(): boolean {
  try {
    findChromium(process.env["BACKSCROLL_CHROMIUM"]);
    return true;
  } catch {
    return false;
  }
}
