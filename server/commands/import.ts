import { channelName } from "../../scraper/channel-name.ts";
import { importFile } from "../archive/import/import-file.ts";
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

/** Takes saved pages and exports into the archive, then indexes. A file that cannot be read does not stop the others. */
export async function importFiles(
  session: Session,
  files: readonly string[],
  flags: ImportFlags,
): Promise<ExitCode> {
  const { progress, signal, config } = session;
  const channel = flags.channel === undefined ? undefined : channelName(flags.channel);
  sayWhereKept(session);
  await using desk = await openDesk(config, { inProcess: true, mayMake: true });
  const codes: ExitCode[] = [];
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
      const said = plain(errorJson(error).message);
      progress.say(said.includes(file) ? said : `${file}: ${said}`);
      codes.push(exitCodeOf(error));
    }
    if (signal.aborted) break;
  }
  await catchUp({ ...desk, signal });
  return gravest(codes);
}
