import { z } from "zod";
import { defined } from "../../../scraper/defined.ts";
import { languageOf } from "../../../scraper/language.ts";
import {
  instantOfSeconds,
  isCount,
  isId,
  isInstant,
  latestInstant,
  limits,
  parseInstant,
} from "../../../scraper/limits.ts";
import { webAddress } from "../../../scraper/web-address.ts";
import type { Entity, EntityType, Instant, Media, MediaKind, Post } from "../../../scraper/post.ts";
import { cardOf, cardParts } from "./desktop-card.ts";
import { maybe, told } from "./told.ts";

const albumPhotos = 10;
const aCount = `a whole number from 0 to ${limits.count}`;
const count = z.number(aCount).refine(isCount, aCount);
const degrees = z.number("a number of degrees");
const piece = z.union([
  told,
  z.object({
    type: z.string(),
    text: told,
    href: maybe(told),
    document_id: maybe(told),
    language: maybe(told),
  }),
]);
type Piece = z.infer<typeof piece>;
const words = z.union([told, z.array(piece)], "words, or a list of them");
const anId = `a whole number from 1 to ${limits.id}`;

const messageSchema = z.object({
  id: z.number(anId).refine(isId, anId),
  type: z.enum(["message", "service"], '"message" or "service"'),
  date: maybe(z.coerce.string()),
  date_unixtime: z.union([z.string(), z.number()], "a number of seconds").nullish(),
  edited: maybe(z.string()),
  edited_unixtime: maybe(z.coerce.string()),
  author: maybe(told),
  action: maybe(told),
  title: maybe(told),
  text: words.nullish().transform((given) => given ?? ""),
  photo: maybe(told),
  file: maybe(told),
  file_name: maybe(told),
  file_size: count.nullish(),
  /** The size as the HTML export shows it: `1.2 MB`. */
  shown_size: maybe(told),
  media_type: maybe(told),
  performer: maybe(told),
  sticker_emoji: maybe(told),
  duration_seconds: count.nullish(),
  width: count.nullish(),
  height: count.nullish(),
  forwarded_from: maybe(told),
  reply_to_message_id: count.nullish(),
  poll: z
    .object({
      question: words,
      total_voters: count.nullish(),
      answers: z.array(z.object({ text: words, voters: count.nullish() })),
    })
    .nullish(),
  location_information: z.object({ latitude: degrees, longitude: degrees }).nullish(),
  place_name: maybe(told),
  address: maybe(told),
  contact_information: maybe(
    z.object({ first_name: maybe(told), last_name: maybe(told), phone_number: maybe(told) }),
  ),
  ...cardParts,
  via_bot: maybe(told),
  inline_bot_buttons: maybe(
    z.array(z.array(z.object({ type: z.string(), text: maybe(told), data: maybe(told) }))),
  ),
  reactions: z
    .array(z.object({ type: z.string(), count, emoji: maybe(told), document_id: maybe(told) }))
    .nullish(),
});

/** A message of an export, checked. */
export type DesktopMessage = z.infer<typeof messageSchema> & { readonly publishedAt: Instant };

/**
 * Checks one message; why it cannot be used when it cannot, to follow its name: `file_size is not …`. `asWritten`: the same
 * message with its numbers as the file has them, to be quoted.
 */
export function readMessage(
  value: unknown,
  now: Date,
  asWritten: () => unknown,
): DesktopMessage | string {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return whyNot(parsed.error, asWritten());
  const publishedAt = publishedAtOf(parsed.data);
  if (publishedAt === undefined || !isInstant(publishedAt, now))
    return `its date (${shownDate(parsed.data)}) is none from 1970-01-01 to ${latestInstant(now)}`;
  return { ...parsed.data, publishedAt };
}

/** Which part of a value is what instead of what; `value` is quoted from. */
export function whyNot({ issues }: z.ZodError, value: unknown): string {
  const [issue] = issues;
  if (!issue || issue.path.length === 0) return "it is no message";
  let given = value;
  for (const step of issue.path) given = new Map(Object.entries(given ?? {})).get(String(step));
  const shown = JSON.stringify(given)?.slice(0, longestShown) ?? "missing";
  return `${issue.path.join(".")} is ${shown}, not ${issue.message}`;
}
const longestShown = 60;

/** Newer exports give UTC seconds; older ones only local time, which is taken as UTC. */
function publishedAtOf({ date, date_unixtime: seconds }: ExportedDate): Instant | undefined {
  if (seconds == null || seconds === "") return parseInstant(date ?? "");
  return /^\d{1,12}$/.test(String(seconds)) ? instantOfSeconds(Number(seconds)) : undefined;
}

