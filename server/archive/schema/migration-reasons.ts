import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Migration 15: what the sentences of runs and alerts are made of, beside them; and the two walks of a purge by their names. */
export async function reasons(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable("run").addColumn("error_reasons", "text").execute();
  await db.schema.alterTable("alert").addColumn("reasons", "text").execute();
  await namePurgeWalks(db);
}

/** So far one step, `find`, was both: of an author a cursor below zero stood for the second, of other purges there was no first. */
async function namePurgeWalks(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable("purge")
    .where("step", "=", "find")
    .where("kind", "=", "author")
    .where("cursor", "<", 0)
    .set({ step: "quotes", cursor: sql`-cursor - 1` })
    .execute();
  await db
    .updateTable("purge")
    .where("step", "=", "find")
    .where("kind", "<>", "author")
    .set({ step: "quotes" })
    .execute();
}
