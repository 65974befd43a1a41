import type { IdRange } from "../../scraper/reading/history-page.ts";

/** The ids of all ranges together: highest first, apart, not touching. */
export function union(ranges: readonly IdRange[]): readonly IdRange[] {
  const joined: IdRange[] = [];
  for (const range of ranges.toSorted((a, b) => b.to - a.to)) {
    const above = joined.at(-1);
    if (above && range.to >= above.from - 1)
      joined[joined.length - 1] = { from: Math.min(above.from, range.from), to: above.to };
    else joined.push(range);
  }
  return joined;
}

/** The ids of `ranges` that are not in `other`. */
export function without(ranges: readonly IdRange[], other: IdRange): readonly IdRange[] {
  return ranges.flatMap(({ from, to }) =>
    [
      { from: Math.max(from, other.to + 1), to },
      { from, to: Math.min(to, other.from - 1) },
    ].filter((rest) => rest.from <= rest.to),
  );
}

/** How many ids the ranges hold. */
export function idsIn(ranges: readonly IdRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
