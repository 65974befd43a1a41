import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import type { Archive } from "../archive/archive.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { longestDismissalReason } from "../contract/alert.ts";
import { type KnownAlert, told } from "../jobs/alerts.ts";
import { plain, table } from "../terminal.ts";
import { openArchive } from "../wiring/open-desk.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

const mostCleared = 100;

/** What is wrong now; with `all` also what was dismissed, and the hundred cleared last. A running server looks once a minute. */
export async function listAlerts(
  { config, print, progress }: Session,
  { json, all = false }: JsonFlag & { readonly all?: boolean },
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const alerts = await alertsIn(archive, { all });
  if (json) for (const alert of alerts) print(jsonLine(alert));
  else if (alerts.length > 0)
    print(
      table([
        ["id", "since", "state", "what"],
        ...alerts.map((alert) => [
          alert.id,
          alert.raisedAt,
          stateOf(alert),
          plain(alert.sentence) +
            (alert.dismissed ? ` Dismissed: ${plain(alert.dismissed.reason)}` : ""),
        ]),
      ]),
    );
  else progress.say(all ? "There are no alerts." : "There are no open alerts.");
  return exitCodes.done;
}

/** Says of alerts that they need not be told of while they last. @throws UsageError before anything is done */
export async function dismissAlerts(
  { config, print, progress }: Session,
  ids: readonly string[],
  { json, reason: typed }: JsonFlag & { readonly reason: string },
): Promise<ExitCode> {
  const reason = typed.trim();
  if (reason === "" || reason.length > longestDismissalReason)
    throw new UsageError(
      `--reason takes a reason in words, of at most ${longestDismissalReason} characters.`,
    );
  await using archive = await openArchive(config);
  await refuseUnlessLasting(archive, ids);
  for (const id of ids) {
    const alert = await archive.alerts.dismiss(id, { at: new Date(), reason });
    for (const one of told(alert ? [alert] : [])) {
      if (json) print(jsonLine(one));
      else progress.say(`Dismissed: ${plain(one.sentence)}`);
    }
  }
  return exitCodes.done;
}

/** Says of dismissed alerts that they are to be told of again. @throws UsageError before anything is done */
export async function reopenAlerts(
  { config, print, progress }: Session,
  ids: readonly string[],
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  await refuseUnlessLasting(archive, ids);
  for (const id of ids) {
    const alert = await archive.alerts.reopen(id);
    for (const one of told(alert ? [alert] : [])) {
      if (json) print(jsonLine(one));
      else progress.say(`Told of again: ${plain(one.sentence)}`);
    }
  }
  return exitCodes.done;
}

async function refuseUnlessLasting(archive: Archive, ids: readonly string[]): Promise<void> {
  const all = await alertsIn(archive, { all: true });
  for (const id of ids) {
    const known = all.find((alert) => alert.id === id);
    if (!known)
      throw new UsageError(
        `No alert has the id ${id}. \`${ownCommand} alerts list --all\` shows all.`,
      );
    if (known.clearedAt !== undefined)
      throw new UsageError(
        `The alert ${id} is over since ${known.clearedAt}. Only one that lasts can be dismissed or shown again.`,
      );
  }
}

async function alertsIn(
  { alerts }: Pick<Archive, "alerts">,
  { all }: { readonly all: boolean },
): Promise<readonly KnownAlert[]> {
  const open = told(await alerts.open());
  if (!all) return open;
  return [...open, ...told(await alerts.dismissed()), ...told(await alerts.cleared(mostCleared))];
}

function stateOf({ clearedAt, dismissed }: KnownAlert): string {
  if (clearedAt !== undefined) return "cleared";
  return dismissed ? "dismissed" : "open";
}
