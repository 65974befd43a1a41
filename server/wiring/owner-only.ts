import { chmod, readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Config } from "../config.ts";

type Places = Pick<Config, "data" | "backup">;

/** Rights of everybody but the owner. */
const others = 0o077;
/** Set on folders in which anybody may make files, like `/tmp`. */
const sticky = 0o1000;

/** From here on whatever this process and its children make is its owner's alone: folders 700, files 600. */
export function makeForOwnerOnly(): void {
  process.umask(others);
}

/** Takes others' rights from what an older version, or a person, left in the data folder and among the backups. */
export async function narrowToOwner(places: Places): Promise<void> {
  for (const path of await openToOthers(places)) {
    try {
      await (path === places.data ? narrow(path) : narrowAll(path));
    } catch (error) {
      // Another user's, or on a disk that cannot be written: read all the same, and named by the doctor.
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!["EPERM", "EACCES", "EROFS", "ENOENT"].includes(code)) throw error;
    }
  }
}

/** What others than its owner may read or write. A folder of ours speaks for all that is in it: closed, it keeps that in. */
export async function openToOthers({ data, backup }: Places): Promise<readonly string[]> {
  const paths = [
    ...(await namedIn(data, inData)),
    ...(backup === undefined ? [] : await namedIn(backup, inBackups)),
    ...(isOnesHome(data) ? [] : [data]),
  ];
  const wide: string[] = [];
  for (const path of paths) {
    const mode = (await stat(path).catch(() => undefined))?.mode ?? 0;
    if ((mode & others) !== 0 && (mode & sticky) === 0) wide.push(path);
  }
  return wide;
}

const inData = /^(?:archive|index)\.db|^robots\.json|^(?:media|meilisearch)$/;
/** The folder of backups itself stays as it is: whoever takes them elsewhere may have to get into it. */
const inBackups = /^archive-[\dTZ-]+\.db|^media$/;

async function namedIn(folder: string, names: RegExp): Promise<readonly string[]> {
  const found = await readdir(folder).catch(() => []);
  return found.filter((name) => names.test(name)).map((name) => join(folder, name));
}

const isOnesHome = (folder: string): boolean => resolve(folder) === resolve(homedir());

/** All below a folder, and the folder last: a narrowing that was broken off begins again. */
async function narrowAll(path: string): Promise<void> {
  const found = await stat(path);
  const entries = found.isDirectory() ? await readdir(path, { withFileTypes: true }) : [];
  for (const entry of entries) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) await narrowAll(below);
    else if (entry.isFile()) await narrow(below);
  }
  await narrow(path);
}

async function narrow(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & others) !== 0) await chmod(path, mode & 0o777 & ~others);
}
