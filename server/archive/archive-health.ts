import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, explained, openReader } from "./database.ts";
import { ArchiveDamaged, mendArchive } from "./errors.ts";

/** Archives up to this size are looked at whole, when opened and while served: some 30 ms for 10 MB; larger ones by `verify`. */
const wholeLookBytes = 32 * 1024 * 1024;
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
  throw new ArchiveDamaged(`${file} is damaged (${String(found).trim()}). ${mendArchive}`);
}

/** What is known of an open archive's file. Once found damaged it stays so: it is opened anew after it was mended. */
export class ArchiveHealth {
  readonly #file: string;
  #damage: ArchiveDamaged | undefined;

  constructor(file: string) {
    this.#file = file;
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
    if (!this.#damage) await this.#look().catch((error: unknown) => this.condemn(error));
    if (this.#damage) throw this.#damage;
  }

  /** Looks again and again, until it is damaged or nobody needs to know. */
  async keepLooking({
    signal,
    everyMs = usualLookMs,
    onDamage = () => {},
  }: {
    readonly signal: AbortSignal;
    readonly everyMs?: number;
    readonly onDamage?: (damage: ArchiveDamaged) => void;
  }): Promise<void> {
    while (!signal.aborted && !this.#damage) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.refuseDamaged().catch(() => {});
    }
    if (this.#damage) onDamage(this.#damage);
  }

  /** By a connection of its own: those that read all the time have pages in memory that are no longer in the file. */
  async #look(): Promise<void> {
    const file = this.#file;
    // SQLite would make a file that is gone anew.
    if (!existsSync(file)) return;
    await refuseEmptyFile(file);
    const reader = openReader(file);
    try {
      await refuseUnsound(reader, file);
    } catch (error) {
      throw explained(error, file);
    } finally {
      await reader.db.destroy();
      if (reader.raw.isOpen) reader.raw.close();
    }
  }
}
