import type { Channel, Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { note } from "../journal/write-journal.ts";
import { nameKey } from "../name-key.ts";
import type { Ledger } from "./save-posts.ts";
import type { Origin } from "../origins.ts";
import type { ChannelTable } from "../schema/schema.ts";
import { utcDay } from "../spans.ts";

/** Reads the rows that hold the running figures; a channel seen for the first time gets its row. */
export async function openLedger(
  tx: Database,
  page: { readonly channel: Channel; readonly origin: Origin; readonly at: Instant },
  addedAt: Instant,
): Promise<Ledger> {
  const archive = await tx.selectFrom("archive").selectAll().executeTakeFirstOrThrow();
  const known = await tx
    .selectFrom("channel")
    .where("name_key", "=", nameKey(page.channel.name))
    .selectAll()
    .executeTakeFirst();
  if (known) {
    if (tellsMore(known, page)) {
      if (isNews(known, page)) await sample(tx, known.no, page);
      await describe(tx, { archive, channel: known }, page.channel);
    }
    return { archive, channel: known, noted: [] };
  }
  const last = await tx
    .selectFrom("channel")
    .select((eb) => eb.fn.max("no").as("no"))
    .executeTakeFirst();
  const channel: ChannelTable = {
    no: (last?.no ?? 0) + 1,
    ...described(page.channel),
    added_at: addedAt,
    last_read_at: null,
    posts: 0,
    deleted: 0,
    first_id: null,
    newest_id: null,
    oldest: null,
    newest: null,
    spanned: 0,
    unspanned_kept: 0,
  };
  await tx.insertInto("channel").values(channel).execute();
  if (page.origin === "page") await sample(tx, channel.no, page);
  return { archive, channel, noted: [] };
}

/** Writes the running figures back, and what was done into the journal. */
export async function closeLedger(
  tx: Database,
  { archive, channel, noted }: Ledger,
  at: Instant,
): Promise<void> {
  await note(tx, noted, at);
  const { no, ...figures } = channel;
  await tx.updateTable("channel").set(figures).where("no", "=", no).execute();
  const { position, last_post_no, last_body_no } = archive;
  await tx.updateTable("archive").set({ position, last_post_no, last_body_no }).execute();
}

/** What an import says of a channel never replaces what its page said; an older page tells nothing new. */
function tellsMore(
  known: ChannelTable,
  page: { readonly origin: Origin; readonly at: Instant },
): boolean {
  return page.origin === "page" && page.at >= (known.last_read_at ?? "");
}

/** Whether its counters differ from those of the last page, or are the first of a day. */
function isNews(
  known: ChannelTable,
  { channel, at }: { readonly channel: Channel; readonly at: Instant },
): boolean {
  return (
    JSON.stringify(channel.counters) !== known.counters ||
    utcDay(at) !== utcDay(known.last_read_at ?? "")
  );
}

async function sample(
  tx: Database,
  no: number,
  { channel, at }: { readonly channel: Channel; readonly at: Instant },
): Promise<void> {
  const counters = JSON.stringify(channel.counters);
  await tx
    .insertInto("channel_sample")
    .values({ channel_no: no, day: utcDay(at), counters })
    .onConflict((conflict) => conflict.columns(["channel_no", "day"]).doUpdateSet({ counters }))
    .execute();
}

/** Takes over what the page says; another spelling of the name is news for every post. */
async function describe(
  tx: Database,
  { archive, channel }: Pick<Ledger, "archive" | "channel">,
  page: Channel,
): Promise<void> {
  const respelled = channel.name !== page.name && channel.posts > 0;
  Object.assign(channel, described(page));
  if (!respelled) return;
  const { position, last_post_no: last } = archive;
  await tx
    .updateTable("post")
    .set((eb) => ({ position: eb("no", "+", position) }))
    .where("channel_no", "=", channel.no)
    .execute();
  archive.position = position + last;
}

function described(
  channel: Channel,
): Pick<
  ChannelTable,
  | "name"
  | "name_key"
  | "title"
  | "description"
  | "avatar_url"
  | "verified"
  | "labels"
  | "chat_id"
  | "counters"
> {
  return {
    name: channel.name,
    name_key: nameKey(channel.name),
    title: channel.title,
    description: channel.description ?? null,
    avatar_url: channel.avatarUrl ?? null,
    verified: Number(channel.verified),
    labels: channel.labels ? JSON.stringify(channel.labels) : null,
    chat_id: channel.chatId ?? null,
    counters: JSON.stringify(channel.counters),
  };
}
