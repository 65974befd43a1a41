import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { UsageError } from "../errors.ts";
import { isProgram } from "./is-program.ts";
import { ownCommand } from "../own-command.ts";
import { reason } from "../reasons.ts";

/** Where programs of the system are looked for. */
export const systemPath = "/usr/local/bin:/usr/bin:/bin:/snap/bin";

/**
 * The browser to run: the one set, else Playwright's own, else the system's Chromium or Chrome on `searchPath`.
 * @throws UsageError naming the ways to get one.
 */
export function findChromium(set?: string, searchPath = systemPath): string {
  if (set !== undefined && set !== "") {
    if (isProgram(set)) return set;
    throw new UsageError([reason("browser-elsewhere", { path: set })]);
  }
  const own = chromium.executablePath();
  const system = systemNames.flatMap((name) =>
    searchPath.split(delimiter).map((folder) => join(folder, name)),
  );
  const found = [own, ...system].find(isProgram);
  if (found !== undefined) return found;
  throw new UsageError([reason("no-browser", { command: `${ownCommand} browser install` })]);
}

const systemNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chromium-headless-shell",
];
