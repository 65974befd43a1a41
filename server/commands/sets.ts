import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { number, plain, table } from "../terminal.ts";
import { openArchive, openToRead } from "../wiring/open-desk.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

const mostShown = 1_000;

/** The results that are kept to be cited, the last cited first. */
export async function listSets(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openToRead(config);
  const { total, sets } = await archive.listSets({ offset: 0, limit: mostShown });
  if (json) for (const set of sets) print(jsonLine(set));
  else if (total === 0)
    progress.say(`No result is kept to be cited. \`${ownCommand} export\` keeps what it writes.`);
  else
    print(
      table([
        ["id", "cited at", "posts", "query"],
        ...sets.map(({ id, citedAt, posts, query }) => [id, citedAt, number(posts), plain(query)]),
      ]),
    );
  if (total > sets.length)
    progress.say(`These are the last ${number(sets.length)} of ${number(total)}.`);
  return exitCodes.done;
}

/** Forgets a kept result: its address then leads nowhere. Posts are not touched. */
export async function removeSet(
  { config, progress }: Session,
  id: string,
  { query }: { readonly query?: string },
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const removed = await archive.removeSets(id.toLowerCase(), query);
  if (removed === 0)
    throw new UsageError(
      `No result is kept under ${plain(id)}${query === undefined ? "" : " with this query"}. \`${ownCommand} sets list\` names them.`,
    );
  progress.say(`Removed ${plain(id)}${removed > 1 ? `, cited with ${removed} queries` : ""}.`);
  return exitCodes.done;
}
