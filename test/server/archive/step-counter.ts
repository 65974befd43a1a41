import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementResultingChanges } from "node:sqlite";

/** From here on this process kills itself at the step-th statement or transaction mark asked of SQLite. */
export function countSteps(step: number): void {
  let left = step;
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
}
