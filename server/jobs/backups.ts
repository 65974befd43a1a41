import { existsSync, statSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Archive } from "../archive/archive.ts";
import { bytesToLeave, diskRoom, type FreeSpace, megabytes } from "../archive/copies/disk-room.ts";
import { DiskFull } from "../archive/errors.ts";
import { makeFolder } from "../archive/copies/make-folder.ts";
import { mirrorFiles } from "../archive/media/mirror-files.ts";
import { verifyCopy } from "../archive/purge/scrub.ts";
import { ownCommand } from "../../scraper/own-command.ts";

/** Which backups stay: the newest of so many days, and of so many weeks. */
export interface Retention {
  readonly days: number;
  readonly weeks: number;
}

export interface BackupParts {
  readonly archive: Archive;
  readonly folder: string;
  readonly everyMs: number;
  readonly keep: Retention;
  readonly leave: FreeSpace;
  /** Who we are among the processes that serve this archive. */
  readonly holder: string;
  /** Files named by their content, which are kept beside the backups. */
  readonly files?: string;
  readonly now: () => Date;
  readonly look?: typeof diskRoom;
  readonly signal?: AbortSignal;
}

/** A copy of the archive that does not pass its own check. */
class BackupDamaged extends Error {
  override name = "BackupDamaged";
}

/** Copies the archive as of now, and checks all of the copy. @throws BackupDamaged when it is not whole; there is none then */
export async function backUpChecked(
  archive: Pick<Archive, "backup">,
  file: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  await archive.backup(file);
  let finding: string | undefined;
  try {
    [finding] = await verifyCopy(file, options);
  } catch (error) {
    await removeCopy(file);
    throw error;
  }
  for (const tail of ["-wal", "-shm"]) await rm(file + tail, { force: true });
  if (finding === undefined) return;
  await removeCopy(file);
  throw new BackupDamaged(
    `The archive is damaged, and the backup was thrown away (${finding}). Look at all of it: ${ownCommand} verify. Or take an older backup back: ${ownCommand} restore FILE`,
  );
}

async function removeCopy(file: string): Promise<void> {
  for (const tail of ["", "-wal", "-shm"]) await rm(file + tail, { force: true });
}

/** What became of a backup that was due. */
export interface BackedUp {
  readonly file: string;
  readonly removed: readonly string[];
}

/** Makes a backup when one is due and nobody else makes it; undefined when not. Its copy is checked before it gets its name. */
export async function backUpWhenDue(parts: BackupParts): Promise<BackedUp | undefined> {
  const { archive, holder, everyMs, signal } = parts;
  if (!(await archive.backups.claim(holder, everyMs))) return undefined;
  try {
    const done = await backUp(parts);
    await archive.backups.finish(holder, {});
    return done;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await archive.backups.finish(holder, { error: signal?.aborted ? "It was stopped." : why });
    throw error;
  }
}

/** Sees to backups until the signal. An error is reported; the next try is an hour later. */
export async function keepBackedUp({
  onDone,
  onError,
  wait = async (ms) => sleep(ms, undefined, { signal: parts.signal }),
  ...parts
}: BackupParts & {
  readonly signal: AbortSignal;
  readonly onDone: (done: BackedUp) => void;
  readonly onError: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
}): Promise<void> {
  while (!parts.signal.aborted) {
    try {
      const done = await backUpWhenDue(parts);
      if (done) onDone(done);
    } catch (error) {
      if (!parts.signal.aborted) onError(error);
    }
    try {
      await wait(lookEveryMs);
    } catch {
      return;
    }
  }
}
const lookEveryMs = 60_000;

async function backUp(parts: BackupParts): Promise<BackedUp> {
  const { archive, folder, files, now, keep, signal } = parts;
  await makeFolder(folder);
  await removeLeftovers(folder);
  refuseWithoutRoom(parts);
  const name = nameOf(now());
  const unchecked = join(folder, `${name}${uncheckedMark}`);
  try {
    await backUpChecked(archive, unchecked, signal ? { signal } : {});
    if (files !== undefined)
      await mirrorFiles(files, join(folder, "media"), signal ? { signal } : {});
    await rename(unchecked, join(folder, name));
  } finally {
    for (const tail of ["", "-wal", "-shm"]) await rm(unchecked + tail, { force: true });
  }
  const removed = toRemove(await readdir(folder), keep);
  for (const old of removed) await rm(join(folder, old), { force: true });
  return { file: join(folder, name), removed };
}

const uncheckedMark = ".unchecked";

/** What a process that was killed has left: only one makes backups at a time. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/^archive-[\dTZ-]+\.db\.unchecked/.test(name))
      await rm(join(folder, name), { force: true });
}

/** @throws DiskFull */
function refuseWithoutRoom({ archive, folder, leave, look = diskRoom }: BackupParts): void {
  const bytes = [archive.file, `${archive.file}-wal`]
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + statSync(file).size, 0);
  const room = look(folder);
  if (room.freeBytes - bytes >= bytesToLeave(leave, room)) return;
  throw new DiskFull(
    `The disk is full: a backup of ${megabytes(bytes)} has no room in ${folder}, where ${megabytes(room.freeBytes)} are free. Older backups were left alone; make room, or name another folder in BACKSCROLL_BACKUP.`,
  );
}

/** `archive-2026-11-23T21-40-05Z.db` */
const nameOf = (at: Date): string =>
  `archive-${at.toISOString().slice(0, 19).replaceAll(":", "-")}Z.db`;
const named = /^archive-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z\.db$/;

/** Which of these files are backups that may go: all but the newest, and the newest of each day and week to be kept. */
export function toRemove(names: readonly string[], { days, weeks }: Retention): readonly string[] {
  const newestFirst = names
    .filter((name) => named.test(name))
    .toSorted()
    .toReversed();
  const stay = new Set(newestFirst.slice(0, 1));
  for (const [slotOf, most] of [
    [dayOf, days],
    [weekOf, weeks],
  ] as const) {
    const slots = new Set<string>();
    for (const name of newestFirst) {
      const slot = slotOf(name);
      if (slots.has(slot)) continue;
      if (slots.size >= most) break;
      slots.add(slot);
      stay.add(name);
    }
  }
  return newestFirst.filter((name) => !stay.has(name));
}

const dayOf = (name: string): string => named.exec(name)?.[1] ?? "";

/** The Monday of the week, in UTC. */
function weekOf(name: string): string {
  const day = new Date(`${dayOf(name)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
