import { chmod, link, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../../scraper/errors.ts";
import { DiskFull } from "../archive/errors.ts";

/** A file by the name it will have, and what writes it under another. */
interface FileToWrite {
  readonly name: string;
  readonly write: (unfinished: string) => Promise<void>;
}

/**
 * A file, and another that describes it, both written beside their names and flushed before either gets its own: whenever this
 * is broken off, by a kill or for want of power too, no half file has a whole one's name, and none has the description of
 * another. A file that is replaced hands on its rights; where nothing may be replaced, the first to finish has the names.
 * @throws what `write` throws, UsageError when a name was taken meanwhile; then all is as it was.
 */
export async function writeWhole(
  file: FileToWrite,
  description: FileToWrite | undefined,
  { mayReplace }: { readonly mayReplace: boolean },
): Promise<void> {
  const both = description ? [file, description] : [file];
  try {
    for (const { name, write } of both) {
      await removeLeftovers(name);
      await write(unfinished(name));
      await flush(unfinished(name));
      const replaced = await stat(name).catch(() => undefined);
      if (replaced) await chmod(unfinished(name), replaced.mode & 0o777);
    }
    if (mayReplace) {
      if (description) await rm(description.name, { force: true });
      for (const { name } of both) await rename(unfinished(name), name);
    } else await takeNames(file.name, description?.name);
    await flush(dirname(file.name));
  } finally {
    for (const { name } of both) await rm(unfinished(name), { force: true });
  }
}

/**
 * Where a file of this name really lies, with what is written beside it; what is there is replaced only when asked to, what is
 * no file never. @throws UsageError
 */
export async function fileToWrite(
  name: string,
  {
    mayReplace,
    beside = [],
  }: { readonly mayReplace: boolean; readonly beside?: readonly string[] },
): Promise<string> {
  for (const one of [name, ...beside]) {
    const there = await stat(one).catch(() => undefined);
    if (there && !there.isFile())
      throw new UsageError(`${one} cannot be written: it is no file. Name a file with -o.`);
    if (there && !mayReplace) throw thereAlready(one);
  }
  const folder = dirname(name);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new UsageError(
      `${name} cannot be written: there is no folder ${folder}. Make it, or name another file with -o.`,
    );
  return realpath(name).catch(() => name);
}

/** Writes, and says in a sentence what the system had against it. @throws DiskFull, UsageError */
export async function sayingWhy(name: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    if ("code" in error && error.code === "ENOSPC")
      throw new DiskFull(`The disk is full: there is no room for ${name}.`, { cause: error });
    throw new UsageError(`${name} cannot be written (${error.message}).`, { cause: error });
  }
}

/** What to say of a file that is not to be replaced. */
const thereAlready = (name: string): UsageError =>
  new UsageError(
    `${name} is there already. Add --force to replace it, or name another file with -o.`,
  );

/** Both or none. @throws UsageError */
async function takeNames(file: string, description: string | undefined): Promise<void> {
  await takeName(file);
  if (description === undefined) return;
  try {
    await takeName(description);
  } catch (error) {
    // Only what is ours: another who may replace can have put theirs there since.
    const [there, ours] = [await stat(file).catch(() => undefined), await stat(unfinished(file))];
    if (there?.ino === ours.ino) await rm(file, { force: true });
    throw error;
  }
}

/** A link, unlike a rename, replaces nothing. @throws UsageError when something has the name */
async function takeName(name: string): Promise<void> {
  try {
    await link(unfinished(name), name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw thereAlready(name);
  }
}

/** Each process has its own, so that two who write the same file do not write into one another's. */
const unfinished = (name: string): string => `${name}.${process.pid}.part`;

/** What processes left that were killed. */
async function removeLeftovers(name: string): Promise<void> {
  const folder = dirname(name);
  const start = `${basename(name)}.`;
  for (const found of await readdir(folder)) {
    const [, pid] =
      (found.startsWith(start) && /^(\d+)\.part$/.exec(found.slice(start.length))) || [];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(folder, found), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function flush(path: string): Promise<void> {
  await using handle = await open(path);
  await handle.sync();
}
