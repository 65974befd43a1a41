#!/usr/bin/env node
// The command of the package, in plain JavaScript for any Node from 20 on: the program itself needs a newer one, which is looked for
// among the packages that were installed with it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The first of the 24s that is supported for long. */
const oldestNode = [24, 11];
const badUsage = 2;

if (isNewEnough(process.versions.node)) await import(program().href);
else runWithOurs();

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** A checkout has its sources, which count for more than what was compiled of them once. */
function program() {
  const source = new URL("../server/main.ts", import.meta.url);
  return existsSync(source) ? source : new URL("../dist/server/main.js", import.meta.url);
}

/** This same file again, by the Node that was installed with it; what ends one of the two ends the other. */
function runWithOurs() {
  const node = ownNode();
  if (!node)
    return refuse(
      "and the package that brings one is not there: it was left out (--omit=optional), or there is none for this system",
    );
  const [, script = fileURLToPath(import.meta.url), ...typed] = process.argv;
  const child = spawn(node, [script, ...typed], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  child.on("error", ({ message }) =>
    refuse(`and the one that was installed with it cannot be started here (${message})`),
  );
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal === null) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The program of the platform package that npm installed, if it did. */
function ownNode() {
  const require = createRequire(import.meta.url);
  const { optionalDependencies = {} } = require("../package.json");
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = Object.keys(optionalDependencies).find((one) =>
    one.endsWith(`-${system}-${process.arch}`),
  );
  try {
    const manifest = require.resolve(`${name}/package.json`);
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.node);
  } catch {
    return undefined;
  }
}

/** @param {string} why */
function refuse(why) {
  process.stderr.write(
    `Backscroll needs Node ${oldestNode.join(".")} or newer. This is Node ${process.versions.node}, ${why}. ` +
      `Install Node ${oldestNode[0]}, or Backscroll with its optional packages.\n`,
  );
  process.exitCode = badUsage;
}
