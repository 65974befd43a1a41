import { randomBytes } from "node:crypto";
import type { Heard, Target, TargetChoice } from "../../archive/outgoing/targets.ts";
import { channelName } from "../../../scraper/channel-name.ts";
import { BadParameter } from "../../search/query/query-errors.ts";
import { isZone } from "../cadence.ts";
import { kindNames } from "./kind-names.ts";
import { kindOf } from "./kinds.ts";

/** A target as somebody typed it; what is absent stays as it is, or is what most want. */
export interface TypedTarget {
  readonly name?: string | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly hears?: readonly string[] | undefined;
  readonly digest?: string | undefined;
  readonly quiet?: string | undefined;
  readonly zone?: string | undefined;
}

const longestName = 100;
const mostHeard = 100;
const secretBytes = 32;
const timeOfDay = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const digestLike = new RegExp(`^(?:hourly|${timeOfDay})?$`);
const quietLike = new RegExp(`^(?:(${timeOfDay})-(${timeOfDay}))?$`);

/** A new target of a kind, checked. A webhook gets a secret to sign with. @throws BadParameter, which names the parameter */
export function newTarget(
  kind: string,
  typed: TypedTarget,
  insideHosts: readonly string[] = [],
): TargetChoice & Pick<Target, "kind"> {
  if (!kindOf(kind)) throw new BadParameter("kind", `kind: takes ${kindNames.join(", ")}.`);
  const secret = `whsec_${randomBytes(secretBytes).toString("base64")}`;
  const fields = {
    ...fieldsOf(kind, typed.fields ?? {}, insideHosts),
    ...(kind === "webhook" && { secret }),
  };
  return {
    kind,
    ...timesOf({ name: "", hears: [], digest: "", quiet: "", zone: "UTC" }, typed),
    fields,
  };
}

/** A target with what was typed anew; a field that is absent stays, one that is empty goes. @throws BadParameter */
export function changedTarget(
  target: Target,
  typed: TypedTarget,
  insideHosts: readonly string[] = [],
): TargetChoice {
  const known = kindOf(target.kind)?.fields ?? {};
  const kept = Object.fromEntries(
    Object.entries(target.fields).filter(([name]) => Object.hasOwn(known, name)),
  );
  const { secret } = target.fields;
  const fields = {
    ...fieldsOf(target.kind, { ...kept, ...typed.fields }, insideHosts),
    ...(target.kind === "webhook" && secret !== undefined && { secret }),
  };
  return { ...timesOf(target, typed), fields };
}

function fieldsOf(
  kind: string,
  typed: Readonly<Record<string, string>>,
  insideHosts: readonly string[],
): Readonly<Record<string, string>> {
  const known = Object.entries(kindOf(kind)?.fields ?? {});
  for (const name of Object.keys(typed))
    if (!known.some(([one]) => one === name))
      throw new BadParameter(
        "fields",
        `fields: ${kind} has no “${name.slice(0, longestName)}”. It takes ${known.map(([one]) => one).join(", ")}.`,
      );
  const fields: Record<string, string> = {};
  for (const [name, field] of known) {
    const value = (typed[name] ?? "").trim() || (field.otherwise ?? "");
    if (value !== "") fields[name] = field.check(value, { name: `fields.${name}`, insideHosts });
    else if (!field.optional)
      throw new BadParameter(`fields.${name}`, `fields.${name}: is needed for ${kind}.`);
  }
  return fields;
}

function timesOf(
  before: Omit<TargetChoice, "fields">,
  typed: TypedTarget,
): Omit<TargetChoice, "fields"> {
  const name = (typed.name ?? before.name).trim();
  if (name === "" || name.length > longestName)
    throw new BadParameter("name", `name: takes 1 to ${longestName} characters.`);
  const hears = typed.hears ? [...new Set(typed.hears.map(heardOf))] : before.hears;
  if (hears.length === 0 || hears.length > mostHeard)
    throw new BadParameter("hears", `hears: takes 1 to ${mostHeard} of ${takes}.`);
  const digest = (typed.digest ?? before.digest).trim();
  if (!digestLike.test(digest))
    throw new BadParameter("digest", "digest: takes hourly, a time of day like 09:00, or nothing.");
  const quiet = (typed.quiet ?? before.quiet).trim();
  const [, from, to] = quietLike.exec(quiet) ?? ["", "?", "?"];
  if (from === to && from !== undefined)
    throw new BadParameter("quiet", "quiet: takes hours like 22:00-07:00, or nothing.");
  const zone = (typed.zone ?? before.zone).trim() || "UTC";
  if (!isZone(zone))
    throw new BadParameter("zone", "zone: takes a time zone like Europe/Berlin, or UTC.");
  return { name, hears, digest, quiet, zone };
}

const takes = "alerts, changes, changes:channel, searches, search:id";

function heardOf(typed: string): Heard {
  const [what = "", of] = typed.trim().split(/:(.*)/, 2);
  if (of === undefined && (what === "alerts" || what === "changes" || what === "searches"))
    return what;
  if (of !== undefined && what === "search" && /^[\da-f]{12}$/.test(of)) return `search:${of}`;
  if (of !== undefined && what === "changes") return `changes:${channelName(of).toLowerCase()}`;
  throw new BadParameter("hears", `hears: takes ${takes}.`);
}

/** Which of these hear of something. */
export const whoHears = (targets: readonly Target[], ...any: readonly Heard[]): readonly string[] =>
  targets
    .filter(
      ({ pausedAt, hears }) => pausedAt === undefined && hears.some((one) => any.includes(one)),
    )
    .map(({ id }) => id);
