import type { EngineAnswer, HistogramStep } from "./port.ts";

const secondsADay = 86_400;
/** An automatic histogram takes the finest step with no more bars than this. */
const mostAutoBars = 100;
/** No histogram has more, whatever was asked for and whatever dates an archive holds: 27 years of days. */
export const mostBars = 10_000;
/** An old archive may hold dates that cannot be: they count as the nearest of 1970 to 9998. */
const lastDay = Date.UTC(9998, 11, 31) / 1000 / secondsADay;

/** Counts of days, counted from 1970, as a histogram with its empty steps. */
export function barsOf(
  perDay: ReadonlyMap<number, number>,
  asked: "auto" | HistogramStep,
): NonNullable<EngineAnswer["histogram"]> {
  if (perDay.size === 0) return { step: asked === "auto" ? "month" : asked, bars: [] };

  const days = [...perDay.keys()].map(possibleDay).toSorted((a, b) => a - b);
  const span = days.at(-1)! - days[0]! + 1;
  const step = asked === "auto" ? autoStep(span) : asked;
  const tooMany = barsBetween(days[0]!, days.at(-1)!, step);
  if (tooMany > mostBars) return { step, bars: [], tooMany };
  const perStart = new Map<number, number>();
  for (const [day, count] of perDay) {
    const start = stepStart(possibleDay(day), step);
    perStart.set(start, (perStart.get(start) ?? 0) + count);
  }
  const bars: { start: string; count: number }[] = [];
  const end = days.at(-1)!;
  for (let day = stepStart(days[0]!, step); day <= end; day = stepAfter(day, step)) {
    bars.push({ start: instantOf(day), count: perStart.get(day) ?? 0 });
  }
  return { step, bars };
}

/** How many steps there are from the one of this day to the one of that, both counted. */
function barsBetween(first: number, last: number, step: HistogramStep): number {
  if (step === "day") return last - first + 1;
  if (step === "week") return (stepStart(last, step) - stepStart(first, step)) / 7 + 1;
  const [from, to] = [first, last].map((day) => new Date(day * secondsADay * 1000));
  const years = to!.getUTCFullYear() - from!.getUTCFullYear();
  return step === "year" ? years + 1 : years * 12 + to!.getUTCMonth() - from!.getUTCMonth() + 1;
}

function possibleDay(day: number): number {
  return Number.isNaN(day) ? 0 : Math.min(Math.max(day, 0), lastDay);
}

function autoStep(days: number): HistogramStep {
  if (days <= mostAutoBars) return "day";
  if (days <= mostAutoBars * 7) return "week";
  return days <= mostAutoBars * 30 ? "month" : "year";
}

/** The first day of the step that `day` is in; days count from 1970-01-01, a Thursday. */
function stepStart(day: number, step: HistogramStep): number {
  if (step === "day") return day;
  if (step === "week") return day - ((((day + 3) % 7) + 7) % 7);
  const date = new Date(day * secondsADay * 1000);
  return dayOf(date.getUTCFullYear(), step === "month" ? date.getUTCMonth() : 0);
}

function stepAfter(start: number, step: HistogramStep): number {
  if (step === "day") return start + 1;
  if (step === "week") return start + 7;
  const date = new Date(start * secondsADay * 1000);
  return step === "month"
    ? dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1)
    : dayOf(date.getUTCFullYear() + 1, 0);
}

function dayOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) / 1000 / secondsADay;
}

function instantOf(day: number): string {
  return new Date(day * secondsADay * 1000).toISOString().replace(".000Z", "Z");
}
