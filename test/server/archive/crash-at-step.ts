import { systemClock } from "../../../scraper/clock.ts";
import { Gates } from "../../../scraper/reading/gates.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import { mediaSource } from "../../../scraper/reading/media-source.ts";
import { pageReader } from "../../../scraper/reading/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { mediaWants } from "../../../server/archive/media/media-policy.ts";
import { leaseMs } from "../../../server/archive/runs/lease.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { mediaFetcher } from "../../../server/jobs/media.ts";
import { type RunChannel, workOnRun } from "../../../server/jobs/work-on-run.ts";
import { countSteps } from "./step-counter.ts";

/**
 * Archives a channel as a command does, its run in the ledger, with the files its posts show where an hour is given at which it
 * runs, and kills itself at the step-th statement or transaction mark that the archive asks of SQLite.
 */
const [file = "", origin = "", channel = "", step = "0", attempt = "0", hour] =
  process.argv.slice(2);

// The one who died before is dead for certain: its lease need not be waited for.
const later = Number(hour ?? 0) * 3_600_000 + 2 * leaseMs * Number(attempt);
const now = (): Date => new Date(Date.now() + later);
const clock = { ...systemClock, now: () => now().getTime() };
const gates = new Gates({ rate: 1000, concurrency: 2 });
await using source = await httpSource({ origin });
const reader = pageReader({ source, clock, gate: gates.of(new URL(origin).host) });
await using archive = await Archive.open(file, { now });
// What dies in opening has tests of its own.
countSteps(Number(step));
const fetchMedia = mediaFetcher({
  archive,
  reader,
  source: mediaSource({ origin, gates, concurrency: 2 }),
  policy: { kinds: mediaWants, maxBytes: 1_000_000 },
  totalBytes: 1_000_000_000,
  clock,
});
const begun = await archive.runs.begin({ channel, holder: `attempt ${attempt}` });
if ("busy" in begun) throw new Error(`${begun.busy.holder} is taken for alive.`);
const runChannel: RunChannel = async (name, options) =>
  archiveChannel({ archive, reader, ...(hour !== undefined && { fetchMedia }) }, name, options);
await workOnRun({ archive, clock, runChannel }, begun, new AbortController().signal);
