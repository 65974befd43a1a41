import type { Archive } from "../../archive/archive.ts";
import type { UnreadPeriod } from "../../contract/coverage.ts";

const mostGaps = 20;

/** When the posts that no page has spanned may have been published: between the kept posts around them, newest first. */
export async function unreadPeriods(
  archive: Archive,
  channels: readonly string[],
): Promise<readonly UnreadPeriod[]> {
  const periods: UnreadPeriod[] = [];
  for (const channel of channels)
    for (const gap of await archive.kept(channel).unreadGaps(mostGaps))
      periods.push({ channel, ...gap });
  return periods;
}
