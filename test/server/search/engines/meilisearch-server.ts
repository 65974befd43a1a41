import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const masterKey = "a-master-key-for-tests-only";

/** Where a real Meilisearch comes from: `MEILI_URL`, or a binary on the PATH that is started; undefined when neither. */
export function realMeilisearch(): "url" | "binary" | undefined {
  if (process.env["MEILI_URL"] !== undefined) return "url";
  return spawnSync("meilisearch", ["--version"]).status === 0 ? "binary" : undefined;
}

export interface RealServer extends AsyncDisposable {
  readonly url: string;
  readonly masterKey: string | undefined;
  readonly pid: number | undefined;
  /** Where its data lies. */
  readonly folder: string | undefined;
  isRunning(): boolean;
  /** As the machine would: no goodbye. */
  kill(): Promise<void>;
  /** On the same data and port. */
  start(): Promise<void>;
}

/** A Meilisearch that answers. */
export async function startMeilisearch(): Promise<RealServer> {
  const given = process.env["MEILI_URL"];
  if (given !== undefined) {
    return {
      url: given,
      masterKey: process.env["MEILI_MASTER_KEY"],
      pid: undefined,
      folder: undefined,
      isRunning: () => true,
      kill: async () => Promise.reject(new Error("A server of MEILI_URL is not ours to kill.")),
      start: async () => Promise.resolve(),
      [Symbol.asyncDispose]: async () => Promise.resolve(),
    };
  }
  const folder = mkdtempSync(join(tmpdir(), "meilisearch-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(
      "meilisearch",
      ["--no-analytics", "--http-addr", `127.0.0.1:${port}`, "--db-path", join(folder, "data")],
      { cwd: folder, stdio: "ignore", env: { ...process.env, MEILI_MASTER_KEY: masterKey } },
    );
    await answers(url);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  const isRunning = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    url,
    masterKey,
    get pid() {
      return child?.pid;
    },
    folder,
    isRunning,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch {
      // Not yet.
    }
    await sleep(50);
  }
  throw new Error(`Meilisearch does not answer at ${url}.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
