import type { Database } from "../database.ts";
import type { ChannelTable, PurgeTable } from "../schema/schema.ts";

/** The channels that an order takes something from. */
export async function channelsOf(
  tx: Database,
  order: PurgeTable,
): Promise<readonly ChannelTable[]> {
  const all = await tx.selectFrom("channel").selectAll().execute();
  if (order.kind === "channel") return all.filter(({ name_key }) => name_key === order.channel);
  const touched = await tx
    .selectFrom("purged")
    .where("purge_no", "=", order.no)
    .select("channel")
    .distinct()
    .execute();
  return all.filter(({ name_key }) => touched.some(({ channel }) => channel === name_key));
}
