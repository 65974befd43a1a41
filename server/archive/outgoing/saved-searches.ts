import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import { instant } from "../../../scraper/instant.ts";
import type { Instant, PostKey } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import { addDelivery, dropWaiting, type NewDelivery } from "./deliveries.ts";
import { tellTargets } from "./targets.ts";
import { nameKey } from "../name-key.ts";
import type { SavedSearchTable } from "../schema/schema.ts";

/** A query that is asked again as the archive grows. */
export interface SavedSearch {
  readonly id: string;
  readonly name: string;
  /** Canonical. */
  readonly query: string;
  /** Where new matches are sent; absent when it is only followed as a feed. */
  readonly url?: string;
  readonly createdAt: Instant;
  readonly pausedAt?: Instant;
  /** Changes of the archive up to here were looked at. */
  readonly position: number;
  /** Posts that matched since it was saved. */
  readonly matches: number;
  readonly matchedAt?: Instant;
}

/** A post that changed and that a search has never matched. */
export interface ChangedPost extends PostKey {
  readonly no: number;
}

/** A search that stood at `from` was asked about all changes up to `through`. */
export interface Step {
  readonly id: string;
  readonly from: number;
  readonly through: number;
}

/** Nothing more can be saved until something is removed. */
export class TooManySearches extends Error {
  override name = "TooManySearches";
}

const mostSearches = 200;
const keysAtOnce = 500;
const idBytes = 6;
const secretBytes = 32;

