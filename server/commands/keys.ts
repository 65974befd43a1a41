import { UsageError } from "../../scraper/errors.ts";
import type { AccessKey } from "../archive/keys.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { keyGrant } from "../http/key-grant.ts";
import { openArchive } from "../open-desk.ts";
import { table } from "../terminal.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";

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
  await using archive = await openArchive(config);
  const { secret, key } = await archive.keys.create(grant);
  print(json ? JSON.stringify({ key: secret, ...key }) : secret);
  if (!json) progress.say(`Key ${key.id}. It is shown this once; only its hash is kept.`);
  return exitCodes.done;
}

export async function listKeys(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const keys = await archive.keys.list();
  if (json) for (const key of keys) print(JSON.stringify(key));
  else if (keys.length === 0)
    progress.say("There are no keys. Make one: npx backscroll keys create --scope search");
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
    throw new UsageError("There is no such key. `npx backscroll keys list` names them by id.");
  if (json) print(JSON.stringify(key));
  else progress.say(`Key ${key.id} is revoked.`);
  return exitCodes.done;
}

function stateOf({ revokedAt, expiresAt }: AccessKey, now: Date): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (expiresAt === undefined) return "good";
  return Date.parse(expiresAt) <= now.getTime()
    ? `expired ${expiresAt}`
    : `good until ${expiresAt}`;
}
