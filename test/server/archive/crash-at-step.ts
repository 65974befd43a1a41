import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementResultingChanges } from "node:sqlite";
import { Gate } from "../../../scraper/gate.ts";
import { httpSource } from "../../../scraper/http-source.ts";
import { pageReader } from "../../../scraper/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";

/** Archives a channel, and kills itself at the step-th statement or transaction mark that the archive asks of SQLite. */
const [file = "", origin = "", channel = "", step = "0"] = process.argv.slice(2);
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
await using archive = await Archive.open(file);
await archiveChannel({ archive, reader }, channel);
