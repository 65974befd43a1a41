import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { UsageError } from "../../../scraper/errors.ts";
import type { PostKey } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import type { ToldPost } from "../posts/told-post.ts";
import { newestOf } from "../posts/told-post.ts";
import { nameKey } from "../name-key.ts";
import { readArchiveLine, type ToldLine } from "./archive-line.ts";
import { ImportReport } from "./import-report.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { JsonCut } from "./json-items.ts";
import { jsonLines, type Line } from "./json-lines.ts";
import { readPiece } from "./json-text.ts";

const postsATransaction = 200;
/** In all channels of a file together. */
const mostWaiting = 2_000;
const mostWaitingCharacters = 16 * 1024 * 1024;

/**
 * Takes the posts of JSON lines that Backscroll wrote (`export --format jsonl`, `scrape`), of any number of channels, read as a
 * stream. What both archives kept is joined: see `Archive.saveTold`. @throws UsageError where a line is too large to be one
 */
export async function importArchiveLines(
  archive: Archive,
  file: string,
  options: ImportOptions,
): Promise<Imported> {
  const stream = createReadStream(file, { ...(options.signal && { signal: options.signal }) });
  return importLines(archive, file, { ...options, stream });
}

/** The same of lines from wherever they come. `seenOn`: the number of the kept page on which a version, from 1, was first seen. */
export async function importLines(
  archive: Archive,
  file: string,
  {
    channel,
    stream,
    seenOn = () => undefined,
  }: ImportOptions & {
    readonly stream: AsyncIterable<Uint8Array>;
    readonly seenOn?: (post: PostKey, version: number) => number | undefined;
  },
): Promise<Imported> {
  const now = archive.now();
  const by = { now, readAt: writtenAt(await stat(file), now) };
  const merging = new Merging(archive);
  const { report } = merging;
  try {
    for await (const line of jsonLines(stream)) {
      report.read++;
      const read = readPiece(line, (value) => readArchiveLine(value, by));
      if (typeof read === "string") report.refuse(`Line ${line.place}`, read);
      else if (channel !== undefined && nameKey(channel) !== nameKey(read.channel))
        report.refuse(`Line ${line.place}`, `it is of @${read.channel}, not of @${channel}`);
      else {
        report.sayHalfSign(`Line ${line.place}`, line);
        await merging.take({ ...read, told: onPages(read, seenOn) }, line);
      }
    }
  } catch (error) {
    if (!(error instanceof JsonCut)) throw error;
    await merging.finish();
    const said = `${file} is no export of JSON lines: ${error.message}. ${report.new} new posts before that were kept.`;
    throw new UsageError([said, ...report.warnings].join("\n"), { cause: error });
  }
  await merging.finish();
  return report.of("jsonl", merging.channels);
}

/** What is told, with the pages on which its versions were first seen. */
function onPages(
  { channel, told }: ToldLine,
  seenOn: (post: PostKey, version: number) => number | undefined,
): ToldPost {
  const { id } = newestOf(told);
  const versions = told.versions.map((version, at) => {
    const page = seenOn({ channel, id }, at + 1);
    return page === undefined ? version : { ...version, page };
  });
  return { ...told, versions };
}

/** Collects told posts by channel, and saves them some hundred at a time. */
class Merging {
  readonly report = new ImportReport("lines");
  readonly #archive: Archive;
  readonly #names = new Map<string, string>();
  readonly #waiting = new Map<string, Map<number, ToldPost>>();
  #posts = 0;
  #characters = 0;

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  get channels(): readonly string[] {
    return [...this.#names.values()];
  }

  async take({ channel, told, unknown, untoldVersions }: ToldLine, line: Line): Promise<void> {
    if (unknown.length > 0)
      this.report.say(
        `Line ${line.place} has fields that are not known here and were not kept: ${unknown.slice(0, 5).join(", ").slice(0, 200)}.`,
        "have fields that are not known here",
      );
    if (untoldVersions > 0)
      this.report.say(
        `Line ${line.place} counts ${untoldVersions} earlier versions that it does not tell.`,
        "count earlier versions that they do not tell",
      );
    const key = nameKey(channel);
    const { id } = newestOf(told);
    if (this.#waiting.get(key)?.has(id)) await this.#save(key);
    const name = this.#names.get(key) ?? channel;
    this.#names.set(key, name);
    const waiting = this.#waiting.get(key) ?? new Map<number, ToldPost>();
    this.#waiting.set(key, waiting);
    waiting.set(id, told);
    this.#posts += 1;
    this.#characters += line.text.length;
    if (waiting.size >= postsATransaction) await this.#save(key);
    if (this.#posts >= mostWaiting || this.#characters >= mostWaitingCharacters)
      await this.finish();
  }

  async finish(): Promise<void> {
    for (const key of this.#waiting.keys()) await this.#save(key);
    this.#characters = 0;
  }

  async #save(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (!waiting || waiting.size === 0) return;
    this.#posts -= waiting.size;
    const name = this.#names.get(key) ?? key;
    const channel = { name, title: name, verified: false, counters: {} };
    const told = [...waiting.values()].toSorted((a, b) => newestOf(a).id - newestOf(b).id);
    this.report.add(await this.#archive.saveTold(channel, told));
  }
}
