import { existsSync, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, explained, openReader } from "./database.ts";
import { lookInParts } from "./copies/look-in-parts.ts";
import { ArchiveDamaged, damagedFile, mendArchive } from "./errors.ts";
import { lookApart } from "./purge/scrub.ts";

/** The file of an archive up to this size is looked at whole when it is opened and before it is cited: some 30 ms for 10 MB. */
const wholeLookBytes = 32 * 1024 * 1024;
/** A regular look takes a fifth of one core at most. */
const rests = 4;
/** So often that damage is noticed within a minute. */
const usualLookMs = 40_000;

/** An archive that was ever made is no file of 0 bytes: something took its content. @throws ArchiveDamaged */
export async function refuseEmptyFile(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isFile() && there.size === 0 && !existsSync(`${file}-wal`))
    throw new ArchiveDamaged(
      `${file} is empty (0 bytes): it is no archive. If nothing was ever kept here, remove it. ${mendArchive}`,
    );
}

/** A wrong list of a table's rows answers with other rows, and nothing in them tells. @throws ArchiveDamaged */
export async function refuseUnsound({ raw }: Connection, file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if ((there?.size ?? 0) > wholeLookBytes) return;
  const found = raw.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
  if (found === "ok") return;
  throw new ArchiveDamaged(damagedFile(file, String(found)));
}

/**
 * What is known of an open archive's file. Found damaged, it is so for all that is asked of it, also where only one post is not
 * what was kept: something other than us has written there, and not all that is told from the file has a checksum. It
 * is sound again when a look at all of it finds nothing wrong.
 */
export class ArchiveHealth {
  readonly #file: string;
  readonly #opened: bigint;
  #damage: ArchiveDamaged | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#opened = idOf(file);
  }

  /** What was found wrong, and what to do about it. */
  get damage(): ArchiveDamaged | undefined {
    return this.#damage;
  }

  /**
   * Whoever met this while reading found the archive damaged, if it says so; the first finding counts. An index is a file
   * of SQLite as well: what is wrong there says nothing of the archive.
   */
  condemn(error: unknown): void {
    if (error instanceof ArchiveDamaged) this.#damage ??= error;
    // As another process passes it on.
    else if (error instanceof Error && error.message.startsWith(`${this.#file} is damaged`))
      this.#damage ??= new ArchiveDamaged(error.message, { cause: error });
  }

  /** Looks at the file as it lies now. @throws ArchiveDamaged */
  async refuseDamaged(): Promise<void> {
    if (!this.#damage) await this.#lookWhole().catch((error: unknown) => this.condemn(error));
    if (this.#damage) throw this.#damage;
  }

  /** Looks again and again, until nobody needs to know. */
  async keepLooking({
    signal,
    everyMs = usualLookMs,
    wholeUpTo = wholeLookBytes,
    onDamage = () => {},
    onMended = () => {},
  }: {
    readonly signal: AbortSignal;
    readonly everyMs?: number;
    /** Bytes; a larger archive is looked at beside this thread. */
    readonly wholeUpTo?: number;
    readonly onDamage?: (damage: ArchiveDamaged) => void;
    readonly onMended?: () => void;
  }): Promise<void> {
    let told: ArchiveDamaged | undefined;
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.look({ signal, wholeUpTo });
      if (this.#damage && told === undefined) onDamage(this.#damage);
      if (!this.#damage && told !== undefined) onMended();
      told = this.#damage;
    }
  }

  /**
   * One of the regular looks: at the file part by part, and at what the rows of posts and cited sets say; at a damaged archive,
   * too: it may have been mended.
   */
  async look({ signal, wholeUpTo = wholeLookBytes }: LookOptions = {}): Promise<void> {
    if (this.#damage) return this.#lookAgain(signal);
    const file = this.#file;
    const isLarge = sizeOf(file) > wholeUpTo;
    const look = isLarge
      ? lookApart(file, { rests, ...(signal && { signal }) })
      : this.#reading(async (reader) => lookInParts(reader, { file, rests }));
    await look.catch((error: unknown) => this.condemn(error));
  }

  /** The file that was opened, put right where it lies, is sound again; of another in its place nothing is read here. */
  async #lookAgain(signal?: AbortSignal): Promise<void> {
    const file = this.#file;
    if (idOf(file) !== this.#opened) {
      this.#damage = new ArchiveDamaged(
        `${file} is not the file that was opened: it was damaged, and another is in its place. Start anew what was reading it.`,
      );
      return;
    }
    try {
      await lookApart(file, { rests, ...(signal && { signal }) });
      this.#damage = undefined;
    } catch {}
  }

  async #lookWhole(): Promise<void> {
    await this.#reading(async (reader) => refuseUnsound(reader, this.#file));
  }

  /** By a connection of its own: those that read all the time have pages in memory that are no longer in the file. */
  async #reading(act: (reader: Connection) => Promise<void>): Promise<void> {
    const file = this.#file;
    // SQLite would make a file that is gone anew.
    if (!existsSync(file)) return;
    await refuseEmptyFile(file);
    const reader = openReader(file);
    try {
      await act(reader);
    } catch (error) {
      throw explained(error, file);
    } finally {
      await reader.db.destroy();
      if (reader.raw.isOpen) reader.raw.close();
    }
  }
}

interface LookOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes; a larger archive is looked at beside this thread. */
  readonly wholeUpTo?: number;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const idOf = (file: string): bigint =>
  statSync(file, { throwIfNoEntry: false, bigint: true })?.ino ?? 0n;
