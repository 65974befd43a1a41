import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { UsageError } from "../scraper/errors.ts";
import { mediaKindsOf } from "../server/archive/media/media-policy.ts";
import { makeForOwnerOnly } from "../server/wiring/owner-only.ts";
import { readConfig } from "../server/config.ts";
import { exitCodeOf, exitCodes, isForeseen, sentenceOf } from "../server/exit-codes.ts";
import { refuseTaken } from "../server/http/server.ts";
import { whenNpmEnds } from "../server/when-npm-ends.ts";
import { archiveSample } from "./archive-sample.ts";
import { startSample, type Sample } from "./sample.ts";

makeForOwnerOnly();
const folder = "demo-data";
const media = "photo,thumbnail";
const usage = "It takes --port and a number, as in: npm run demo -- --port 8081";
const program = fileURLToPath(new URL("../server/main.ts", import.meta.url));
const stop = new AbortController();
let running: ChildProcess | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end(signal));
// Started by npm: killing that one is meant for this one.
if (process.env["npm_lifecycle_event"] !== undefined) whenNpmEnds(() => end("SIGTERM"));
try {
  process.exitCode = await demo();
} catch (error) {
  process.exitCode = stop.signal.aborted ? exitCodes.interrupted : exitCodeOf(error);
  if (!stop.signal.aborted && !isForeseen(error)) throw error;
  if (!stop.signal.aborted) say(sentenceOf(error));
}

function end(signal: "SIGINT" | "SIGTERM"): void {
  stop.abort(new DOMException("Stopped.", "AbortError"));
  running?.kill(signal);
}

/** A stand-in of Telegram, its channels archived by the real scraper, and the real server over them. */
async function demo(): Promise<number> {
  const { help, ...typed } = typedOptions();
  if (help) {
    process.stdout.write(`${usage}\n`);
    return exitCodes.done;
  }
  const { port, host } = readConfig(typed, process.env);
  await refuseTaken({ host, port });
  await forgetEarlierDemo();
  await using sample = await startSample();
  const { origin } = sample.standIn;
  say(
    `A stand-in of t.me with two sample channels listens at ${origin}; no other network is used.`,
  );
  await archiveSample(sample, {
    file: join(folder, "archive.db"),
    policy: { kinds: mediaKindsOf(media), maxBytes: 1_000_000 },
    signal: stop.signal,
    say,
  });
  const indexed = await backscroll(["reindex", "--data", folder]);
  if (indexed !== 0) return indexed;
  // Awaited here: until then the stand-in has to listen.
  return await backscroll(
    ["serve", "--data", folder, "--source", origin, "--rate", "1000"].concat([
      "--media",
      media,
      "--port",
      String(port),
    ]),
    (line) => {
      const [site] = /http:\/\/\S+/.exec(line) ?? [];
      if (site && line.startsWith("Serving")) say(whatToOpen(site, sample));
    },
  );
}

/** @throws UsageError with all that could have been typed */
function typedOptions(): { readonly port?: string; readonly help?: boolean } {
  try {
    return parseArgs({ options: { port: { type: "string" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    const typed = process.argv.slice(2).join(" ");
    throw new UsageError(`The demo cannot be started with "${typed}". ${usage}`, { cause: error });
  }
}

/** Runs one command of the program and hands on what it says. Its exit code. */
async function backscroll(
  command: readonly string[],
  heard?: (line: string) => void,
): Promise<number> {
  stop.signal.throwIfAborted();
  running = spawn(process.execPath, [program, ...command], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { BACKSCROLL_LOG: "warn,text", ...process.env },
  });
  const ended = once(running, "close");
  if (running.stderr) {
    for await (const line of createInterface({ input: running.stderr })) {
      say(line);
      heard?.(line);
    }
  }
  const [code] = (await ended) as [number | null];
  return code ?? 130;
}

function whatToOpen(site: string, sample: Sample): string {
  const search = (query: string) => `${site}/?${new URLSearchParams({ q: query }).toString()}`;
  const tries = [
    ["every form of a word", search("симметрией")],
    ["a phrase, a word left out", search('"log-loss" -курс')],
    ["polls of one channel", search("has:poll in:backscroll_notes")],
    ["posts with a history", search("is:edited after:2026-05")],
    ["posts that are gone", search("is:deleted")],
    ...sample.channels.map(({ profile }) => [profile.title, `${site}/c/${profile.name}`] as const),
  ] as const;
  const lines = tries.map(([what, address]) => `  ${what.padEnd(28)} ${address}`);
  return [
    "",
    ...lines,
    "",
    "Adding @tihiy_kanal or @chat_zametok on the page of channels shows how a refusal reads. Ctrl+C ends the demo.",
  ].join("\n");
}

/** Each demo begins anew; only files that the archive and its index made are removed. */
async function forgetEarlierDemo(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const ours = names.filter((name) => /^(archive|index)\.db|^media$/.test(name));
  await Promise.all(ours.map(async (name) => rm(join(folder, name), { recursive: true })));
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
