/**
 * Whether a series is tried whole: each page in each look, a crash at each step, each size of a disk, as `npm run test:slow` and
 * `npm run test:breaks` do. In `npm test` a few of each are.
 */
export const isWhole = process.env["BACKSCROLL_TEST_SERIES"] === "whole";

/** All of a series, or the few of it that `npm test` tries. */
export function series<One>(all: readonly One[], few: (one: One, place: number) => boolean): One[] {
  const tried = isWhole ? all : all.filter(few);
  if (tried.length === 0) throw new Error("Nothing of the series is tried.");
  return [...tried];
}