/** Local time may differ from UTC by a time zone, of whole quarters of an hour; what differs by more is one date of two. */
export function contradictionIn({
  date,
  date_unixtime: seconds,
}: ExportedDate): string | undefined {
  const local = parseInstant(date ?? "");
  const utc = publishedAtOf({ date: undefined, date_unixtime: seconds });
  if (utc === undefined || date == null || date === "") return undefined;
  if (local === undefined)
    return `date (${date.slice(0, longestShown)}) is no date; date_unixtime was taken`;
  const minutes = (Date.parse(local) - Date.parse(utc)) / 60_000;
  const isZone =
    minutes >= westernmostMinutes && minutes <= easternmostMinutes && minutes % quarter === 0;
  return isZone
    ? undefined
    : `date (${date}) and date_unixtime (${seconds}) are no time zone apart; date_unixtime was taken`;
}
const westernmostMinutes = -12 * 60;
const easternmostMinutes = 14 * 60;
const quarter = 15;

function shownDate({ date, date_unixtime: seconds }: ExportedDate): string {
  const shown = seconds == null || seconds === "" ? (date ?? "missing") : String(seconds);
  return shown.slice(0, longestShown);
}
type ExportedDate = Pick<z.infer<typeof messageSchema>, "date" | "date_unixtime">;

/** Exports give an album as single messages: side by side, of one second, photos or videos, one text at most. */
export function joinAlbums(messages: readonly DesktopMessage[]): DesktopMessage[][] {
  const albums: DesktopMessage[][] = [];
  for (const message of messages) {
    const album = albums.at(-1);
    if (album && goesOn(album, message)) album.push(message);
    else albums.push([message]);
  }
  return albums;
}

function goesOn(album: readonly DesktopMessage[], message: DesktopMessage): boolean {
  const last = album.at(-1);
  const all = [...album, message];
  return (
    last !== undefined &&
    album.length < albumPhotos &&
    message.id === last.id + 1 &&
    message.publishedAt === last.publishedAt &&
    message.forwarded_from === last.forwarded_from &&
    all.every((one) => one.photo != null || one.media_type === "video_file") &&
    all.filter((one) => plain(one.text) !== "").length <= 1
  );
}

/** One post of a message, or of the messages of an album. */
export function postOfMessage(album: readonly DesktopMessage[], channel: string): Post {
  const [message] = album;
  if (!message) throw new RangeError("An album has at least one message.");
  const worded = album.find((one) => plain(one.text) !== "") ?? message;
  const isService = message.type === "service";
  const { text, entities } = isService
    ? { text: serviceText(message), entities: [] }
    : wordsOf(worded);
  return {
    channel,
    id: message.id,
    ids: album.map((one) => one.id),
    url: `https://t.me/${channel}/${message.id}`,
    publishedAt: message.publishedAt,
    edited: album.some((one) => (one.edited_unixtime ?? one.edited) != null),
    text,
    textState: text === "" ? "empty" : "present",
    entities,
    media: album.flatMap(mediaOf),
    reactions: reactionsOf(worded),
    buttons: buttonsOf(worded),
    ...defined({
      author: message.author ?? undefined,
      viaBot: given(message.via_bot)?.replace(/^@?/, "@"),
      forward: message.forwarded_from ? { name: message.forwarded_from } : undefined,
      reply: message.reply_to_message_id ? { channel, id: message.reply_to_message_id } : undefined,
      poll: pollOf(message),
      service: isService ? (serviceKinds.get(message.action ?? "") ?? "other") : undefined,
      language: languageOf(text),
    }),
  };
}

/** The text of a message, with the words of a card behind it. */
function wordsOf(message: DesktopMessage): Pick<Post, "text" | "entities"> {
  const own = plain(message.text);
  const before = own === "" ? "" : `${own}\n`;
  const card = cardOf(message, before.length);
  return {
    text: card.text === "" ? own : before + card.text,
    entities: [...entitiesOf(message.text), ...card.entities],
  };
}

/** What an export leaves out, it also writes as null or as an empty text. */
const given = (text: string | null | undefined): string | undefined =>
  text === null || text === "" ? undefined : text;

