import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { StandIn } from "../demo/stand-in.ts";
import { systemClock } from "../scraper/clock.ts";
import { Gate } from "../scraper/reading/gate.ts";
import { httpSource } from "../scraper/reading/http-source.ts";
import type { PageReader } from "../scraper/reading/page-reader.ts";
import { pageReader } from "../scraper/reading/page-reader.ts";
import { compiledOnce } from "./compiled-once.ts";

/** An empty folder that is gone with the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "backscroll-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A reader of a stand-in as fast as it answers; `today` is when its pages count as read. */
export async function quickReader(
  { origin }: StandIn,
  today = (): Date => new Date(),
): Promise<PageReader> {
  const source = await httpSource({ origin });
  onTestFinished(async () => source[Symbol.asyncDispose]());
  const clock = { ...systemClock, now: () => today().getTime() };
  return pageReader({ source, clock, gate: new Gate({ rate: 1000, concurrency: 8 }) });
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

const program = join(import.meta.dirname, "..", "server", "main.ts");
const longestRunMs = 60_000;

/** The program as a person runs it, in a process of its own; `started` gets the process to be cruel to. */
export async function backscroll(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    /** Octal: the rights that files made by whoever starts it do not get. */
    readonly umask?: string;
    readonly started?: (child: ReturnType<typeof spawn>) => void;
  } = {},
): Promise<Ended> {
  const command = [process.execPath, program, ...args];
  const [first = "", ...others] =
    options.umask === undefined
      ? command
      : ["sh", "-c", 'umask "$0"; exec "$@"', options.umask, ...command];
  const child = spawn(first, others, {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...compiledOnce,
      BACKSCROLL_RATE: "1000",
      ...options.env,
    },
    timeout: longestRunMs,
    killSignal: "SIGKILL",
  });
  let out = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  options.started?.(child);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  return { code: await promise, out, said };
}
