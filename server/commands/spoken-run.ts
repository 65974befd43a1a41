import { jsonLine } from "../export/json-line.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { sayTrouble } from "../jobs/trouble.ts";
import type { RunChannel, Worked } from "../jobs/work-on-run.ts";
import { describeCounts, plain } from "../terminal.ts";
import { errorJson, type Session } from "./session.ts";

/** The same runs, said on the terminal as they go: counts, warnings, and what the source does instead of answering. */
export const spoken =
  (runChannel: RunChannel, { progress }: Pick<Session, "progress">): RunChannel =>
  async (name, options) =>
    runChannel(name, {
      ...options,
      onProgress: (now) => {
        options.onProgress(now);
        progress.update(`@${name}: ${describeCounts(now)}`);
      },
      onWarning: (sentence) => {
        options.onWarning(sentence);
        progress.say(`@${name}: ${plain(sentence)}`);
      },
      onTrouble: (trouble) => {
        options.onTrouble(trouble);
        if (trouble) progress.say(`@${name}: ${plain(sayTrouble(trouble, Date.now()))}`);
      },
    });

/** How a run ended, for people and as JSON. Its exit code. */
export function sayEnd(
  { progress, print }: Pick<Session, "progress" | "print">,
  { run: { channel }, state, counts, error }: Worked,
  { json }: { readonly json: boolean },
): ExitCode {
  const why = error === undefined ? undefined : errorJson(error);
  const end = why ? `, then ${state}. ${plain(why.message)}` : "";
  progress.say(`@${channel}: ${describeCounts(counts)}${end}`);
  if (json) print(jsonLine({ channel, state, ...counts, ...(why && { error: why }) }));
  return error === undefined ? exitCodes.done : exitCodeOf(error);
}
