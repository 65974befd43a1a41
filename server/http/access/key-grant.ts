import { channelName } from "../../../scraper/channel-name.ts";
import { instant } from "../../../scraper/instant.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { type AccessKey, type KeyGrant, type Scope, scopes } from "../../archive/access/keys.ts";
import { dateInterval } from "../../search/query/dates.ts";
import { BadParameter } from "../../search/query/query-errors.ts";

/** Long enough to change a page or a program over during the next day. */
export const usualGraceHours = 24;

/** What a new key shall be good for, as typed; each may be a comma list. */
export interface TypedGrant {
  readonly scopes: readonly string[];
  readonly channels?: readonly string[];
  readonly origins?: readonly string[];
  readonly expires?: string | undefined;
}

/** A grant from what was typed, each part checked. @throws BadParameter */
export function keyGrant(typed: TypedGrant, now: Date): KeyGrant {
  const named = listed(typed.scopes).map(scopeOf);
  if (named.length === 0)
    throw new BadParameter("scope", `scope: takes at least one of ${scopes.join(", ")}.`);
  const expiresAt = typed.expires === undefined ? undefined : expiryOf(typed.expires, now);
  return {
    scopes: named,
    channels: listed(typed.channels).map(channelOf),
    origins: listed(typed.origins).map(originOf),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Whether a key still opens anything. */
export function keyStateOf(
  { revokedAt, expiresAt }: Pick<AccessKey, "revokedAt" | "expiresAt">,
  now: Date,
): "good" | "expired" | "revoked" {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime() ? "expired" : "good";
}

const mostGraceHours = 720;

/** For how long the secret before a rotation stays good, typed in hours. @throws BadParameter */
export function graceOf(typed: string | undefined): number {
  if (typed === undefined) return usualGraceHours * 3_600_000;
  const hours = /^\d{1,3}$/.test(typed) ? Number(typed) : Number.NaN;
  if (hours <= mostGraceHours) return hours * 3_600_000;
  throw new BadParameter(
    "grace",
    `grace: “${typed}” is no whole number of hours from 0 to ${mostGraceHours}.`,
  );
}

const listed = (typed: readonly string[] = []): readonly string[] => {
  const values = typed.flatMap((one) => one.split(",")).map((one) => one.trim());
  return [...new Set(values.filter((one) => one !== ""))];
};

function scopeOf(typed: string): Scope {
  const scope = scopes.find((one) => one === typed);
  if (scope) return scope;
  throw new BadParameter("scope", `scope: “${typed}” is none of ${scopes.join(", ")}.`);
}

function channelOf(typed: string): string {
  try {
    return channelName(typed);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new BadParameter("channel", `channel: ${error.message}`, { cause: error });
  }
}

/** Scheme, host and port as browsers send them. */
function originOf(typed: string): string {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  const isOrigin =
    url && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search + url.hash === "";
  if (isOrigin && url.username + url.password === "" && !url.host.includes("*")) return url.origin;
  throw new BadParameter(
    "origin",
    `origin: “${typed}” is no origin of a site. Write it like https://example.org, without a path.`,
  );
}

function expiryOf(typed: string, now: Date): string {
  const at = dateInterval(typed)?.from;
  if (at === undefined)
    throw new BadParameter("expires", `expires: “${typed}” is no date. Write it like 2027-01-01.`);
  if (at <= now.getTime())
    throw new BadParameter("expires", `expires: ${typed} is over. A key needs a day to come.`);
  return instant(at);
}
