import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementResultingChanges } from "node:sqlite";
import { systemClock } from "../../../scraper/clock.ts";
import { Gate } from "../../../scraper/gate.ts";
import { httpSource } from "../../../scraper/http-source.ts";
import { pageReader } from "../../../scraper/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { leaseMs } from "../../../server/archive/run-ledger.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { type RunChannel, workOnRun } from "../../../server/jobs/work-on-run.ts";

/** Archives a channel as a command does, its run in the ledger, and kills itself at the step-th statement or transaction mark that the archive asks of SQLite. */
const [file = "", origin = "", channel = "", step = "0", attempt = "0"] = process.argv.slice(2);
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

await using source = await httpSource({ origin });
const reader = pageReader({ source, gate: new Gate({ rate: 1000, concurrency: 2 }) });
// The one who died before is dead for certain: its lease need not be waited for.
const late = (): Date => new Date(Date.now() + 2 * leaseMs * Number(attempt));
await using archive = await Archive.open(file, { now: late });
const begun = await archive.runs.begin({ channel, holder: `attempt ${attempt}` });
if ("busy" in begun) throw new Error(`${begun.busy.holder} is taken for alive.`);
const runChannel: RunChannel = async (name, options) =>
  archiveChannel({ archive, reader }, name, options);
const clock = { ...systemClock, now: () => late().getTime() };
await workOnRun({ archive, clock, runChannel }, begun, new AbortController().signal);
