import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/**
 * Loaded before the program: it kills itself when it is about to do the n-th thing (`KILL_AT`) with a file that has `KILL_NAME`
 * in its name. What a stream writes first counts too.
 */
let left = Number(process.env["KILL_AT"]);
const about = process.env["KILL_NAME"] ?? "";

function count(): void {
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

for (const verb of ["open", "rename", "rm", "chmod", "writeFile"] as const) {
  const real = fs.promises[verb] as (...args: readonly unknown[]) => Promise<unknown>;
  const counted = async (...args: readonly unknown[]): Promise<unknown> => {
    if (String(args[0]).includes(about)) count();
    return real(...args);
  };
  Object.assign(fs.promises, { [verb]: counted });
}
// How many pieces a stream writes is chance; its first two are steps.
let pieces = 2;
for (const verb of ["write", "writev"] as const) {
  const real = fs[verb] as (...args: readonly unknown[]) => void;
  const counted = (...args: readonly unknown[]): void => {
    pieces -= 1;
    if (pieces >= 0) count();
    real(...args);
  };
  Object.assign(fs, { [verb]: counted });
}
syncBuiltinESMExports();
