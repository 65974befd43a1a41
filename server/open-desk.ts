import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../scraper/errors.ts";
import { Archive } from "./archive/archive.ts";
import { type RoomCheck, roomCheck } from "./archive/disk-room.ts";
import { DiskFull } from "./archive/errors.ts";
import type { Config } from "./config.ts";
import type { Analyzer } from "./search/analysis/analyzer.ts";
import { createAnalyzer } from "./search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "./search/embedded/embedded-engine.ts";
import type { SearchEngine } from "./search/engine.ts";

/** Where the parts of one data folder lie. */
export const archiveFile = ({ data }: Config): string => join(data, "archive.db");
export const indexFile = ({ data }: Config): string => join(data, "index.db");

export async function openArchive(config: Config): Promise<Archive> {
  await makeFolder(config.data);
  return Archive.open(archiveFile(config), { hasRoom: roomIn(config) });
}

/** Whether the data folder's disk has room for more. */
export const roomIn = ({ data, diskFree }: Config): RoomCheck =>
  roomCheck(data, { leave: diskFree });

/** @throws DiskFull, UsageError when there can be no such folder. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC")
      throw new DiskFull(`The disk is full: there is no room for ${folder}.`, { cause: error });
    throw new UsageError(
      `The data folder ${folder} cannot be made (${message}). Choose another with --data or BACKSCROLL_DATA.`,
      { cause: error },
    );
  }
}

/** The archive with all that answers queries over it. */
export interface Desk extends AsyncDisposable {
  readonly archive: Archive;
  readonly analyzer: Analyzer;
  readonly engine: SearchEngine;
}

/** `inProcess` spares the processes that searches run in: for a command that asks once and ends. */
export async function openDesk(
  config: Config,
  { inProcess }: { readonly inProcess: boolean },
): Promise<Desk> {
  const archive = await openArchive(config);
  const { archiveId } = await archive.state();
  const analyzer = createAnalyzer();
  const embedded = await openEmbeddedEngine({
    file: indexFile(config),
    archiveId,
    analyzer,
    inProcess,
  });
  const engine =
    config.engine === "embedded"
      ? embedded
      : await (
          await import("./open-meilisearch.ts")
        ).openWithMeilisearch(config, { embedded, archiveId, analyzer, mayStart: !inProcess });
  return {
    archive,
    analyzer,
    engine,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await archive[Symbol.asyncDispose]();
    },
  };
}
