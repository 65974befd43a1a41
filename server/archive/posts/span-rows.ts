import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Database } from "../database.ts";
import type { ChannelTable } from "../schema/schema.ts";
import { type Span, gapsIn, idsIn, layOver } from "../spans.ts";

/** Counts these ids as spanned; answers those that were not before. */
export async function laySpan(
  tx: Database,
  channel: ChannelTable,
  span: Span,
): Promise<readonly IdRange[]> {
  const touching = await tx
    .selectFrom("span")
    .where("channel_no", "=", channel.no)
    .where("from_id", "<=", span.to + 1)
    .where("to_id", ">=", span.from - 1)
    .orderBy("from_id")
    .selectAll()
    .execute();
  const old = touching.map(spanOf);
  const laid = layOver(old, span);
  const news = gapsIn(old, span);
  channel.spanned += idsIn(news);
  if (JSON.stringify(old) === JSON.stringify(laid)) return news;
  await tx
    .deleteFrom("span")
    .where("channel_no", "=", channel.no)
    .where(
      "from_id",
      "in",
      touching.map((row) => row.from_id),
    )
    .execute();
  await tx
    .insertInto("span")
    .values(
      laid.map(({ from, to, readAt }) => ({
        channel_no: channel.no,
        from_id: from,
        to_id: to,
        read_at: readAt,
      })),
    )
    .execute();
  return news;
}

/** The row as a range. */
export function spanOf(row: { from_id: number; to_id: number; read_at: string }): Span {
  return { from: row.from_id, to: row.to_id, readAt: row.read_at };
}
