import { fork } from "node:child_process";
import { codeEnding } from "../../scraper/code-ending.ts";
import type { Archive } from "../archive/archive.ts";
import type { PackedMarks } from "../archive/posts/post-marks.ts";
import type { ExportFormat } from "./formats.ts";
import type { ExportOptions, TableOptions } from "./export-posts.ts";
import type { FoundSet } from "../search/result-set.ts";

/** What the process is told once, and what it says when it could not go on. */
export interface ExportOrder {
  readonly archive: string;
  readonly query: string;
  readonly marks: PackedMarks;
  readonly format: ExportFormat;
  readonly self?: string;
  readonly table: TableOptions;
}
export interface ExportFailure {
  readonly error: string;
}

const program = new URL(`./export-process${codeEnding}`, import.meta.url);
/** The collector of a server that has gigabytes to spare lets garbage pile up; this one may not. */
const memory = ["--max-old-space-size=64", "--max-semi-space-size=2"];

/**
 * The file of a found set, made by a process of its own: its memory is bounded whatever the size of the set, it is given
 * back at the end, and no search waits for it. @throws when the file could not be finished.
 */
export async function* exportApart(
  archive: Archive,
  found: FoundSet,
  { format, self, signal, ...table }: ExportOptions & { readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const child = fork(program, [], {
    serialization: "advanced",
    execArgv: memory,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<number | string>();
  let failure: string | undefined;
  child
    .once("message", ({ error }: ExportFailure) => (failure = error))
    .once("error", ({ message }) => (failure = message))
    .once("close", (code, killedBy) => end(code ?? killedBy ?? "no reason"));
  const stop = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { query, marks } = found;
    const order = { archive: archive.file, query, marks: marks.pack(), format, table };
    child.send({ ...order, ...(self !== undefined && { self }) } satisfies ExportOrder);
    for await (const chunk of child.stdout ?? []) yield chunk as Uint8Array;
    const code = await ended;
    signal.throwIfAborted();
    if (code !== 0) throw new Error(failure ?? `The process of the export ended early (${code}).`);
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