function plain(text: string | readonly Piece[]): string {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

const entityTypes = new Map<string, EntityType>([
  ["bold", "bold"],
  ["italic", "italic"],
  ["underline", "underline"],
  ["strikethrough", "strikethrough"],
  ["code", "code"],
  ["pre", "pre"],
  ["spoiler", "spoiler"],
  ["blockquote", "blockquote"],
  ["link", "link"],
  ["text_link", "link"],
  ["email", "link"],
  ["mention", "mention"],
  ["hashtag", "hashtag"],
  ["cashtag", "cashtag"],
  ["custom_emoji", "custom_emoji"],
]);

function entitiesOf(text: string | readonly Piece[]): readonly Entity[] {
  if (typeof text === "string") return [];
  const entities: Entity[] = [];
  let offset = 0;
  for (const part of text) {
    const { length } = plain([part]);
    const entity = typeof part === "string" || length === 0 ? undefined : entityOf(part, offset);
    if (entity) entities.push(entity);
    offset += length;
  }
  return entities;
}

function entityOf(part: Exclude<Piece, string>, offset: number): Entity | undefined {
  const type = entityTypes.get(part.type);
  if (!type) return undefined;
  const place = { type, offset, length: part.text.length };
  return {
    ...place,
    ...defined({
      url: addressOf(part),
      language: part.language || undefined,
      emojiId: type === "custom_emoji" ? (part.document_id ?? undefined) : undefined,
    }),
  };
}

function addressOf({ type, text, href }: Exclude<Piece, string>): string | undefined {
  if (type === "email") return `mailto:${text}`;
  const address = type === "link" ? text : type === "text_link" ? href : undefined;
  return address == null ? undefined : (webAddress(address) ?? address);
}

const mediaKinds = new Map<string, MediaKind>([
  ["video_file", "video"],
  ["animation", "gif"],
  ["video_message", "round"],
  ["voice_message", "voice"],
  ["audio_file", "audio"],
  ["sticker", "sticker"],
]);

function mediaOf(message: DesktopMessage): readonly Media[] {
  const { width, height, duration_seconds: seconds, location_information: place } = message;
  const shape = { width: width ?? undefined, height: height ?? undefined };
  if (message.photo != null) return [{ kind: "photo", ...defined(shape) }];
  if (place) {
    const { latitude, longitude } = place;
    const named = { title: given(message.place_name), address: given(message.address) };
    return [{ kind: "location", latitude, longitude, ...defined(named) }];
  }
  if (message.contact_information) {
    const { first_name: first, last_name: last, phone_number } = message.contact_information;
    const title = [first, last].filter(Boolean).join(" ");
    return [{ kind: "contact", title, ...defined({ phone: given(phone_number) }) }];
  }
  if (message.file == null && message.media_type == null) return [];
  const kind = mediaKinds.get(message.media_type ?? "") ?? "file";
  const isNamed = kind === "file" || kind === "audio";
  return [
    {
      kind,
      ...defined({
        ...shape,
        durationSeconds: seconds ?? undefined,
        fileName: isNamed ? fileNameOf(message) : undefined,
        size:
          kind === "file" ? (given(message.shown_size) ?? sizeOf(message.file_size)) : undefined,
        performer: message.performer ?? undefined,
        title: kind === "audio" ? (message.title ?? undefined) : undefined,
        emoji: message.sticker_emoji ?? undefined,
      }),
    },
  ];
}

/** `(File not included…)` stands where the export left the file out. */
function fileNameOf({ file_name: name, file }: DesktopMessage): string | undefined {
  if (name != null) return name;
  if (file == null || file === "" || file.startsWith("(")) return undefined;
  return file.slice(file.lastIndexOf("/") + 1);
}

function sizeOf(bytes: number | null | undefined): string | undefined {
  if (bytes == null) return undefined;
  const units = ["B", "KB", "MB", "GB"];
  const step = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step] ?? ""}`;
}

const reactionKinds = new Map<string, Post["reactions"][number]["kind"]>([
  ["paid", "paid"],
  ["custom_emoji", "custom"],
]);

function reactionsOf(message: DesktopMessage): Post["reactions"] {
  return (message.reactions ?? []).map(({ type, count: times, emoji, document_id: id }) =>
    defined({
      kind: reactionKinds.get(type) ?? "emoji",
      count: times,
      emoji: emoji ?? undefined,
      emojiId: id ?? undefined,
    }),
  );
}

/** Buttons under a message; those that lead somewhere have an address. */
function buttonsOf({ inline_bot_buttons: rows }: DesktopMessage): Post["buttons"] {
  return (rows ?? [])
    .flat()
    .filter(({ text }) => given(text) !== undefined)
    .map(({ type, text, data }) =>
      defined({ text: text ?? "", url: type === "url" ? given(data) : undefined }),
    );
}

function pollOf({ poll }: DesktopMessage): Post["poll"] {
  if (!poll) return undefined;
  const voters = poll.total_voters ?? undefined;
  return {
    question: plain(poll.question),
    type: "Poll",
    options: poll.answers.map(({ text, voters: own }) => ({
      text: plain(text),
      percent: voters ? Math.round((100 * (own ?? 0)) / voters) : 0,
    })),
    ...(voters !== undefined && { voters }),
  };
}

const serviceKinds = new Map<string, string>([
  ["create_channel", "created"],
  ["edit_group_title", "renamed"],
  ["edit_group_photo", "photo"],
  ["delete_group_photo", "photo"],
  ["pin_message", "pinned"],
]);

function serviceText({ action, title }: DesktopMessage): string {
  switch (action) {
    case "create_channel":
      return "Channel created";
    case "edit_group_title":
      return `Channel name was changed to «${title ?? ""}»`;
    case "edit_group_photo":
      return "Channel photo updated";
    case "delete_group_photo":
      return "Channel photo removed";
    case "pin_message":
      return "A message was pinned";
    default:
      return (action ?? "service message").replaceAll("_", " ");
  }
}
