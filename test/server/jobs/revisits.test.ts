import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Look } from "../../../server/archive/posts/archived-post.ts";
import { pagesOf, revisits } from "../../../server/jobs/revisits.ts";

const anHour = 3_600_000;
const aDay = 24 * anHour;
const start = Date.parse("2026-03-01T00:00:00Z");
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const channel = "gradient";

/** The hours at which runs at these hours look at one post: all in its first 48, then whenever it is due. */
function looksAt(runs: readonly number[]): readonly number[] {
  const publishedAt = at(start);
  let lookedAt = at(start);
  return runs.filter((hour) => {
    const now = new Date(start + hour * anHour);
    const isRecent = hour < 48;
    const due = revisits([{ id: 7, publishedAt, lookedAt }], { channel, now }).length > 0;
    if (isRecent && due) throw new Error("The recent window is not told here.");
    if (isRecent || due) lookedAt = at(now.getTime());
    return isRecent || due;
  });
}

const hourly = Array.from({ length: 24 * 80 }, (_, hour) => hour);
const within = (hours: readonly number[], fromDay: number, toDay: number): number =>
  hours.filter((hour) => hour >= fromDay * 24 && hour < toDay * 24).length;

/** When a post that was looked at on its third day is due again. */
function firstHour(name: string): number {
  const look = { id: 1, publishedAt: at(start), lookedAt: at(start + 3 * aDay) };
  return hourly.findIndex(
    (hour) =>
      hour > 72 &&
      revisits([look], { channel: name, now: new Date(start + hour * anHour) }).length > 0,
  );
}

describe("older posts are asked for again", () => {
  test("daily to the age of a week, weekly to that of 30 days, once more, then never", () => {
    const looked = looksAt(hourly);
    expect(within(looked, 2, 7)).toBe(5);
    expect(within(looked, 7, 30)).toBeGreaterThanOrEqual(3);
    expect(within(looked, 7, 30)).toBeLessThanOrEqual(4);
    expect(within(looked, 30, 80)).toBe(1);
  });

  test("never more often, whatever the hours of the runs, and always by the next run that may", () => {
    const runs = fc
      .uniqueArray(fc.integer({ min: 0, max: 24 * 60 }), { maxLength: 400 })
      .map((hours) => hours.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(runs, (hours) => {
        const looked = looksAt(hours);
        for (let day = 2; day < 7; day += 1)
          expect(within(looked, day, day + 1)).toBeLessThanOrEqual(2);
        expect(within(looked, 2, 7)).toBeLessThanOrEqual(6);
        expect(within(looked, 7, 30)).toBeLessThanOrEqual(4);
        expect(within(looked, 30, 61)).toBeLessThanOrEqual(1);
        // Two days with runs and without a look do not happen.
        const forgotten = [2, 3, 4, 5].filter(
          (day) =>
            within(hours, day, day + 1) > 0 &&
            within(hours, day + 1, day + 2) > 0 &&
            within(looked, day, day + 2) === 0,
        );
        expect(forgotten).toEqual([]);
      }),
    );
  });

  test("side by side in the day's first run: one stretch of whole pages, nothing in the next", () => {
    // 40 posts a day for 20 days.
    let posts: readonly Look[] = Array.from({ length: 40 * 20 }, (_, index) => {
      const published = at(start + index * (aDay / 40));
      return { id: index + 1, publishedAt: published, lookedAt: published };
    });
    const costs: number[] = [];
    for (let hour = 20 * 24; hour < 34 * 24; hour += 1) {
      const now = new Date(start + hour * anHour);
      const ranges = revisits(posts, { channel, now });
      expect(ranges.length).toBeLessThanOrEqual(1);
      costs.push(pagesOf(ranges, posts));
      const [asked] = ranges;
      posts = posts.map(({ id, publishedAt, lookedAt }) => {
        const isAsked = asked && asked.from <= id && id <= asked.to;
        const isRecent = now.getTime() - Date.parse(publishedAt) < 2 * aDay;
        return { id, publishedAt, lookedAt: isAsked || isRecent ? at(now.getTime()) : lookedAt };
      });
    }
    // The posts are 40 pages. Of these a day's turn takes ten at most for seven days; two or three weeks' turns take the rest.
    expect(costs.filter((pages) => pages > 0).length).toBeLessThanOrEqual(8 + 3);
    expect(costs.reduce((sum, pages) => sum + pages, 0)).toBeLessThanOrEqual(8 * 11 + 3 * 40);
  });

  test("at an hour of the day that differs between channels and not between processes", () => {
    const names = Array.from({ length: 40 }, (_, index) => `channel_${index}`);
    expect(new Set(names.map((name) => firstHour(name) % 24)).size).toBeGreaterThan(12);
    expect(firstHour("Gradient")).toBe(firstHour("gradient"));
  });

  test("not while the clock is set back", () => {
    const look = { id: 1, publishedAt: at(start), lookedAt: at(start + 5 * aDay) };
    expect(revisits([look], { channel, now: new Date(start + 3 * aDay) })).toEqual([]);
  });
});
