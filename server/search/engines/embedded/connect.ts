import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

/** `asItLies`: the folder cannot be written, and the file is read without its log. */
export type Access = "write" | "read" | "asItLies";

/** What this process has open of one index. */
interface Held {
  connections: number;
  /** By path and inode. */
  readonly descriptors: Map<string, number>;
}

const heldOf = new Map<string, Held>();
/** Connections to files that are no more; closing one would remove the log of the file that took the name. */
const abandoned: DatabaseSync[] = [];

/** A connection to an index. One that reads changes nothing, not even as the last one that ends. */
export class IndexConnection implements Disposable {
  readonly db: DatabaseSync;
  readonly #file: string;
  readonly #inode: bigint | undefined;
  readonly #access: Access;

  constructor(file: string, access: Access) {
    this.#file = file;
    this.#access = access;
    this.#inode = inodeAt(file);
    this.db = connected(file, access);
    const held = heldOf.get(file) ?? { connections: 0, descriptors: new Map<string, number>() };
    held.connections++;
    heldOf.set(file, held);
  }

  [Symbol.dispose](): void {
    if (!this.db.isOpen) return;
    if (this.#access === "write" && inodeAt(this.#file) !== this.#inode) abandoned.push(this.db);
    else this.db.close();
    const held = heldOf.get(this.#file)!;
    held.connections--;
    if (held.connections > 0) return;
    heldOf.delete(this.#file);
    for (const descriptor of held.descriptors.values()) closeSync(descriptor);
  }
}

function connected(file: string, access: Access): DatabaseSync {
  if (access !== "asItLies") return new DatabaseSync(file, { readOnly: access === "read" });
  const address = pathToFileURL(file);
  address.searchParams.set("immutable", "1");
  return new DatabaseSync(address, { readOnly: true });
}

/**
 * A descriptor to read a part of an index (`-shm` or the file itself) with, while this process is connected to it;
 * undefined where there is no such part. It stays open as long as any connection: the system drops all locks that a
 * process has on a file, SQLite's too, when it closes any descriptor of it.
 */
export function descriptorOf(file: string, part: "" | "-shm"): number | undefined {
  const held = heldOf.get(file);
  if (held === undefined) throw new Error(`${file} is not open here.`);
  const path = file + part;
  const inode = inodeAt(path);
  if (inode === undefined) return undefined;
  const key = `${path} ${inode}`;
  const known = held.descriptors.get(key);
  if (known !== undefined) return known;
  const descriptor = openSync(path, "r");
  held.descriptors.set(`${path} ${fstatSync(descriptor, { bigint: true }).ino}`, descriptor);
  return descriptor;
}

export const inodeAt = (path: string): bigint | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
