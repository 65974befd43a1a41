import { Explained } from "../../scraper/errors.ts";
import { ownCommand } from "../../scraper/own-command.ts";
import { reason, type Reasons } from "../../scraper/reasons.ts";
import { type RunCode, runSaid } from "./reasons.ts";

type Why = string | Reasons<RunCode>;

/** An error that may end a run: its sentence, or the reasons that make one. */
abstract class RunEnding extends Explained<RunCode> {
  constructor(why: Why, options?: ErrorOptions) {
    super(typeof why === "string" ? why : runSaid(why), {
      ...options,
      ...(typeof why !== "string" && { reasons: why }),
    });
  }
}

/** The disk (or a set limit) left no room. Nothing is half-written; with room made the next run goes on. */
export class DiskFull extends RunEnding {
  override name = "DiskFull";
}

/** Another process kept the archive locked for longer than we wait. Nothing was changed; try again. */
export class ArchiveBusy extends RunEnding {
  override name = "ArchiveBusy";
}

/** This file cannot be used as an archive: foreign, newer than the program, or damaged. It was not touched. */
export class ArchiveUnusable extends Error {
  override name = "ArchiveUnusable";
}

/** An archive that an older program wrote, and that is not brought up to date by only reading it. */
export class ArchiveOlder extends ArchiveUnusable {
  readonly schema: { readonly found: number; readonly needed: number };
  /** What each step to the schema needed adds. */
  readonly steps: readonly string[];
  readonly posts: number;
  constructor(message: string, older: Pick<ArchiveOlder, "schema" | "steps" | "posts">) {
    super(message);
    this.schema = older.schema;
    this.steps = older.steps;
    this.posts = older.posts;
  }
}

/** The file does not hold what an archive holds: damaged, empty, or of other tables. Nothing it says is to be believed. */
export class ArchiveDamaged extends Error {
  override name = "ArchiveDamaged";
}

/** What to do about a damaged archive, in a sentence. */
export const mendArchive = `Stop what runs, keep a copy of the folder, and take a backup back: ${ownCommand} restore FILE`;

/** An archive's file in which SQLite found this wrong, in a sentence. */
export const damagedFile = (file: string, found: string): string =>
  `${file} is damaged (${found.trim()}). ${mendArchive}`;

/** The row of this post does not say what was written. */
export const postNotAsKept = (
  { channel, id }: { readonly channel: string; readonly id: number },
  file: string,
): ArchiveDamaged =>
  new ArchiveDamaged(
    `Post ${channel}/${id} in ${file} is not what was kept: the file is damaged. ${mendArchive}`,
  );

/** The row of this cited set does not say what was written. */
export const setNotAsKept = (sha256: string, file: string): ArchiveDamaged =>
  new ArchiveDamaged(
    `The cited set ${sha256} in ${file} is not what was kept: the file is damaged. ${mendArchive}`,
  );

/** Too many kept posts are missing at once to be deletions: the run stops, and a person looks. */
export class MassAbsence extends RunEnding {
  override name = "MassAbsence";
  readonly channel: string;
  constructor(found: {
    readonly channel: string;
    readonly missing: number;
    readonly of: number;
    /** The page they are missing from; without it, the pages of a run together. */
    readonly url?: string;
  }) {
    const { url, ...facts } = found;
    super([
      url === undefined
        ? reason("absent-from-run", facts)
        : reason("absent-from-page", { ...facts, url }),
    ]);
    this.channel = found.channel;
  }
}

/** All of this channel was purged: it is neither read nor kept until that is taken back. */
export class ChannelPurged extends RunEnding {
  override name = "ChannelPurged";
  constructor(channel: string, at: string) {
    super([reason("channel-purged", { channel, day: at.slice(0, 10) })]);
  }
}

/** Somebody asked the run to stop. */
export class Stopped extends RunEnding {
  override name = "Stopped";
  constructor() {
    super([reason("stopped")]);
  }
}

/** Another process has taken this run over, or it was ended: whoever held it saves nothing more and leaves it alone. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** Whether this is SQLite's word for a full disk, or the system's. */
export function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ("errcode" in error && (error.errcode === sqliteFull || error.errcode === noRoomBeside)) ||
    ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT"))
  );
}
const sqliteFull = 13;
/** SQLite's: the file that readers and writers share beside a database could not be made as large as it must be. */
export const noRoomBeside = 4874;
