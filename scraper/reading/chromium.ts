import { delimiter, join } from "node:path";
import { chromium } from "playwright";
import { UsageError } from "../errors.ts";
import { isProgram } from "./is-program.ts";
import { ownCommand } from "../own-command.ts";

/**
 * The browser to run: the one set, else Playwright's own, else the system's Chromium or Chrome on `searchPath`.
 * @throws UsageError naming the ways to get one.
 */
export function findChromium(
  set?: string,
  searchPath = "/usr/local/bin:/usr/bin:/bin:/snap/bin",
): string {
  if (set !== undefined && set !== "") {
    if (isProgram(set)) return set;
    throw new UsageError(
      `BACKSCROLL_CHROMIUM is ${set}, and there is no program to run there. Correct it, or leave it out to look for a browser.`,
    );
  }
  const own = chromium.executablePath();
  const system = systemNames.flatMap((name) =>
    searchPath.split(delimiter).map((folder) => join(folder, name)),
  );
  const found = [own, ...system].find(isProgram);
  if (found !== undefined) return found;
  throw new UsageError(
    `No browser was found. Run \`${ownCommand} browser install\`, or install Chromium with the system's packages (on Debian: apt-get install chromium), or name one in BACKSCROLL_CHROMIUM.`,
  );
}

const systemNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chromium-headless-shell",
];
