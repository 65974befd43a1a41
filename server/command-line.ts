import { createInterface } from "node:readline/promises";
import { CommanderError } from "commander";
import { UsageError } from "../scraper/errors.ts";
import { reason } from "../scraper/reasons.ts";
import { DiskFull, isNoRoom } from "./archive/errors.ts";
import { runSaid } from "./archive/reasons.ts";
import { hearUpgrades } from "./archive/schema/upgraded.ts";
import { commandTyped, program } from "./commands/program.ts";
import type { Run } from "./commands/program.ts";
import { inspectSettings, secretsIn } from "./config.ts";
import { exitCodeOf, exitCodes, isForeseen, sentenceOf } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { plain, Progress } from "./terminal.ts";
import { whenNpmEnds } from "./when-npm-ends.ts";
import { makeForOwnerOnly } from "./wiring/owner-only.ts";

makeForOwnerOnly();
const progress = new Progress(process.stderr, { now: () => performance.now() });
// Whoever no longer reads what is said does not end what is done.
process.stderr.on("error", () => {});
const stop = new AbortController();
const handedOnWithinMs = 300;
let interruptedAt = -Infinity;

process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
// Started by the command of the package, under an older Node: what ends that one ends this one.
process.on("disconnect", interrupt).channel?.unref();
// Started by npm or npx: killing that one is meant for this one.
if (process.env["npm_lifecycle_event"] !== undefined) whenNpmEnds(interrupt);
process.stdout.on("error", leave);
hearUpgrades(({ file, from, to }) =>
  progress.say(
    `${file} was brought from schema ${from} to ${to}. Older versions of Backscroll no longer open it.`,
  ),
);
try {
  await program(run).parseAsync(commandTyped(process.argv.slice(2)), { from: "user" });
} catch (error) {
  process.exitCode = exitFor(error);
}

/** The first time what is in hand is finished; the second time not. What a terminal tells, whoever started us hands on: that is once. */
function interrupt(): void {
  const now = performance.now();
  if (now - interruptedAt < handedOnWithinMs) return;
  interruptedAt = now;
  if (stop.signal.aborted) process.exit(exitCodes.interrupted);
  stop.abort(new DOMException(runSaid([reason("interrupted")]), "AbortError"));
}

/** Stops quietly when the reader closes the pipe (`| head`), in words when there is no room for what is written. */
function leave(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  const full = "The disk is full: what was written is not all of it. Make room and run again.";
  process.exit(exitFor(isNoRoom(error) ? new DiskFull(full, { cause: error }) : error));
}

/** One sentence for what was foreseen; for anything else also where it happened. */
function exitFor(error: unknown): ExitCode {
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.badUsage;
  const code = exitCodeOf(error);
  const { stack = String(error) } = error instanceof Error ? error : {};
  progress.say(plain(isForeseen(error) ? sentenceOf(error) : stack));
  return code;
}

/** A question on a terminal; undefined where there is none. */
async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(plain(question), { signal: stop.signal });
  } finally {
    terminal.close();
  }
}

/** @throws UsageError when the folder it was started in is no longer there: no name could be found from it */
function refuseNowhere(): void {
  try {
    process.cwd();
  } catch (error) {
    throw new UsageError(
      "The folder this was started in is no longer there. Change to another, and run it again.",
      { cause: error },
    );
  }
}

/** Gives a command its checked settings, and takes what it returns for the exit code. */
async function run(...[flags, command, { despiteSettings = false } = {}]: Parameters<Run>) {
  refuseNowhere();
  const { config, ...settingsFound } = inspectSettings(flags, process.env);
  const [bad] = settingsFound.bad;
  if (bad && !despiteSettings) throw bad;
  progress.hide(secretsIn(config));
  process.exitCode = await command({
    config,
    settingsFound,
    secretFiles: Object.entries(process.env).flatMap(([name, file]) =>
      /^(?:BACKSCROLL|MEILI)_\w+_FILE$/.test(name) && file !== undefined ? [file] : [],
    ),
    environment: process.env,
    out: process.stdout,
    print: (line) => process.stdout.write(`${line}\n`),
    progress,
    signal: stop.signal,
    ask,
    styled: process.stdout.isTTY,
  });
}
