import { DatabaseSync } from "node:sqlite";

const sqliteBusy = 5;

/**
 * Holds a file of this name, made where there is none, until it is let go: by disposing of it, or by the system when the process
 * ends in whatever way. Undefined while another process holds it.
 */
export function holdFile(file: string): Disposable | undefined {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => lock.close() };
}
