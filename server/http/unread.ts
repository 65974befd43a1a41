import type { Archive } from "../archive/archive.ts";
import type { CoverageRange } from "../archive/archived-post.ts";
import type { UnreadPeriod } from "./contract.ts";

const mostGaps = 20;

/** When the posts that no page has spanned may have been published: between the kept posts around them, newest first. */
export async function unreadPeriods(
  archive: Archive,
  channels: readonly string[],
): Promise<readonly UnreadPeriod[]> {
  const each = await Promise.all(channels.map((channel) => ofChannel(archive, channel)));
  return each.flat();
}

async function ofChannel(archive: Archive, channel: string): Promise<readonly UnreadPeriod[]> {
  const coverage = await archive.coverage(channel);
  if (!coverage || coverage.counts.unread === 0) return [];
  const { ranges } = coverage;
  const gaps = ranges.flatMap((range, place) => (range.class === "unread" ? [place] : []));
  const published = async (range: CoverageRange | undefined, side: "from" | "to") =>
    range && (await archive.post({ channel, id: range[side] }))?.publishedAt;
  return Promise.all(
    gaps
      .slice(-mostGaps)
      .toReversed()
      .map(async (place) => ({
        channel,
        from: await published(ranges.slice(0, place).findLast(holdsPosts), "to"),
        to: await published(ranges.slice(place + 1).find(holdsPosts), "from"),
        firstId: ranges[place]?.from ?? 0,
        lastId: ranges[place]?.to ?? 0,
      })),
  );
}

const holdsPosts = ({ class: one }: CoverageRange): boolean => one !== "absent" && one !== "unread";
