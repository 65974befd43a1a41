import type { Archive } from "../archive/archive.ts";
import type { UnreadPeriod } from "./contract.ts";

const mostGaps = 20;

/** When the posts that no page has spanned may have been published: between the kept posts around them. */
export async function unreadPeriods(
  archive: Archive,
  channels: readonly string[],
): Promise<readonly UnreadPeriod[]> {
  const each = await Promise.all(channels.map((channel) => ofChannel(archive, channel)));
  return each.flat();
}

async function ofChannel(archive: Archive, channel: string): Promise<readonly UnreadPeriod[]> {
  const unread = await archive.unread(channel);
  return Promise.all(
    unread.slice(0, mostGaps).map(async ({ from, to }) => {
      const [{ before }, { after }] = await Promise.all([
        archive.context({ channel, id: from }, { before: 1, after: 0 }),
        archive.context({ channel, id: to }, { before: 0, after: 1 }),
      ]);
      return {
        channel,
        from: before.at(-1)?.publishedAt,
        to: after[0]?.publishedAt,
        firstId: from,
        lastId: to,
      };
    }),
  );
}
