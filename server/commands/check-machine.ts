import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { findChromium } from "../../scraper/reading/chromium.ts";
import { UsageError } from "../../scraper/errors.ts";
import { bytesToLeave, diskRoom, megabytes } from "../archive/copies/disk-room.ts";
import { openToOthers } from "../wiring/owner-only.ts";
import { createAnalyzer } from "../search/analysis/analyzer.ts";
import { type Check, type Finding, note, ok, problem } from "./finding.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

const oldestNode = 24;

/** What the machine and its settings must be, whatever is archived. */
export const machineChecks: readonly Check[] = [
  { name: "settings", look: settings },
  { name: "node", look: node },
  { name: "browser", look: browser },
  { name: "dictionaries", look: dictionaries },
  { name: "folder", look: folder },
  { name: "secrets", look: secrets },
  { name: "disk", look: disk },
  { name: "port", look: port },
];

function settings({ settingsFound }: Session): readonly Finding[] {
  const { bad, unknown } = settingsFound;
  const found = [
    ...bad.map(({ message }) =>
      problem(message, "Every other command ends at once with exit code 2.", "Correct the value."),
    ),
    ...unknown.map(({ name, meant }) =>
      problem(
        `${name} is no setting${meant === undefined ? "" : `; ${meant} is`}.`,
        "What it was meant to set has its default.",
        meant === undefined
          ? "Take it away; docs/reference.md lists all settings."
          : `Call it ${meant}.`,
      ),
    ),
  ];
  return found.length > 0 ? found : [ok("every one is known and good")];
}

function node(): readonly Finding[] {
  const { node: version } = process.versions;
  if (Number(version.split(".")[0]) >= oldestNode) return [ok(`Node ${version}`)];
  return [
    problem(
      `This is Node ${version}.`,
      `The program needs ${oldestNode}, which brings the database and its search.`,
      "Run it with `npx backscroll`, which finds the Node that was installed with it.",
    ),
  ];
}

function browser({ config }: Session): readonly Finding[] {
  try {
    return [ok(findChromium(config.chromium))];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [
      note(
        error.message,
        "Pages that plain requests do not get are not tried a second time; `--browser` does not work.",
        `Run: ${ownCommand} browser install`,
      ),
    ];
  }
}

function dictionaries(): readonly Finding[] {
  const { version } = createAnalyzer();
  if (version.includes("hunspell")) return [ok("Russian, English, Ukrainian")];
  return [
    note(
      "There is no Ukrainian dictionary.",
      "Ukrainian words are found by their stems, which misses about a quarter of their forms.",
      "Install with npm's optional packages, or on Debian: apt-get install hunspell-uk; then the index is built anew by itself.",
    ),
  ];
}

/** The data folder: made, ours, and nobody else's to read or write. */
async function folder({ config }: Session): Promise<readonly Finding[]> {
  const data = resolve(config.data);
  if (!existsSync(data)) {
    const above = nearestFolder(data);
    if (mayWrite(above)) return [ok(`${data} will be made`)];
    return [cannotWrite(above)];
  }
  if (!statSync(data).isDirectory())
    return [
      problem(
        `${data} is a file.`,
        "The archive lies in a folder.",
        "Choose another with BACKSCROLL_DATA.",
      ),
    ];
  if (!mayWrite(data)) return [cannotWrite(data)];
  const wrong = (await openToOthers(config))
    .map((found) => resolve(found))
    .map((path) =>
      problem(
        `Others on this machine may ${mayChange(path) ? "read or write" : "read"} ${path}.`,
        "Here lie hashes of keys, secrets of webhooks, and all that is kept.",
        `Run any command that opens the archive, \`channels\` for one, as the owner of ${path}; or: chmod -R go= ${path}`,
      ),
    );
  return wrong.length > 0 ? wrong : [ok(data)];
}

const mayChange = (path: string): boolean => (statSync(path).mode & 0o022) !== 0;

const cannotWrite = (path: string): Finding =>
  problem(
    `${path} cannot be written by this user.`,
    "Nothing can be archived, and only an index that is there can be searched.",
    "Give this user the folder (chown), or choose another with BACKSCROLL_DATA.",
  );

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Files with secrets in them are their owner's alone. */
function secrets({ config, secretFiles }: Session): readonly Finding[] {
  const own = ["master-key", "config.toml"].map((name) => join(config.data, "meilisearch", name));
  const files = [...secretFiles, ...own].filter((file) => existsSync(file));
  const open = files.filter((file) => (statSync(file).mode & 0o077) !== 0);
  if (open.length > 0)
    return open.map((file) =>
      problem(
        `Others on this machine may read or write ${file}.`,
        "It holds a secret.",
        `Run: chmod 600 ${file}`,
      ),
    );
  return [ok(files.length === 0 ? "none in files" : "their owner's alone")];
}

function disk({ config }: Session): readonly Finding[] {
  const room = diskRoom(nearestFolder(resolve(config.data)));
  const least = bytesToLeave(config.diskFree, room);
  const free = `${megabytes(room.freeBytes)} are free`;
  const todo = "Make room, or set BACKSCROLL_DISK_FREE.";
  if (room.freeBytes < least)
    return [
      problem(`${free}, and ${megabytes(least)} are to stay so.`, "Runs end with code 6.", todo),
    ];
  if (room.freeBytes < 2 * least)
    return [note(`${free}.`, `At ${megabytes(least)} runs end with exit code 6.`, todo)];
  return [ok(free)];
}

async function port({ config }: Session): Promise<readonly Finding[]> {
  const { host } = config;
  const where = `${host}:${config.port}`;
  const code = await listenCode(host, config.port);
  if (code === undefined) return [ok(`${where} can be listened on`)];
  if (code === "EADDRINUSE" && (await isOurs(where)))
    return [ok(`a server of ours answers at ${where}`)];
  return [
    problem(
      `${where} cannot be listened on (${code}).`,
      "`serve` would end at once.",
      "Stop the program that has it, or choose another with --port and --host.",
    ),
  ];
}

async function listenCode(host: string, number: number): Promise<string | undefined> {
  const { promise, resolve: done } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  server.listen(number, host, () => server.close(() => done(undefined)));
  return promise;
}

async function isOurs(where: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${where}/health`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok && (await answer.text()).includes('"status":"ok"');
  } catch {
    return false;
  }
}
