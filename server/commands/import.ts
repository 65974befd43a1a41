import { channelName } from "../../scraper/channel-name.ts";
import { importFile, kindOf } from "../archive/import/import-file.ts";
import { exitCodeOf, exitCodes, gravest } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { catchUp } from "../search/catch-up.ts";
import { number, plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { errorJson, sayWhereKept } from "./session.ts";
import type { Session } from "./session.ts";

/** The flags of `import` as typed. */
export interface ImportFlags {
  readonly channel?: string;
  readonly acceptChange?: boolean;
}

/**
 * Takes saved pages and exports into the archive, then indexes. A file that cannot be read does not stop the others; where none
 * can be, no archive is made.
 */
export async function importFiles(
  session: Session,
  files: readonly string[],
  flags: ImportFlags,
): Promise<ExitCode> {
  const { progress, signal, config } = session;
  const channel = flags.channel === undefined ? undefined : channelName(flags.channel);
  const codes: ExitCode[] = [];
  const refuse = (file: string, error: unknown): void => {
    const said = plain(errorJson(error).message);
    progress.say(said.includes(file) ? said : `${file}: ${said}`);
    codes.push(exitCodeOf(error));
  };
  const faults = await Promise.all(files.map(faultOf));
  if (faults.every((fault) => fault !== undefined)) {
    for (const [at, file] of files.entries()) refuse(file, faults[at]);
    return gravest(codes);
  }
  sayWhereKept(session);
  await using desk = await openDesk(config, { inProcess: true, mayMake: true });
  for (const file of files) {
    try {
      const taken = await importFile(desk.archive, file, {
        ...(channel !== undefined && { channel }),
        acceptChange: flags.acceptChange ?? false,
        signal,
      });
      progress.say(
        `${file}: @${taken.channel}, ${number(taken.new)} new, ${number(taken.known)} known already`,
      );
      for (const warning of taken.warnings) progress.say(`${file}: ${plain(warning)}`);
      codes.push(exitCodes.done);
    } catch (error) {
      refuse(file, error);
    }
    if (signal.aborted) break;
  }
  await catchUp({ ...desk, signal });
  return gravest(codes);
}

/** Why nothing of the file can be taken, as far as its beginning tells. */
async function faultOf(file: string): Promise<unknown> {
  return kindOf(file).then(
    () => undefined,
    (error: unknown) => error,
  );
}
