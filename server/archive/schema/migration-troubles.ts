import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 10: what a run under way waits for, and alerts that somebody dismissed. */
export async function troubles({ schema }: Kysely<Tables>): Promise<void> {
  await schema.alterTable("run").addColumn("trouble", "text").execute();
  await schema.alterTable("alert").addColumn("dismissed_at", "text").execute();
  await schema.alterTable("alert").addColumn("dismissed_reason", "text").execute();
}
