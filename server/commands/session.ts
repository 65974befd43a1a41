import { hostname } from "node:os";
import { resolve } from "node:path";
import { ChannelUnavailable, UsageError } from "../../scraper/errors.ts";
import type { Environment } from "../../scraper/reading/install-chromium.ts";
import { ownCommand } from "../../scraper/own-command.ts";
import type { Config, SettingsFound } from "../config.ts";
import { exitCodeOf, sentenceOf } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { dateInterval } from "../search/query/dates.ts";
import type { Progress } from "../terminal.ts";

/** What every command is given: checked settings, where to speak, and when to stop. */
export interface Session {
  readonly config: Config;
  /** What was wrong with the settings; a command that is told of it runs all the same. */
  readonly settingsFound: Omit<SettingsFound, "config">;
  /** The files that secrets are read from. */
  readonly secretFiles: readonly string[];
  /** For programs that are started from here; what is read of it stands in `config`. */
  readonly environment: Environment;
  /** Standard output, for what is no line. */
  readonly out: NodeJS.WritableStream;
  /** One line on stdout. */
  readonly print: (line: string) => void;
  /** Words for people, on stderr. */
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Asks whoever sits at the terminal; undefined where nobody does. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Whether stdout is a terminal that can show bold. */
  readonly styled: boolean;
}

/** Said first by whatever may make an archive: it may have been started in another folder than was thought. */
export function sayWhereKept({ config, progress }: Session): void {
  progress.say(`Everything is kept in ${resolve(config.data)}.`);
}

/** The start of the day, month, year or instant typed, in UTC unless it names a zone. */
export function startOf(option: string, typed: string | undefined): Date | undefined {
  if (typed === undefined) return undefined;
  const interval = dateInterval(typed);
  if (!interval)
    throw new UsageError(
      `${option} is "${typed}". It must be a date like 2024, 2024-05, 2024-05-06 or 2024-05-06T12:30Z.`,
    );
  return new Date(interval.from);
}

export function wholeNumber(
  option: string,
  typed: string | undefined,
  most: number,
): number | undefined {
  if (typed === undefined) return undefined;
  const number = /^\d{1,15}$/.test(typed) ? Number(typed) : 0;
  if (number < 1 || number > most)
    throw new UsageError(`${option} is "${typed}". It must be a whole number from 1 to ${most}.`);
  return number;
}

/** What to say of a channel that a command needs and the archive does not have. */
export const notKept = (name: string): UsageError =>
  new UsageError(`@${name} is not kept here. Archive it: ${ownCommand} archive ${name}`);

/** An error as one JSON line tells it. */
export function errorJson(error: unknown): {
  readonly class: string;
  readonly message: string;
  readonly exitCode: ExitCode;
} {
  const { name } = error instanceof Error ? error : new Error();
  const message = sentenceOf(error);
  const reason = error instanceof ChannelUnavailable && { reason: error.reason };
  return { class: name, message, exitCode: exitCodeOf(error), ...reason };
}

/** What the ledger of runs calls this process. */
export function holderName(): string {
  return `${hostname()}:${process.pid}`;
}

/** Whether the process of this name ran on this machine and has ended; what it may still try to save is refused all the same. */
export function hasEnded(holder: string): boolean {
  const [, host, pid] = /^(.+):(\d+)$/.exec(holder) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
