import type { Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import type { RunTable } from "../schema/schema.ts";
import { nameKey } from "../name-key.ts";

/** The run of a channel that waits or is under way. */
export async function openRun(tx: Database, channel: string): Promise<RunTable | undefined> {
  return tx
    .selectFrom("run")
    .where("channel_key", "=", nameKey(channel))
    .where("state", "in", ["waiting", "running"])
    .selectAll()
    .orderBy("no")
    .executeTakeFirst();
}

/** Runs under way whose holder has not spoken for as long as a lease lasts. */
export async function deadRuns(tx: Database, moment: string): Promise<readonly RunTable[]> {
  return tx
    .selectFrom("run")
    .where("state", "=", "running")
    .where("lease_until", "<=", moment)
    .selectAll()
    .orderBy("no")
    .execute();
}

/** Waiting runs of channels that nobody reads, one for each channel. */
export async function freeRuns(
  tx: Database,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<readonly RunTable[]> {
  if (limit < 1) return [];
  const rows = await tx
    .selectFrom("run as r")
    .where("r.state", "=", "waiting")
    .where("r.due_at", "<=", now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("run as other")
            .whereRef("other.channel_key", "=", "r.channel_key")
            .where("other.state", "=", "running")
            .select("other.no"),
        ),
      ),
    )
    .selectAll("r")
    .orderBy("r.due_at")
    .orderBy("r.no")
    .execute();
  const seen = new Set<string>();
  return rows.filter(({ channel_key: key }) => !seen.has(key) && seen.add(key)).slice(0, limit);
}
