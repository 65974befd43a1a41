import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import type { AccessKey } from "../archive/access/keys.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { graceOf, keyGrant, keyStateOf } from "../http/access/key-grant.ts";
import { openArchive } from "../wiring/open-desk.ts";
import { table } from "../terminal.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface KeyFlags extends JsonFlag {
  readonly scope?: readonly string[];
  readonly channel?: readonly string[];
  readonly origin?: readonly string[];
  readonly expires?: string;
}

/** Prints a new key, alone on stdout: nothing can show it again. */
export async function createKey(
  { config, print, progress }: Session,
  { scope = [], channel = [], origin = [], expires, json }: KeyFlags,
): Promise<ExitCode> {
  const typed = { scopes: scope, channels: channel, origins: origin, expires };
  const grant = keyGrant(typed, new Date());
  await using archive = await openArchive(config, { mayMake: true });
  const { secret, key } = await archive.keys.create(grant);
  print(json ? jsonLine({ key: secret, ...key }) : secret);
  if (!json) progress.say(`Key ${key.id}. It is shown this once; only its hash is kept.`);
  return exitCodes.done;
}

export async function listKeys(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const keys = await archive.keys.list();
  if (json) for (const key of keys) print(jsonLine(key));
  else if (keys.length === 0)
    progress.say(`There are no keys. Make one: ${ownCommand} keys create --scope search`);
  else
    print(
      table([
        ["id", "scopes", "channels", "origins", "made", "state"],
        ...keys.map((key) => [
          key.id,
          key.scopes.join(" "),
          key.channels.join(" ") || "all",
          key.origins.join(" ") || "none",
          key.createdAt,
          stateOf(key, new Date()),
        ]),
      ]),
    );
  return exitCodes.done;
}

/** Takes a key back, named by its id or by itself. */
export async function revokeKey(
  { config, print, progress }: Session,
  named: string,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const key = await archive.keys.revoke(named);
  if (!key)
    throw new UsageError(`There is no such key. \`${ownCommand} keys list\` names them by id.`);
  if (json) print(jsonLine(key));
  else progress.say(`Key ${key.id} is revoked.`);
  return exitCodes.done;
}

/** Prints another secret for a key, alone on stdout; the old one ends after the grace asked for. */
export async function rotateKey(
  { config, print, progress }: Session,
  named: string,
  { grace, json }: JsonFlag & { readonly grace?: string },
): Promise<ExitCode> {
  const graceMs = graceOf(grace);
  await using archive = await openArchive(config);
  const rotated = await archive.keys.rotate(named, { graceMs });
  if (!rotated)
    throw new UsageError(
      `No good key has this id. \`${ownCommand} keys list\` names them; a key that is revoked or expired is made anew.`,
    );
  const { secret, key } = rotated;
  print(json ? jsonLine({ key: secret, ...key }) : secret);
  const old =
    key.previousUntil === undefined ? "is good no more" : `stays good until ${key.previousUntil}`;
  if (!json)
    progress.say(`Key ${key.id} has this new secret, shown this once; the old one ${old}.`);
  return exitCodes.done;
}

function stateOf(key: AccessKey, now: Date): string {
  const state = keyStateOf(key, now);
  if (state === "revoked") return `revoked ${key.revokedAt}`;
  if (key.expiresAt === undefined) return "good";
  return state === "expired" ? `expired ${key.expiresAt}` : `good until ${key.expiresAt}`;
}
