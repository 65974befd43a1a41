import { linkSync, rmSync, statSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import type { Analyzer } from "../../analysis/analyzer.ts";
import type { IndexChange } from "../../document.ts";
import type { EngineAnswer, IndexStatus, SearchRequest } from "../../port.ts";
import { IndexWriter } from "./index-writer.ts";
import {
  createTables,
  createViews,
  readMeta,
  readSetAside,
  schemaVersion,
  type Meta,
} from "./schema.ts";
import { Searcher } from "./searcher.ts";

/** How long a writer waits for another process. */
const writeWaitMs = 60_000;

const durablePragmas = "pragma journal_mode = wal; pragma synchronous = normal";
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

/**
 * The embedded index: one SQLite file, everything synchronous and in this process.
 * Reads see what any process has written; a file replaced or removed under us is opened anew, a damaged one is
 * removed: it counts as missing, and is made again from the archive.
 */
export class EmbeddedIndex implements Disposable {
  readonly #options: IndexOptions;
  #db: DatabaseSync | undefined;
  #inode: bigint | undefined;
  #birth: string | undefined;
  #searcher: Searcher | undefined;
  #writer: IndexWriter | undefined;

  constructor(options: IndexOptions) {
    this.#options = options;
  }

  /** A missing index, or one of another archive, finds nothing. */
  search(request: SearchRequest): EngineAnswer {
    return this.#sound(() => {
      const meta = this.#meta();
      if (meta === undefined || this.#state(meta) === "foreign")
        return { hits: [], total: 0, facets: {} };
      // All of an answer is from one state of the file.
      this.#db!.exec("begin");
      try {
        const { birth, seq } = readMeta(this.#db!);
        if (birth !== this.#birth) this.#searcher = undefined;
        this.#birth = birth;
        this.#searcher ??= new Searcher(this.#db!, this.#options.analyzer);
        return this.#searcher.search(request, seq);
      } finally {
        if (this.#db?.isTransaction) this.#db.exec("rollback");
      }
    });
  }

  status(): IndexStatus {
    return this.#sound(() => {
      const meta = this.#meta();
      if (meta === undefined) return { state: "missing", position: 0, posts: 0 };
      const { archiveId, analyzerVersion, position, posts } = meta;
      const state = this.#state(meta);
      const setAside = state === "ready" ? readSetAside(this.#db!) : [];
      return {
        state,
        position: Number(position),
        posts: Number(posts),
        archiveId,
        analyzerVersion,
        ...(meta.scrub && { scrubOwed: true }),
        ...(setAside.length > 0 && { setAside }),
      };
    });
  }

  /** One transaction: all of `changes` and the position, or nothing. Makes the file when it is missing. */
  apply(changes: readonly IndexChange[], to: number): void {
    this.#sound(() => {
      const db = this.#open() ?? this.#create();
      const { birth } = readMeta(db);
      if (birth !== this.#birth) this.#writer = undefined;
      this.#birth = birth;
      this.#writer ??= new IndexWriter(db, this.#options.analyzer);
      this.#writer.apply(changes, to);
    });
  }

  /** Puts the content of `other` in the place of this one's, in one step for every reader. */
  async takeOver(other: EmbeddedIndex): Promise<void> {
    const source = other.#open() ?? other.#create();
    if (this.#meta() === undefined) removeIndex(this.#options.file);
    for (let tries = 1; ; tries++) {
      // SQLite's copying does not wait for a writer; a transaction of our own does.
      this.#open()?.exec("begin immediate; rollback");
      this.close();
      try {
        await backup(source, this.#options.file, { rate: pagesAStep });
        // What stood here before goes with the log: it may have been purged.
        this.#open()?.exec("pragma wal_checkpoint(truncate)");
        return;
      } catch (error) {
        if (tries === mostTries) throw error;
        await sleep(betweenTriesMs);
      }
    }
  }

  close(): void {
    this.#writer = undefined;
    this.#searcher = undefined;
    this.#birth = undefined;
    this.#db?.close();
    this.#db = undefined;
  }

  /** The index is no more. */
  remove(): void {
    this.close();
    removeIndex(this.#options.file);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #meta(): Meta | undefined {
    const db = this.#open();
    return db === undefined ? undefined : readMeta(db);
  }

  #state({ archiveId, analyzerVersion, schema }: Meta): IndexStatus["state"] {
    if (archiveId !== this.#options.archiveId) return "foreign";
    return analyzerVersion === this.#options.analyzer.version && schema === schemaVersion
      ? "ready"
      : "outdated";
  }

  #open(): DatabaseSync | undefined {
    const inode = statSync(this.#options.file, { bigint: true, throwIfNoEntry: false })?.ino;
    if (this.#db !== undefined && inode === this.#inode) return this.#db;
    this.close();
    if (inode === undefined) return undefined;
    const db = this.#connect();
    try {
      db.exec(`pragma busy_timeout = ${writeWaitMs}; pragma cache_size = -65536`);
      if (this.#options.readOnly === true) db.exec("pragma temp_store = memory");
      else db.exec(this.#options.disposable === true ? disposablePragmas : durablePragmas);
      readMeta(db);
      createViews(db);
    } catch (error) {
      db.close();
      throw error;
    }
    this.#db = db;
    this.#inode = inode;
    return db;
  }

  #connect(): DatabaseSync {
    const { file, readOnly = false } = this.#options;
    if (!readOnly) return new DatabaseSync(file);
    const address = pathToFileURL(file);
    address.searchParams.set("immutable", "1");
    return new DatabaseSync(address, { readOnly: true });
  }

  /** Whoever looks sees no index or a whole one; of two who make it at once the first counts. */
  #create(): DatabaseSync {
    const { file, archiveId, analyzer } = this.#options;
    for (const part of companions(file)) rmSync(part, { force: true });
    const draft = `${file}.new-${process.pid}`;
    rmSync(draft, { force: true });
    using db = new DatabaseSync(draft);
    createTables(db, {
      archiveId,
      analyzerVersion: analyzer.version,
      schema: schemaVersion,
      birth: crypto.randomUUID(),
      position: "0",
      seq: "0",
      posts: "0",
    });
    db.close();
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft);
    }
    return this.#open()!;
  }

  #sound<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error) || this.#options.readOnly === true) throw error;
      this.remove();
      return work();
    }
  }
}

/** How many pages a takeover copies before it lets other work through. */
const pagesAStep = 10_000;
const mostTries = 20;
const betweenTriesMs = 100;

function removeIndex(file: string): void {
  for (const part of [file, ...companions(file)]) rmSync(part, { force: true });
}

/** What SQLite keeps beside a database. */
function companions(file: string): readonly string[] {
  return ["-wal", "-shm", "-journal"].map((end) => file + end);
}

/** SQLite's words for a file that is corrupt, not a database, or not made by us. */
function isDamage(error: unknown): boolean {
  const { errcode, message } = error as { errcode?: number; message?: string };
  if (errcode === undefined) return false;
  const [corrupt, notADatabase] = [11, 26];
  return (
    (errcode & 0xff) === corrupt ||
    errcode === notADatabase ||
    message?.startsWith("no such table") === true
  );
}
