/** The program of a thread that does one long chore on one archive's file and tells how it went. */
import { parentPort, workerData } from "node:worker_threads";
import { setTimeout as wait } from "node:timers/promises";
import { Archive } from "../archive.ts";
import { openReader, openWriter } from "../database.ts";
import { ArchiveDamaged } from "../errors.ts";
import { lookInParts } from "./look-in-parts.ts";
import { refuseToWrite } from "../schema/migrations.ts";
import type { Chore, ChoreDone } from "../purge/scrub.ts";

const waitMs = 60_000;
const lookEveryMs = 50;

const { chore, file, rests = 0 } = workerData as Chore;
const verbs = { scrub: scrubFile, verify: verifyFile, look: lookAtFile };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
const tell = (answer: ChoreDone): void => parentPort?.postMessage(answer);
try {
  tell({ done: await verbs[chore](file) });
} catch (error) {
  // What SQLite said is under the sentence that was made of it.
  const { message, cause } = error as Error;
  const { errcode } = Object(cause ?? error) as { errcode?: number };
  tell({ failed: { message, ...(errcode !== undefined && { errcode }) } });
}

/** A log that others still read cannot be emptied: they are waited for. */
async function scrubFile(name: string): Promise<void> {
  const connection = await openWriter(name, { waitMs, check: (raw) => refuseToWrite(raw, name) });
  const { raw } = connection;
  try {
    raw.exec(`PRAGMA busy_timeout = ${waitMs}`);
    raw.exec("VACUUM");
    const deadline = performance.now() + waitMs;
    const isEmptied = (): boolean =>
      raw.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0;
    while (!isEmptied()) {
      if (performance.now() > deadline)
        throw Object.assign(new Error("the log is read by others"), { errcode: 5 });
      await wait(lookEveryMs);
    }
  } finally {
    raw.close();
  }
}

async function verifyFile(name: string): Promise<readonly string[]> {
  await using archive = await Archive.open(name, { readOnly: true });
  // A copy stands beside the files of all copies: which are of this one alone says nothing.
  return (await archive.verify({ files: false })).map(({ where, what }) => `${where}: ${what}`);
}

/** What is wrong, in a sentence. */
async function lookAtFile(name: string): Promise<string | undefined> {
  const connection = openReader(name);
  try {
    await lookInParts(connection, { file: name, rests });
    return undefined;
  } catch (error) {
    if (error instanceof ArchiveDamaged) return error.message;
    throw error;
  } finally {
    connection.raw.close();
  }
}
