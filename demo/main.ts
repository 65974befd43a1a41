import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "../server/commands/serve.ts";
import type { Config } from "../server/config.ts";
import { readConfig } from "../server/config.ts";
import { exitCodeOf, isForeseen } from "../server/exit-codes.ts";
import type { ExitCode } from "../server/exit-codes.ts";
import { catchUp } from "../server/search/catch-up.ts";
import { Progress } from "../server/terminal.ts";
import { archiveFile, openDesk } from "../server/wiring.ts";
import { archiveSample } from "./archive-sample.ts";
import { startSample, type Sample } from "./sample.ts";

const folder = "demo-data";
const stop = new AbortController();
const progress = new Progress(process.stderr, { now: () => performance.now() });
const say = (sentence: string): void => progress.say(sentence);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stop.abort(new DOMException("Stopped.", "AbortError")));
}
try {
  process.exitCode = await demo();
} catch (error) {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  say(isForeseen(error) ? message : stack);
  process.exitCode = exitCodeOf(error);
}

/** A stand-in of Telegram, its channels archived by the real scraper, and the real server over them. */
async function demo(): Promise<ExitCode> {
  await forgetEarlierDemo();
  await using sample = await startSample();
  const { origin } = sample.standIn;
  say(
    `A stand-in of t.me with two sample channels listens at ${origin}; no other network is used.`,
  );
  const config = readConfig({ data: folder, source: origin, rate: "1000" }, process.env);

  await archiveSample(sample, { file: archiveFile(config), signal: stop.signal, say });
  await index(config);
  say(whatToOpen(config, sample));
  return serve({ config, print: say, progress, signal: stop.signal, styled: false });
}

async function index(config: Config): Promise<void> {
  await using desk = await openDesk(config, { inProcess: true });
  await catchUp({ ...desk, signal: stop.signal });
}

function whatToOpen({ host, port }: Config, sample: Sample): string {
  const site = `http://${host}:${port}`;
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
    `Archived and indexed in ./${folder}. Try:`,
    ...lines,
    "Adding @tihiy_kanal or @chat_zametok on the page of channels shows how a refusal reads. Ctrl+C ends the demo.",
    "",
  ].join("\n");
}

/** Each demo begins anew; only files that the archive and its index made are removed. */
async function forgetEarlierDemo(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const ours = names.filter((name) => /^(archive|index)\.db/.test(name));
  await Promise.all(ours.map(async (name) => rm(join(folder, name), { recursive: true })));
}
