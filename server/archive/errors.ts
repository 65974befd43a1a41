/** The disk (or a set limit) left no room. Nothing is half-written; with room made the next run goes on. */
export class DiskFull extends Error {
  override name = "DiskFull";
}

/** Another process kept the archive locked for longer than we wait. Nothing was changed; try again. */
export class ArchiveBusy extends Error {
  override name = "ArchiveBusy";
}

/** This file cannot be used as an archive: foreign, newer than the program, or damaged. It was not touched. */
export class ArchiveUnusable extends Error {
  override name = "ArchiveUnusable";
}

/** Too many kept posts are missing from one page to be deletions; nothing was marked or stored. */
export class MassAbsence extends Error {
  override name = "MassAbsence";
  readonly channel: string;
  readonly missed: readonly number[];
  constructor(page: {
    readonly channel: string;
    readonly url: string;
    readonly missed: readonly number[];
    readonly of: number;
  }) {
    super(
      `@${page.channel}: ${page.missed.length} of ${page.of} kept posts are missing from one page (${page.url}). ` +
        "Nothing was marked deleted: look at the channel, and if they are really gone, run again and accept it.",
    );
    this.channel = page.channel;
    this.missed = page.missed;
  }
}
