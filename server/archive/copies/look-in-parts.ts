import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, explained } from "../database.ts";
import { ArchiveDamaged, damagedFile, postNotAsKept, setNotAsKept } from "../errors.ts";
import { postsAfter } from "../posts/posts-after.ts";
import { unsoundSets } from "../posts/result-sets.ts";
import { isAsWritten } from "../posts/row-sum.ts";

const rowsAPart = 1_000;

/**
 * Looks at all of an archive's file, part by part: each table with its indexes, then what the rows of posts and cited sets say. After each
 * part it rests `rests` times as long as the part took. @throws ArchiveDamaged
 */
export async function lookInParts(
  { raw, db }: Connection,
  { file, rests }: { readonly file: string; readonly rests: number },
): Promise<void> {
  const tables = raw
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .all();
  let begun = performance.now();
  const rest = async (): Promise<void> => {
    await sleep((performance.now() - begun) * rests);
    begun = performance.now();
  };
  for (const { name } of tables) {
    refuseUnsoundTable(raw, { table: String(name), file });
    await rest();
  }
  for (let after = 0; ;) {
    const rows = await postsAfter(db, after, rowsAPart);
    const wrong = rows.find((row) => !isAsWritten(row));
    if (wrong) throw postNotAsKept(wrong, file);
    const last = rows.at(-1);
    if (!last) break;
    after = last.no;
    await rest();
  }
  for await (const sha256 of unsoundSets(db)) throw setNotAsKept(sha256, file);
}

function refuseUnsoundTable(
  raw: Connection["raw"],
  { table, file }: { readonly table: string; readonly file: string },
): void {
  let found: unknown;
  try {
    found = raw.prepare(`PRAGMA integrity_check("${table}")`).get()?.["integrity_check"];
  } catch (error) {
    throw explained(error, file);
  }
  if (found !== "ok") throw new ArchiveDamaged(damagedFile(file, String(found)));
}
