import type { Instant } from "../../../scraper/post.ts";
import { instant } from "../../../scraper/instant.ts";
import type { Database, Handles } from "../database.ts";
import { note } from "../journal/write-journal.ts";
import type { JournalEntry } from "../journal/read-journal.ts";

/** What an authority says: it knew this entry of an archive's journal at that time. */
export interface Stamp {
  /** Whose journal. */
  readonly archiveId: string;
  readonly entry: number;
  /** The entry's own, hex: what was stamped. */
  readonly hash: string;
  readonly authority: string;
  /** By the authority's clock. */
  readonly stampedAt: Instant;
  /** Its answer as it came: TimeStampResp of RFC 3161, DER. */
  readonly answer: Uint8Array;
}

/** Time stamps of the journal, kept with the archive. */
export class Stamps {
  readonly #reader: Handles["reader"];
  readonly #writer: Handles["writer"];
  readonly #now: Handles["now"];

  constructor({ reader, writer, now }: Handles) {
    this.#reader = reader;
    this.#writer = writer;
    this.#now = now;
  }

  /** Of this archive's journal, the oldest entry first. */
  async of(archiveId: string): Promise<readonly Stamp[]> {
    const rows = await this.#reader
      .selectFrom("stamp")
      .where("archive_id", "=", archiveId)
      .orderBy("entry")
      .orderBy("no")
      .selectAll()
      .execute();
    return rows.map((row) => ({
      archiveId: row.archive_id,
      entry: row.entry,
      hash: Buffer.from(row.link).toString("hex"),
      authority: row.authority,
      stampedAt: row.stamped_at,
      answer: row.answer,
    }));
  }

  /** The newest entry of its own journal that an authority has stamped. */
  async newest(): Promise<Pick<JournalEntry, "entry" | "at"> | undefined> {
    const row = await this.#reader
      .selectFrom("stamp")
      .innerJoin("archive", "archive.archive_id", "stamp.archive_id")
      .orderBy("entry", "desc")
      .limit(1)
      .select(["stamp.entry", "stamp.stamped_at"])
      .executeTakeFirst();
    return row && { entry: row.entry, at: row.stamped_at };
  }

  /** Whether a result was cited after this entry. */
  async isCitedSince(entry: number): Promise<boolean> {
    const row = await this.#reader
      .selectFrom("result_set")
      .where("journal_no", ">", entry)
      .limit(1)
      .select("journal_no")
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Keeps them; one of the same entry and authority stays as it is. */
  async keep(stamps: readonly Stamp[]): Promise<void> {
    if (stamps.length > 0) await insert(this.#writer(), stamps);
  }

  /** Keeps those that came with a package of another archive, whose journal ended with this entry; what was taken before is not noted again. */
  async take(
    stamps: readonly Stamp[],
    head: { readonly archive: string; readonly entry: number; readonly hash: string },
  ): Promise<void> {
    await this.#writer()
      .transaction()
      .execute(async (tx) => {
        if (stamps.length > 0) await insert(tx, stamps);
        const content = JSON.stringify({ what: "taken", ...head });
        const known = await tx
          .selectFrom("journal_content")
          .where("post_id", "is", null)
          .where("body_no", "is", null)
          .where("content", "=", content)
          .select("no")
          .executeTakeFirst();
        if (!known) await note(tx, [{ event: { what: "taken", ...head } }], instant(this.#now()));
      });
  }
}

async function insert(db: Database, stamps: readonly Stamp[]): Promise<void> {
  await db
    .insertInto("stamp")
    .values(
      stamps.map((stamp) => ({
        archive_id: stamp.archiveId,
        entry: stamp.entry,
        link: Buffer.from(stamp.hash, "hex"),
        authority: stamp.authority,
        stamped_at: stamp.stampedAt,
        answer: stamp.answer,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
