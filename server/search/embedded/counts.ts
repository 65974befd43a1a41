import { hasValues, isValues } from "../query/tree.ts";
import type { EngineAnswer, FacetName, HistogramStep } from "../engine.ts";
import { flagsOf, type PostColumns } from "./post-columns.ts";
import type { PostSet } from "./post-set.ts";

/** How many values of a facet an answer names at most, the most frequent first. */
const longestFacet = 100;
const secondsADay = 86_400;
/** An automatic histogram takes the finest step with no more bars than this. */
const mostBars = 100;

type Facet = readonly { readonly value: string; readonly count: number }[];

/** How many of the hits have each value, the most frequent first. */
export function facetOf(columns: PostColumns, hits: PostSet, name: FacetName): Facet {
  const counts =
    name === "has" || name === "is"
      ? flagCounts(columns, hits, name)
      : labelCounts(columns, hits, name);
  return counts
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, longestFacet);
}

function flagCounts(columns: PostColumns, hits: PostSet, name: "has" | "is"): Facet {
  const values = name === "has" ? hasValues : isValues;
  const bits = values.map((value) => flagsOf([value]));
  const counts = new Uint32Array(values.length);
  hits.each((no) => {
    const flags = columns.flags[no]!;
    for (let i = 0; i < bits.length; i++) if ((flags & bits[i]!) !== 0) counts[i]!++;
  });
  return values.map((value, i) => ({ value, count: counts[i]! }));
}

function labelCounts(
  columns: PostColumns,
  hits: PostSet,
  name: Exclude<FacetName, "has" | "is">,
): Facet {
  const counts = new Uint32Array(columns.labelCount);
  if (name === "channel" || name === "lang") {
    const column = columns[name];
    hits.each((no) => counts[column[no]!]!++);
  } else hits.each((no) => columns.eachLabel(no, (label) => counts[label]!++));
  const facet: { value: string; count: number }[] = [];
  for (const [label, count] of counts.entries()) {
    if (count > 0 && columns.kind(label) === name)
      facet.push({ value: columns.name(label), count });
  }
  return facet;
}

/** Hits over time, empty steps included. */
export function histogramOf(
  columns: PostColumns,
  hits: PostSet,
  asked: "auto" | HistogramStep,
): NonNullable<EngineAnswer["histogram"]> {
  const perDay = new Map<number, number>();
  let lastDay = Number.NaN;
  let count = 0;
  hits.each((no) => {
    const day = Math.floor(columns.date[no]! / secondsADay);
    if (day === lastDay) count++;
    else {
      if (count > 0) perDay.set(lastDay, (perDay.get(lastDay) ?? 0) + count);
      lastDay = day;
      count = 1;
    }
  });
  if (count > 0) perDay.set(lastDay, (perDay.get(lastDay) ?? 0) + count);
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
