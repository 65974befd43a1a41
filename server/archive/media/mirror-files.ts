import { link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { copyForOwner } from "../copies/copy-file.ts";

/**
 * Brings files that never change once they are there (named by their content) to another folder: those it lacks are linked,
 * or copied to another disk. Answers how many came. Nothing is removed or replaced.
 */
export async function mirrorFiles(
  from: string,
  to: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  if (!existsSync(from)) return 0;
  let came = 0;
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    signal?.throwIfAborted();
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (existsSync(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    await linkOrCopy(source, target);
    came += 1;
  }
  return came;
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch {
    const unfinished = `${target}.unfinished`;
    try {
      await copyForOwner(source, unfinished);
      await rename(unfinished, target);
    } finally {
      await rm(unfinished, { force: true });
    }
  }
}
