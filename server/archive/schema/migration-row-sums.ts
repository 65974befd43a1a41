import type { Kysely } from "kysely";
import { rowSum } from "../posts/row-sum.ts";
import type { Tables } from "./schema.ts";

const rowsAtOnce = 500;

/** Migration 12: each post's row carries a checksum of what it says. */
export async function rowSums(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable("post").addColumn("sum", "integer").execute();
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("post")
      .where("no", ">", after)
      .orderBy("no")
      .limit(rowsAtOnce)
      .selectAll()
      .execute();
    for (const row of rows)
      await db
        .updateTable("post")
        .set({ sum: rowSum(row) })
        .where("no", "=", row.no)
        .execute();
    const last = rows.at(-1);
    if (!last) return;
    after = last.no;
  }
}
