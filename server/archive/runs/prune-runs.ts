import type { Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { nextRunNo } from "./run-rows.ts";

/** A year of a hundred channels read every four hours; what is older goes. */
const keptRuns = 250_000;
const keptDays = 400;
const keptLinesDays = 30;
const prunedAtOnce = 500;

/** Lets go of what is too old or too much, at most 500 runs and 500 lines at a time. */
export async function pruneRuns(tx: Database, now: Date): Promise<void> {
  const last = (await nextRunNo(tx)) - 1;
  const old = await tx
    .selectFrom("run")
    .where("state", "in", ["done", "failed", "stopped", "skipped"])
    .where((eb) =>
      eb.or([eb("no", "<=", last - keptRuns), eb("due_at", "<", daysAgo(now, keptDays))]),
    )
    // The newest stays: numbers only rise.
    .where("no", "<", last)
    .orderBy("no")
    .limit(prunedAtOnce)
    .select("id")
    .execute();
  const ids = old.map(({ id }) => id);
  if (ids.length > 0) {
    await tx.deleteFrom("run_line").where("run_id", "in", ids).execute();
    await tx.deleteFrom("run").where("id", "in", ids).execute();
  }
  await tx
    .deleteFrom("run_line")
    .where((eb) =>
      eb(
        eb.refTuple("run_id", "no"),
        "in",
        eb
          .selectFrom("run_line")
          .where("at", "<", daysAgo(now, keptLinesDays))
          .select(["run_id", "no"])
          .limit(prunedAtOnce)
          .$asTuple("run_id", "no"),
      ),
    )
    .execute();
}

const daysAgo = (now: Date, days: number): Instant =>
  new Date(now.getTime() - days * 86_400_000).toISOString();
