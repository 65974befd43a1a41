import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../scraper/errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { citeSet, setId } from "../export/cite-set.ts";
import { exportFormats } from "../export/formats.ts";
import {
  type ExportManifest,
  faultInTable,
  exportPosts,
  manifestOf,
} from "../export/export-posts.ts";
import { findSet } from "../search/result-set.ts";
import { askedResult } from "../search/search-posts.ts";
import { number, plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import { foldOf } from "./search.ts";
import type { Session } from "./session.ts";
import { fileToWrite, sayingWhy, writeWhole } from "./write-whole.ts";
import { stampIfAsked } from "./stamp-if-asked.ts";

export interface ExportFlags {
  readonly format: string;
  readonly output: string;
  readonly fold?: string;
  readonly force?: boolean;
  readonly columns?: string;
  readonly excel?: boolean;
}

/** What stands for standard output where a file is named. */
const standardOutput = "-";

/**
 * Writes `FILE` and `FILE.manifest.json`; a file that could not be finished never stands under its name. With `-` the file goes to
 * standard output, and nothing else does.
 */
export async function exportTo(
  session: Session,
  query: string,
  flags: ExportFlags,
): Promise<ExitCode> {
  try {
    return await writeExport(session, query, flags);
  } catch (error) {
    if (!session.signal.aborted) throw error;
    const left =
      flags.output === standardOutput
        ? "What was written is not all of it"
        : `${plain(flags.output)} was not written`;
    const sentence = `Stopped. ${left}; the archive is as it was.`;
    throw new DOMException(sentence, "AbortError");
  }
}

async function writeExport(session: Session, query: string, flags: ExportFlags): Promise<ExitCode> {
  const format = exportFormats.find((one) => one === flags.format);
  if (!format)
    throw new UsageError(
      `--format is "${flags.format}". It must be one of ${exportFormats.join(", ")}.`,
    );
  const { force = false, excel = false } = flags;
  const columns = flags.columns?.split(",").map((name) => name.trim());
  const table = { ...(columns && { columns }), excel };
  const fault = faultInTable(format, table);
  if (fault !== undefined)
    throw new UsageError(`${columns === undefined ? "--excel" : "--columns"}: ${fault}`);
  const fold = foldOf(flags.fold);
  const isPiped = flags.output === standardOutput;
  if (isPiped && format === "parquet" && session.styled)
    throw new UsageError(
      "Parquet is nothing to read on a terminal. Name a file with -o, or pipe it.",
    );
  const output = isPiped
    ? standardOutput
    : await fileToWrite(flags.output, {
        mayReplace: force,
        beside: [`${flags.output}.manifest.json`],
      });
  await using desk = await openDesk(session.config, { inProcess: true, onlyReads: true });
  const asked = askedResult(
    { q: query, ...(fold && { fold }) },
    { analyzer: desk.analyzer, now: new Date() },
  );
  for (const { message } of asked.warnings) session.progress.say(plain(message));
  await bringUpToDate(session, desk);
  const { signal } = session;
  const found = await findSet(desk, asked, { signal });
  const posts = (): AsyncIterable<string | Uint8Array> =>
    exportPosts(desk.archive, found, { format, ...table, signal });
  if (isPiped) await pipeline(posts(), session.out, { signal, end: false });
  else
    await writeFiles(output, {
      posts,
      manifest: manifestOf(found, { now: new Date(), typed: query, format }),
      force,
      signal,
    });
  if (!desk.readOnly) await citeSet(desk, found, new Date());
  await stampIfAsked(session, desk);
  const cited = desk.readOnly
    ? "not kept to be cited: the data folder cannot be written"
    : `cited as ${setId(found.sha256)}`;
  const where = isPiped ? "on standard output" : `in ${flags.output}`;
  session.progress.say(`${number(found.marks.length)} posts ${where}, ${cited}`);
  return exitCodes.done;
}

/** @throws DiskFull, UsageError */
async function writeFiles(
  output: string,
  {
    posts,
    manifest,
    force,
    signal,
  }: {
    readonly posts: () => AsyncIterable<string | Uint8Array>;
    readonly manifest: ExportManifest;
    readonly force: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const file = {
    name: output,
    write: async (unfinished: string) =>
      pipeline(posts(), createWriteStream(unfinished), { signal }),
  };
  const description = {
    name: `${output}.manifest.json`,
    write: async (unfinished: string) =>
      writeFile(unfinished, `${JSON.stringify(manifest, undefined, 2)}\n`),
  };
  await sayingWhy(output, async () => writeWhole(file, description, { mayReplace: force }));
}
