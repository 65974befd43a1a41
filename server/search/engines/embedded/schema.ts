import type { DatabaseSync } from "node:sqlite";
import { documentVersion, mostSetAside, type SetAside } from "../../document.ts";
import { countNames } from "../../query/counts.ts";
import { columnNames, earlierColumnNames } from "./terms.ts";

/** Another number calls for a rebuild. */
export const schemaVersion = `10.${documentVersion}`;

const ftsOptions = `
  content = '', contentless_delete = 1,
  tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\\]^_{|}~\`'"
`;

/**
 * `no` is the archive's dense number of the post; `seq` says which change of the index wrote the row; `stretches` has
 * two numbers for each technical word of a post, `lettered` likewise for each word in letters other than its form's;
 * `copies` has the words of each post that may be a copy, or have some.
 * What begins with `earlier` is the same of a post's versions that were followed by another, as one.
 */
const tables = `
  create table meta (key text primary key, value text not null) without rowid;
  create table labels (label integer primary key, kind text not null, value text not null, unique (kind, value));
  create table posts (
    no integer primary key, seq integer not null, gone integer not null, channel integer not null,
    id integer not null, date integer not null, ${countNames.map((name) => `${name} integer`).join(", ")}, changed integer,
    flags integer not null, lang integer not null, labels text, digest text not null
  );
  create index posts_seq on posts (seq);
  create unique index posts_key on posts (channel, id) where gone = 0;
  create table ambiguous (key text, class text, primary key (key, class)) without rowid;
  create table words (form text primary key) without rowid;
  create table new_words (seq integer primary key, forms text not null);
  create table set_aside (channel text, id integer, why text not null, primary key (channel, id)) without rowid;
  create table joined (no integer primary key, stretches text not null);
  create table copies (no integer primary key, words blob not null);
  create table letters (no integer primary key, lettered blob not null);
  create table earlier_joined (no integer primary key, stretches text not null);
  create table earlier_letters (no integer primary key, lettered blob not null);
  create virtual table texts using fts5 (${columnNames.join(", ")}, ${ftsOptions});
  create virtual table earlier using fts5 (${earlierColumnNames.join(", ")}, ${ftsOptions});
`;

/** What FTS5 gathers in memory of one transaction: a batch of posts becomes one segment, and fewer are merged. */
const bytesBeforeFlush = 16 * 2 ** 20;

/** Views of the full-text table, for this connection alone. */
const views = `
  create virtual table temp.occurrences using fts5vocab (main, texts, instance);
  create virtual table temp.terms using fts5vocab (main, texts, row);
  create virtual table temp.earlier_occurrences using fts5vocab (main, earlier, instance);
  create virtual table temp.earlier_terms using fts5vocab (main, earlier, row);
`;

export interface Meta {
  readonly archiveId: string;
  readonly analyzerVersion: string;
  readonly schema: string;
  /** A name of this very index: a rebuilt one has another. */
  readonly birth: string;
  readonly position: string;
  /** Counts the transactions that changed the index. */
  readonly seq: string;
  readonly posts: string;
  /** Something was purged, and the file not yet written anew without it. */
  readonly scrub?: "owed";
}

export function readMeta(db: DatabaseSync): Meta {
  const rows = db.prepare("select key, value from meta").all() as { key: string; value: string }[];
  return Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as Meta;
}

/** Posts that were left out, as far as one can be told of them. */
export function readSetAside(db: DatabaseSync): readonly SetAside[] {
  return db
    .prepare("select channel, id, why from set_aside order by channel, id limit ?")
    .all(mostSetAside) as unknown as readonly SetAside[];
}

export function createTables(db: DatabaseSync, meta: Meta): void {
  db.exec(`begin immediate; ${tables}`);
  db.exec(`insert into texts (texts, rank) values ('hashsize', ${bytesBeforeFlush})`);
  const insert = db.prepare("insert into meta (key, value) values (?, ?)");
  for (const [key, value] of Object.entries(meta)) insert.run(key, value);
  db.exec("commit");
}

export function createViews(db: DatabaseSync): void {
  db.exec(views);
}
