import { sql } from "kysely";
import type { Database, Handles } from "../database.ts";
import { postOf } from "../posts/post-row.ts";
import type { ChannelTable, MediaChannelTable } from "../schema/schema.ts";
import type { MediaPolicy } from "./media-policy.ts";
import { shownIn } from "./shown-media.ts";

const postsAStep = 500;
/** A channel's picture has the same name however often it changes: after so long it is fetched again, and told by its hash. */
const avatarEveryMs = 7 * 24 * 3_600_000;

/**
 * Looks at what changed in a channel since the last time, and at all of it under another policy, and writes down what is
 * wanted. Each step moves on in the transaction that wrote it, so a stop loses and doubles nothing.
 */
export async function wantMedia(
  handles: Handles,
  channel: ChannelTable,
  { policy, signal }: { readonly policy: MediaPolicy; readonly signal?: AbortSignal },
): Promise<void> {
  await consider(handles, channel.no, policy);
  if (policy.kinds.includes("avatar")) await wantAvatar(handles, channel);
  for (let more = true; more;) {
    signal?.throwIfAborted();
    more = await handles
      .writer()
      .transaction()
      .execute(async (tx) => wantStep(tx, { channelNo: channel.no, policy, now: handles.now() }));
  }
}

/** What a channel has of its own, and how far it was looked at. */
export async function channelMedia(
  db: Database,
  no: number,
): Promise<MediaChannelTable | undefined> {
  return db.selectFrom("media_channel").where("channel_no", "=", no).selectAll().executeTakeFirst();
}

/**
 * A picture that was fetched a week ago, or given up, is wanted again; while it is wanted, the one before stays. One that
 * is still to come is asked for at the address of the newest page.
 */
async function wantAvatar(
  handles: Handles,
  { no, avatar_url: address }: ChannelTable,
): Promise<void> {
  if (address === null) return;
  const weekAgo = new Date(handles.now().getTime() - avatarEveryMs).toISOString();
  await handles
    .writer()
    .transaction()
    .execute(async (tx) => {
      const newest = await tx
        .selectFrom("media")
        .where("channel_no", "=", no)
        .where("kind", "=", sql.lit("avatar"))
        .orderBy("no", "desc")
        .limit(1)
        .select(["no", "state", "next_at"])
        .executeTakeFirst();
      const again = {
        address,
        state: "wanted",
        tries: 0,
        next_at: handles.now().toISOString(),
      } as const;
      if (newest?.state === "wanted") {
        await tx.updateTable("media").set({ address }).where("no", "=", newest.no).execute();
        return;
      }
      if (newest && newest.next_at > weekAgo) return;
      if (newest && newest.state !== "kept") {
        await tx.updateTable("media").set(again).where("no", "=", newest.no).execute();
        return;
      }
      await tx
        .insertInto("media")
        .values({ ...again, channel_no: no, place: 0, kind: "avatar", shape: "" })
        .execute();
    });
}

async function consider(handles: Handles, channelNo: number, policy: MediaPolicy): Promise<void> {
  // Each kind by its name: what `all` means grows.
  const considered = `${policy.kinds.join(",")} ${policy.maxBytes}`;
  await handles
    .writer()
    .transaction()
    .execute(async (tx) => {
      const own = await channelMedia(tx, channelNo);
      if (own?.considered === considered) return;
      await tx
        .insertInto("media_channel")
        .values({ channel_no: channelNo, kinds: null, max_bytes: null, considered, position: 0 })
        .onConflict((conflict) =>
          conflict.column("channel_no").doUpdateSet({ considered, position: 0 }),
        )
        .execute();
      await tx
        .updateTable("media")
        .set({ state: "wanted", tries: 0, next_at: handles.now().toISOString() })
        .where("channel_no", "=", channelNo)
        .where("state", "=", "too-large")
        .execute();
    });
}

/** Whether more is to be looked at. */
async function wantStep(
  tx: Database,
  of: { readonly channelNo: number; readonly policy: MediaPolicy; readonly now: Date },
): Promise<boolean> {
  const { position } = await tx.selectFrom("archive").select("position").executeTakeFirstOrThrow();
  const from = (await channelMedia(tx, of.channelNo))?.position ?? 0;
  const rows = await tx
    .selectFrom("post")
    .where("channel_no", "=", of.channelNo)
    .where("position", ">", from)
    .orderBy("position")
    .limit(postsAStep)
    .select(["no", "id", "position", "published_at", "content", "counters", "addresses"])
    .execute();
  const wanted = rows.flatMap((row) => {
    if (!/"media"|"image"/.test(row.addresses)) return [];
    const post = postOf({ channel: "", id: row.id, publishedAt: row.published_at }, row);
    return shownIn(post)
      .filter(({ kind }) => of.policy.kinds.includes(kind))
      .map((shown) => ({ shown, row }));
  });
  const now = of.now.toISOString();
  for (const { row, shown } of wanted)
    await tx
      .insertInto("media")
      .values({
        ...shown,
        post_no: row.no,
        channel_no: of.channelNo,
        post_id: row.id,
        state: "wanted",
        tries: 0,
        next_at: now,
      })
      .onConflict((conflict) => conflict.columns(["post_no", "place", "kind", "shape"]).doNothing())
      .execute();
  const last = rows.length === postsAStep ? rows.at(-1)?.position : undefined;
  await tx
    .updateTable("media_channel")
    .set({ position: last ?? position })
    .where("channel_no", "=", of.channelNo)
    .execute();
  return last !== undefined;
}
