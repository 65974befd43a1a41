import { chmod, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file by the name it will have, and what writes it under another. */
interface FileToWrite {
  readonly name: string;
  readonly write: (unfinished: string) => Promise<void>;
}

/**
 * A file, and another that describes it, both written beside their names and flushed before either gets its own: whenever this
 * is broken off, by a kill or for want of power too, no half file has a whole one's name, and none has the description of
 * another. A file that is replaced hands on its rights. @throws what `write` throws; then all is as it was.
 */
export async function writeWhole(file: FileToWrite, description: FileToWrite): Promise<void> {
  const both = [file, description];
  try {
    for (const { name, write } of both) {
      await removeLeftovers(name);
      await write(unfinished(name));
      await flush(unfinished(name));
      const replaced = await stat(name).catch(() => undefined);
      if (replaced) await chmod(unfinished(name), replaced.mode & 0o777);
    }
    await rm(description.name, { force: true });
    for (const { name } of both) await rename(unfinished(name), name);
    await flush(dirname(file.name));
  } finally {
    for (const { name } of both) await rm(unfinished(name), { force: true });
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
