import { Gates } from "../scraper/reading/gates.ts";
import { httpSource } from "../scraper/reading/http-source.ts";
import { mediaSource } from "../scraper/reading/media-source.ts";
import { pageReader } from "../scraper/reading/page-reader.ts";
import { Archive } from "../server/archive/archive.ts";
import type { MediaPolicy } from "../server/archive/media/media-policy.ts";
import { archiveChannel } from "../server/jobs/archive-channel.ts";
import { mediaFetcher } from "../server/jobs/media.ts";
import { sampleDates, type Sample } from "./sample.ts";

/**
 * Archives the sample channels over the loopback network with the real scraper, three times: as they stood one day,
 * a week later with posts added, edited and gone, and a day after that, which confirms what is gone.
 */
export async function archiveSample(
  sample: Sample,
  options: {
    readonly file: string;
    /** Which files of posts are fetched; none without. */
    readonly policy?: MediaPolicy;
    readonly signal?: AbortSignal;
    readonly say?: (sentence: string) => void;
  },
): Promise<void> {
  const { file, signal, say, policy = { kinds: [], maxBytes: 0 } } = options;
  const { origin } = sample.standIn;
  const source = await httpSource({ origin });
  try {
    for (const day of Object.values(sampleDates)) {
      if (day === sampleDates.second) sample.letTimePass();
      const now = Date.parse(day);
      await using archive = await Archive.open(file, { now: () => new Date(now) });
      const clock = { now: () => now, sleep: async () => {} };
      const gates = new Gates({ rate: 1_000, concurrency: 4 });
      const reader = pageReader({ source, gate: gates.of(new URL(origin).host), clock });
      const fetchMedia = mediaFetcher({
        archive,
        reader,
        source: mediaSource({ origin, gates }),
        policy,
        totalBytes: 1_000_000_000,
        clock,
      });
      for (const { profile } of sample.channels) {
        const counts = await archiveChannel({ archive, reader, fetchMedia }, profile.name, {
          ...(signal && { signal }),
          ...(say && { onWarning: say }),
        });
        const { pages, edited, deleted } = counts;
        say?.(
          `${day.slice(0, 10)} @${profile.name}: ${pages} pages, ${counts.new} new, ${edited} edited, ${deleted} deleted, ${counts.media ?? 0} files`,
        );
      }
    }
  } finally {
    await source[Symbol.asyncDispose]();
  }
}
