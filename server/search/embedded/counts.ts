import { hasValues, isValues } from "../query/tree.ts";
import type { EngineAnswer, FacetName, HistogramStep } from "../engine.ts";
import { barsOf } from "../histogram.ts";
import { flagsOf, type PostColumns } from "./post-columns.ts";
import type { PostSet } from "./post-set.ts";

/** How many values of a facet an answer names at most, the most frequent first. */
const longestFacet = 100;
const secondsADay = 86_400;

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
  const wanted = flagsOf(values);
  const perBit = new Uint32Array(32);
  hits.each((no) => {
    for (let bits = columns.flags[no]! & wanted; bits !== 0; bits &= bits - 1)
      perBit[Math.clz32(bits & -bits)]!++;
  });
  return values.map((value) => ({ value, count: perBit[Math.clz32(flagsOf([value]))]! }));
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
  return barsOf(perDay, asked);
}
