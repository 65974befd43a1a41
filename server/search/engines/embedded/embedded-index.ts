import { closeSync, fsyncSync, linkSync, lstatSync, openSync, rmSync, statSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Analyzer } from "../../analysis/analyzer.ts";
import type { IndexChange } from "../../document.ts";
import {
  EngineAway,
  type EngineAnswer,
  type IndexStatus,
  type SearchRequest,
  whyAway,
} from "../../port.ts";
import { checkPages, type PagesFound } from "./check-pages.ts";
import { IndexConnection } from "./connect.ts";
import { emptyLog } from "./empty-log.ts";
import { IndexDamaged, isDamage } from "./index-damaged.ts";
import { IndexWriter } from "./index-writer.ts";
import { removeSums, sumsOfFile, writeSums } from "./page-sums.ts";
import {
  createTables,
  createViews,
  readMeta,
  readSetAside,
  schemaVersion,
  type Meta,
} from "./schema.ts";
import { Searcher } from "./searcher.ts";
import { settleLog } from "./settle-log.ts";
import { framesInLog } from "./write-ahead-log.ts";
import { ownCommand } from "../../../../scraper/own-command.ts";

/** How long a writer waits for another process. */
const writeWaitMs = 60_000;
/** And how long for the last time, when it ends. */
const closeWaitMs = 1_000;
/** With so many frames the log is brought into the file: about 4 MB. */
const framesToSettle = 1_000;

// The log is brought in by `settleLog` alone, which keeps the sums of pages.
const durablePragmas =
  "pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = 0";
const disposablePragmas = "pragma journal_mode = memory; pragma synchronous = off";

export interface IndexOptions {
  readonly file: string;
  /** Posts of another archive are not ours to show. */
  readonly archiveId: string;
  readonly analyzer: Analyzer;
  /** Fast, and lost when this process ends too soon: for an index that is being built. */
  readonly disposable?: boolean;
  /** The folder cannot be written: the index is searched as it lies. */
  readonly readOnly?: boolean;
}

interface Opened {
  readonly connection: IndexConnection;
  readonly inode: bigint;
}

/**
 * The embedded index: one SQLite file, everything synchronous and in this process.
 * Reads see what any process has written; a file replaced or removed under us is opened anew. An index that is not
 * ready (missing, of another archive, damaged) finds nothing: it refuses.
 */
export class EmbeddedIndex implements Disposable {
  readonly #options: IndexOptions;
  #reading: Opened | undefined;
  #writing: Opened | undefined;
  #birth: string | undefined;
  #searcher: Searcher | undefined;
  #writtenBirth: string | undefined;
  #writer: IndexWriter | undefined;

  constructor(options: IndexOptions) {
    this.#options = options;
  }

  /** @throws EngineAway when the index is no answer; IndexDamaged */
  search(request: SearchRequest): EngineAnswer {
    return this.#asking((searcher, seq) => searcher.search(request, seq));
  }

  /**
   * Makes some of what telling copies apart needs, ahead of who asks for it; false when all is made.
   * @throws EngineAway when the index is no answer; IndexDamaged
   */
  prepareCopies(): boolean {
    return this.#asking((searcher, seq) => searcher.prepareCopies(seq));
  }

