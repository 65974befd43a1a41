import type { EngineAnswer, HistogramStep } from "./port.ts";

const secondsADay = 86_400;
/** An automatic histogram takes the finest step with no more bars than this. */
const mostBars = 100;

/** Counts of days, counted from 1970, as a histogram with its empty steps. */
export function barsOf(
  perDay: ReadonlyMap<number, number>,
  asked: "auto" | HistogramStep,
): NonNullable<EngineAnswer["histogram"]> {
  if (perDay.size === 0) return { step: asked === "auto" ? "month" : asked, bars: [] };

  const days = [...perDay.keys()].toSorted((a, b) => a - b);
  const step = asked === "auto" ? autoStep(days.at(-1)! - days[0]! + 1) : asked;
  const perStart = new Map<number, number>();
  for (const [day, count] of perDay) {
    const start = stepStart(day, step);
    perStart.set(start, (perStart.get(start) ?? 0) + count);
  }
  const bars: { start: string; count: number }[] = [];
  const end = days.at(-1)!;
  for (let day = stepStart(days[0]!, step); day <= end; day = stepAfter(day, step)) {
    bars.push({ start: instantOf(day), count: perStart.get(day) ?? 0 });
  }
  return { step, bars };
}

function autoStep(days: number): HistogramStep {
  if (days <= mostBars) return "day";
  if (days <= mostBars * 7) return "week";
  return days <= mostBars * 30 ? "month" : "year";
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
