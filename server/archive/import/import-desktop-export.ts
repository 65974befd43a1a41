import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { faultIn, limits } from "../../../scraper/limits.ts";
import type { Channel, Instant, Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import {
  contradictionIn,
  type DesktopMessage,
  joinAlbums,
  postOfMessage,
  readMessage,
} from "./desktop-message.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { JsonCut, type JsonItem, jsonItems } from "./json-items.ts";
import { SeenIds } from "./seen-ids.ts";

const postsATransaction = 200;
const mostWarnings = 20;

const headSchema = z.object({
  name: z.string().max(limits.words).nullish(),
  type: z.string().max(limits.words),
  id: z.int().nullish(),
  username: z.string().nullish(),
});

/**
 * Takes the messages of a Telegram Desktop export, read as a stream. Whole messages before a damaged end are kept.
 * @throws UsageError when it is no channel's export, names no channel, or ends early
 */
export async function importDesktopExport(
  archive: Archive,
  file: string,
  { channel: name, signal }: ImportOptions,
): Promise<Imported> {
  const now = archive.now();
  const taking = new Taking(archive, { now, at: writtenAt(await stat(file), now) });
  try {
    const stream = createReadStream(file, { ...(signal && { signal }) });
    for await (const item of jsonItems(stream, "messages")) {
      if (item.kind === "head") taking.begin(channelOf(item, { file, name }));
      else await taking.take(item);
    }
    await taking.finish();
  } catch (error) {
    if (!(error instanceof JsonCut)) throw error;
    await taking.finish();
    const said =
      `${file} is not a whole export of one channel: ${error.message}. ` +
      `${taking.new} new posts before that were kept; export the channel again (JSON) for the rest.`;
    throw new UsageError([said, ...taking.warnings].join("\n"), { cause: error });
  }
  const { channel } = taking;
  return { channel, new: taking.new, known: taking.known, warnings: taking.warnings };
}

function channelOf(
  head: JsonItem,
  given: { readonly file: string; readonly name?: string | undefined },
): Channel {
  const { file } = given;
  const parsed = headSchema.safeParse(parsedJson(head));
  if (!parsed.success) throw new UsageError(`${file} is not an export of Telegram Desktop.`);
  const { type, id, name: title, username } = parsed.data;
  if (type !== "public_channel" && type !== "private_channel")
    throw new UsageError(
      `${file} is an export of a ${type.replaceAll("_", " ")}, not of a channel.`,
    );
  const typed = given.name ?? username ?? undefined;
  if (typed === undefined)
    throw new UsageError(
      `${file} does not tell the channel's @name. Say it: backscroll import --channel NAME ${file}`,
    );
  const name = channelName(typed);
  return {
    name,
    title: title ?? name,
    verified: false,
    ...(id != null && { chatId: -Math.abs(id) }),
    counters: {},
  };
}

/** The value of a piece of the file; undefined when it is no JSON, or nested deeper than anything of use. */
function parsedJson({ text, depth }: JsonItem): unknown {
  if (depth > limits.depth) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a piece of the file, to be quoted: a number that JavaScript would round stays as it is written. */
function asWritten(item: JsonItem): unknown {
  if (parsedJson(item) === undefined) return undefined;
  return JSON.parse(item.text, withSource as (key: string, value: unknown) => unknown);
}

const withSource: Reviver = (_, value, { source }) =>
  typeof value === "number" ? rawJson(source) : value;
// ECMAScript's "JSON.parse source text access", which the compiler does not know yet.
type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => object };

/** ` (id 12)`, where the message tells a short one. */
function namedId(item: JsonItem): string {
  const { id } = z.object({ id: z.unknown() }).safeParse(asWritten(item)).data ?? {};
  const written = JSON.stringify(id) ?? "";
  return /^-?\d[\d.eE+-]{0,39}$/.test(written) ? ` (id ${written})` : "";
}

/** Collects messages, joins albums, and saves them some hundred at a time. */
class Taking {
  new = 0;
  known = 0;
  readonly #archive: Archive;
  /** When the file was written, and when it is read. */
  readonly #times: { readonly at: Instant; readonly now: Date };
  readonly #warnings: string[] = [];
  #leftOut = 0;
  #contradictions = 0;
  #repeated = 0;
  readonly #seen = new SeenIds();
  /** How many messages were met. */
  #place = 0;
  #channel: Channel | undefined;
  #waiting: DesktopMessage[] = [];

  constructor(archive: Archive, times: { readonly at: Instant; readonly now: Date }) {
    this.#archive = archive;
    this.#times = times;
  }

  get channel(): string {
    return this.#channel?.name ?? "";
  }

  get warnings(): readonly string[] {
    const inAll: readonly (readonly [number, string])[] = [
      [this.#leftOut, "were left out"],
      [this.#contradictions, "have two dates that contradict each other"],
      [this.#repeated, "have the id of an earlier one"],
    ];
    const more = inAll.filter(([many]) => many > mostWarnings);
    return [...this.#warnings, ...more.map(([many, what]) => `${many} messages in all ${what}.`)];
  }

  begin(channel: Channel): void {
    this.#channel = channel;
  }

  async take(item: JsonItem): Promise<void> {
    this.#place += 1;
    const value = parsedJson(item);
    const message = readMessage(value, this.#times.now, () => asWritten(item));
    if (typeof message === "string") {
      const why = item.depth > limits.depth ? `it is nested ${item.depth} deep` : message;
      this.#leaveOut(`Message ${this.#place} of the file${namedId(item)}`, why);
      return;
    }
    const contradiction = contradictionIn(message);
    if (contradiction !== undefined && this.#contradictions++ < mostWarnings)
      this.#warnings.push(`Message ${this.#place} of the file${namedId(item)}: ${contradiction}.`);
    if (this.#seen.meet(message.id) && this.#repeated++ < mostWarnings)
      this.#warnings.push(
        `Message ${this.#place} of the file${namedId(item)}: an earlier message has the same id; the later one counts.`,
      );
    this.#waiting.push(message);
    if (this.#waiting.length >= postsATransaction) await this.#save({ keepLastAlbum: true });
  }

  async finish(): Promise<void> {
    await this.#save({ keepLastAlbum: false });
  }

  #leaveOut(what: string, why: string): void {
    if (this.#leftOut++ < mostWarnings) this.#warnings.push(`${what} was left out: ${why}.`);
  }

  /** The last album may go on in the next messages: it waits for them. */
  async #save({ keepLastAlbum }: { readonly keepLastAlbum: boolean }): Promise<void> {
    const channel = this.#channel;
    if (!channel) return;
    const albums = joinAlbums(this.#waiting);
    const last = keepLastAlbum && albums.length > 1 ? albums.pop() : undefined;
    this.#waiting = [...(last ?? [])];
    const byId = new Map<number, Post>();
    for (const album of albums) {
      const post = postOfMessage(album, channel.name);
      const fault = faultIn(post, this.#times.now);
      if (fault === undefined) byId.set(post.id, post);
      else this.#leaveOut(`The message with id ${post.id}`, `it ${fault}`);
    }
    const posts = [...byId.values()].toSorted((a, b) => a.id - b.id);
    if (posts.length === 0) return;
    const saved = await this.#archive.saveImported({
      channel,
      posts,
      origin: "desktop-export",
      url: "result.json",
      at: this.#times.at,
    });
    this.new += saved.new;
    this.known += posts.length - saved.new;
  }
}
