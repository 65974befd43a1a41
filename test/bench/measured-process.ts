import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one process cost: CPU and wall time in ms, its peak memory in MB. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly maxRssMb: number;
}

const longestMs = 15 * 60_000;
const preload = join(import.meta.dirname, "report-usage.ts");

/** Runs a program of ours in a fresh process, without waiting for its server in this one: call it from a process that serves nothing. */
export function costOf(program: string, args: readonly string[]): Cost {
  const folder = mkdtempSync(join(tmpdir(), "backscroll-bench-"));
  const file = join(folder, "usage.json");
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--import", preload, program, ...args],
      {
        env: { ...process.env, USAGE_FILE: file },
        stdio: ["ignore", "ignore", "pipe"],
        timeout: longestMs,
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
    return JSON.parse(readFileSync(file, "utf8")) as Cost;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The middle of an odd number of figures; of an even number the lower of the two. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
