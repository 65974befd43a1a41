import { parseInstant } from "../../../scraper/limits.ts";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";

/** Whether a name is one of a time zone: `Europe/Berlin`. */
export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

/**
 * The moment at which a clock of this zone shows `2026-06-15T18:58:13`; of an hour that it shows twice the first, and of one
 * that it leaves out the moment an hour later. Undefined for what no clock shows.
 */
export function instantInZone(local: string, timezone: string): Instant | undefined {
  const shown = parseInstant(local);
  if (shown === undefined) return undefined;
  const ms = Date.parse(shown);
  // The offsets of the day before and the day after are all that can hold in between.
  const [before = 0, after = 0] = [ms - dayMs, ms + dayMs].map((at) => offsetMs(at, timezone));
  const fits = [ms - before, ms - after].find((at) => at + offsetMs(at, timezone) === ms);
  return parseInstant(instant(fits ?? ms - before));
}
const dayMs = 86_400_000;

/** How far the zone's clocks are ahead of UTC at a moment. */
function offsetMs(at: number, timezone: string): number {
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/u.exec(name) ?? [];
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -ms : ms;
}
