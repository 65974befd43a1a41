import { Cron } from "croner";
import type { TargetChoice } from "../../archive/outgoing/targets.ts";

type Times = Pick<TargetChoice, "digest" | "quiet" | "zone">;

/** When a message that was added at `addedAt` is told: at once, with the next digest, or when the hours of silence end. */
export function tellingTime(
  { digest, quiet, zone }: Times,
  { addedAt, now }: { readonly addedAt: Date; readonly now: Date },
): Date {
  const collected = digest === "" ? addedAt : next(patternOf(digest), addedAt, zone);
  const wanted = collected > now ? collected : now;
  if (quiet === "") return wanted;
  const [from = "", to = ""] = quiet.split("-");
  return isWithin(clockIn(zone, wanted), { from, to }) ? next(patternOf(to), wanted, zone) : wanted;
}

/** `hourly`, or each day at a time like `09:00`. */
function patternOf(time: string): string {
  if (time === "hourly") return "0 * * * *";
  const [hour, minute] = time.split(":");
  return `${Number(minute)} ${Number(hour)} * * *`;
}

const next = (pattern: string, after: Date, timezone: string): Date =>
  new Cron(pattern, { timezone }).nextRun(after) ?? after;

/** The time of day there, like `22:05`. */
const clockIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);

/** Hours that may lead over midnight. */
const isWithin = (
  time: string,
  { from, to }: { readonly from: string; readonly to: string },
): boolean => (from < to ? from <= time && time < to : from <= time || time < to);
