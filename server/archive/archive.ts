import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HistoryPage } from "../../scraper/reading/history-page.ts";
import { instant } from "../../scraper/instant.ts";
import type { Channel, Instant, Post, PostKey } from "../../scraper/post.ts";
import type {
  ArchiveChanges,
  ArchiveState,
  ArchivedChannel,
  ArchivedPost,
  CounterSample,
  PageSaved,
  PostVersion,
} from "./posts/archived-post.ts";
import { Alerts } from "./outgoing/alerts.ts";
import { ArchiveHealth, refuseEmptyFile, refuseUnsound } from "./archive-health.ts";
import { KeptChannel } from "./channel.ts";
import { Backups } from "./copies/backups.ts";
import { Evidence } from "./evidence/evidence.ts";
import { headOf, type JournalEntry } from "./journal/read-journal.ts";
import { Stamps } from "./evidence/stamps.ts";
import { type PageBody, bodyOf } from "./posts/bodies.ts";
import { CoverageCache } from "./coverage/coverage-cache.ts";
import {
  type Connection,
  type Database,
  explained,
  limitPages,
  openReader,
  openWriter,
} from "./database.ts";
import { ArchiveUnusable } from "./errors.ts";
import { Deliveries } from "./outgoing/deliveries.ts";
import { keptAvatars, withKeptMedia } from "./media/kept-media.ts";
import { Keys } from "./access/keys.ts";
import type { RoomCheck } from "./copies/disk-room.ts";
import { RunLedger } from "./runs/run-ledger.ts";
import { Schedules } from "./runs/schedules.ts";
import { MediaFiles } from "./media/media-files.ts";
import { Sessions } from "./access/sessions.ts";
import { makeArchive, migrating } from "./make-archive.ts";
import { checkSchema, refuseToWrite } from "./schema/migrations.ts";
import { archivedChannelOf, channelRow, channelRows, stateOf } from "./posts/read-channels.ts";
import {
  changesAfter,
  earlierVersions,
  channelsState,
  neighboursOf,
  type PostRow,
  postsAfter,
  rowsOf,
  samplesOf,
  versionsOf,
} from "./posts/read-posts.ts";
import {
  type ChangeFilter,
  changesOf,
  countByChannel,
  countByDay,
  countChanges,
  lastChangeNo,
  lastChangesOf,
  type PostChange,
} from "./posts/read-changes.ts";
import type { ChangeKind } from "./posts/post-change.ts";
import { soundPosts } from "./posts/sound-post.ts";
import type { PostMark } from "./posts/post-marks.ts";
import { refusePurged } from "./purge/purged.ts";
import { Purges } from "./purge/purges.ts";
import { listSets, removeSets, type SetEntry } from "./posts/kept-sets.ts";
import { keepSet, type KeptSet, marksOf, type ResultSet, setsOf } from "./posts/result-sets.ts";
import type { ToldPost } from "./posts/told-post.ts";
import { SavedSearches } from "./outgoing/saved-searches.ts";
import { Targets } from "./outgoing/targets.ts";
import type { Finding } from "./copies/verify.ts";
import type {
  FileTaken,
  ImportedPosts,
  Keeping,
  SaveOptions,
  ToldPage,
  UnreadablePage,
} from "./take-in.ts";

// What writes, checks and copies is loaded when it is asked for: a search needs none of it.
const takingIn = async () => import("./take-in.ts");

export interface ArchiveOptions {
  readonly now?: () => Date;
  readonly readOnly?: boolean;
  /** What is read is the archive as it was when it was opened, whatever is written meanwhile; for reading only. */
  readonly frozen?: boolean;
  /** How long to wait for another process that writes. */
  readonly waitMs?: number;
  /** The most the file may grow to, in pages of 4 kB; beyond it is `DiskFull`. */
  readonly maxPages?: number;
  /** Asked before each page is saved whether there is still room for it. */
  readonly hasRoom?: RoomCheck;
}

const defaultWaitMs = 60_000;

/**
 * The truth: one SQLite file. Names are found in any case; all times come from `now` and from the pages.
 * A channel that took another name is another channel here: what was kept stays under the old name.
 */
