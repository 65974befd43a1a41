import { hasValues, isValues, type HasValue, type IsValue } from "../../query/tree.ts";
import type { EngineAnswer, FacetName, HistogramStep } from "../../port.ts";
import { barsOf } from "../../histogram.ts";
import { flagsOf, type PostColumns } from "./post-columns.ts";
import type { PostSet } from "./post-set.ts";

/** How many values of a facet an answer names at most, the most frequent first. */
const longestFacet = 100;
const secondsADay = 86_400;

type Facet = readonly { readonly value: string; readonly count: number }[];

/** How many of the hits have each value of these facets, the most frequent first; the hits are looked at once for all. */
export function facetsOf(
  columns: PostColumns,
  hits: PostSet,
  names: readonly FacetName[],
): Readonly<Partial<Record<FacetName, Facet>>> {
  if (names.length === 0) return {};
  const perLabel = new Uint32Array(columns.labelCount);
  const perFlag = new Uint32Array(32);
  const { channel, lang, flags } = columns;
  const countLabel = (label: number): void => void perLabel[label]!++;
  const hasLabels = names.some((name) => !["channel", "lang", "has", "is"].includes(name));
  hits.each((no) => {
    perLabel[channel[no]!]!++;
    perLabel[lang[no]!]!++;
    for (let bits = flags[no]!; bits !== 0; bits &= bits - 1) perFlag[Math.clz32(bits & -bits)]!++;
    if (hasLabels) columns.eachLabel(no, countLabel);
  });
  const flagged = (values: readonly (HasValue | IsValue)[]): Facet =>
    values.map((value) => ({ value, count: perFlag[Math.clz32(flagsOf([value]))]! }));
  return Object.fromEntries(
    names.map((name) => {
      if (name === "has") return [name, mostFrequent(flagged(hasValues))];
      if (name === "is") return [name, mostFrequent(flagged(isValues))];
      return [name, mostFrequent(labelled(columns, perLabel, name))];
    }),
  );
}

function labelled(
  columns: PostColumns,
  counts: Uint32Array,
  name: Exclude<FacetName, "has" | "is">,
): Facet {
  const facet: { value: string; count: number }[] = [];
  for (let label = 1; label < counts.length; label++) {
    const count = counts[label]!;
    if (count > 0 && columns.kind(label) === name)
      facet.push({ value: columns.name(label), count });
  }
  return facet;
}

function mostFrequent(facet: Facet): Facet {
  return facet
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, longestFacet);
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
