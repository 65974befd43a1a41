import { createHash } from "node:crypto";
import type { IdRange } from "../../scraper/reading/history-page.ts";
import type { Look } from "../archive/posts/archived-post.ts";

/**
 * Which posts below the recent window a run asks for again, highest first: counters grow and posts are edited ever more
 * rarely as they age.
 *
 * | age of a post | asked again |
 * |---|---|
 * | among the newest 100, or under 48 hours | at each run: the recent window, not told here |
 * | under 7 days | once a day |
 * | under 30 days | once a week |
 * | older | once more, if its last look was before it turned 30 days old; then never |
 *
 * A day and a week begin for each channel at an hour of its own, so that a hundred channels do not all ask at midnight. What
 * is due follows from the posts' dates and last looks alone: several processes and restarts agree on it, and all of a day's
 * looks fall into its first run, side by side, twenty to a page.
 */
export function revisits(
  looks: readonly Look[],
  run: { readonly channel: string; readonly now: Date },
): readonly IdRange[] {
  const now = run.now.getTime();
  const turns = turnsOf(run.channel);
  const isDue = ({ publishedAt, lookedAt }: Look): boolean => {
    const published = Date.parse(publishedAt);
    const looked = Date.parse(lookedAt);
    const age = now - published;
    if (age < recentMs) return false;
    const isSettled = looked - published >= weeklyMs;
    if (age >= dailyMs && isSettled) return false;
    const turn = age < dailyMs ? turns.day : turns.week;
    return turn(looked) < turn(now);
  };
  return stretches(looks.map((look) => ({ id: look.id, due: isDue(look) }))).toReversed();
}

/** What asking for these ids costs in pages, give or take one for each stretch. */
export function pagesOf(ranges: readonly IdRange[], looks: readonly Look[]): number {
  const posts = ({ from, to }: IdRange): number =>
    looks.filter(({ id }) => from <= id && id <= to).length;
  return ranges.reduce((sum, range) => sum + Math.ceil(posts(range) / postsAPage), 0);
}

/** Ids that are due, ascending; one stretch reaches over what a page shows anyhow. */
function stretches(
  posts: readonly { readonly id: number; readonly due: boolean }[],
): readonly IdRange[] {
  const ranges: IdRange[] = [];
  let between = Infinity;
  for (const { id, due } of posts) {
    const last = ranges.at(-1);
    if (!due) between += 1;
    else {
      if (last && between <= postsAPage) ranges[ranges.length - 1] = { from: last.from, to: id };
      else ranges.push({ from: id, to: id });
      between = 0;
    }
  }
  return ranges;
}

/** Numbers a channel's days and weeks; a week begins with one of its days, so that both fall into one run. */
function turnsOf(channel: string): Readonly<Record<"day" | "week", (at: number) => number>> {
  const hash = createHash("sha256").update(channel.toLowerCase()).digest();
  const offset = hash.readUInt32BE(0) / 2 ** 32;
  const firstDay = hash.readUInt32BE(4) % 7;
  const day = (at: number): number => Math.floor(at / aDay - offset);
  return { day, week: (at) => Math.floor((day(at) - firstDay) / 7) };
}

const aDay = 24 * 3_600_000;
const recentMs = 2 * aDay;
const dailyMs = 7 * aDay;
const weeklyMs = 30 * aDay;
/** Posts that are older than this are not looked at again, whatever was missed. */
export const revisitedMs = 60 * aDay;
const postsAPage = 20;
