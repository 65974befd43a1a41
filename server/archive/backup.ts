import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { type DatabaseSync, backup } from "node:sqlite";
import { UsageError } from "../../scraper/errors.ts";
import { explained } from "./database.ts";

const pagesAStep = 1_000;

/** Copies a database as of one moment; the file appears under its name only when it is whole. @throws UsageError, DiskFull */
export async function backupTo(raw: DatabaseSync, file: string): Promise<void> {
  if (existsSync(file))
    throw new UsageError(`${file} exists already. Name a new file, or move that one away.`);
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  try {
    // Reading holds one moment still: a writer would otherwise make the copy begin again.
    raw.exec("BEGIN; SELECT count(*) FROM archive");
    try {
      await backup(raw, unfinished, { rate: pagesAStep });
    } finally {
      raw.exec("COMMIT");
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw explained(error, file);
  }
}