/** The saved searches of one archive, and which posts each has matched: so that each is told once, whatever happens to it. */
export class SavedSearches {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /**
   * Keeps a search with all that it finds now, which is history and never told. `secret` signs what is sent and is
   * shown by whoever calls, once. @throws TooManySearches
   */
  async add(search: {
    readonly name: string;
    readonly query: string;
    readonly url?: string | undefined;
    /** Found at this position of the archive. */
    readonly found: Iterable<PostKey>;
    readonly position: number;
  }): Promise<{ readonly search: SavedSearch; readonly secret: string | undefined }> {
    const { name, query, url, found, position } = search;
    const secret =
      url === undefined ? undefined : `whsec_${randomBytes(secretBytes).toString("base64")}`;
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const kept = await tx
          .selectFrom("saved_search")
          .select((eb) => eb.fn.countAll<number>().as("n"))
          .executeTakeFirstOrThrow();
        if (kept.n >= mostSearches)
          throw new TooManySearches(
            `${mostSearches} searches are saved already. Remove one first.`,
          );
        const row = await tx
          .insertInto("saved_search")
          .values({
            id: randomBytes(idBytes).toString("hex"),
            name,
            query,
            url: url ?? null,
            secret: secret ?? null,
            created_at: instant(this.#handles.now()),
            paused_at: null,
            position,
            matches: 0,
            matched_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        for (const [channel, keys] of Map.groupBy(found, (key) => nameKey(key.channel)))
          for (let from = 0; from < keys.length; from += keysAtOnce)
            await keepHistory(tx, row.no, { channel, keys: keys.slice(from, from + keysAtOnce) });
        return { search: searchOf(row), secret };
      });
  }

  /** Oldest first. */
  async list(): Promise<readonly SavedSearch[]> {
    const rows = await this.#handles.reader
      .selectFrom("saved_search")
      .selectAll()
      .orderBy("no")
      .execute();
    return rows.map(searchOf);
  }

  async get(id: string): Promise<SavedSearch | undefined> {
    const row = await rowOf(this.#handles.reader, id);
    return row && searchOf(row);
  }

  /** Forgets a search, what it matched, and what still waits to be sent for it; `false` when there is none. */
  async remove(id: string): Promise<boolean> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const gone = await tx.deleteFrom("saved_search").where("id", "=", id).executeTakeFirst();
        await dropWaiting(tx, sourceOf(id));
        return gone.numDeletedRows > 0n;
      });
  }

  /** While paused, matches are counted and not sent, then or later. Going on also takes up an address that answered 410. */
  async pause(id: string, paused: boolean): Promise<SavedSearch | undefined> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await rowOf(tx, id);
        if (!row) return undefined;
        const paused_at = paused ? (row.paused_at ?? instant(this.#handles.now())) : null;
        await tx.updateTable("saved_search").set({ paused_at }).where("id", "=", id).execute();
        if (paused) await dropWaiting(tx, sourceOf(id));
        else if (row.url !== null)
          await tx.deleteFrom("webhook_gone").where("url", "=", row.url).execute();
        return searchOf({ ...row, paused_at });
      });
  }

  /** Sends a message of no matter, to see whether it arrives. `undefined` when there is no such search or it has no address. */
  async test(id: string, message: Pick<NewDelivery, "event" | "body">) {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await rowOf(tx, id);
        if (!row || row.url === null || row.secret === null) return undefined;
        const { url, secret } = row;
        return addDelivery(
          tx,
          { ...message, url, secret, source: sourceOf(id) },
          this.#handles.now(),
        );
      });
  }

  /** Posts that changed after `from`, up to `to`, and that this search has never matched; `through` is how far that goes. */
  async unmatchedChanges(
    id: string,
    { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<{ readonly posts: readonly ChangedPost[]; readonly through: number }> {
    const rows = await this.#handles.reader
      .selectFrom("post")
      .innerJoin("channel", "channel.no", "post.channel_no")
      .where("post.position", ">", from)
      .where("post.position", "<=", to)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("saved_match")
              .innerJoin("saved_search", "saved_search.no", "saved_match.search_no")
              .where("saved_search.id", "=", id)
              .whereRef("saved_match.post_no", "=", "post.no")
              .select("saved_match.post_no"),
          ),
        ),
      )
      .orderBy("post.position")
      .limit(limit)
      .select(["post.no", "post.id", "post.position", "channel.name as channel"])
      .execute();
    const through = rows.length < limit ? to : (rows.at(-1)?.position ?? to);
    return { posts: rows.map(({ no, channel, id: post }) => ({ no, channel, id: post })), through };
  }

  /**
   * In one transaction: these posts matched, they are to be told, and the search goes on from `through`. `false`, and
   * nothing kept, when another process was faster. @throws DeliveriesFull
   */
  async keepMatches(
    step: Step & {
      readonly posts: readonly ChangedPost[];
      /** What is sent of them, when it is to be sent. */
      readonly messages: readonly Pick<NewDelivery, "event" | "body">[];
      /** The targets that hear of it, beside its webhook. */
      readonly targets: readonly string[];
    },
  ): Promise<boolean> {
    const { id, from, through, posts, messages, targets } = step;
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await rowOf(tx, id);
        if (!row || row.position !== from) return false;
        await tx
          .insertInto("saved_match")
          .values(posts.map(({ no }) => ({ search_no: row.no, post_no: no })))
          .onConflict((oc) => oc.doNothing())
          .execute();
        await tx
          .updateTable("saved_search")
          .set({
            position: through,
            matches: row.matches + posts.length,
            matched_at: instant(this.#handles.now()),
          })
          .where("no", "=", row.no)
          .execute();
        const { url, secret, paused_at } = row;
        if (paused_at !== null) return true;
        const now = this.#handles.now();
        for (const message of messages) {
          if (url !== null && secret !== null)
            await addDelivery(tx, { ...message, url, secret, source: sourceOf(id) }, now);
          await tellTargets(tx, { ...message, targets }, now);
        }
        return true;
      });
  }

  /** Nothing matched between where each of these stood and `through`. */
  async moveOn(steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return;
    await this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        for (const { id, from, through } of steps)
          await tx
            .updateTable("saved_search")
            .set({ position: through })
            .where("id", "=", id)
            .where("position", "=", from)
            .execute();
      });
  }
}

/** By what its deliveries are listed. */
export const sourceOf = (id: string): string => `saved:${id}`;

async function rowOf(db: Database, id: string): Promise<Selectable<SavedSearchTable> | undefined> {
  return db.selectFrom("saved_search").where("id", "=", id).selectAll().executeTakeFirst();
}

async function keepHistory(
  tx: Database,
  searchNo: number,
  { channel, keys }: { readonly channel: string; readonly keys: readonly PostKey[] },
): Promise<void> {
  await tx
    .insertInto("saved_match")
    .columns(["search_no", "post_no"])
    .expression((eb) =>
      eb
        .selectFrom("post")
        .innerJoin("channel", "channel.no", "post.channel_no")
        .where("channel.name_key", "=", channel)
        .where(
          "post.id",
          "in",
          keys.map(({ id }) => id),
        )
        .select((one) => [one.val(searchNo).as("search_no"), "post.no as post_no"]),
    )
    .execute();
}

function searchOf(row: Selectable<SavedSearchTable>): SavedSearch {
  const { id, name, query, position, matches } = row;
  return {
    id,
    name,
    query,
    ...(row.url !== null && { url: row.url }),
    createdAt: row.created_at,
    ...(row.paused_at !== null && { pausedAt: row.paused_at }),
    position,
    matches,
    ...(row.matched_at !== null && { matchedAt: row.matched_at }),
  };
}
