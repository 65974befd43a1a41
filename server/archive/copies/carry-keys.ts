import { existsSync } from "node:fs";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { openReader } from "../database.ts";

/** What became of the keys in a backup that takes an archive's place. */
export type CarriedKeys =
  /** What was done to them since the backup holds: so many were revoked, or got another secret. */
  | { readonly kind: "carried"; readonly keys: number }
  /** Nothing tells what was done to them since: so many were revoked now, all but the admin's. */
  | { readonly kind: "revoked"; readonly keys: number }
  /** Nothing tells, and they were to be left as they are: so many are good again, or still. */
  | { readonly kind: "left"; readonly keys: number };

/**
 * Brings into the backup `incoming` what was done to its keys in `present` since it was made: who lost a key does not get it back.
 * Where `present` is absent, unreadable or another archive, only the admin's stay good, unless `keepKeys`. All sessions end.
 */
export function carryKeys({
  incoming,
  present,
  at,
  keepKeys,
}: {
  readonly incoming: string;
  readonly present: string;
  readonly at: string;
  readonly keepKeys: boolean;
}): CarriedKeys {
  using db = new DatabaseSync(incoming);
  // One file, with no log beside it, is what takes the archive's place.
  db.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN");
  const carried = carry(db, { known: keysIn(present, archiveIdOf(db)), at, keepKeys });
  if (columnsOf(db, "session").length > 0) db.exec("DELETE FROM session");
  db.exec("COMMIT");
  return carried;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function carry(
  db: DatabaseSync,
  given: {
    readonly known: readonly Row[] | undefined;
    readonly at: string;
    readonly keepKeys: boolean;
  },
): CarriedKeys {
  const { known, at, keepKeys } = given;
  const columns = columnsOf(db, "access_key");
  if (columns.length === 0) return { kind: "left", keys: 0 };
  if (known === undefined && keepKeys) {
    const live = db.prepare("SELECT count(*) AS n FROM access_key WHERE revoked_at IS NULL").get();
    return { kind: "left", keys: Number(live?.["n"]) };
  }
  if (known === undefined) {
    const revoke = db.prepare(
      "UPDATE access_key SET revoked_at = ? WHERE revoked_at IS NULL AND scopes NOT LIKE '%\"admin\"%'",
    );
    return { kind: "revoked", keys: Number(revoke.run(at).changes) };
  }
  let keys = 0;
  for (const row of known) {
    const changing = changeable.filter((name) => columns.includes(name) && name in row);
    const set = changing.map((name) => `${name} = ?`).join(", ");
    const differs = changing.map((name) => `${name} IS NOT ?`).join(" OR ");
    const values = changing.map((name) => row[name] ?? null);
    const update = db.prepare(`UPDATE access_key SET ${set} WHERE id = ? AND (${differs})`);
    keys += Number(update.run(...values, row["id"] ?? null, ...values).changes);
  }
  return { kind: "carried", keys };
}

/** What revoking and rotating write. */
const changeable = ["revoked_at", "hash", "previous_hash", "previous_until"] as const;

/** The keys of the archive of this id; undefined where there is none such that can be read. */
function keysIn(file: string, archiveId: SQLOutputValue | undefined): readonly Row[] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { raw } = openReader(file);
    try {
      if (archiveIdOf(raw) !== archiveId) return undefined;
      return raw.prepare("SELECT * FROM access_key").all();
    } finally {
      raw.close();
    }
  } catch {
    // Damaged or of other tables: whatever it says of keys is not believed.
    return undefined;
  }
}

const archiveIdOf = (db: DatabaseSync): SQLOutputValue | undefined =>
  db.prepare("SELECT archive_id FROM archive").get()?.["archive_id"];

const columnsOf = (db: DatabaseSync, table: string): readonly string[] =>
  db
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map(({ name }) => String(name));
