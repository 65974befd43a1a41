import type { Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { digestOf, type Event, linkAfter, newSalts } from "./entry.ts";

/** An event, and what must be purged for it to be forgotten: a page, or a post of a channel; neither: it stays. */
export interface Noted {
  readonly event: Event;
  readonly channelNo?: number;
  readonly postId?: number;
  readonly bodyNo?: number;
}

const rowsAStatement = 500;

/** Adds an entry that tells of all these to the end of the journal, inside the caller's transaction; answers the newest entry's number. */
export async function note(tx: Database, all: readonly Noted[], at: Instant): Promise<number> {
  const last = await tx
    .selectFrom("journal")
    .orderBy("no", "desc")
    .limit(1)
    .select(["no", "link"])
    .executeTakeFirst();
  if (all.length === 0) return last?.no ?? 0;
  const no = (last?.no ?? 0) + 1;
  const salts = newSalts(all.length);
  const told = all.flatMap(({ event, channelNo, postId, bodyNo }, place) => {
    const salt = salts[place];
    if (!salt) return [];
    const content = JSON.stringify(event);
    const about = {
      channel_no: channelNo ?? null,
      post_id: postId ?? null,
      body_no: bodyNo ?? null,
    };
    return [{ digest: digestOf(salt, content), row: { no, place, salt, content, ...about } }];
  });
  const digests = Buffer.concat(told.map(({ digest }) => digest));
  const link = linkAfter(last?.link, { no, at, digests });
  await tx.insertInto("journal").values({ no, at, digests, link }).execute();
  for (let from = 0; from < told.length; from += rowsAStatement)
    await tx
      .insertInto("journal_content")
      .values(told.slice(from, from + rowsAStatement).map(({ row }) => row))
      .execute();
  return no;
}
