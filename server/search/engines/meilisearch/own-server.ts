import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take to answer at first, and to end. */
const startMs = 60_000;
const endMs = 10_000;
const lookEveryMs = 50;

/** A Meilisearch on the PATH that cannot be used, and what to do about it. */
class MeilisearchUnusable extends Error {
  override name = "MeilisearchUnusable";
}

export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly masterKey: string;
}

/** The server that another process runs in `folder`, while it does. */
export async function runningServer(
  folder: string,
  { masterKey }: { readonly masterKey: string | undefined },
): Promise<Pick<OwnServer, "url" | "masterKey"> | undefined> {
  try {
    const url = await readFile(addressFile(folder), "utf8");
    if (!(await isHealthy(url))) return undefined;
    return { url, masterKey: masterKey ?? (await readFile(keyFile(folder), "utf8")) };
  } catch {
    return undefined;
  }
}

/**
 * Starts the `meilisearch` of the PATH on a free loopback port, with its data in `folder`, and stops it when disposed.
 * @throws MeilisearchUnusable when there is none, or it cannot open its data.
 */
export async function startOwnServer(
  folder: string,
  { masterKey: given }: { readonly masterKey: string | undefined },
): Promise<OwnServer> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const masterKey = given ?? (await keptKey(keyFile(folder)));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  // A key in a file is seen by its owner alone, one among arguments by all of the machine.
  const config = join(folder, "config.toml");
  await writeFile(config, `master_key = ${JSON.stringify(masterKey)}\n`, { mode: 0o600 });
  const child = spawn(
    "meilisearch",
    [
      `--config-file-path=${config}`,
      `--db-path=${join(folder, "db")}`,
      `--http-addr=${address}`,
      "--env=production",
      "--log-level=WARN",
      "--no-analytics",
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  const said = listenTo(child);
  await untilHealthy(child, { url, said });
  await writeFile(addressFile(folder), url, { mode: 0o600 });
  return {
    url,
    masterKey,
    async [Symbol.asyncDispose]() {
      await rm(addressFile(folder), { force: true });
      await stop(child);
    },
  };
}

const keyFile = (folder: string): string => join(folder, "master-key");
const addressFile = (folder: string): string => join(folder, "address");

async function keptKey(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFile(file, "utf8");
}

/** The last it said, for an error; with nobody reading it would stand still. */
function listenTo(child: ChildProcess): () => string {
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream
      ?.setEncoding("utf8")
      .on("data", (text: string) => (said = (said + text).slice(-mostKept)));
  return () => said.trim();
}
const mostKept = 2_000;

async function untilHealthy(
  child: ChildProcess,
  { url, said }: { readonly url: string; readonly said: () => string },
): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  for (let waited = 0; waited < startMs; waited += lookEveryMs) {
    if (failure !== undefined) {
      throw new MeilisearchUnusable(
        "There is no meilisearch on the PATH. Install one, name a running one in MEILI_URL, or use --engine embedded.",
        { cause: failure },
      );
    }
    if (child.exitCode !== null) throw new MeilisearchUnusable(whyEnded(said()));
    if (await isHealthy(url)) return;
    await sleep(lookEveryMs);
  }
  await stop(child);
  throw new MeilisearchUnusable(`Meilisearch did not answer within ${startMs / 1000} seconds.`);
}

function whyEnded(said: string): string {
  return /version/i.test(said) && /incompatible|upgrade|dumpless/i.test(said)
    ? `Meilisearch cannot open the index of another version of itself. Remove the folder "meilisearch" of the data folder: the index is made anew from the archive, and the embedded engine answers meanwhile. It said: ${said}`
    : `Meilisearch ended as it started. It said: ${said}`;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const waiting = new AbortController();
  await Promise.race([
    ended,
    sleep(endMs, undefined, { signal: waiting.signal }).then(
      () => child.kill("SIGKILL"),
      () => undefined,
    ),
  ]);
  waiting.abort();
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
