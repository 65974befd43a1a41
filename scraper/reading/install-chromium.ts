import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findChromium } from "./chromium.ts";
import { UsageError } from "../errors.ts";

/**
 * The browser to use, installed first when there is none: Playwright's own, else on Debian as root the system's.
 * What the installers print goes to stderr.
 * @throws UsageError naming the ways, when each of them failed.
 */
export function installChromium(configured?: string): {
  readonly path: string;
  readonly installed: boolean;
} {
  try {
    return { path: findChromium(configured), installed: false };
  } catch (error) {
    if (configured) throw error;
  }
  for (const install of [installPlaywrights, installDebians]) {
    install();
    try {
      return { path: findChromium(), installed: true };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return { path: findChromium(), installed: true };
}

function installPlaywrights(): void {
  const folder = dirname(createRequire(import.meta.url).resolve("playwright/package.json"));
  run(process.execPath, [join(folder, "cli.js"), "install", "chromium"]);
}

function installDebians(): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "chromium"]);
}

const longestInstallMs = 15 * 60_000;

/** A program that is installed is for everybody, whatever rights the files of this one get. */
function run(command: string, args: readonly string[]): void {
  const before = process.umask(0o022);
  try {
    spawnSync(command, args, { stdio: ["ignore", 2, 2], timeout: longestInstallMs });
  } finally {
    process.umask(before);
  }
}
