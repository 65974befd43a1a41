import { Gate } from "../scraper/gate.ts";
import { httpSource } from "../scraper/http-source.ts";
import { pageReader } from "../scraper/page-reader.ts";
import { Archive } from "../server/archive/archive.ts";
import { archiveChannel } from "../server/jobs/archive-channel.ts";
import { sampleDates, type Sample } from "./sample.ts";

/**
 * Archives the sample channels over the loopback network with the real scraper, three times: as they stood one day,
 * a week later with posts added, edited and gone, and a day after that, which confirms what is gone.
 */
export async function archiveSample(
  sample: Sample,
  options: {
    readonly file: string;
    readonly signal?: AbortSignal;
    readonly say?: (sentence: string) => void;
  },
): Promise<void> {
  const { file, signal, say } = options;
  const source = await httpSource({ origin: sample.standIn.origin });
  try {
    for (const day of Object.values(sampleDates)) {
      if (day === sampleDates.second) sample.letTimePass();
      const now = Date.parse(day);
      await using archive = await Archive.open(file, { now: () => new Date(now) });
      const gate = new Gate({ rate: 1_000, concurrency: 4 });
      const clock = { now: () => now, sleep: async () => {} };
      const reader = pageReader({ source, gate, clock });
      for (const { profile } of sample.channels) {
        const counts = await archiveChannel({ archive, reader }, profile.name, {
          ...(signal && { signal }),
          ...(say && { onWarning: say }),
        });
        const { pages, edited, deleted } = counts;
        say?.(
          `${day.slice(0, 10)} @${profile.name}: ${pages} pages, ${counts.new} new, ${edited} edited, ${deleted} deleted`,
        );
      }
    }
  } finally {
    await source[Symbol.asyncDispose]();
  }
}
