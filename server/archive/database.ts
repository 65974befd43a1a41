import { statSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { type DatabaseConnection, Kysely } from "kysely";
import {
  BaseSqliteDialect,
  BaseSqliteDriver,
  GenericSqliteConnection,
  type IGenericSqlite,
  parseBigInt,
} from "kysely-generic-sqlite";
import { reason } from "../../scraper/reasons.ts";
import {
  ArchiveBusy,
  ArchiveDamaged,
  ArchiveUnusable,
  DiskFull,
  mendArchive,
  noRoomBeside,
} from "./errors.ts";
import type { Tables } from "./schema/schema.ts";

export type Database = Kysely<Tables>;

const lockTryMs = 20;
const readTimeoutMs = 5_000;
const statementsKept = 300;

/** One connection to an archive's file: the raw handle, and Kysely on top of it. */
export interface Connection {
  readonly raw: DatabaseSync;
  readonly db: Database;
}

/** What each part of an archive reads, writes and tells the time by. */
export interface Handles {
  readonly reader: Database;
  /** @throws ArchiveUnusable when the archive was opened for reading only. */
  readonly writer: () => Database;
  readonly now: () => Date;
}

/** The only connection that writes: one transaction at a time, begun IMMEDIATE; waits for other processes without blocking this one. */
export async function openWriter(
  file: string,
  options: {
    readonly waitMs: number;
    /** Refuses the file before anything of it is changed. */
    readonly check: (raw: DatabaseSync) => void;
  },
): Promise<Connection> {
  const { waitMs, check } = options;
  const raw = connect(file, lockTryMs);
  try {
    await untilFree(() => check(raw), waitMs, file);
    await untilFree(() => raw.exec("PRAGMA journal_mode = WAL"), waitMs, file);
    raw.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    raw.exec("PRAGMA journal_size_limit = 67108864");
  } catch (error) {
    raw.close();
    throw explained(error, file);
  }
  return { raw, db: kyselyOn(raw, file, waitMs) };
}

/** From here on this connection cannot make the file larger than so many pages. */
export function limitPages({ raw }: Connection, pages: number): void {
  raw.exec(`PRAGMA max_page_count = ${Math.trunc(pages)}`);
}

/** A connection that sees what was committed and can change nothing. */
export function openReader(file: string): Connection {
  const raw = openToRead(file, readTimeoutMs);
  try {
    raw.exec("PRAGMA query_only = ON");
  } catch (error) {
    raw.close();
    throw explained(error, file);
  }
  return { raw, db: kyselyOn(raw, file, readTimeoutMs) };
}

/**
 * Where the folder cannot be written, SQLite cannot make the files that readers share. Then nobody else writes here either,
 * and the file is read as it lies, as long as no log beside it holds more.
 */
function openToRead(file: string, timeout: number): DatabaseSync {
  const raw = connect(file, timeout);
  try {
    raw.exec("SELECT count(*) FROM sqlite_schema");
    return raw;
  } catch (error) {
    raw.close();
    const code = sqliteCode(error);
    const isKeptOut = code === codes.cannotOpen || code === codes.readOnly;
    const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (!isKeptOut || logBytes > 0) throw explained(error, file);
    const address = pathToFileURL(file);
    address.searchParams.set("immutable", "1");
    return new DatabaseSync(address, { timeout, readOnly: true });
  }
}

function connect(file: string, timeout: number): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout, enableForeignKeyConstraints: true });
  } catch (error) {
    throw explained(error, file);
  }
}

function kyselyOn(raw: DatabaseSync, file: string, waitMs: number): Database {
  return new Kysely<Tables>({
    dialect: new BaseSqliteDialect(() => new OneConnectionDriver(raw, file, waitMs)),
  });
}

class OneConnectionDriver extends BaseSqliteDriver {
  readonly #raw: DatabaseSync;
  readonly #file: string;
  readonly #waitMs: number;
  #turn: Promise<void> = Promise.resolve();
  #done: (() => void) | undefined;

  constructor(raw: DatabaseSync, file: string, waitMs: number) {
    super(async () => {
      this.conn = new GenericSqliteConnection(executor(raw, file));
    });
    this.#raw = raw;
    this.#file = file;
    this.#waitMs = waitMs;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    this.#done = resolve;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    this.#done?.();
  }

  override async beginTransaction(): Promise<void> {
    await untilFree(() => this.#raw.exec("BEGIN IMMEDIATE"), this.#waitMs, this.#file);
  }

  override async commitTransaction(): Promise<void> {
    try {
      this.#raw.exec("COMMIT");
    } catch (error) {
      throw explained(error, this.#file);
    }
  }

  /** SQLite may have rolled back by itself already, when the disk is full. */
  override async rollbackTransaction(): Promise<void> {
    if (this.#raw.isTransaction) this.#raw.exec("ROLLBACK");
  }

  async destroy(): Promise<void> {
    if (this.#raw.isOpen) this.#raw.close();
  }
}

function executor(raw: DatabaseSync, file: string): IGenericSqlite {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = raw.prepare(sql);
    const oldest = statements.keys().next().value;
    if (statements.size >= statementsKept && oldest !== undefined) statements.delete(oldest);
    statements.set(sql, statement);
    return statement;
  };
  return {
    db: raw,
    close: () => raw.close(),
    query: (_isSelect, sql, parameters) => {
      try {
        const statement = prepared(sql);
        const values = parameters as readonly SQLInputValue[];
        if (statement.columns().length > 0) return { rows: statement.all(...values) };
        const { changes, lastInsertRowid } = statement.run(...values);
        const numAffectedRows = parseBigInt(changes);
        const insertId = parseBigInt(lastInsertRowid);
        return {
          rows: [],
          ...(numAffectedRows !== undefined && { numAffectedRows }),
          ...(insertId !== undefined && { insertId }),
        };
      } catch (error) {
        throw explained(error, file);
      }
    },
  };
}

/** Tries until no other process is in the way. @throws ArchiveBusy when one is for longer than `waitMs` */
async function untilFree(attempt: () => void, waitMs: number, file: string): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      attempt();
      return;
    } catch (error) {
      if (sqliteCode(error) !== codes.busy || performance.now() > deadline)
        throw explained(error, file);
    }
    await wait(lockTryMs);
  }
}

const codes = {
  error: 1,
  busy: 5,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  if (error.errcode === noRoomBeside) return codes.full;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/** SQLite's error as a sentence in a class named for what to do next; any other error as it is. */
export function explained(error: unknown, file: string): unknown {
  const cause = error instanceof Error ? error.message : "";
  switch (sqliteCode(error)) {
    case codes.full:
      return new DiskFull([reason("disk-full", { file })], { cause: error });
    case codes.busy:
      return new ArchiveBusy([reason("archive-locked", { file })], { cause: error });
    case codes.corrupt:
    case codes.notADatabase:
      return new ArchiveDamaged(`${file} is damaged or no archive (${cause}). ${mendArchive}`, {
        cause: error,
      });
    case codes.cannotOpen:
    case codes.readOnly:
      return new ArchiveUnusable(
        `${file} cannot be opened or written (${cause}). Check that its folder exists and may be written.`,
        { cause: error },
      );
    case codes.error:
      if (!/^no such (?:table|column)/.test(cause)) return error;
      return new ArchiveDamaged(
        `${file} has not the tables of an archive (${cause}). ${mendArchive}`,
        { cause: error },
      );
    default:
      return error;
  }
}
