/*
 * JSON lines of `snscrape --jsonl telegram-channel NAME`: snscrape/modules/telegram.py (`TelegramPost`) and base.py of
 * JustAnotherArchivist/snscrape at 018e14a2; views, media and forwards as in the fork bellingcat/snscrape at 00239388.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { defined } from "../../../scraper/defined.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { languageOf } from "../../../scraper/language.ts";
import { isCount, isId, latestInstant, parseInstant } from "../../../scraper/limits.ts";
import type { Entity, Media, MediaKind, Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import { nameKey } from "../name-key.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { ImportReport } from "./import-report.ts";
import { JsonCut } from "./json-items.ts";
import { jsonLines } from "./json-lines.ts";
import { readPiece } from "./json-text.ts";
import { PostSaver } from "./post-saver.ts";
import { maybe, told } from "./told.ts";

const itemSchema = z.object({
  url: z.string("an address"),
  date: z.string("a date"),
  content: told.nullish(),
  outlinks: maybe(z.array(told)),
  linkPreview: maybe(
    z.object({
      href: told,
      siteName: maybe(told),
      title: maybe(told),
      description: maybe(told),
      image: maybe(told),
    }),
  ),
  views: maybe(z.union([z.number(), z.tuple([z.number(), z.number()])])),
  media: maybe(
    z.array(
      z.object({
        _type: maybe(z.string()),
        url: maybe(told),
        thumbnailUrl: maybe(told),
        duration: maybe(z.number()),
      }),
    ),
  ),
  forwarded: maybe(z.object({ username: told })),
  forwardedUrl: maybe(told),
});
type Item = z.infer<typeof itemSchema>;

/** Takes the posts of one file of snscrape, as far as it tells them; each as seen when the file was written. @throws UsageError */
export async function importSnscrape(
  archive: Archive,
  file: string,
  { channel, signal }: ImportOptions,
): Promise<Imported> {
  const now = archive.now();
  const report = new ImportReport("lines");
  const saver = new PostSaver(archive, {
    now,
    at: writtenAt(await stat(file), now),
    origin: "snscrape",
    report,
  });
  try {
    for await (const line of jsonLines(createReadStream(file, { ...(signal && { signal }) }))) {
      report.read++;
      const what = `Line ${line.place}`;
      const read = readPiece(line, (value) => readItem(value, now));
      if (typeof read === "string") {
        report.refuse(what, read);
        continue;
      }
      const { post, lost } = read;
      if (channel !== undefined && nameKey(channel) !== nameKey(post.channel))
        report.refuse(what, `it is of @${post.channel}, not of @${channel}`);
      else {
        report.sayHalfSign(what, line);
        if (lost > 0)
          report.say(
            `${what} links to ${lost} addresses behind words that it does not tell; they were not kept.`,
            "link to addresses behind words that they do not tell",
          );
        await saver.take(post, what);
      }
    }
  } catch (error) {
    if (!(error instanceof JsonCut)) throw error;
    await saver.finish();
    const said = `${file} is no file of snscrape: ${error.message}. ${report.new} new posts before that were kept.`;
    throw new UsageError([said, ...report.warnings].join("\n"), { cause: error });
  }
  await saver.finish();
  return report.of("snscrape", saver.channels);
}

/** `lost`: how many addresses it tells that have no place in its text. */
function readItem(
  value: unknown,
  now: Date,
): { readonly post: Post; readonly lost: number } | string {
  const item = itemSchema.safeParse(value).data;
  if (!item) return "it is no post of snscrape";
  const post = postOf(item, now);
  return typeof post === "string" ? post : { post, lost: unplaced(item, post) };
}

function postOf(item: Item, now: Date): Post | string {
  const [, named = "", number] =
    /^https:\/\/t\.me\/(?:s\/)?(\w{1,64})\/(\d{1,15})$/u.exec(item.url) ?? [];
  const id = Number(number);
  if (!isId(id)) return `its url (${item.url.slice(0, 100)}) is none of a post`;
  const publishedAt = parseInstant(item.date);
  if (publishedAt === undefined)
    return `its date (${item.date.slice(0, 60)}) is none from 1970-01-01 to ${latestInstant(now)}`;
  const channel = nameOf(named);
  if (channel === undefined) return `its url (${item.url.slice(0, 100)}) names no channel`;
  const text = item.content ?? "";
  const views = typeof item.views === "number" ? item.views : item.views?.[0];
  return {
    channel,
    id,
    ids: [id],
    url: `https://t.me/${channel}/${id}`,
    publishedAt,
    edited: false,
    text,
    textState: text === "" ? "empty" : "present",
    entities: linksIn(text, item.outlinks ?? []),
    media: (item.media ?? []).map(mediaOf),
    reactions: [],
    buttons: [],
    ...defined({
      preview: previewOf(item),
      forward: forwardOf(item),
      views: views !== undefined && isCount(views) ? views : undefined,
      language: languageOf(text),
    }),
  };
}

function nameOf(named: string): string | undefined {
  try {
    return channelName(named);
  } catch {
    return undefined;
  }
}

/** Addresses that stand in the text as they are; the others have no place in it that is told. */
function linksIn(text: string, addresses: readonly string[]): readonly Entity[] {
  return addresses
    .flatMap((url): Entity[] => {
      const offset = text.indexOf(url);
      return offset === -1 ? [] : [{ type: "link", offset, length: url.length, url }];
    })
    .toSorted((a, b) => a.offset - b.offset);
}

function unplaced({ outlinks, linkPreview }: Item, post: Post): number {
  const elsewhere = (outlinks ?? []).filter((url) => url !== linkPreview?.href);
  const placed = new Set(post.entities.map(({ url }) => url));
  return elsewhere.filter((url) => !placed.has(url)).length;
}

function previewOf({ linkPreview: shown }: Item): Post["preview"] {
  if (!shown) return undefined;
  const { href: url, siteName, title, description, image } = shown;
  return {
    url,
    ...defined({
      site: siteName ?? undefined,
      title: title ?? undefined,
      description: description ?? undefined,
      imageUrl: image ?? undefined,
    }),
  };
}

const kinds = new Map<string, MediaKind>([
  ["Photo", "photo"],
  ["Video", "video"],
  ["VoiceMessage", "voice"],
  ["Gif", "gif"],
]);

function mediaOf(shown: NonNullable<Item["media"]>[number]): Media {
  const kind = kinds.get(shown._type?.split(".").at(-1) ?? "") ?? "file";
  return {
    kind,
    ...defined({
      url: shown.url ?? undefined,
      thumbnailUrl: shown.thumbnailUrl ?? undefined,
      durationSeconds: shown.duration ?? undefined,
    }),
  };
}

/** Only the @name is told, and the post's own address. */
function forwardOf({ forwarded, forwardedUrl }: Item): Post["forward"] {
  if (!forwarded) return undefined;
  const id = Number(/\/(\d{1,15})$/u.exec(forwardedUrl ?? "")?.[1]);
  const name = forwarded.username;
  return {
    name,
    channel: name,
    ...defined({ url: forwardedUrl ?? undefined, id: isId(id) ? id : undefined }),
  };
}
