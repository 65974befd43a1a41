/** The index does not hold what was written to it: nothing it says is to be believed, and it is built anew. */
export class IndexDamaged extends Error {
  override name = "IndexDamaged";
}

/** SQLite's words for a file that is corrupt, not a database, or not made by us. */
export function isDamage(error: unknown): boolean {
  if (error instanceof IndexDamaged) return true;
  const { errcode, message } = error as { errcode?: number; message?: string };
  if (errcode === undefined) return false;
  const [corrupt, notADatabase] = [11, 26];
  return (
    (errcode & 0xff) === corrupt ||
    errcode === notADatabase ||
    message?.startsWith("no such table") === true
  );
}
