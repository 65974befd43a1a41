import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { findChromium, systemPath } from "./chromium.ts";
import { isProgram } from "./is-program.ts";
import { openRoutes, type ProxyRelay } from "./proxy-relay.ts";
import { UsageError } from "../errors.ts";

/** Variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The browser to use, installed first when there is none: Playwright's own, else on Debian as root the system's.
 * Both are downloaded through `proxy`, or as the usual variables say. What the installers print goes to stderr.
 * @throws UsageError naming the ways, when each of them failed.
 */
export async function installChromium(
  configured: string | undefined,
  {
    proxy,
    environment,
    signal,
    searchPath = systemPath,
  }: {
    readonly proxy?: string | undefined;
    readonly environment: Environment;
    readonly signal?: AbortSignal;
    readonly searchPath?: string;
  },
): Promise<{ readonly path: string; readonly installed: boolean }> {
  try {
    return { path: findChromium(configured, searchPath), installed: false };
  } catch (error) {
    if (configured) throw error;
  }
  await using routes = openRoutes({ proxy });
  const relay = await routes.relayFor(new URL(anywhere));
  const env = { ...environment, ...(relay && waysThrough(relay)) };
  const run = async (command: string, args: readonly string[]): Promise<void> =>
    runInstaller(command, args, { env, signal });
  for (const install of [installPlaywrights, installDebians]) {
    await install(run, searchPath);
    try {
      return { path: findChromium(undefined, searchPath), installed: true };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return { path: findChromium(undefined, searchPath), installed: true };
}

/** One proxy leads to all addresses, so any stands for them. */
const anywhere = "https://example.org";

type Run = (command: string, args: readonly string[]) => Promise<void>;

async function installPlaywrights(run: Run): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve("playwright-core/package.json"));
  await run(process.execPath, [join(folder, "cli.js"), "install", "chromium"]);
}

async function installDebians(run: Run, searchPath: string): Promise<void> {
  const apt = searchPath
    .split(delimiter)
    .map((folder) => join(folder, "apt-get"))
    .find(isProgram);
  if (process.getuid?.() !== 0 || apt === undefined) return;
  await run(apt, ["update", "-qq"]);
  await run(apt, ["install", "-y", "-qq", "chromium"]);
}

/** The variables by which installers ask through a relay for everything; they know no proxy of SOCKS5, and it does. */
function waysThrough({ server, username, password }: ProxyRelay): Environment {
  const address = server.replace("://", `://${username}:${password}@`);
  const variables = { http_proxy: address, https_proxy: address, all_proxy: address, no_proxy: "" };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toUpperCase(), value],
    ]),
  );
}

const longestInstallMs = 15 * 60_000;

/** A program that is installed is for everybody, whatever rights the files of this one get. */
async function runInstaller(
  command: string,
  args: readonly string[],
  {
    env,
    signal,
  }: {
    readonly env: Environment;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const before = process.umask(0o022);
  const child = spawn(command, args, {
    stdio: ["ignore", 2, 2],
    timeout: longestInstallMs,
    env,
    ...(signal && { signal }),
  });
  process.umask(before);
  // One that failed has said why; whether there is a browser now is what counts.
  child.on("error", () => {});
  await once(child, "close").catch(() => {});
  signal?.throwIfAborted();
}
