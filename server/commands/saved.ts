import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { openArchive, openDesk } from "../wiring/open-desk.ts";
import { catchUpWhoAnswers } from "../search/catch-up.ts";
import { saveSearch } from "../search/save-search.ts";
import { plain, table } from "../terminal.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface SaveFlags extends JsonFlag {
  readonly url?: string;
}

/** Saves a search; with an address prints its secret, alone on stdout: nothing can show it again. */
export async function addSaved(
  { config, print, progress, signal }: Session,
  typed: { readonly name: string; readonly query: string },
  { url, json }: SaveFlags,
): Promise<ExitCode> {
  await using desk = await openDesk(config, { inProcess: true, mayMake: true });
  const away = await catchUpWhoAnswers({ ...desk, signal });
  if (away !== undefined) progress.say(away);
  const { search, secret } = await saveSearch(
    { ...desk, webhookInside: config.webhookInside },
    { ...typed, url },
    { now: new Date(), signal },
  );
  if (json) print(jsonLine({ ...search, ...(secret !== undefined && { secret }) }));
  else if (secret !== undefined) print(secret);
  if (!json)
    progress.say(
      `Saved as ${search.id}: ${plain(search.query)}${secret === undefined ? "" : ". The secret is shown this once."}`,
    );
  return exitCodes.done;
}

export async function listSaved(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const searches = await archive.saved.list();
  if (json) for (const search of searches) print(jsonLine(search));
  else if (searches.length === 0)
    progress.say(`No search is saved. Save one: ${ownCommand} saved add "Grants" "грант"`);
  else
    print(
      table([
        ["id", "name", "query", "sent to", "matches", "state"],
        ...searches.map(({ id, name, query, url, matches, pausedAt }) => [
          id,
          plain(name),
          plain(query),
          plain(url ?? "feed only"),
          String(matches),
          pausedAt === undefined ? "followed" : `paused ${pausedAt}`,
        ]),
      ]),
    );
  return exitCodes.done;
}

export async function removeSaved({ config, progress }: Session, id: string): Promise<ExitCode> {
  await using archive = await openArchive(config);
  if (!(await archive.saved.remove(id)))
    throw new UsageError(
      `No search is saved under this id. \`${ownCommand} saved list\` names them.`,
    );
  progress.say(`Removed ${id}.`);
  return exitCodes.done;
}
