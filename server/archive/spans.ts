import type { IdRange } from "../../scraper/reading/history-page.ts";
import type { Instant } from "../../scraper/post.ts";

/** Ids that pages have spanned, as of `readAt` (of several reads in one UTC day the earliest). */
export interface Span extends IdRange {
  readonly readAt: Instant;
}

/**
 * Lays a newly read span over those it touches: each id takes the date of its latest read;
 * neighbours read in one UTC day become one. `spans` ascend and do not overlap, and so does the answer.
 */
export function layOver(spans: readonly Span[], read: Span): readonly Span[] {
  const later = spans.filter((span) => span.readAt > read.readAt);
  const earlier = spans.filter((span) => span.readAt <= read.readAt);
  return joined([
    ...later,
    ...gapsIn(later, read).map(({ from, to }) => ({ from, to, readAt: read.readAt })),
    ...earlier.flatMap((span) =>
      gapsIn([read], span).map(({ from, to }) => ({ from, to, readAt: span.readAt })),
    ),
  ]);
}

function joined(unsorted: readonly Span[]): readonly Span[] {
  const pieces = unsorted.toSorted((a, b) => a.from - b.from);
  const result: Span[] = [];
  for (const span of pieces) {
    const last = result.at(-1);
    if (last && last.to + 1 === span.from && sameDay(last, span))
      result[result.length - 1] = {
        from: last.from,
        to: span.to,
        readAt: last.readAt < span.readAt ? last.readAt : span.readAt,
      };
    else result.push(span);
  }
  return result;
}

function sameDay(a: Span, b: Span): boolean {
  return utcDay(a.readAt) === utcDay(b.readAt);
}

/** The UTC day of an instant: `2026-06-15`. */
export function utcDay(instant: Instant): string {
  return instant.slice(0, 10);
}

/** What of `within` no range covers, ascending. `ranges` ascend and do not overlap. */
export function gapsIn(ranges: readonly IdRange[], within: IdRange): readonly IdRange[] {
  const gaps: IdRange[] = [];
  let next = within.from;
  for (const { from, to } of ranges) {
    if (to < next) continue;
    if (from > within.to) break;
    if (from > next) gaps.push({ from: next, to: from - 1 });
    next = to + 1;
  }
  if (next <= within.to) gaps.push({ from: next, to: within.to });
  return gaps;
}

/** How many ids lie in the ranges. */
export function idsIn(ranges: readonly IdRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
