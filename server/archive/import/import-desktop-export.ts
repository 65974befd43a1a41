import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { limits } from "../../../scraper/limits.ts";
import type { Channel } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import { chatIdOfFile, isChatId } from "./chat-id.ts";
import { contradictionIn, readMessage, whyNot } from "./desktop-message.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { JsonCut, type JsonItem, jsonItems } from "./json-items.ts";
import { readPiece, valueOf } from "./json-text.ts";
import { MessageSaver } from "./message-saver.ts";

const aChat = "the number of a channel";
const headSchema = z.object({
  name: z.string("a name").max(limits.words, `at most ${limits.words} UTF-16 units`).nullish(),
  type: z.string("a type of chat").max(100, "a type of chat"),
  id: z.number(aChat).refine(isChatId, aChat).nullish(),
  username: z.string("a name").nullish(),
});

/** Chats that are no channels, as `export_output_json.cpp` of Telegram Desktop names their types. */
const others = new Map([
  ["saved_messages", "your saved messages"],
  ["personal_chat", "a chat with a person"],
  ["bot_chat", "a chat with a bot"],
  ["private_group", "a private group"],
  ["private_supergroup", "a private group"],
  ["public_supergroup", "a public group"],
]);

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
  const taking = new MessageSaver(archive, {
    now,
    at: writtenAt(await stat(file), now),
    origin: "desktop-export",
  });
  const { report } = taking;
  try {
    const stream = createReadStream(file, { ...(signal && { signal }) });
    for await (const item of jsonItems(stream, "messages")) {
      if (item.kind === "head") taking.begin(await channelOf(item, { archive, file, name }));
      else await take(item, taking, now);
    }
    await taking.finish();
  } catch (error) {
    if (!(error instanceof JsonCut)) throw error;
    await taking.finish();
    const said =
      `${file} is not a whole export of one channel: ${error.message}. ` +
      `${report.new} new posts before that were kept; export the channel again (JSON) for the rest.`;
    throw new UsageError([said, ...report.warnings].join("\n"), { cause: error });
  }
  return report.of("desktop-json", [taking.channel]);
}

async function take(item: JsonItem, taking: MessageSaver, now: Date): Promise<void> {
  const { report } = taking;
  report.read++;
  const what = `Message ${report.read} of the file${namedId(item)}`;
  const message = readPiece(item, (value) => readMessage(value, now, () => asWritten(item)));
  if (typeof message === "string") {
    report.refuse(what, message);
    return;
  }
  report.sayHalfSign(what, item);
  const contradiction = contradictionIn(message);
  if (contradiction !== undefined)
    report.say(`${what}: ${contradiction}.`, "have two dates that contradict each other");
  await taking.take(message, what);
}

async function channelOf(
  head: JsonItem,
  given: {
    readonly archive: Archive;
    readonly file: string;
    readonly name?: string | undefined;
  },
): Promise<Channel> {
  const { archive, file } = given;
  const parsed = headSchema.safeParse(valueOf(head));
  if (!parsed.success)
    throw new UsageError(
      `${file} is not an export of Telegram Desktop: ${whyNot(parsed.error, asWritten(head))}.`,
    );
  const { type, id, name: title, username } = parsed.data;
  if (type !== "public_channel" && type !== "private_channel")
    throw new UsageError(
      `${file} is an export of ${others.get(type) ?? `a chat of the type “${type}”`}, not of a channel.`,
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
    ...(id != null && {
      chatId: await chatIdOfFile(archive, { file, channel: name, written: id }),
    }),
    counters: {},
  };
}

/** The value of a piece of the file, to be quoted: a number that JavaScript would round stays as it is written. */
function asWritten(item: JsonItem): unknown {
  if (valueOf(item) === undefined) return undefined;
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
