import { sql } from "kysely";
import type { Post } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import { nameKey } from "../name-key.ts";
import { type MediaContent, MediaFolder } from "./media-folder.ts";
import {
  type MediaOverride,
  type MediaPolicy,
  type MediaWant,
  mediaKindsOf,
  mediaKindsText,
} from "./media-policy.ts";
import { shownIn } from "./shown-media.ts";
import { channelMedia, wantMedia } from "./want-media.ts";
import { channelRow } from "../posts/read-channels.ts";
import type { MediaChannelTable, MediaTable } from "../schema/schema.ts";

/** A file that somebody is to fetch: nobody else gets it until `claimedUntil`. */
export interface WantedMedia {
  readonly no: number;
  readonly channel: string;
  /** Absent for the channel's own picture. */
  readonly postId?: number;
  readonly kind: MediaWant;
  readonly address: string;
  readonly tries: number;
  readonly tag?: string;
  readonly claimedUntil: string;
}

/** What is kept and what is not, in files. */
export interface MediaCount {
  readonly kept: number;
  readonly waiting: number;
  readonly failed: number;
  readonly tooLarge: number;
  readonly refused: number;
  /** Of kept files; one that several posts show counts once for each. */
  readonly bytes: number;
}

/** The store's bound is reached: what is wanted stays wanted. */
export class MediaFull extends Error {
  override name = "MediaFull";
}

const postsAStep = 500;
const claimMs = 10 * 60_000;
/** The last of these is followed by giving up. */
const waitsMs = [5_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000];

/** Files of posts: what is wanted, what is kept, and the folder they lie in. */
export class MediaFiles {
  readonly folder: MediaFolder;
  readonly #handles: Handles;

  constructor(options: Handles & { readonly folder: string }) {
    this.folder = new MediaFolder(options.folder);
    this.#handles = options;
  }

