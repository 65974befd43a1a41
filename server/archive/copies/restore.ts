import { existsSync } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UsageError } from "../../../scraper/errors.ts";
import { explained, openReader } from "../database.ts";
import { ArchiveBusy, ArchiveDamaged, ArchiveUnusable, DiskFull } from "../errors.ts";
import { type CarriedKeys, carryKeys } from "./carry-keys.ts";
import { copyForOwner } from "./copy-file.ts";
import { makeFolder } from "./make-folder.ts";
import { checkOurs } from "../schema/migrations.ts";

export interface Restored {
  /** Where the archive that stood here before is now. */
  readonly movedTo?: string;
  readonly keys: CarriedKeys;
}

/**
 * Puts a backup in the archive's place, once it is checked whole; what stood there is moved aside, never lost, and what it says of
 * revoked keys holds for the backup's.
 * @throws UsageError, ArchiveUnusable, ArchiveBusy, DiskFull
 */
export async function restoreArchive({
  from,
  to,
  keepKeys = false,
  now = new Date(),
}: {
  readonly from: string;
  readonly to: string;
  /** Whether keys stay as they are in the backup where nothing tells what became of them since. */
  readonly keepKeys?: boolean;
  readonly now?: Date;
}): Promise<Restored> {
  if (!existsSync(from)) throw new UsageError(`There is no file ${from} to restore from.`);
  const incoming = `${to}.incoming`;
  try {
    await makeFolder(dirname(to));
    await copyForOwner(from, incoming);
    await checkWhole(incoming, from);
    const keys = carryKeys({ incoming, present: to, at: now.toISOString(), keepKeys });
    await flush(incoming);
    if (!existsSync(to)) {
      await rename(incoming, to);
      return { keys };
    }
    settle(to);
    const movedTo = `${to}.before-${now.toISOString().replaceAll(":", "-")}`;
    for (const tail of ["-wal", "-shm"])
      if (existsSync(to + tail)) await rename(to + tail, movedTo + tail);
    await link(to, movedTo).catch(() => copyForOwner(to, movedTo));
    await rename(incoming, to);
    return { movedTo, keys };
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    if ("code" in error && error.code === "ENOSPC")
      throw new DiskFull(`The disk is full: there is no room for a copy of ${from} beside ${to}.`, {
        cause: error,
      });
    throw new UsageError(`${from} cannot be copied to ${to} (${error.message}).`, { cause: error });
  } finally {
    for (const tail of ["", "-wal", "-shm"]) await rm(incoming + tail, { force: true });
  }
}

/** @throws ArchiveUnusable: it is another file that should have been named, and nothing here was touched. */
async function checkWhole(copy: string, from: string): Promise<void> {
  const refused = (why: string, cause?: unknown): ArchiveUnusable =>
    new ArchiveUnusable(
      `${from} is no whole backup (${why}). Nothing here was touched; name another.`,
      { cause },
    );
  try {
    const connection = openReader(copy);
    try {
      await checkOurs(connection, from);
      const found = connection.raw.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
      if (found !== "ok") throw refused(String(found));
    } finally {
      connection.raw.close();
    }
  } catch (error) {
    const told = explained(error, from);
    if (!(told instanceof ArchiveDamaged)) throw told;
    // Not its own sentence, which tells how to mend the archive: that is not what is wrong here.
    const { cause } = told;
    throw refused(
      cause instanceof Error ? cause.message : "it is empty, or of another program",
      told,
    );
  }
}

async function flush(file: string): Promise<void> {
  await using handle = await open(file, "r+");
  await handle.sync();
}

/** Brings all that was written into the one file, which shows too that nobody else has it open. */
function settle(file: string): void {
  const raw = new DatabaseSync(file, { timeout: 1_000 });
  try {
    raw.exec("PRAGMA journal_mode = DELETE");
  } catch (error) {
    if (explained(error, file) instanceof ArchiveBusy)
      throw new ArchiveBusy(
        `${file} is in use. Stop the server and other commands, then restore.`,
        {
          cause: error,
        },
      );
    // Damaged or foreign: it is moved aside as it is, with what lies beside it.
  } finally {
    raw.close();
  }
}
