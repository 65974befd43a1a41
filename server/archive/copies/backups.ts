import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Handles } from "../database.ts";

export interface BackupState {
  /** When the newest backup that was checked whole was made. */
  readonly lastAt?: Instant;
  readonly triedAt?: Instant;
  /** Why the last try failed; absent when it did not. */
  readonly error?: string;
}

const longestMs = 6 * 3_600_000;
const retryMs = 3_600_000;
/** While there is no backup at all, somebody may just be setting it up. */
const firstRetryMs = 5 * 60_000;

/** Which of many processes makes the next backup, and how the last one went. */
export class Backups {
  readonly #handles: Handles;

  constructor(parts: Handles) {
    this.#handles = parts;
  }

  async state(): Promise<BackupState> {
    const row = await this.#handles.reader
      .selectFrom("backup")
      .selectAll()
      .executeTakeFirstOrThrow();
    return {
      ...(row.last_at !== null && { lastAt: row.last_at }),
      ...(row.tried_at !== null && { triedAt: row.tried_at }),
      ...(row.error !== null && { error: row.error }),
    };
  }

  /**
   * Whether a backup is due and this holder is the one to make it, for six hours at most. After a failure the next try is
   * an hour later, or five minutes while there is none yet.
   */
  async claim(holder: string, everyMs: number): Promise<boolean> {
    if (
      !this.#isDue(
        await this.#handles.reader.selectFrom("backup").selectAll().executeTakeFirstOrThrow(),
        everyMs,
      )
    )
      return false;
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await tx.selectFrom("backup").selectAll().executeTakeFirstOrThrow();
        if (!this.#isDue(row, everyMs)) return false;
        const until = new Date(this.#handles.now().getTime() + longestMs).toISOString();
        await tx
          .updateTable("backup")
          .set({ holder, held_until: until, tried_at: instant(this.#handles.now()) })
          .execute();
        return true;
      });
  }

  /** Ends the holder's turn; one that was taken over meanwhile changes nothing. */
  async finish(holder: string, outcome: { readonly error?: string }): Promise<void> {
    await this.#handles
      .writer()
      .updateTable("backup")
      .set({
        holder: null,
        held_until: null,
        error: outcome.error ?? null,
        ...(outcome.error === undefined && { last_at: instant(this.#handles.now()) }),
      })
      .where("holder", "=", holder)
      .execute();
  }

  #isDue(
    row: {
      readonly held_until: string | null;
      readonly last_at: string | null;
      readonly tried_at: string | null;
      readonly error: string | null;
    },
    everyMs: number,
  ): boolean {
    const now = this.#handles.now().getTime();
    // A time in the future was written by a clock that was wrong: it holds nobody up.
    const since = (at: string | null): number => {
      const ms = at === null ? Number.POSITIVE_INFINITY : now - Date.parse(at);
      return ms < -everyMs ? Number.POSITIVE_INFINITY : ms;
    };
    if (row.held_until !== null) {
      const left = Date.parse(row.held_until) - now;
      if (left > 0 && left <= longestMs) return false;
    }
    const pauseMs = row.last_at === null ? firstRetryMs : retryMs;
    if (row.error !== null && since(row.tried_at) < pauseMs) return false;
    return since(row.last_at) >= everyMs;
  }
}
