import { join, resolve } from "node:path";
import { UsageError } from "../../scraper/errors.ts";
import { Archive } from "../archive/archive.ts";
import { type RoomCheck, roomCheck } from "../archive/copies/disk-room.ts";
import { ArchiveUnusable, DiskFull } from "../archive/errors.ts";
import { accessSync, constants, existsSync } from "node:fs";
import { makeFolder } from "../archive/copies/make-folder.ts";
import type { Config } from "../config.ts";
import type { Analyzer } from "../search/analysis/analyzer.ts";
import { createAnalyzer } from "../search/analysis/analyzer.ts";
import { catchUp } from "../search/catch-up.ts";
import { openEmbeddedEngine } from "../search/engines/embedded/embedded-engine.ts";
import { type AnyEngine, EngineAway, type Searcher } from "../search/port.ts";
import { narrowToOwner } from "./owner-only.ts";
import { ownCommand } from "../../scraper/own-command.ts";

/** Where the parts of one data folder lie. */
export const archiveFile = ({ data }: Config): string => join(data, "archive.db");
export const indexFile = ({ data }: Config): string => join(data, "index.db");

/** Whether the folder and its archive are made where there are none; not by what reads or changes what is kept. */
interface Making {
  readonly mayMake?: boolean;
}

/** @throws ArchiveUnusable when there is no archive and none may be made; then nothing is. */
export async function openArchive(
  config: Config,
  { mayMake = false }: Making = {},
): Promise<Archive> {
  if (!mayMake) refuseAbsent(config);
  await makeDataFolder(config.data);
  await narrowToOwner(config);
  return Archive.open(archiveFile(config), { hasRoom: roomIn(config) });
}

/** For a command that only reads: a folder that cannot be written will do. @throws ArchiveUnusable when nothing is there */
export async function openToRead(config: Config): Promise<Archive> {
  refuseAbsent(config);
  if (!isReadOnly(config.data)) return openArchive(config);
  return Archive.open(archiveFile(config), { readOnly: true });
}

/** A mistyped folder is not taken for an empty archive. @throws ArchiveUnusable */
function refuseAbsent(config: Config): void {
  if (existsSync(archiveFile(config))) return;
  throw new ArchiveUnusable(
    `There is no archive in ${resolve(config.data)}. Name its folder with --data or BACKSCROLL_DATA; to begin one there, archive a channel: ${ownCommand} archive durov`,
  );
}

/** Whether the folder is there and this user cannot write it. */
function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

/** Whether the data folder's disk has room for more. */
const roomIn = ({ data, diskFree }: Config): RoomCheck => roomCheck(data, { leave: diskFree });

/** @throws DiskFull, UsageError when there can be no such folder. */
async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
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
  readonly engine: AnyEngine;
  /** Nothing here can be changed: the index is searched as it lies. */
  readonly readOnly: boolean;
}

/** `inProcess` spares the processes that searches run in: for a command that asks once and ends. */
export async function openDesk(
  config: Config,
  {
    inProcess,
    onlyReads = false,
    mayMake = false,
    onPassedOver,
  }: Making & {
    readonly inProcess: boolean;
    /** A folder that cannot be written will do. */
    readonly onlyReads?: boolean;
    /** Told why one engine did not answer what another was asked then. */
    readonly onPassedOver?: (error: unknown) => void;
  },
): Promise<Desk> {
  const readOnly = onlyReads && isReadOnly(config.data);
  const archive = await (readOnly ? openToRead(config) : openArchive(config, { mayMake }));
  const { archiveId, position } = await archive.state();
  const analyzer = createAnalyzer();
  const embedded = await openEmbeddedEngine({
    file: indexFile(config),
    archiveId,
    analyzer,
    inProcess,
    readOnly,
  });
  if (readOnly) await refuseUnsearchable(embedded, config);
  else if (position === 0) await catchUp({ archive, engine: embedded }); // nothing kept is soon indexed
  const engine =
    config.engine === "embedded"
      ? embedded
      : await (
          await import("./open-meilisearch.ts")
        ).openWithMeilisearch(config, {
          embedded,
          archiveId,
          analyzer,
          mayStart: !inProcess,
          onPassedOver,
        });
  return {
    archive,
    analyzer,
    engine,
    readOnly,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await archive[Symbol.asyncDispose]();
    },
  };
}

/** @throws EngineAway when there is no index to search and none can be made */
async function refuseUnsearchable(engine: Searcher, { data }: Config): Promise<void> {
  const { state } = await engine.status();
  if (state === "ready") return;
  throw new EngineAway(
    `${data} cannot be written by this user, and its index is ${state}. Run \`${ownCommand} reindex\` where it can be written.`,
  );
}