  /** What a channel has of its own; `undefined` for a channel that is not kept. */
  async override(channel: string): Promise<MediaOverride | undefined> {
    const row = await channelRow(this.#handles.reader, channel);
    if (!row) return undefined;
    const own = await channelMedia(this.#handles.reader, row.no);
    return own ? overrideOf(own) : {};
  }

  /** The channel's own, where it has any, over what holds for all. */
  async policy(channel: string, defaults: MediaPolicy): Promise<MediaPolicy> {
    return { ...defaults, ...(await this.override(channel)) };
  }

  /** Sets what a channel has of its own; an empty one leaves it to the settings. `false` when it is not kept. */
  async setOverride(channel: string, own: MediaOverride): Promise<boolean> {
    const row = await channelRow(this.#handles.reader, channel);
    if (!row) return false;
    const columns = {
      kinds: own.kinds ? mediaKindsText(own.kinds) : null,
      max_bytes: own.maxBytes ?? null,
    };
    await this.#handles
      .writer()
      .insertInto("media_channel")
      .values({ channel_no: row.no, ...columns, considered: "", position: 0 })
      .onConflict((conflict) => conflict.column("channel_no").doUpdateSet(columns))
      .execute();
    return true;
  }

  /** Writes down what is wanted of a channel: of what changed since the last time, and of all of it under another policy. */
  async want(channel: string, policy: MediaPolicy, signal?: AbortSignal): Promise<void> {
    const row = await channelRow(this.#handles.reader, channel);
    if (!row || policy.kinds.length === 0) return;
    await wantMedia(this.#handles, row, { policy, ...(signal && { signal }) });
  }

  /** Takes the channel's picture, else the newest file whose time has come; `undefined` when there is none. */
  async claim(channel: string, kinds: readonly MediaWant[]): Promise<WantedMedia | undefined> {
    const channelNo = (await channelRow(this.#handles.reader, channel))?.no;
    if (channelNo === undefined || kinds.length === 0) return undefined;
    const now = this.#instant();
    const claimedUntil = this.#instant(claimMs);
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await tx
          .selectFrom("media")
          .where("channel_no", "=", channelNo)
          .where("state", "=", "wanted")
          .where("kind", "in", kinds)
          .where("next_at", "<=", now)
          .where((eb) => eb.or([eb("claimed_until", "is", null), eb("claimed_until", "<=", now)]))
          .orderBy("post_id", (order) => order.desc().nullsFirst())
          .orderBy("no")
          .limit(1)
          .selectAll()
          .executeTakeFirst();
        if (!row) return undefined;
        await tx
          .updateTable("media")
          .set({ claimed_until: claimedUntil })
          .where("no", "=", row.no)
          .execute();
        return {
          no: row.no,
          channel,
          kind: row.kind,
          address: row.address,
          tries: row.tries,
          claimedUntil,
          ...(row.post_id !== null && { postId: row.post_id }),
          ...(row.tag !== null && { tag: row.tag }),
        };
      });
  }

  /** When the next file of these kinds may be tried, among those nobody is at. */
  async nextAt(channel: string, kinds: readonly MediaWant[]): Promise<Date | undefined> {
    const channelNo = (await channelRow(this.#handles.reader, channel))?.no;
    if (channelNo === undefined || kinds.length === 0) return undefined;
    const row = await this.#handles.reader
      .selectFrom("media")
      .where("channel_no", "=", channelNo)
      .where("state", "=", "wanted")
      .where("kind", "in", kinds)
      .where("claimed_until", "is", null)
      .select((eb) => eb.fn.min("next_at").as("at"))
      .executeTakeFirst();
    return row?.at == null ? undefined : new Date(row.at);
  }

  /** Just before bytes are written: whose content they are part of, and that it is still ours. `false` when another has it. */
  async begin(wanted: WantedMedia, tag: string | undefined): Promise<boolean> {
    const { numUpdatedRows } = await this.#mine(wanted)
      .set({ tag: tag ?? null })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /**
   * Keeps a whole part under its hash. The row tells what is about to be before the file gets its name: a crash between is
   * made good by `recover`. `false` when another process has it. @throws MediaFull when the store would exceed `totalBytes`
   */
  async keep(
    wanted: WantedMedia,
    content: MediaContent,
    { totalBytes = Number.POSITIVE_INFINITY }: { readonly totalBytes?: number } = {},
  ): Promise<boolean> {
    const { sha256, bytes, type } = content;
    const about = await this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const held = (await totalIn(tx)).bytes + (await bytesAboutToBe(tx));
        if (held + bytes > totalBytes && !(await isKept(tx, sha256))) throw new MediaFull();
        const { numUpdatedRows } = await this.#mine(wanted, tx)
          .set({ sha256, bytes, type })
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      });
    if (!about) return false;
    await this.folder.settlePart(wanted.no, sha256);
    await this.#settled(wanted.no);
    return true;
  }

  /** Leaves a file for another time, as if it had not been tried. */
  async release(wanted: WantedMedia): Promise<void> {
    await this.#mine(wanted).set({ claimed_until: null }).execute();
  }

  /** A try that failed: another comes after a longer wait, seven in all. */
  async tryLater(wanted: WantedMedia, why: string, leastMs = 0): Promise<"wanted" | "failed"> {
    const wait = waitsMs[wanted.tries];
    const state = wait === undefined ? "failed" : "wanted";
    await this.#mine(wanted)
      .set({
        state,
        tries: wanted.tries + 1,
        next_at: this.#instant(Math.max(wait ?? 0, leastMs)),
        claimed_until: null,
        why: why.slice(0, longestWhy),
      })
      .execute();
    if (wait === undefined) await this.folder.dropPart(wanted.no);
    return state;
  }

  /** Gives a file up, and says why. */
  async giveUp(
    wanted: WantedMedia,
    state: "failed" | "too-large" | "refused",
    why: string,
  ): Promise<void> {
    await this.#mine(wanted)
      .set({ state, tries: wanted.tries + 1, claimed_until: null, why: why.slice(0, longestWhy) })
      .execute();
    await this.folder.dropPart(wanted.no);
  }

  /** Takes the addresses that a page shows now for what is wanted of the channel and of these posts. */
  async readdress(
    channel: string,
    { posts, avatarUrl }: { readonly posts: readonly Post[]; readonly avatarUrl?: string },
  ): Promise<void> {
    const channelNo = (await channelRow(this.#handles.reader, channel))?.no;
    if (channelNo === undefined) return;
    await this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        if (avatarUrl !== undefined)
          await tx
            .updateTable("media")
            .set({ address: avatarUrl })
            .where("channel_no", "=", channelNo)
            .where("state", "=", "wanted")
            .where("kind", "=", "avatar")
            .execute();
        const wanted = await tx
          .selectFrom("media")
          .where("channel_no", "=", channelNo)
          .where("state", "=", "wanted")
          .where("post_id", "in", [0, ...posts.map(({ id }) => id)])
          .select(["no", "post_id", "place", "kind", "shape", "address"])
          .execute();
        for (const row of wanted) {
          const post = posts.find(({ id }) => id === row.post_id);
          const shown =
            post && shownIn(post).find((one) => one.place === row.place && one.kind === row.kind);
          if (!shown || shown.shape !== row.shape || shown.address === row.address) continue;
          await tx
            .updateTable("media")
            .set({ address: shown.address })
            .where("no", "=", row.no)
            .execute();
        }
      });
  }

  /** The address as it is now. */
  async addressOf({ no }: WantedMedia): Promise<string | undefined> {
    const row = await this.#handles
      .writer()
      .selectFrom("media")
      .where("no", "=", no)
      .select("address")
      .executeTakeFirst();
    return row?.address;
  }

  /**
   * Makes good what a crash left: files that were about to be kept are, or are wanted again; parts nobody wants and files
   * of no post are removed.
   */
  async recover(): Promise<void> {
    const now = this.#instant();
    const about = await this.#handles
      .writer()
      .selectFrom("media")
      .where("state", "=", sql.lit("wanted"))
      .where("sha256", "is not", null)
      .where((eb) => eb.or([eb("claimed_until", "is", null), eb("claimed_until", "<=", now)]))
      .select(["no", "sha256", "bytes"])
      .execute();
    for (const { no, sha256, bytes } of about) {
      if (sha256 !== null && (await this.folder.bytesOf(sha256)) === bytes) await this.#settled(no);
      else
        await this.#handles
          .writer()
          .updateTable("media")
          .set({ sha256: null, bytes: null, type: null })
          .where("no", "=", no)
          .where("state", "=", "wanted")
          .execute();
    }
    for (const no of await this.folder.parts()) {
      const wanted = await this.#handles
        .writer()
        .selectFrom("media")
        .where("no", "=", no)
        .where("state", "=", "wanted")
        .select("no")
        .executeTakeFirst();
      if (!wanted) await this.folder.dropPart(no);
    }
    await this.removeUnreferenced();
  }

  /**
   * Removes the files of posts and channels that are no longer in the archive: rows of `media` go with those, files here. A purge
   * calls it after its own transaction. Answers what was removed.
   */
  async removeUnreferenced(): Promise<{ readonly files: number; readonly bytes: number }> {
    const removed = { files: 0, bytes: 0 };
    for (let more = true; more;)
      more = await this.#handles
        .writer()
        .transaction()
        .execute(async (tx) => {
          const rows = await tx
            .selectFrom("media_file")
            .leftJoin("media", "media.sha256", "media_file.sha256")
            .where("media.no", "is", null)
            .limit(postsAStep)
            .select(["media_file.sha256", "media_file.bytes"])
            .execute();
          for (const { sha256, bytes } of rows) {
            await this.folder.remove(sha256);
            await tx.deleteFrom("media_file").where("sha256", "=", sha256).execute();
            removed.files += 1;
            removed.bytes += bytes;
            await addTotal(tx, { files: -1, bytes: -bytes });
          }
          return rows.length === postsAStep;
        });
    return removed;
  }

  /** What the store holds, each file once. */
  async total(): Promise<{ readonly files: number; readonly bytes: number }> {
    return totalIn(this.#handles.reader);
  }

  /** What is kept and wanted of a channel, or of all. */
  async count(channel?: string): Promise<MediaCount> {
    let query = this.#handles.reader
      .selectFrom("media")
      .groupBy("state")
      .select((eb) => [
        "state",
        eb.fn.countAll<number>().as("files"),
        eb.fn.sum<number | null>("bytes").as("bytes"),
      ]);
    if (channel !== undefined) {
      const no = (await channelRow(this.#handles.reader, channel))?.no ?? 0;
      query = query.where("channel_no", "=", no);
    }
    const rows = await query.execute();
    const of = (state: MediaTable["state"]): number =>
      rows.find((row) => row.state === state)?.files ?? 0;
    return {
      kept: of("kept"),
      waiting: of("wanted"),
      failed: of("failed"),
      tooLarge: of("too-large"),
      refused: of("refused"),
      bytes: rows.find((row) => row.state === "kept")?.bytes ?? 0,
    };
  }

  /** A kept file; with `channels` only when one of them or a post of theirs shows it. */
  async find(
    sha256: string,
    { channels }: { readonly channels?: readonly string[] } = {},
  ): Promise<{ readonly bytes: number; readonly type: string } | undefined> {
    const file = await this.#handles.reader
      .selectFrom("media_file")
      .where("sha256", "=", sha256)
      .select(["bytes", "type"])
      .executeTakeFirst();
    if (!file || channels === undefined) return file;
    const shown = await this.#handles.reader
      .selectFrom("media")
      .innerJoin("channel", "channel.no", "media.channel_no")
      .where("media.sha256", "=", sha256)
      .where("media.state", "=", "kept")
      .where("channel.name_key", "in", channels.map(nameKey))
      .select("media.no")
      .executeTakeFirst();
    return shown && file;
  }

  async #settled(no: number): Promise<void> {
    await this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await tx
          .updateTable("media")
          .set({ state: "kept", claimed_until: null, tag: null, why: null })
          .where("no", "=", no)
          .where("sha256", "is not", null)
          .returning(["sha256", "bytes", "type", "kind", "channel_no"])
          .executeTakeFirst();
        if (row?.sha256 == null || row.bytes === null || row.type === null) return;
        const { sha256, bytes, type } = row;
        // The same picture again counts once.
        if (row.kind === "avatar")
          await tx
            .deleteFrom("media")
            .where("channel_no", "=", row.channel_no)
            .where("kind", "=", sql.lit("avatar"))
            .where("sha256", "=", sha256)
            .where("no", "<", no)
            .execute();
        if (await isKept(tx, sha256)) return;
        await tx
          .insertInto("media_file")
          .values({ sha256, bytes, type, kept_at: this.#instant() })
          .execute();
        await addTotal(tx, { files: 1, bytes });
      });
  }

  /** The row, as long as the claim on it is ours. */
  // eslint-disable-next-line typescript/explicit-function-return-type -- the query's own type
  #mine({ no, claimedUntil }: WantedMedia, db: Database = this.#handles.writer()) {
    return db
      .updateTable("media")
      .where("no", "=", no)
      .where("state", "=", "wanted")
      .where("claimed_until", "=", claimedUntil);
  }

  #instant(laterMs = 0): string {
    return new Date(this.#handles.now().getTime() + laterMs).toISOString();
  }
}

const longestWhy = 300;

function overrideOf({ kinds, max_bytes: maxBytes }: MediaChannelTable): MediaOverride {
  return {
    ...(kinds !== null && { kinds: mediaKindsOf(kinds) }),
    ...(maxBytes !== null && { maxBytes }),
  };
}

async function isKept(db: Database, sha256: string): Promise<boolean> {
  const row = await db
    .selectFrom("media_file")
    .where("sha256", "=", sha256)
    .select("sha256")
    .executeTakeFirst();
  return row !== undefined;
}

async function totalIn(db: Database): Promise<{ readonly files: number; readonly bytes: number }> {
  return db.selectFrom("media_total").select(["files", "bytes"]).executeTakeFirstOrThrow();
}

/** Of files that are between their last byte and their name. */
async function bytesAboutToBe(db: Database): Promise<number> {
  const row = await db
    .selectFrom("media")
    .where("state", "=", sql.lit("wanted"))
    .where("sha256", "is not", null)
    .select((eb) => eb.fn.sum<number | null>("bytes").as("bytes"))
    .executeTakeFirst();
  return row?.bytes ?? 0;
}

async function addTotal(tx: Database, more: { readonly files: number; readonly bytes: number }) {
  await tx
    .updateTable("media_total")
    .set((eb) => ({
      files: eb("files", "+", more.files),
      bytes: eb("bytes", "+", more.bytes),
    }))
    .execute();
}
