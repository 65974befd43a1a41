import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { backup } from "node:sqlite";
import { UsageError } from "../../../scraper/errors.ts";
import { explained, openReader } from "../database.ts";

const pagesAStep = 1_000;

/** Copies an archive as of one moment; the copy gets its name only when it is whole. @throws UsageError, DiskFull */
export async function backupArchive(files: {
  readonly from: string;
  readonly to: string;
}): Promise<void> {
  const { from, to } = files;
  if (existsSync(to))
    throw new UsageError(`${to} exists already. Name a new file, or move that one away.`);
  const unfinished = `${to}.unfinished`;
  const { raw } = openReader(from);
  try {
    // One reading transaction holds the moment still; without it each write would start the copy again.
    raw.exec("BEGIN; SELECT archive_id FROM archive");
    await backup(raw, unfinished, { rate: pagesAStep });
    await rename(unfinished, to);
  } catch (error) {
    throw explained(error, to);
  } finally {
    raw.close();
    await rm(unfinished, { force: true });
  }
}
