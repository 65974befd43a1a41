/*
 * JSON of `tdl chat export`: app/chat/export.go of iyear/tdl at 034d0a6d (`Message`: id, type, file; date and text with
 * `--with-content`; raw with `--raw`, which is gotd's `tg.Message` by the names of its Go fields, without names of types).
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { defined } from "../../../scraper/defined.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { languageOf } from "../../../scraper/language.ts";
import { instantOfSeconds, isCount, isId, latestInstant, limits } from "../../../scraper/limits.ts";
import type { Entity, Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { chatIdOfFile, isChatId } from "./chat-id.ts";
import { ImportReport } from "./import-report.ts";
import { JsonCut, jsonItems } from "./json-items.ts";
import { readPiece, valueOf } from "./json-text.ts";
import { PostSaver } from "./post-saver.ts";
import { maybe, told } from "./told.ts";

const anId = `a whole number from 1 to ${limits.id}`;
const messageSchema = z.object({
  id: z.number(anId).refine(isId, anId),
  type: maybe(z.string()),
  file: maybe(told),
  date: z.number("seconds").nullish(),
  text: told.nullish(),
  raw: maybe(
    z.object({
      Date: maybe(z.number()),
      Message: maybe(told),
      Views: maybe(z.number()),
      EditDate: maybe(z.number()),
      EditHide: maybe(z.boolean()),
      PostAuthor: maybe(told),
      ReplyTo: maybe(z.object({ ReplyToMsgID: maybe(z.number()), ReplyToPeerID: z.unknown() })),
      Media: maybe(z.object({ Photo: maybe(z.object({})) })),
      Entities: maybe(
        z.array(z.object({ Offset: z.number(), Length: z.number(), URL: maybe(told) })),
      ),
    }),
  ),
});
const headSchema = z.object({ id: z.number().refine(isChatId) });
type Message = z.infer<typeof messageSchema>;

/** Takes the messages of an export of tdl, read as a stream; each as seen when the file was written. @throws UsageError */
export async function importTdl(
  archive: Archive,
  file: string,
  { channel: given, signal }: ImportOptions,
): Promise<Imported> {
  if (given === undefined)
    throw new UsageError(
      `${file} does not tell the channel's @name. Say it: backscroll import --channel NAME ${file}`,
    );
  const channel = channelName(given);
  const now = archive.now();
  const report = new ImportReport("messages");
  const at = writtenAt(await stat(file), now);
  const saver = new PostSaver(archive, { now, at, origin: "tdl-export", report });
  try {
    const stream = createReadStream(file, { ...(signal && { signal }) });
    for await (const item of jsonItems(stream, "messages")) {
      if (item.kind === "head") {
        const written = headSchema.safeParse(valueOf(item)).data?.id;
        if (written !== undefined)
          saver.chatId = await chatIdOfFile(archive, { file, channel, written });
        continue;
      }
      report.read++;
      const what = `Message ${report.read} of the file`;
      const post = readPiece(item, (value) => postOf(value, { channel, now }));
      if (typeof post === "string") {
        report.refuse(what, post);
        continue;
      }
      report.sayHalfSign(what, item);
      await saver.take(post, what);
    }
  } catch (error) {
    if (!(error instanceof JsonCut)) throw error;
    await saver.finish();
    const said = `${file} is not a whole export of tdl: ${error.message}. ${report.new} new posts before that were kept.`;
    throw new UsageError([said, ...report.warnings].join("\n"), { cause: error });
  }
  await saver.finish();
  return report.of("tdl", saver.channels.length > 0 ? saver.channels : [channel]);
}

function postOf(
  value: unknown,
  { channel, now }: { readonly channel: string; readonly now: Date },
): Post | string {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    return where === "" ? "it is no message of tdl" : `it is no message of tdl (${where})`;
  }
  const { id, file, raw } = parsed.data;
  // With `--raw` alone both are told there.
  const date = parsed.data.date ?? raw?.Date;
  const text = parsed.data.text ?? raw?.Message ?? "";
  if (date == null) return "it tells no date; export again with --with-content or --raw";
  const publishedAt = instantOfSeconds(date);
  if (publishedAt === undefined)
    return `its date (${date}) is none from 1970-01-01 to ${latestInstant(now)}`;
  const { Views: views, PostAuthor: author, EditDate: editedAt, EditHide: isHidden } = raw ?? {};
  return {
    channel,
    id,
    ids: [id],
    url: `https://t.me/${channel}/${id}`,
    publishedAt,
    edited: editedAt != null && editedAt > 0 && isHidden !== true,
    text,
    textState: text === "" ? "empty" : "present",
    entities: linksOf(raw),
    media: mediaOf(file, raw),
    reactions: [],
    buttons: [],
    ...defined({
      author: author == null || author === "" ? undefined : author,
      reply: replyOf(raw, channel),
      views: views != null && views > 0 && isCount(views) ? views : undefined,
      language: languageOf(text),
    }),
  };
}

type Raw = Message["raw"];

/** Without the names of their types only links behind words can be told from other entities. */
function linksOf(raw: Raw): readonly Entity[] {
  return (raw?.Entities ?? []).flatMap(({ Offset: offset, Length: length, URL: url }) =>
    url == null || url === "" ? [] : [{ type: "link", offset, length, url }],
  );
}

/** A file of which the name is told; of what kind it is, only `--raw` says of pictures. */
function mediaOf(file: string | null | undefined, raw: Raw): Post["media"] {
  if (raw?.Media?.Photo) return [{ kind: "photo" }];
  return file == null || file === "" ? [] : [{ kind: "file", fileName: file }];
}

function replyOf(raw: Raw, channel: string): Post["reply"] {
  const id = raw?.ReplyTo?.ReplyToMsgID;
  const isHere = raw?.ReplyTo?.ReplyToPeerID == null;
  return id != null && isId(id) && isHere ? { channel, id } : undefined;
}
