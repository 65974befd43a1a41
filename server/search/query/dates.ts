/** A stretch of time, half-open, in milliseconds since 1970. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

const minute = 60_000;
const day = 86_400_000;
const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/** What `2024`, `2024-05`, `2024-05-06` or an instant covers, UTC unless it names a zone; undefined when it is no date. */
export function dateInterval(text: string): Interval | undefined {
  const match = pattern.exec(text);
  const [, year, month, date, hour, minutes, seconds, fraction, zone] = match ?? [];
  if (year === undefined || Number(year) < firstYear) return undefined;
  if (Number(hour ?? 0) > 23 || Number(minutes ?? 0) > 59 || Number(seconds ?? 0) > 59) {
    return undefined;
  }
  const shift = zoneShift(zone);
  const midnight = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(date ?? 1));
  if (shift === undefined || !isOnCalendar(midnight, month, date)) return undefined;
  const time = (Number(hour ?? 0) * 60 + Number(minutes ?? 0)) * minute;
  const start =
    midnight + time + Number(seconds ?? 0) * 1000 + Number(fraction ?? 0) * 1000 - shift;
  if (fraction !== undefined) return { from: start, to: start + 1 };
  if (seconds !== undefined) return { from: start, to: start + 1000 };
  if (hour !== undefined) return { from: start, to: start + minute };
  if (date !== undefined) return { from: start, to: start + day };
  const next =
    month === undefined ? Date.UTC(Number(year) + 1, 0) : Date.UTC(Number(year), Number(month));
  return { from: start, to: next - shift };
}

/** Telegram is younger; years before are typing slips. */
const firstYear = 1970;

function isOnCalendar(midnight: number, month?: string, date?: string): boolean {
  const shown = new Date(midnight);
  return (
    (month === undefined || shown.getUTCMonth() + 1 === Number(month)) &&
    (date === undefined || shown.getUTCDate() === Number(date))
  );
}

function zoneShift(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * minute;
}

/** The moment that lies `12h`, `7d`, `2w`, `3m` (months) or `1y` before `now`; undefined when it is no such age. */
export function momentAgo(text: string, now: Date): number | undefined {
  const [, digits, unit] = /^(\d{1,5})([hdwmy])$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const count = Number(digits);
  switch (unit.toLowerCase()) {
    case "h":
      return now.getTime() - count * 60 * minute;
    case "d":
      return now.getTime() - count * day;
    case "w":
      return now.getTime() - count * 7 * day;
    case "m":
      return monthsBefore(now, count);
    default:
      return monthsBefore(now, count * 12);
  }
}

/** The same day of an earlier month, or that month's last. */
function monthsBefore(now: Date, months: number): number {
  const moment = new Date(now);
  const date = moment.getUTCDate();
  moment.setUTCDate(1);
  moment.setUTCMonth(moment.getUTCMonth() - months);
  const last = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 0));
  moment.setUTCDate(Math.min(date, last.getUTCDate()));
  return moment.getTime();
}
