import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 4: when channels are read, and what became of it. */
export async function schedulesAndRuns({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("schedule")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("channel_key", "text", (c) => c.notNull().unique())
    .addColumn("cadence", "text", (c) => c.notNull())
    .addColumn("jitter_seconds", "integer", (c) => c.notNull())
    .addColumn("misfire", "text", (c) => c.notNull())
    .addColumn("paused", "integer", (c) => c.notNull())
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("next_due_at", "text")
    .execute();
  await schema
    .createTable("run")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("channel_key", "text", (c) => c.notNull())
    .addColumn("schedule_id", "text")
    .addColumn("cause", "text", (c) => c.notNull())
    .addColumn("due_at", "text", (c) => c.notNull())
    .addColumn("started_at", "text")
    .addColumn("finished_at", "text")
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("counts", "text", (c) => c.notNull())
    .addColumn("holder", "text")
    .addColumn("fence", "integer", (c) => c.notNull())
    .addColumn("lease_until", "text")
    .addColumn("stop_requested", "integer", (c) => c.notNull())
    .addColumn("retry_of", "text")
    .addColumn("error_class", "text")
    .addColumn("error_message", "text")
    .addUniqueConstraint("run_due", ["schedule_id", "due_at"])
    .execute();
  await schema
    .createIndex("run_under_way")
    .on("run")
    .column("channel_key")
    .unique()
    .where(sql.ref("state"), "=", sql.lit("running"))
    .execute();
  await schema.createIndex("run_of_state").on("run").columns(["state", "no"]).execute();
  await schema
    .createIndex("run_of_channel")
    .on("run")
    .columns(["channel_key", "no", "state"])
    .execute();
  await schema
    .createTable("run_line")
    .addColumn("run_id", "text", (c) => c.notNull().references("run.id"))
    .addColumn("no", "integer", (c) => c.notNull())
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("text", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("run_line_key", ["run_id", "no"])
    .execute();
  await schema.createIndex("run_line_at").on("run_line").column("at").execute();
}