  #asking<Result>(ask: (searcher: Searcher, seq: string) => Result): Result {
    return explainingDamage(() => {
      const db = this.#openToRead();
      if (db === undefined) throw new EngineAway(whyAway({ state: "missing" }));
      // All of an answer is from one state of the file.
      db.exec("begin");
      try {
        const meta = readMeta(db);
        const state = this.#state(meta);
        if (state !== "ready") throw new EngineAway(whyAway({ state }));
        if (meta.birth !== this.#birth) this.#searcher = undefined;
        this.#birth = meta.birth;
        this.#searcher ??= new Searcher(db, this.#options.analyzer);
        return ask(this.#searcher, meta.seq);
      } finally {
        if (db.isTransaction) db.exec("rollback");
      }
    });
  }

  status(): IndexStatus {
    try {
      const db = this.#openToRead();
      if (db === undefined) return { state: "missing", position: 0, posts: 0 };
      const meta = readMeta(db);
      const { archiveId, analyzerVersion, position, posts, birth } = meta;
      const state = this.#state(meta);
      const setAside = state === "ready" ? readSetAside(db) : [];
      return {
        state,
        position: Number(position),
        posts: Number(posts),
        archiveId,
        analyzerVersion,
        birth,
        ...(meta.scrub && { scrubOwed: true }),
        ...(setAside.length > 0 && { setAside }),
      };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return { state: "damaged", position: 0, posts: 0, why: (error as Error).message };
    }
  }

  /** Compares every page with what was written. */
  async check(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<PagesFound> {
    const { file, readOnly = false } = this.#options;
    return checkPages(file, { readOnly, ...options });
  }

  /** One transaction: all of `changes` and the position, or nothing. Makes the file when it is missing. @throws IndexDamaged */
  apply(changes: readonly IndexChange[], to: number): void {
    explainingDamage(() => {
      const db = this.#openToWrite() ?? this.#create();
      const { file, analyzer, disposable } = this.#options;
      const { birth } = readMeta(db);
      if (birth !== this.#writtenBirth) this.#writer = undefined;
      this.#writtenBirth = birth;
      this.#writer ??= new IndexWriter(db, analyzer, {
        emptyLog: () => disposable === true || emptyLog(db, file),
      });
      this.#writer.apply(changes, to);
      if (disposable !== true && framesInLog(file) >= framesToSettle) settleLog(db, file);
    });
  }

  /** Puts the content of `other`, which is finished by that, in the place of this one's, in one step for every reader. */
  async takeOver(other: EmbeddedIndex): Promise<void> {
    const { file } = this.#options;
    const built = other.#finish();
    writeSums(file, { ...sumsOfFile(built.file, built.birth), isReplacing: true });
    const found = await this.check();
    if (found.kind === "sound" || !this.#place(built.file, found)) await this.#copyFrom(built.file);
    removeSums(file, { except: built.birth });
  }

  close(): void {
    this.#writer = undefined;
    this.#searcher = undefined;
    this.#birth = undefined;
    this.#writtenBirth = undefined;
    this.#reading?.connection[Symbol.dispose]();
    this.#reading = undefined;
    if (this.#writing !== undefined) this.#closeWriting(this.#writing);
  }

  /** The index is no more. */
  remove(): void {
    this.close();
    removeIndex(this.#options.file);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #state({ archiveId, analyzerVersion, schema }: Meta): IndexStatus["state"] {
    if (schema !== schemaVersion) return "outdated";
    if (archiveId !== this.#options.archiveId) return "foreign";
    return analyzerVersion === this.#options.analyzer.version ? "ready" : "outdated";
  }

  #openToRead(): DatabaseSync | undefined {
    const { file, readOnly = false } = this.#options;
    const inode = inodeOf(file);
    if (this.#reading !== undefined && inode === this.#reading.inode)
      return this.#reading.connection.db;
    this.#searcher = undefined;
    this.#birth = undefined;
    this.#reading?.connection[Symbol.dispose]();
    this.#reading = undefined;
    if (inode === undefined) return undefined;
    const connection = new IndexConnection(file, readOnly ? "asItLies" : "read");
    const { db } = connection;
    try {
      db.exec(`pragma busy_timeout = ${writeWaitMs}; pragma cache_size = -65536`);
      if (readOnly) db.exec("pragma temp_store = memory");
      readMeta(db);
      createViews(db);
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
    this.#reading = { connection, inode };
    return db;
  }

  #openToWrite(): DatabaseSync | undefined {
    const { file, disposable } = this.#options;
    const inode = inodeOf(file);
    if (this.#writing !== undefined && inode === this.#writing.inode)
      return this.#writing.connection.db;
    this.#writer = undefined;
    this.#writtenBirth = undefined;
    if (this.#writing !== undefined) this.#closeWriting(this.#writing);
    if (inode === undefined) return undefined;
    const connection = new IndexConnection(file, "write");
    const { db } = connection;
    try {
      db.exec(`pragma busy_timeout = ${writeWaitMs}; pragma cache_size = -65536`);
      readMeta(db);
      db.exec(disposable === true ? disposablePragmas : durablePragmas);
      createViews(db);
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
    this.#writing = { connection, inode };
    return db;
  }

  /** The last connection to end brings the log in: the sums of its pages are kept before. */
  #closeWriting({ connection, inode }: Opened): void {
    this.#writing = undefined;
    const { file, disposable } = this.#options;
    if (disposable !== true && inodeOf(file) === inode && framesInLog(file) > 0)
      try {
        connection.db.exec(`pragma busy_timeout = ${closeWaitMs}`);
        settleLog(connection.db, file);
      } catch {
        // Another who has it open settles it, or the next look at its pages tells what is wrong.
      }
    connection[Symbol.dispose]();
  }

  /** Whoever looks sees no index or a whole one; of two who make it at once the first counts. */
  #create(): DatabaseSync {
    const { file, archiveId, analyzer, disposable = false } = this.#options;
    for (const part of companions(file)) rmSync(part, { force: true });
    const draft = `${file}${draftMark}${process.pid}`;
    const birth = crypto.randomUUID();
    try {
      rmSync(draft, { force: true });
      using db = new DatabaseSync(draft);
      createTables(db, {
        archiveId,
        analyzerVersion: analyzer.version,
        schema: schemaVersion,
        birth,
        position: "0",
        seq: "0",
        posts: "0",
      });
      db.exec("pragma journal_mode = wal");
      db.close();
      if (!disposable) writeSums(file, sumsOfFile(draft, birth));
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      for (const part of [draft, ...companions(draft)]) rmSync(part, { force: true });
    }
    return this.#openToWrite()!;
  }

  /** Closes an index that was built to take another's place: whole, and on the disk. */
  #finish(): { readonly file: string; readonly birth: string } {
    const db = this.#openToWrite() ?? this.#create();
    const { birth } = readMeta(db);
    db.exec("pragma journal_mode = wal");
    this.close();
    const { file } = this.#options;
    const descriptor = openSync(file, "r+");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return { file, birth };
  }

  /** Gives a finished file the place of one that is absent or not to be used; false when another has taken the place. */
  #place(built: string, found: PagesFound): boolean {
    const { file } = this.#options;
    this.close();
    if (found.kind !== "absent" && inodeOf(file) === found.inode) removeFiles(file);
    try {
      linkSync(built, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    }
  }

  async #copyFrom(built: string): Promise<void> {
    const { file } = this.#options;
    for (let tries = 1; ; tries++) {
      // SQLite's copying does not wait for a writer; a transaction of our own does.
      this.#openToWrite()?.exec("begin immediate; rollback");
      this.close();
      // The copying connection must not be the last to end: the sums would not be kept.
      using anchor = new IndexConnection(file, "read");
      readMeta(anchor.db);
      using source = new DatabaseSync(built, { readOnly: true });
      try {
        await backup(source, file, { rate: pagesAStep });
        // What stood here before goes with the log: it may have been purged.
        emptyLog(this.#openToWrite()!, file);
        return;
      } catch (error) {
        if (tries === mostTries) throw error;
        await sleep(betweenTriesMs);
      }
    }
  }
}

/** How many pages a takeover copies before it lets other work through. */
const pagesAStep = 10_000;
const mostTries = 20;
const betweenTriesMs = 100;

/** In the names of files that are to become an index. */
export const draftMark = ".new-";

/** The index is no more: it is built anew from its archive. */
export function removeIndex(file: string): void {
  removeFiles(file);
  removeSums(file);
}

function removeFiles(file: string): void {
  for (const part of [file, ...companions(file)]) rmSync(part, { force: true });
}

/** What SQLite keeps beside a database. */
function companions(file: string): readonly string[] {
  return ["-wal", "-shm", "-journal"].map((end) => file + end);
}

/** @throws EngineAway when something else stands where the index should */
function inodeOf(file: string): bigint | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  // A link that leads nowhere is no file, and yet none can be made under its name.
  const isNoFile =
    found === undefined ? lstatSync(file, { throwIfNoEntry: false }) : !found.isFile();
  if (isNoFile)
    throw new EngineAway(
      `${file} is no file, so there can be no index. Move it away, then run: ${ownCommand} reindex`,
    );
  return found?.ino;
}

function explainingDamage<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new IndexDamaged((error as Error).message, { cause: error });
  }
}
