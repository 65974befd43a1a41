import type { IdRange } from "../../scraper/reading/history-page.ts";
import { instant } from "../../scraper/instant.ts";
import type { Instant } from "../../scraper/post.ts";
import { coverageOf, looksOf, recentWindowOf, toConfirmOf, unreadOf } from "./coverage/coverage.ts";
import type { CoverageCache } from "./coverage/coverage-cache.ts";
import { type UnreadGap, datedGaps } from "./coverage/unread-gaps.ts";
import type { Connection } from "./database.ts";
import type { ChannelSample, Coverage, Look } from "./posts/archived-post.ts";
import { channelRow, channelSamplesOf } from "./posts/read-channels.ts";
import { type Activity, activityOf } from "./runs/activity.ts";
import type { ChannelTable } from "./schema/schema.ts";

const mostSamples = 1_000;

/**
 * What is known of one channel's ids, and what is to be asked for next, all as of the moment when it was first asked: its row is
 * looked up once. Of a channel that is not kept nothing is known.
 */
export class KeptChannel {
  readonly #name: string;
  #row: Promise<ChannelTable | undefined> | undefined;
  readonly #reader: Connection;
  readonly #cache: CoverageCache;
  readonly #now: () => Date;

  constructor(
    name: string,
    parts: {
      readonly reader: Connection;
      readonly cache: CoverageCache;
      readonly now: () => Date;
    },
  ) {
    this.#name = name;
    this.#reader = parts.reader;
    this.#cache = parts.cache;
    this.#now = parts.now;
  }

  /** Ids from 1 to the newest that no page has spanned, newest first. */
  async unread(): Promise<readonly IdRange[]> {
    const row = await this.#found();
    return row ? unreadOf(this.#reader.db, row) : [];
  }

  /** The ids of the recent window: the newest 100 posts or 48 hours, whichever is more. */
  async recentWindow(): Promise<IdRange | undefined> {
    const row = await this.#found();
    return row && recentWindowOf(this.#reader.db, row, this.#now());
  }

  /** The last look at each post published within `sinceMs`, deleted ones apart; ascending by id. */
  async looks(sinceMs: number): Promise<readonly Look[]> {
    const row = await this.#found();
    const since = new Date(this.#now().getTime() - sinceMs);
    return row ? looksOf(this.#reader.db, row, since) : [];
  }

  /** Kept posts that a page missed on an earlier UTC day: asked for again, they are there or deleted. Newest first. */
  async toConfirm(): Promise<readonly IdRange[]> {
    const row = await this.#found();
    return row ? toConfirmOf(this.#reader.db, row, instant(this.#now())) : [];
  }

  /** What is known of every id from 1 to the newest. */
  async coverage(): Promise<Coverage | undefined> {
    const row = await this.#found();
    if (!row) return undefined;
    const { raw, db } = this.#reader;
    const commit = Number(raw.prepare("PRAGMA data_version").get()?.["data_version"]);
    const { count } = await db
      .selectFrom("purged")
      .where("channel", "=", row.name_key)
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    const state = { channel: row, purged: count };
    const now = { commit, at: instant(this.#now()) };
    return this.#cache.of(state, now, async () => coverageOf(db, row));
  }

  /** The newest `limit` stretches of ids of which nothing is known, neither from a page nor from a file, newest first. */
  async unreadGaps(limit: number): Promise<readonly UnreadGap[]> {
    const row = await this.#found();
    if (!row) return [];
    // Only where a file told of ids must each be looked at; else what no page has spanned is all there is to say.
    const gaps =
      row.unspanned_kept === 0
        ? await this.unread()
        : ((await this.coverage())?.ranges ?? [])
            .filter((range) => range.class === "unread")
            .toReversed();
    return datedGaps(this.#reader.db, row, gaps.slice(0, limit));
  }

  /** Counters of the channel itself, day by day, the newest 1,000 days, oldest first. */
  async samples(): Promise<readonly ChannelSample[]> {
    const row = await this.#found();
    return row ? channelSamplesOf(this.#reader.db, row, mostSamples) : [];
  }

  /** When its newest posts were published, newest first, at most `limit`. */
  async newestTimes(limit: number): Promise<readonly Instant[]> {
    const row = await this.#found();
    if (!row) return [];
    const posts = await this.#reader.db
      .selectFrom("post")
      .where("channel_no", "=", row.no)
      .orderBy("id", "desc")
      .limit(limit)
      .select("published_at")
      .execute();
    return posts.map(({ published_at: at }) => at);
  }

  /** How much has been going on in it lately. */
  async activity(): Promise<Activity | undefined> {
    const row = await this.#found();
    return row && activityOf(this.#reader.db, row, this.#now());
  }

  async #found(): Promise<ChannelTable | undefined> {
    this.#row ??= channelRow(this.#reader.db, this.#name);
    return this.#row;
  }
}
