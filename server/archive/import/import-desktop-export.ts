import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import type { Channel, Instant, Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import { type DesktopMessage, joinAlbums, postOfMessage, readMessage } from "./desktop-message.ts";
import type { ImportOptions, Imported } from "./imported.ts";
import { JsonCut, jsonItems } from "./json-items.ts";

const postsATransaction = 200;
const mostWarnings = 20;

const headSchema = z.object({
  name: z.string().nullish(),
  type: z.string(),
  id: z.number().nullish(),
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
  const at = `${(await stat(file)).mtime.toISOString().slice(0, 19)}Z`;
  const taking = new Taking(archive, at);
  try {
    const stream = createReadStream(file, { ...(signal && { signal }) });
    for await (const { kind, text } of jsonItems(stream, "messages")) {
      if (kind === "head") taking.begin(channelOf(text, { file, name }));
      else await taking.take(text);
    }
    await taking.finish();
  } catch (error) {
    if (!(error instanceof JsonCut)) throw error;
    await taking.finish();
    throw new UsageError(
      `${file} is not a whole export of one channel: ${error.message}. ` +
        `${taking.new} new posts before that were kept; export the channel again (JSON) for the rest.`,
      { cause: error },
    );
  }
  const { channel } = taking;
  return { channel, new: taking.new, known: taking.known, warnings: taking.warnings };
}

function channelOf(
  head: string,
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

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Collects messages, joins albums, and saves them some hundred at a time. */
class Taking {
  new = 0;
  known = 0;
  readonly #archive: Archive;
  readonly #at: Instant;
  readonly #warnings: string[] = [];
  #leftOut = 0;
  #channel: Channel | undefined;
  #waiting: DesktopMessage[] = [];

  constructor(archive: Archive, at: Instant) {
    this.#archive = archive;
    this.#at = at;
  }

  get channel(): string {
    return this.#channel?.name ?? "";
  }

  get warnings(): readonly string[] {
    if (this.#leftOut <= mostWarnings) return this.#warnings;
    return [...this.#warnings, `${this.#leftOut} messages in all could not be read.`];
  }

  begin(channel: Channel): void {
    this.#channel = channel;
  }

  async take(text: string): Promise<void> {
    const message = readMessage(parsedJson(text));
    if (typeof message === "string") {
      if (this.#leftOut++ < mostWarnings) this.#warnings.push(message);
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length >= postsATransaction) await this.#save({ keepLastAlbum: true });
  }

  async finish(): Promise<void> {
    await this.#save({ keepLastAlbum: false });
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
      byId.set(post.id, post);
    }
    const posts = [...byId.values()].toSorted((a, b) => a.id - b.id);
    if (posts.length === 0) return;
    const saved = await this.#archive.saveImported({
      channel,
      posts,
      origin: "desktop-export",
      url: "result.json",
      at: this.#at,
    });
    this.new += saved.new;
    this.known += posts.length - saved.new;
  }
}
