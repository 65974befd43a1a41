import { createWriteStream } from "node:fs";
import { realpath, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import { DiskFull } from "../archive/errors.ts";
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
import { snippet } from "../search/highlight.ts";
import { folds } from "../search/query/fields.ts";
import { sorts } from "../search/query/tree.ts";
import type { Fold } from "../search/query/tree.ts";
import { findSet } from "../search/result-set.ts";
import { askedResult, maxLimit, searchPosts } from "../search/search-posts.ts";
import type { SearchHit } from "../search/search-posts.ts";
import { markHits, number, plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import { wholeNumber } from "./session.ts";
import { thereAlready, writeWhole } from "./write-whole.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface SearchFlags {
  readonly json?: boolean;
  readonly limit?: string;
  readonly sort?: string;
  readonly fold?: string;
}

/** The API's answer: one JSON object on one line, or a list for people. */
export async function search(
  session: Session,
  query: string,
  flags: SearchFlags,
): Promise<ExitCode> {
  const limit = wholeNumber("--limit", flags.limit, maxLimit);
  const sort = sorts.find((one) => one === flags.sort);
  if (flags.sort !== undefined && !sort)
    throw new UsageError(`--sort is "${flags.sort}". It must be one of ${sorts.join(", ")}.`);
  const fold = foldOf(flags.fold);
  await using desk = await openDesk(session.config, { inProcess: true, onlyReads: true });
  await bringUpToDate(session, desk);
  const params = {
    q: query,
    ...(limit !== undefined && { limit }),
    ...(sort && { sort }),
    ...(fold && { fold }),
  };
  const result = await searchPosts(desk, params, { signal: session.signal });
  if (flags.json) {
    session.print(jsonLine(result));
    return exitCodes.done;
  }
  for (const { message } of result.warnings) session.progress.say(plain(message));
  for (const { word, taken, instead = [] } of result.readings)
    for (const { lemma, query: other } of instead)
      session.progress.say(
        plain(
          `${word} was taken for ${taken.map((one) => (one.lemma === word ? `what is written ${word}` : one.lemma)).join(", ")}. For ${lemma} search: ${other}`,
        ),
      );
  for (const hit of result.hits) session.print(describeHit(hit, session.styled));
  const { total, groups, suggestion, tookMs } = result;
  const counted = `${number(total)} posts${groups === undefined ? "" : ` in ${number(groups)} groups of copies`}`;
  session.progress.say(`${counted}. Exact count, ${number(Math.round(tookMs))} ms`);
  if (result.hits.length < (groups ?? total))
    session.progress.say(
      `Shown: the first ${number(result.hits.length)}. --limit takes up to ${maxLimit}; \`${ownCommand} export\` writes all.`,
    );
  if (suggestion)
    session.progress.say(`Spelled ${suggestion.query}: ${number(suggestion.total)} posts`);
  return exitCodes.done;
}

/** @throws UsageError */
function foldOf(typed: string | undefined): Fold | undefined {
  const fold = folds.find((one) => one === typed);
  if (typed !== undefined && !fold)
    throw new UsageError(`--fold is "${typed}". It must be ${folds.join(", ")}.`);
  return fold;
}

function describeHit(hit: SearchHit, styled: boolean): string {
  const texts = [shortened(hit.parts, styled)];
  for (const { version, parts } of hit.earlier ?? [])
    texts.push(`version ${version}: ${shortened(parts, styled)}`);
  if (hit.copies) texts.push(describeCopies(hit.copies));
  const marks = [hit.edited ? "edited" : "", hit.deleted ? "deleted" : ""]
    .filter(Boolean)
    .join(", ");
  return `${hit.publishedAt}  ${hit.channel}/${hit.id}${marks && `  (${marks})`}\n${texts.map((text) => `${text.replaceAll("\n", " ")}\n`).join("")}`;
}

function describeCopies({
  posts,
  channels,
  first,
  last,
  query,
}: NonNullable<SearchHit["copies"]>): string {
  const times = posts === 1 ? `at ${first}` : `${number(posts)} times, ${first} to ${last}`;
  const by = channels === 1 ? "1 channel" : `${number(channels)} channels`;
  return plain(`repeated by ${by}, ${times}: ${query}`);
}

function shortened(text: SearchHit["parts"], styled: boolean): string {
  const { parts, cutBefore, cutAfter } = snippet(text);
  return `${cutBefore ? "…" : ""}${markHits(parts, styled)}${cutAfter ? "…" : ""}`;
}

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
  const output = isPiped ? standardOutput : await fileToWrite(flags.output, force);
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
  try {
    await writeWhole(file, description, { mayReplace: force });
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    if ("code" in error && error.code === "ENOSPC")
      throw new DiskFull(`The disk is full: there is no room for ${output}.`, { cause: error });
    throw new UsageError(`${output} cannot be written (${error.message}).`, { cause: error });
  }
}

/** Where a file of this name really lies; what is there is replaced only when asked to, what is no file never. @throws UsageError */
async function fileToWrite(name: string, mayReplace: boolean): Promise<string> {
  for (const one of [name, `${name}.manifest.json`]) {
    const there = await stat(one).catch(() => undefined);
    if (there && !there.isFile())
      throw new UsageError(`${one} cannot be written: it is no file. Name a file with -o.`);
    if (there && !mayReplace) throw thereAlready(one);
  }
  const folder = dirname(name);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new UsageError(
      `${name} cannot be written: there is no folder ${folder}. Make it, or name another file with -o.`,
    );
  return realpath(name).catch(() => name);
}
