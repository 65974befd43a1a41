import { randomUUID } from "node:crypto";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import { reason } from "../../../scraper/reasons.ts";
import type { Database, Handles } from "../database.ts";
import { nameKey } from "../name-key.ts";
import type { Cadence } from "./cadence.ts";
import { endedFor } from "./run.ts";
import { errorColumns } from "./run-rows.ts";
import type { ScheduleTable } from "../schema/schema.ts";

/** When one channel is read again. */
export interface Schedule {
  readonly id: string;
  readonly channel: string;
  readonly cadence: Cadence;
  /** Each due time is put off by a part of this, always the same for one channel. */
  readonly jitterSeconds: number;
  /** What becomes of due times that nobody was there for: left out, or one run for all of them. */
  readonly misfire: "skip" | "once";
  readonly paused: boolean;
  readonly createdAt: Instant;
  /** Absent while it is paused, or when its cadence has no more due times. */
  readonly nextDueAt?: Instant;
}

/** What a schedule is made of. */
export type ScheduleDraft = Pick<Schedule, "channel" | "cadence" | "jitterSeconds" | "misfire">;

/** The schedules of one archive, one for each channel. When they are due is reckoned by whoever sets them. */
export class Schedules {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /** By channel. */
  async list(): Promise<readonly Schedule[]> {
    const rows = await this.#handles.reader
      .selectFrom("schedule")
      .selectAll()
      .orderBy("channel_key")
      .execute();
    return rows.map(scheduleOf);
  }

  /** The schedule of this id or channel. */
  async get(idOrChannel: string): Promise<Schedule | undefined> {
    return find(this.#handles.reader, idOrChannel);
  }

  /** Those that are due by now, longest due first, at most `limit`. */
  async due(limit: number): Promise<readonly Schedule[]> {
    const rows = await this.#handles.reader
      .selectFrom("schedule")
      .where("paused", "=", 0)
      .where("next_due_at", "<=", instant(this.#handles.now()))
      .selectAll()
      .orderBy("next_due_at")
      .orderBy("channel_key")
      .limit(limit)
      .execute();
    return rows.map(scheduleOf);
  }

  /** Makes the channel's schedule, or makes the one it has into this; it is not paused then. */
  async set(draft: ScheduleDraft, nextDueAt: Instant | undefined): Promise<Schedule> {
    const row: ScheduleTable = {
      id: randomUUID(),
      channel: draft.channel,
      channel_key: nameKey(draft.channel),
      cadence: JSON.stringify(draft.cadence),
      jitter_seconds: draft.jitterSeconds,
      misfire: draft.misfire,
      paused: 0,
      created_at: instant(this.#handles.now()),
      next_due_at: nextDueAt ?? null,
    };
    const { id: _id, channel_key: _key, created_at: _at, ...changes } = row;
    const kept = await this.#handles
      .writer()
      .insertInto("schedule")
      .values(row)
      .onConflict((conflict) => conflict.column("channel_key").doUpdateSet(changes))
      .returningAll()
      .executeTakeFirstOrThrow();
    return scheduleOf(kept);
  }

  /** From now on nothing of it is due. `undefined` when there is no such schedule. */
  async pause(idOrChannel: string): Promise<Schedule | undefined> {
    return this.#change(idOrChannel, { paused: 1, next_due_at: null });
  }

  /** It is due again, first at `nextDueAt`; what was due meanwhile is not made up for. */
  async resume(idOrChannel: string, nextDueAt: Instant | undefined): Promise<Schedule | undefined> {
    return this.#change(idOrChannel, { paused: 0, next_due_at: nextDueAt ?? null });
  }

  /** Takes it away; a run of it that has not begun is skipped, one under way goes on. */
  async remove(idOrChannel: string): Promise<Schedule | undefined> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const schedule = await find(tx, idOrChannel);
        if (!schedule) return undefined;
        await tx.deleteFrom("schedule").where("id", "=", schedule.id).execute();
        await tx
          .updateTable("run")
          .set({
            state: "skipped",
            finished_at: instant(this.#handles.now()),
            ...errorColumns(endedFor("ScheduleRemoved", reason("schedule-removed"))),
          })
          .where("schedule_id", "=", schedule.id)
          .where("state", "=", "waiting")
          .execute();
        return schedule;
      });
  }

  async #change(
    idOrChannel: string,
    change: Partial<ScheduleTable>,
  ): Promise<Schedule | undefined> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const schedule = await find(tx, idOrChannel);
        if (!schedule) return undefined;
        await tx.updateTable("schedule").set(change).where("id", "=", schedule.id).execute();
        return find(tx, schedule.id);
      });
  }
}

async function find(db: Database, idOrChannel: string): Promise<Schedule | undefined> {
  const row = await db
    .selectFrom("schedule")
    .where((eb) =>
      eb.or([eb("id", "=", idOrChannel), eb("channel_key", "=", nameKey(idOrChannel))]),
    )
    .selectAll()
    .executeTakeFirst();
  return row && scheduleOf(row);
}

function scheduleOf(row: ScheduleTable): Schedule {
  return {
    id: row.id,
    channel: row.channel,
    cadence: JSON.parse(row.cadence) as Cadence,
    jitterSeconds: row.jitter_seconds,
    misfire: row.misfire,
    paused: row.paused === 1,
    createdAt: row.created_at,
    ...(row.next_due_at !== null && { nextDueAt: row.next_due_at }),
  };
}
