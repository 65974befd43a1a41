import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { codeEnding } from "../scraper/code-ending.ts";
import { UsageError } from "../scraper/errors.ts";
import { holdFile } from "../server/archive/copies/hold-file.ts";
import { mediaKindsOf } from "../server/archive/media/media-policy.ts";
import type { ExitCode } from "../server/exit-codes.ts";
import { refuseTaken } from "../server/http/server.ts";
import { archiveSample } from "./archive-sample.ts";
import { startSample, type Sample } from "./sample.ts";

const folder = "demo-data";
const media = "photo,thumbnail,avatar";
const program = fileURLToPath(new URL(`../server/main${codeEnding}`, import.meta.url));

export interface DemoOptions {
  /** Where the server listens. */
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
  /** Told what happens, a line at a time. */
  readonly say: (line: string) => void;
}

/**
 * A stand-in of Telegram, its channels archived by the real scraper, and the real server over them, until told to stop. The exit
 * code of the server; undefined when a signal ended it. @throws AddressUnavailable; UsageError where another demo runs in this folder or it
 * cannot be written; the signal's reason when stopped before it serves.
 */
export async function demo({
  host,
  port,
  signal,
  say,
}: DemoOptions): Promise<ExitCode | undefined> {
  await refuseTaken({ host, port });
  await makeFolder();
  using held = holdFile(join(folder, "demo.lock"));
  if (!held)
    throw new UsageError(
      `A demo already runs in ${resolve(folder)}, and this one would take its data away. End that one, or start this one in another folder.`,
    );
  await forgetEarlierDemo();
  await using sample = await startSample();
  const { origin } = sample.standIn;
  say(
    `A stand-in of t.me with two sample channels listens at ${origin}; no other network is used.`,
  );
  say(`What the demo makes lies in ${resolve(folder)}, and can be deleted.`);
  await archiveSample(sample, {
    file: join(folder, "archive.db"),
    policy: { kinds: mediaKindsOf(media), maxBytes: 1_000_000 },
    signal,
    say,
  });
  const indexed = await backscroll(["reindex"], { signal, hear: say });
  if (indexed !== 0) return indexed;
  // Awaited here: until then the stand-in has to listen.
  return await backscroll(
    ["serve", "--source", origin, "--rate", "1000", "--media", media, "--port", String(port)],
    {
      signal,
      hear(line) {
        say(line);
        const [site] = /http:\/\/\S+/.exec(line) ?? [];
        if (site && line.startsWith("Serving")) say(whatToOpen(site, sample));
      },
    },
  );
}

/** Runs one command of the program over the demo's archive, handing on what it says. Its exit code; undefined when a signal ended it. */
async function backscroll(
  command: readonly string[],
  { signal, hear }: { readonly signal: AbortSignal; readonly hear: (line: string) => void },
): Promise<ExitCode | undefined> {
  signal.throwIfAborted();
  const running = spawn(process.execPath, [program, ...command, "--data", folder], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { BACKSCROLL_LOG: "warn,text", ...process.env },
  });
  const end = (): void => void running.kill("SIGTERM");
  signal.addEventListener("abort", end);
  const ended = once(running, "close");
  for await (const line of createInterface({ input: running.stderr })) hear(line);
  const [code] = (await ended) as [ExitCode | null];
  signal.removeEventListener("abort", end);
  return code ?? undefined;
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

/** @throws UsageError where it cannot be made or written */
async function makeFolder(): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `The demo's folder ${resolve(folder)} cannot be made or written (${(error as Error).message}). Start it in a folder that can be.`,
      { cause: error },
    );
  }
}

/** Each demo begins anew; only files that the archive and its index made are removed. */
async function forgetEarlierDemo(): Promise<void> {
  const names = await readdir(folder);
  const ours = names.filter((name) => /^(archive|index)\.db|^media$/.test(name));
  await Promise.all(ours.map(async (name) => rm(join(folder, name), { recursive: true })));
}
