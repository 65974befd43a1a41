import { systemClock } from "../../../scraper/clock.ts";
import { Gates } from "../../../scraper/gates.ts";
import { httpSource } from "../../../scraper/http-source.ts";
import { mediaSource } from "../../../scraper/media-source.ts";
import { pageReader } from "../../../scraper/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { mediaWants } from "../../../server/archive/media-policy.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { mediaFetcher } from "../../../server/jobs/media.ts";
import { countSteps } from "./step-counter.ts";

/**
 * Archives a channel, with the files its posts show where an hour is given at which it runs, and kills itself at the step-th
 * statement or transaction mark that the archive asks of SQLite.
 */
const [file = "", origin = "", channel = "", step = "0", hour] = process.argv.slice(2);
countSteps(Number(step));

const later = Number(hour ?? 0) * 3_600_000;
const now = (): Date => new Date(Date.now() + later);
const clock = { ...systemClock, now: () => now().getTime() };
const gates = new Gates({ rate: 1000, concurrency: 2 });
await using source = await httpSource({ origin });
const reader = pageReader({ source, clock, gate: gates.of(new URL(origin).host) });
await using archive = await Archive.open(file, { now });
const fetchMedia = mediaFetcher({
  archive,
  reader,
  source: mediaSource({ origin, gates, concurrency: 2 }),
  policy: { kinds: mediaWants, maxBytes: 1_000_000 },
  totalBytes: 1_000_000_000,
  clock,
});
await archiveChannel({ archive, reader, ...(hour !== undefined && { fetchMedia }) }, channel);
