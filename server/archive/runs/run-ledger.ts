import { UsageError } from "../../../scraper/errors.ts";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import { reason } from "../../../scraper/reasons.ts";
import type { Database, Handles } from "../database.ts";
import { nameKey } from "../name-key.ts";
import {
  endedFor,
  type Lease,
  type Run,
  type RunCounts,
  type RunError,
  type RunLine,
  type RunTrouble,
  type SaidLine,
} from "./run.ts";
import { holdLease, leaseMs } from "./lease.ts";
import { deadRuns, freeRuns, openRun } from "./open-runs.ts";
import { pruneRuns } from "./prune-runs.ts";
import { errorColumns, insertRun, runOf, takeOver, writeLine } from "./run-rows.ts";
import type { RunTable } from "../schema/schema.ts";
import type { Schedule } from "./schedules.ts";

/** More runs than these do not wait. */
const mostWaiting = 1_000;
const mostListed = 1_000;

/** A due time of a schedule, and why there is no run for it if that is so. */
export interface DueTime {
  readonly dueAt: Instant;
  readonly skipped?: RunError;
}

/** How a run ended. */
export interface RunEnd {
  readonly state: "done" | "failed" | "stopped";
  readonly counts: RunCounts;
  readonly error?: RunError;
}

/**
 * The one ledger of runs: who may work on which channel, and what became of it. Whatever the number of processes, a due
 * time makes one run, and a channel is read by one holder at a time.
 */
export class RunLedger {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /** Newest first, at most 1,000; `before` is the id of a run. */
  async list(asked: {
    readonly limit: number;
    readonly before?: string;
    readonly channel?: string;
    /** Runs of these channels only. */
    readonly within?: readonly string[];
    readonly state?: Run["state"];
  }): Promise<readonly Run[]> {
    const { limit, before, channel, within, state } = asked;
    let query = this.#handles.reader.selectFrom("run").selectAll();
    if (before !== undefined)
      query = query.where("no", "<", (eb) =>
        eb.selectFrom("run").where("id", "=", before).select("no"),
      );
    if (channel !== undefined) query = query.where("channel_key", "=", nameKey(channel));
    if (within) query = query.where("channel_key", "in", within.map(nameKey));
    if (state !== undefined) query = query.where("state", "=", state);
    const rows = await query.orderBy("no", "desc").limit(Math.min(limit, mostListed)).execute();
    return rows.map(runOf);
  }

  /** The newest run of each channel that was not skipped, newest first, at most 1,000. */
  async newestOfEach(): Promise<readonly Run[]> {
    const rows = await this.#handles.reader
      .selectFrom("run")
      .where("no", "in", (eb) =>
        eb
          .selectFrom("run")
          .where("state", "<>", "skipped")
          .groupBy("channel_key")
          .select((each) => each.fn.max("no").as("no")),
      )
      .selectAll()
      .orderBy("no", "desc")
      .limit(mostListed)
      .execute();
    return rows.map(runOf);
  }

  async get(id: string): Promise<Run | undefined> {
    const row = await rowOf(this.#handles.reader, id);
    return row && runOf(row);
  }

  /** What a run said after line `after`, oldest first. */
  async lines(id: string, after = 0): Promise<readonly RunLine[]> {
    return this.#handles.reader
      .selectFrom("run_line")
      .where("run_id", "=", id)
      .where("no", ">", after)
      .select(["no", "at", "text"])
      .orderBy("no")
      .execute();
  }

  /** Asks for a run of a channel; one that waits or is under way already is given instead. @throws UsageError when too many wait */
  async start(asked: {
    readonly channel: string;
    readonly cause: "asked" | "retry";
    readonly retryOf?: string;
  }): Promise<Run> {
    return this.#change(async (tx) => {
      const open = await openRun(tx, asked.channel);
      if (open) return runOf(open);
      const { waiting } = await tx
        .selectFrom("run")
        .where("state", "=", "waiting")
        .select((eb) => eb.fn.countAll<number>().as("waiting"))
        .executeTakeFirstOrThrow();
      if (waiting >= mostWaiting)
        throw new UsageError(`${mostWaiting} runs wait already. Ask again when some are done.`);
      const dueAt = instant(this.#handles.now());
      return runOf(await insertRun(tx, { ...asked, dueAt, state: "waiting" }));
    });
  }

