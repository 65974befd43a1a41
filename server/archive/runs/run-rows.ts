import { randomUUID } from "node:crypto";
import type { Instant } from "../../../scraper/post.ts";
import { reason, type Reasons } from "../../../scraper/reasons.ts";
import type { Database } from "../database.ts";
import { nameKey } from "../name-key.ts";
import {
  endedFor,
  noCounts,
  type Run,
  type RunCounts,
  type RunError,
  type RunTrouble,
  type SaidLine,
} from "./run.ts";
import type { RunCode } from "../reasons.ts";
import type { RunTable } from "../schema/schema.ts";

const mostLines = 1_000;
const longestLine = 1_000;
/** A run that so many processes took up and none brought to its end is at fault itself. */
const mostHolders = 20;

/** The run as the ledger tells it. */
export function runOf(row: RunTable): Run {
  return {
    id: row.id,
    channel: row.channel,
    ...(row.schedule_id !== null && { scheduleId: row.schedule_id }),
    cause: row.cause,
    dueAt: row.due_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    state: row.state,
    counts: { ...noCounts, ...(JSON.parse(row.counts) as Partial<RunCounts>) },
    ...(row.holder !== null && { holder: row.holder }),
    ...(row.retry_of !== null && { retryOf: row.retry_of }),
    ...(row.state === "running" && row.stop_requested === 1 && { stopRequested: true }),
    ...(row.state === "running" &&
      row.trouble !== null && { trouble: JSON.parse(row.trouble) as RunTrouble }),
    ...errorOf(row),
  };
}

function errorOf(row: RunTable): Pick<Run, "error"> {
  if (row.error_class === null) return {};
  const reasons =
    row.error_reasons === null ? undefined : (JSON.parse(row.error_reasons) as Reasons<RunCode>);
  const error = { class: row.error_class, message: row.error_message ?? "" };
  return { error: { ...error, ...(reasons && { reasons }) } };
}

/** Why a run ended, as the ledger keeps it. */
export const errorColumns = (
  error: RunError | undefined,
): Pick<RunTable, "error_class" | "error_message" | "error_reasons"> => ({
  error_class: error?.class ?? null,
  error_message: error?.message ?? null,
  error_reasons: error?.reasons ? JSON.stringify(error.reasons) : null,
});

/** The number that the next run gets. */
export async function nextRunNo(tx: Database): Promise<number> {
  const last = await tx
    .selectFrom("run")
    .select((eb) => eb.fn.max("no").as("no"))
    .executeTakeFirst();
  return (last?.no ?? 0) + 1;
}

/** Writes a new run; for a due time that has one already nothing is written. */
export async function insertRun(
  tx: Database,
  run: {
    readonly channel: string;
    readonly cause: Run["cause"];
    readonly dueAt: Instant;
    readonly scheduleId?: string;
    readonly retryOf?: string;
  } & (
    | { readonly state: "waiting" }
    | { readonly state: "running"; readonly holder: string; readonly leaseUntil: string }
    | { readonly state: "skipped"; readonly at: Instant; readonly error: RunError }
  ),
): Promise<RunTable> {
  const row: RunTable = {
    no: await nextRunNo(tx),
    id: randomUUID(),
    channel: run.channel,
    channel_key: nameKey(run.channel),
    schedule_id: run.scheduleId ?? null,
    cause: run.cause,
    due_at: run.dueAt,
    started_at: run.state === "running" ? run.dueAt : null,
    finished_at: run.state === "skipped" ? run.at : null,
    state: run.state,
    counts: JSON.stringify(noCounts),
    holder: run.state === "running" ? run.holder : null,
    fence: run.state === "running" ? 1 : 0,
    lease_until: run.state === "running" ? run.leaseUntil : null,
    stop_requested: 0,
    trouble: null,
    retry_of: run.retryOf ?? null,
    ...errorColumns(run.state === "skipped" ? run.error : undefined),
  };
  await tx
    .insertInto("run")
    .values(row)
    .onConflict((conflict) => conflict.columns(["schedule_id", "due_at"]).doNothing())
    .execute();
  return row;
}

/** What becomes of a run whose holder died: another goes on with it, or it ends and says so. */
export async function takeOver(
  tx: Database,
  row: RunTable,
  next: { readonly at: Instant; readonly holder: string; readonly leaseUntil: string },
): Promise<RunTable | undefined> {
  const { at, holder } = next;
  const end = endOfDead(row);
  const change: Partial<RunTable> = end
    ? {
        state: end.state,
        finished_at: at,
        lease_until: null,
        ...errorColumns(end.error),
      }
    : { holder, fence: row.fence + 1, lease_until: next.leaseUntil, trouble: null };
  await tx.updateTable("run").set(change).where("no", "=", row.no).execute();
  if (end) return undefined;
  const text = `${row.holder ?? "Its process"} vanished; ${holder} took the run over.`;
  await writeLine(tx, row.id, { at, text });
  return { ...row, ...change };
}

function endOfDead(
  row: RunTable,
): { readonly state: "failed" | "stopped"; readonly error: RunError } | undefined {
  if (row.stop_requested === 1)
    return { state: "stopped", error: endedFor("Stopped", reason("stopped-alone")) };
  // What a command was asked for (its dates, its limit) is known to that command alone.
  if (row.cause === "command")
    return { state: "failed", error: endedFor("HolderLost", reason("command-vanished")) };
  if (row.fence >= mostHolders)
    return {
      state: "failed",
      error: endedFor("HolderLost", reason("holders-vanished", { holders: mostHolders })),
    };
  return undefined;
}

/** Adds a line to a run's log; the last of the lines it may have says that there were more. */
export async function writeLine(tx: Database, runId: string, line: SaidLine): Promise<void> {
  const last = await tx
    .selectFrom("run_line")
    .where("run_id", "=", runId)
    .select((eb) => eb.fn.max("no").as("no"))
    .executeTakeFirst();
  const no = (last?.no ?? 0) + 1;
  if (no > mostLines) return;
  const text = no === mostLines ? "There was more to say than a log has room for." : line.text;
  await tx
    .insertInto("run_line")
    .values({ run_id: runId, no, at: line.at, text: text.slice(0, longestLine) })
    .execute();
}
