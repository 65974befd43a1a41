import type { Database } from "../database.ts";
import { shortHash, type ResultSet } from "./result-sets.ts";

/** A kept set as a list shows it: without its posts. */
export interface SetEntry extends Omit<ResultSet, "marks"> {
  /** The first digits of its hash, by which it is asked for. */
  readonly id: string;
}

/** The sets that are kept, the last cited first, and how many there are in all. */
export async function listSets(
  db: Database,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly sets: readonly SetEntry[] }> {
  const { total } = await db
    .selectFrom("result_set")
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const sets = await db
    .selectFrom("result_set")
    .select(["sha256", "query", "cited_at as citedAt", "posts", "position", "analyzer"])
    .orderBy("cited_at", "desc")
    .orderBy("sha256")
    .orderBy("query")
    .limit(limit)
    .offset(offset)
    .execute();
  const entries = sets.map((set) => Object.assign(set, { id: set.sha256.slice(0, shortHash) }));
  return { total, sets: entries };
}

/** Removes the sets whose hash begins so (16 digits at least), or the one of this query among them; how many they were. */
export async function removeSets(db: Database, hash: string, query?: string): Promise<number> {
  if (!/^[0-9a-f]{16,64}$/.test(hash)) return 0;
  const of = db
    .deleteFrom("result_set")
    .where("sha256", ">=", hash)
    .where("sha256", "<", `${hash}g`);
  const { numDeletedRows } = await (
    query === undefined ? of : of.where("query", "=", query)
  ).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
