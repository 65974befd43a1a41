import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementResultingChanges } from "node:sqlite";
import { systemClock } from "../../../scraper/clock.ts";
import { Gates } from "../../../scraper/gates.ts";
import { httpSource } from "../../../scraper/http-source.ts";
import { mediaSource } from "../../../scraper/media-source.ts";
import { pageReader } from "../../../scraper/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { mediaWants } from "../../../server/archive/media-policy.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { mediaFetcher } from "../../../server/jobs/media.ts";

/**
 * Archives a channel, with the files its posts show where an hour is given at which it runs, and kills itself at the step-th statement or transaction mark that the archive
 * asks of SQLite.
 */
const [file = "", origin = "", channel = "", step = "0", hour] = process.argv.slice(2);
let left = Number(step);
const count = (): void => {
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
};
// oxlint-disable-next-line typescript/unbound-method -- each is called for its own database again
const { exec, prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function counted(sql) {
  count();
  exec.call(this, sql);
  count();
};
DatabaseSync.prototype.prepare = function counted(sql) {
  count();
  const statement = prepare.call(this, sql);
  const run = statement.run.bind(statement);
  const counted = (...values: SQLInputValue[]): StatementResultingChanges => {
    count();
    return run(...values);
  };
  return Object.assign(statement, { run: counted });
};

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
