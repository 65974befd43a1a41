import { systemClock } from "../../scraper/clock.ts";
import { exitCodeOf, exitCodes, gravest } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { Scheduler } from "../jobs/scheduler.ts";
import { plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { openRunner, scheduledMediaMs } from "../wiring/open-runner.ts";
import { index } from "./archive.ts";
import type { JsonFlag } from "./keep.ts";
import { errorJson, holderName, type Session } from "./session.ts";
import { sayEnd, spoken } from "./spoken-run.ts";

/** Runs what is due once, and what waits, then the index; for a scheduler outside. The gravest exit code of all runs. */
export async function runSchedules(
  session: Session,
  { json = false }: JsonFlag,
): Promise<ExitCode> {
  const { config, progress, signal } = session;
  await using desk = await openDesk(config, { inProcess: true });
  await using runner = await openRunner(config, desk.archive, { mediaBudgetMs: scheduledMediaMs });
  const codes: ExitCode[] = [];
  const scheduler = new Scheduler({
    archive: desk.archive,
    runChannel: spoken(runner.runChannel, session),
    clock: systemClock,
    holder: holderName(),
    onEnd: (worked) => codes.push(sayEnd(session, worked, { json })),
    onHindered: (error) => {
      codes.push(exitCodeOf(error));
      progress.say(plain(errorJson(error).message));
    },
  });
  const stop = async (): Promise<void> => scheduler[Symbol.asyncDispose]();
  signal.addEventListener("abort", () => void stop(), { once: true });
  await scheduler.drain();
  await stop();
  if (codes.length === 0) progress.say("Nothing is due.");
  if (signal.aborted) return exitCodes.interrupted;
  codes.push(await index(session, desk));
  return gravest(codes);
}