export class Archive implements AsyncDisposable {
  readonly file: string;
  /** Whether the file is found damaged while it is open. */
  readonly health: ArchiveHealth;
  /** Who may ask what over HTTP. */
  readonly keys: Keys;
  /** What is removed for good, and stays out. */
  readonly purges: Purges;
  /** Backups by the clock: whose turn it is, and how the last went. */
  readonly backups: Backups;
  /** What is to be sent to webhooks. */
  readonly deliveries: Deliveries;
  /** Queries asked again as the archive grows. */
  readonly saved: SavedSearches;
  /** Where people are told. */
  readonly targets: Targets;
  /** Files of posts, in the folder `media` beside the archive. */
  readonly media: MediaFiles;
  /** When channels are read. */
  readonly schedules: Schedules;
  /** What was read, by whom, and what became of it. */
  readonly runs: RunLedger;
  /** What was found wrong, and whether it still is. */
  readonly alerts: Alerts;
  /** Who entered with a key. */
  readonly sessions: Sessions;
  /** What proves what is kept. */
  readonly evidence: Evidence;
  /** Time stamps of the journal. */
  readonly stamps: Stamps;
  readonly #reader: Connection;
  readonly #writer: Connection | undefined;
  readonly #now: () => Date;
  readonly #coverage = new CoverageCache();
  readonly #hasRoom: RoomCheck;

