import type { Database } from "../database.ts";
import { LeaseLost } from "../errors.ts";
import type { Lease, RunCounts, RunTrouble } from "./run.ts";

/** A holder that has not spoken for so long is taken for dead. */
export const leaseMs = 30_000;

/**
 * Holds a transaction to its lease: it goes through only while the run is the holder's, and with it what the run has done.
 * @throws LeaseLost
 */
export async function holdLease(
  tx: Database,
  lease: Lease,
  done: {
    readonly counts?: RunCounts;
    readonly leaseUntil?: string;
    readonly trouble?: RunTrouble | undefined;
  },
): Promise<void> {
  const held = await tx
    .updateTable("run")
    .set({
      fence: lease.fence,
      ...(done.counts && { counts: JSON.stringify(done.counts) }),
      ...(done.leaseUntil !== undefined && { lease_until: done.leaseUntil }),
      trouble: done.trouble ? JSON.stringify(done.trouble) : null,
    })
    .where("id", "=", lease.runId)
    .where("fence", "=", lease.fence)
    .where("state", "=", "running")
    .executeTakeFirst();
  if (held.numUpdatedRows === 1n) return;
  throw new LeaseLost(
    "Another process has taken this run over, or it was ended. Nothing more is saved here; what was read before is kept.",
  );
}
