import { randomUUID } from "node:crypto";
import { link, rm } from "node:fs/promises";
import { refuseUnsound } from "./archive-health.ts";
import { type Connection, explained, openReader, openWriter } from "./database.ts";
import { DiskFull } from "./errors.ts";
import { migrate } from "./schema/migrations.ts";

/** Whoever looks sees no archive or a whole one; of two who make it at once the first counts. */
export async function makeArchive(
  file: string,
  { now, waitMs }: { readonly now: () => Date; readonly waitMs: number },
): Promise<void> {
  const draft = `${file}.new-${process.pid}-${randomUUID()}`;
  try {
    const writer = await openWriter(draft, { waitMs, check: () => {} });
    try {
      await migrating(writer, { file: draft, now });
      bringLogIn(writer, file);
    } finally {
      await writer.db.destroy();
    }
    await lookWhole(draft);
    await link(draft, file);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "EEXIST") throw explained(error, file);
  } finally {
    for (const tail of ["", "-wal", "-shm", "-journal"]) await rm(draft + tail, { force: true });
  }
}

/** Only the file gets its name, not its log: closing brings the log in too, but says nothing when it could not. @throws DiskFull */
function bringLogIn({ raw }: Connection, file: string): void {
  const done = raw.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  if (done?.["busy"] === 0 && done["log"] === 0) return;
  throw new DiskFull(`The disk is full: ${file} cannot be made. Make room and run again.`);
}

/** @throws ArchiveDamaged, DiskFull */
async function lookWhole(file: string): Promise<void> {
  const reader = openReader(file);
  try {
    await refuseUnsound(reader, file);
  } finally {
    // Kysely, asked nothing here, would not close it.
    reader.raw.close();
  }
}

/** @throws ArchiveUnusable, ArchiveDamaged, DiskFull */
export async function migrating(
  writer: Connection,
  { file, now }: { readonly file: string; readonly now: () => Date },
): Promise<void> {
  try {
    await migrate(writer, { file, now, newId: randomUUID });
  } catch (error) {
    throw explained(error, file);
  }
}
