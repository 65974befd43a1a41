import { pino } from "pino";
import type { LogSetting } from "./log-setting.ts";
import { withoutSecrets } from "./secrets.ts";
import { plain } from "./terminal.ts";

/** Facts of one line: words and numbers, and `error`, which is taken apart. */
type LogFacts = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

/**
 * The log of a server: JSON, one object a line, or words on a terminal, where less is said unless asked for. No line goes
 * out with a secret in it.
 */
export function openLog(
  { level, format }: LogSetting,
  {
    write,
    isTerminal,
    secrets,
  }: {
    /** Takes one line, without its end. */
    readonly write: (line: string) => void;
    readonly isTerminal: boolean;
    /** Known by value: settings that nobody else may read. */
    readonly secrets: readonly string[];
  },
): Log {
  const isJson = (format ?? (isTerminal ? "text" : "json")) === "json";
  const usual = isTerminal ? "warn" : "info";
  const chosen = level === "off" ? "silent" : (level ?? usual);
  const logger = pino(
    {
      level: chosen,
      base: { pid: process.pid },
      messageKey: "message",
      errorKey: "error",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    {
      write: (json: string) => {
        const line = withoutSecrets(json.trimEnd(), secrets);
        write(isJson ? line : inWords(line));
      },
    },
  );
  const say =
    (at: "debug" | "info" | "warn" | "error") =>
    (message: string, facts: LogFacts = {}): void =>
      logger[at](facts, message);
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

/** `22:10:07 warn The index is behind: … channel=durov` */
function inWords(json: string): string {
  const {
    level,
    time,
    message,
    pid: _,
    error,
    ...facts
  } = JSON.parse(json) as Readonly<Record<string, unknown>> & {
    readonly error?: { readonly stack?: string; readonly message?: string };
  };
  const said = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const why = error?.stack ?? error?.message;
  const line = [String(time).slice(11, 19), level, message, ...said].join(" ");
  return plain(why === undefined ? line : `${line}\n${why}`);
}