  /** The same channel again, as a run of its own; one still open is given as it is. `undefined` when there is no such run. */
  async retry(id: string): Promise<Run | undefined> {
    const run = await this.get(id);
    return run && this.start({ channel: run.channel, cause: "retry", retryOf: id });
  }

  /**
   * Stops a run: at once while it waits; one under way at its holder's next word, within seconds, after the page in hand.
   * `undefined` when there is no such run; one that has ended stays as it is.
   */
  async stop(id: string): Promise<Run | undefined> {
    return this.#change(async (tx) => {
      const row = await rowOf(tx, id);
      if (!row) return undefined;
      const isHeld = row.state === "running" && (row.lease_until ?? "") > this.#moment();
      const at = instant(this.#handles.now());
      if (isHeld) await writeRow(tx, row, { stop_requested: 1 });
      else if (row.state === "waiting" || row.state === "running")
        await writeRow(tx, row, { state: "stopped", finished_at: at, ...stopped });
      const now = await rowOf(tx, id);
      return now && runOf(now);
    });
  }

  /**
   * Writes due times of a schedule into the ledger and sets when it is due next; false when another process has done so. A
   * channel whose last run is still open gets no second one.
   */
  async due(
    schedule: Schedule,
    times: readonly DueTime[],
    nextDueAt: Instant | undefined,
  ): Promise<boolean> {
    return this.#change(async (tx) => {
      const moved = await tx
        .updateTable("schedule")
        .set({ next_due_at: nextDueAt ?? null })
        .where("id", "=", schedule.id)
        .where("paused", "=", 0)
        .where("next_due_at", "=", schedule.nextDueAt ?? "")
        .executeTakeFirst();
      if (moved.numUpdatedRows === 0n) return false;
      for (const { dueAt, skipped } of times) {
        const open = skipped ? undefined : await openRun(tx, schedule.channel);
        const why = skipped ?? (open && overlap(open));
        await insertRun(tx, {
          channel: schedule.channel,
          cause: "schedule",
          scheduleId: schedule.id,
          dueAt,
          ...(why
            ? { state: "skipped", at: instant(this.#handles.now()), error: why }
            : { state: "waiting" }),
        });
      }
      return true;
    });
  }

  /** Takes up to `limit` runs: those whose holder died, then those that have waited longest. */
  async claim({
    holder,
    limit,
  }: {
    readonly holder: string;
    readonly limit: number;
  }): Promise<readonly { readonly run: Run; readonly lease: Lease }[]> {
    if (limit < 1 || !(await this.#hasWork())) return [];
    return this.#change(async (tx) => {
      const taken: RunTable[] = [];
      const now = { at: instant(this.#handles.now()), holder, leaseUntil: this.#leaseUntil() };
      for (const row of await deadRuns(tx, this.#moment())) {
        if (taken.length >= limit) break;
        const next = await takeOver(tx, row, now);
        if (next) taken.push(next);
      }
      for (const row of await freeRuns(tx, { now: now.at, limit: limit - taken.length })) {
        const change = {
          state: "running" as const,
          holder,
          fence: row.fence + 1,
          lease_until: now.leaseUntil,
          started_at: row.started_at ?? now.at,
        };
        await writeRow(tx, row, change);
        taken.push({ ...row, ...change });
      }
      return taken.map((row) => ({ run: runOf(row), lease: leaseOf(row) }));
    });
  }

  /** Begins a run of a channel at once, for a command; `busy` when another process reads the channel. */
  async begin({
    channel,
    holder,
    isGone = () => false,
  }: {
    readonly channel: string;
    readonly holder: string;
    /** Whether a holder has ended for certain, so that its lease need not be waited for. */
    readonly isGone?: (holder: string) => boolean;
  }): Promise<{ readonly run: Run; readonly lease: Lease } | { readonly busy: Run }> {
    return this.#change(async (tx) => {
      const at = instant(this.#handles.now());
      const other = await tx
        .selectFrom("run")
        .where("channel_key", "=", nameKey(channel))
        .where("state", "=", "running")
        .selectAll()
        .executeTakeFirst();
      const isHeld = (other?.lease_until ?? "") > this.#moment() && !isGone(other?.holder ?? "");
      if (other && isHeld) return { busy: runOf(other) };
      if (other) await writeRow(tx, other, { state: "failed", finished_at: at, ...vanished });
      const row = await insertRun(tx, {
        channel,
        cause: "command",
        dueAt: at,
        state: "running",
        holder,
        leaseUntil: this.#leaseUntil(),
      });
      return { run: runOf(row), lease: leaseOf(row) };
    });
  }

  /**
   * The holder is alive, and so far has done this; `trouble` is what it waits for. Tells whether somebody asked for the run
   * to stop. @throws LeaseLost
   */
  async renew(
    lease: Lease,
    counts: RunCounts,
    trouble?: RunTrouble,
  ): Promise<{ readonly stop: boolean }> {
    return this.#change(async (tx) => {
      await holdLease(tx, lease, { counts, leaseUntil: this.#leaseUntil(), trouble });
      const row = await rowOf(tx, lease.runId);
      return { stop: row?.stop_requested === 1 };
    });
  }

  /** The run is over. @throws LeaseLost */
  async finish(lease: Lease, { state, counts, error }: RunEnd): Promise<void> {
    await this.#change(async (tx) => {
      await holdLease(tx, lease, { counts });
      await tx
        .updateTable("run")
        .set({
          state,
          finished_at: instant(this.#handles.now()),
          lease_until: null,
          ...errorColumns(error),
        })
        .where("id", "=", lease.runId)
        .execute();
    });
  }

  /** The holder goes; whoever comes next goes on with the run. @throws LeaseLost */
  async release(lease: Lease, counts: RunCounts): Promise<void> {
    await this.#change(async (tx) => {
      await holdLease(tx, lease, { counts });
      await tx
        .updateTable("run")
        .set({ state: "waiting", lease_until: null })
        .where("id", "=", lease.runId)
        .execute();
      const text = "Its process was stopped; the next one goes on with it.";
      await writeLine(tx, lease.runId, { at: instant(this.#handles.now()), text });
    });
  }

  /** Adds lines to a run's log, which has at most 1,000. */
  async say(runId: string, ...lines: readonly SaidLine[]): Promise<void> {
    await this.#change(async (tx) => {
      for (const line of lines) await writeLine(tx, runId, line);
    });
  }

  /** Lets go of what is too old or too much, at most 500 runs and 500 lines at a time. */
  async prune(): Promise<void> {
    await this.#change(async (tx) => pruneRuns(tx, this.#handles.now()));
  }

  /** Whether there is anything to take up; asked each second, so it takes no lock. */
  async #hasWork(): Promise<boolean> {
    const found = await this.#handles.reader
      .selectFrom("run")
      .where((eb) =>
        eb.or([
          eb.and([eb("state", "=", "waiting"), eb("due_at", "<=", instant(this.#handles.now()))]),
          eb.and([eb("state", "=", "running"), eb("lease_until", "<=", this.#moment())]),
        ]),
      )
      .select("no")
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  }

  async #change<T>(work: (tx: Database) => Promise<T>): Promise<T> {
    return this.#handles.writer().transaction().execute(work);
  }

  /** With milliseconds, as leases are kept. */
  #moment(): string {
    return this.#handles.now().toISOString();
  }

  #leaseUntil(): string {
    return new Date(this.#handles.now().getTime() + leaseMs).toISOString();
  }
}

const stopped = { lease_until: null, ...errorColumns(endedFor("Stopped", reason("stopped"))) };
const vanished = {
  lease_until: null,
  ...errorColumns(endedFor("HolderLost", reason("taken-up-by-command"))),
};

function overlap({ due_at: due, started_at: since }: RunTable): RunError {
  return endedFor(
    "Overlap",
    since === null
      ? reason("earlier-waits", { due, since: due })
      : reason("earlier-runs", { due, since }),
  );
}

async function rowOf(db: Database, id: string): Promise<RunTable | undefined> {
  return db.selectFrom("run").where("id", "=", id).selectAll().executeTakeFirst();
}

async function writeRow(tx: Database, row: RunTable, change: Partial<RunTable>): Promise<void> {
  await tx.updateTable("run").set(change).where("no", "=", row.no).execute();
}

const leaseOf = ({ id, fence }: RunTable): Lease => ({ runId: id, fence });