  private constructor(
    file: string,
    connections: { readonly reader: Connection; readonly writer?: Connection },
    { now, hasRoom }: { readonly now: () => Date; readonly hasRoom: RoomCheck },
  ) {
    this.file = file;
    this.health = new ArchiveHealth(file);
    this.#hasRoom = hasRoom;
    this.#reader = connections.reader;
    this.#writer = connections.writer;
    this.#now = now;
    const options = { reader: connections.reader.db, writer: () => this.#writing(), now };
    this.keys = new Keys(options);
    this.backups = new Backups(options);
    this.deliveries = new Deliveries(options);
    this.saved = new SavedSearches(options);
    this.targets = new Targets(options);
    this.media = new MediaFiles({ folder: join(dirname(file), "media"), ...options });
    this.purges = new Purges({ file, ...options, removeFiles: async () => this.media.recover() });
    this.schedules = new Schedules(options);
    this.runs = new RunLedger(options);
    this.sessions = new Sessions(options);
    this.alerts = new Alerts(options);
    this.evidence = new Evidence(options);
    this.stamps = new Stamps(options);
  }

  /** Opens the archive, makes it when there is none, brings an older one up to date. @throws ArchiveUnusable, ArchiveBusy */
  static async open(
    file: string,
    {
      now = () => new Date(),
      readOnly = false,
      frozen = false,
      waitMs = defaultWaitMs,
      maxPages,
      hasRoom = () => {},
    }: ArchiveOptions = {},
  ): Promise<Archive> {
    if (readOnly && !existsSync(file))
      throw new ArchiveUnusable(`There is no archive at ${file} yet.`);
    if (!readOnly && !existsSync(file)) await makeArchive(file, { now, waitMs });
    await refuseEmptyFile(file);
    const writer = readOnly
      ? undefined
      : await openWriter(file, { waitMs, check: (raw) => refuseToWrite(raw, file) });
    try {
      if (writer && maxPages !== undefined) limitPages(writer, maxPages);
      if (writer) await migrating(writer, { file, now });
      const reader = openReader(file);
      try {
        await checkSchema(reader, file);
        await refuseUnsound(reader, file);
        if (frozen) reader.raw.exec("BEGIN");
      } catch (error) {
        reader.raw.close();
        throw explained(error, file);
      }
      return new Archive(file, { reader, ...(writer && { writer }) }, { now, hasRoom });
    } catch (error) {
      await writer?.db.destroy();
      throw error;
    }
  }

  /**
   * One transaction: posts, versions, samples, absences, coverage, the page's body, and what the run has done with it.
   * @throws MassAbsence, DiskFull, LeaseLost
   */
  async savePage(page: HistoryPage, options: SaveOptions = {}): Promise<PageSaved> {
    return (await takingIn()).savePage(this.#keeping(), page, options);
  }

  /** Posts from a file: kept, but no id counts as spanned, and what pages told stays as it is. One transaction. */
  async saveImported(batch: ImportedPosts): Promise<FileTaken> {
    return (await takingIn()).saveImported(this.#keeping(), batch);
  }

  /**
   * Posts of one channel as another archive kept them: versions of both stand in the order in which they were seen, and
   * deletions hold as told; no id counts as spanned. Each id once. One transaction.
   */
  async saveTold(channel: Channel, told: readonly ToldPost[]): Promise<FileTaken> {
    return (await takingIn()).saveTold(this.#keeping(), channel, told);
  }

  /** Keeps a body that could not be understood, as evidence, and nothing else; of a channel with purges, not even that. */
  async keepUnreadable(page: UnreadablePage): Promise<void> {
    return (await takingIn()).keepUnreadable(this.#keeping(), page);
  }

  /**
   * Keeps a page that another archive read; answers its number here, of one that is kept already that one's. Undefined where
   * something purged may stand on it. One transaction.
   */
  async keepToldPage(page: ToldPage): Promise<number | undefined> {
    return (await takingIn()).keepToldPage(this.#keeping(), page);
  }

  /** @throws ChannelPurged when all of the channel was purged: then nobody need ask for it. */
  async refusePurged(channel: string): Promise<void> {
    await refusePurged(this.#db, channel);
  }

  /** What is known of a channel's ids, as of the moment when it is first asked. */
  kept(channel: string): KeptChannel {
    return new KeptChannel(channel, {
      reader: this.#reader,
      cache: this.#coverage,
      now: this.#now,
    });
  }

  /** The moment by the archive's own clock. */
  now(): Date {
    return this.#now();
  }

  async channels(): Promise<readonly ArchivedChannel[]> {
    const [rows, avatars] = await Promise.all([channelRows(this.#db), keptAvatars(this.#db)]);
    return rows.map((row) => archivedChannelOf(row, avatars.get(row.no)));
  }

  async channel(name: string): Promise<ArchivedChannel | undefined> {
    const row = await channelRow(this.#db, name);
    return row && archivedChannelOf(row, (await keptAvatars(this.#db, row.no)).get(row.no));
  }

  /** An id inside an album finds the album's post. */
  async post(key: PostKey): Promise<ArchivedPost | undefined> {
    const row = await this.#row(key);
    if (!row) return undefined;
    const [post] = await withKeptMedia(this.#db, soundPosts([row], this.file));
    return post;
  }

  /** In the order of `keys`, at most 1,000; keys that are not kept are left out. */
  async posts(keys: readonly PostKey[]): Promise<readonly ArchivedPost[]> {
    const rows = await rowsOf(this.#db, keys);
    return withKeptMedia(
      this.#db,
      soundPosts(
        rows.flatMap((row) => row ?? []),
        this.file,
      ),
    );
  }

  /** Posts in the order they were first saved, after number `afterNo`: for exports, page by page. */
  async allPosts(from: {
    readonly afterNo: number;
    readonly limit: number;
    readonly channels?: readonly string[];
  }): Promise<readonly ArchivedPost[]> {
    return postsAfter(this.#db, { ...from, file: this.file });
  }

  /** Oldest first, first and current included. */
  async versions(key: PostKey): Promise<readonly PostVersion[]> {
    const row = await this.#row(key);
    return row ? versionsOf(this.#db, row, this.file) : [];
  }

  /** Of those of these posts that have several versions, by their number: all but the newest, oldest first. At most 2,000 posts. */
  async earlierVersions(
    posts: readonly ArchivedPost[],
  ): Promise<ReadonlyMap<number, readonly Post[]>> {
    return earlierVersions(this.#db, posts, this.file);
  }

  /** Of these posts, by their number, when the last edit, deletion or return was seen. */
  async lastChanges(posts: readonly ArchivedPost[]): Promise<ReadonlyMap<number, Instant>> {
    return lastChangesOf(this.#db, posts, this.file);
  }

  /** Counters over time, oldest first. */
  async samples(key: PostKey): Promise<readonly CounterSample[]> {
    const row = await this.#row(key);
    return row ? samplesOf(this.#db, row) : [];
  }

  /** The raw page on which this version (the current one by default) was first seen. */
  async pageBody(key: PostKey, version?: number): Promise<PageBody | undefined> {
    const row = await this.#row(key);
    if (!row) return undefined;
    if (version === undefined || version === row.versions)
      return row.body_no === null ? undefined : bodyOf(this.#db, row.body_no);
    const past = await this.#db
      .selectFrom("version")
      .where("post_no", "=", row.no)
      .where("number", "=", version)
      .select("body_no")
      .executeTakeFirst();
    return past?.body_no == null ? undefined : bodyOf(this.#db, past.body_no);
  }

  async context(
    key: PostKey,
    size: { readonly before: number; readonly after: number },
  ): Promise<{
    readonly before: readonly ArchivedPost[];
    readonly after: readonly ArchivedPost[];
  }> {
    const row = await this.#row(key);
    if (!row) return { before: [], after: [] };
    const { before, after } = await neighboursOf(this.#db, row, { ...size, file: this.file });
    return {
      before: await withKeptMedia(this.#db, before),
      after: await withKeptMedia(this.#db, after),
    };
  }

  /** Which content each of these posts has, in the order of `keys`, at most 1,000; those not kept are left out. */
  async marks(keys: readonly PostKey[]): Promise<readonly PostMark[]> {
    return marksOf(this.#db, keys);
  }

  /** Keeps what a query found, to be cited; a set that is kept already stays as it was first cited. */
  async keepSet(set: ResultSet): Promise<void> {
    await this.#writing()
      .transaction()
      .execute(async (tx) => keepSet(tx, set, instant(this.#now())));
  }

  /** The sets of this hash (or its first 16 digits and more), one for each query that found the same, oldest first. */
  async sets(hash: string): Promise<readonly KeptSet[]> {
    return setsOf(this.#db, hash, this.file);
  }

  /** Some of the sets that are kept, the last cited first, and how many there are in all. */
  async listSets(page: { readonly offset: number; readonly limit: number }): Promise<{
    readonly total: number;
    readonly sets: readonly SetEntry[];
  }> {
    return listSets(this.#db, page);
  }

  /** Forgets the sets of this hash, or the one of this query among them; how many they were. */
  async removeSets(hash: string, query?: string): Promise<number> {
    return this.#writing()
      .transaction()
      .execute(async (tx) => removeSets(tx, hash, query));
  }

  async state(): Promise<ArchiveState> {
    return stateOf(this.#db);
  }

  /** The newest entry of the journal. */
  async journal(): Promise<JournalEntry> {
    return headOf(this.#db);
  }

  /** Of these channels alone: how many posts they have, and where the newest change of one stands. */
  async stateOf(channels: readonly string[]): Promise<{ posts: number; position: number }> {
    return channelsState(this.#db, channels);
  }

  /** Changes after a position, in order, at most `limit`. A post appears once, as it is now. */
  async changesAfter(position: number, limit: number): Promise<ArchiveChanges> {
    return changesAfter(this.#db, position, { limit, file: this.file });
  }

  /** What was seen to happen to posts, the last seen first, at most 1,000 from `offset` on. */
  async postChanges(
    filter: ChangeFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly PostChange[]> {
    return changesOf(this.#db, filter, { ...page, file: this.file });
  }

  /** How many changes of each kind were seen. */
  async countChanges(filter: ChangeFilter): Promise<Readonly<Record<ChangeKind, number>>> {
    return countChanges(this.#db, filter);
  }

  /** The channels in which something changed, the most changed first. */
  async changedChannels(
    filter: ChangeFilter,
  ): Promise<readonly { readonly channel: string; readonly count: number }[]> {
    return countByChannel(this.#db, filter);
  }

  /** How many changes were seen on each UTC day, like `2026-11-23`; days without are left out. */
  async changesByDay(filter: ChangeFilter): Promise<ReadonlyMap<string, number>> {
    return countByDay(this.#db, filter);
  }

  /** The number of the change saved last; 0 without any. */
  async lastChange(filter: ChangeFilter): Promise<number> {
    return lastChangeNo(this.#db, filter);
  }

  /** Checks the archive against itself; nothing found, nothing wrong. Reads every post, and every media file unless told not to. */
  async verify(
    options: { readonly signal?: AbortSignal; readonly files?: boolean } = {},
  ): Promise<readonly Finding[]> {
    const { verify } = await import("./copies/verify.ts");
    const found = await verify(this.#reader, { file: this.file, now: this.#now(), ...options });
    if (options.files === false) return found;
    const { verifyMedia } = await import("./media/verify-media.ts");
    return [...found, ...(await verifyMedia(this.#db, this.media.folder, options))];
  }

  /** Whether the file is whole, as far as SQLite tells without comparing its indexes; undefined when it is. */
  quickCheck(): string | undefined {
    try {
      const found = this.#reader.raw.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
      return found === "ok" ? undefined : String(found);
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Copies the archive as of one moment to a new file, while others write. @throws when the file exists */
  async backup(file: string): Promise<void> {
    const { backupArchive } = await import("./copies/backup.ts");
    await backupArchive({ from: this.file, to: file });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.db.destroy();
    await this.#writer?.db.destroy();
  }

  get #db(): Database {
    return this.#reader.db;
  }

  async #row(key: PostKey): Promise<PostRow | undefined> {
    const [row] = await rowsOf(this.#db, [key]);
    return row;
  }

  #writing(): Database {
    if (!this.#writer) throw new ArchiveUnusable(`${this.file} was opened for reading only.`);
    return this.#writer.db;
  }

  #keeping(): Keeping {
    return { db: this.#writing(), now: this.#now, hasRoom: this.#hasRoom };
  }
}
