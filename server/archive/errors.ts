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

/** Too many kept posts are missing at once to be deletions: the run stops, and a person looks. */
export class MassAbsence extends Error {
  override name = "MassAbsence";
  readonly channel: string;
  constructor(found: {
    readonly channel: string;
    readonly missing: number;
    readonly of: number;
    /** `one page (https://…)` */
    readonly from: string;
  }) {
    const { channel, missing, of, from } = found;
    super(
      `@${channel}: ${missing} of ${of} kept posts are missing from ${from}. That many at once are not taken for deletions. ` +
        `Look at the channel; if they are really gone, run: npx backscroll archive ${channel} --accept-change`,
    );
    this.channel = channel;
  }
}

/** Another process has taken this run over, or it was ended: whoever held it saves nothing more and leaves it alone. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}
