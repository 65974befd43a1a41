import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { codeEnding } from "../../../scraper/code-ending.ts";
import { explained } from "../database.ts";
import { ArchiveDamaged } from "../errors.ts";

const chores = new URL(`../copies/chores${codeEnding}`, import.meta.url);

/** Writes the whole file anew, and empties the log beside it: what was deleted is no longer in any byte. @throws DiskFull, ArchiveBusy */
export async function scrub(file: string, options: Waiting = {}): Promise<void> {
  await doChore({ chore: "scrub", file }, options);
}

/** Checks a copy of an archive as `verify` does, without holding up this process. Nothing found, nothing wrong. */
export async function verifyCopy(file: string, options: Waiting = {}): Promise<readonly string[]> {
  return (await doChore({ chore: "verify", file }, options)) as readonly string[];
}

/** Looks at an archive that is in use, part by part, with rests between. @throws ArchiveDamaged */
export async function lookApart(
  file: string,
  { rests, ...options }: Waiting & { readonly rests: number },
): Promise<void> {
  const wrong = (await doChore({ chore: "look", file, rests }, options)) as string | undefined;
  if (wrong !== undefined) throw new ArchiveDamaged(wrong);
}

interface Waiting {
  readonly signal?: AbortSignal;
}

export interface Chore {
  readonly chore: "scrub" | "verify" | "look";
  readonly file: string;
  /** How many times as long as it works a look rests. */
  readonly rests?: number;
}
export type ChoreDone =
  | { readonly done: unknown }
  | { readonly failed: { readonly message: string; readonly errcode?: number } };

/** In a thread of its own: SQLite answers nobody else while it does these. */
async function doChore(chore: Chore, { signal }: Waiting): Promise<unknown> {
  signal?.throwIfAborted();
  const worker = new Worker(chores, { workerData: chore });
  try {
    const [answer] = (await once(worker, "message", signal ? { signal } : {})) as [ChoreDone];
    if ("done" in answer) return answer.done;
    const { message, ...code } = answer.failed;
    throw explained(Object.assign(new Error(message), code), chore.file);
  } finally {
    await worker.terminate();
  }
}
