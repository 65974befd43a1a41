import { z } from "zod";
import { defined } from "../../../scraper/defined.ts";
import { languageOf } from "../../../scraper/language.ts";
import type { Entity, EntityType, Instant, Media, MediaKind, Post } from "../../../scraper/post.ts";

const largestId = 2_147_483_647;
const albumPhotos = 10;
const told = z.string().transform((text) => text.toWellFormed());
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
const count = z.number().int().nonnegative();
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

const messageSchema = z.object({
  id: z.number().int().positive().max(largestId),
  type: z.enum(["message", "service"]),
  date: maybe(z.string()),
  date_unixtime: maybe(z.coerce.number().int().positive().max(32_503_680_000)),
  edited: maybe(z.string()),
  edited_unixtime: maybe(z.coerce.string()),
  author: maybe(told),
  action: maybe(told),
  title: maybe(told),
  text: z.union([told, z.array(piece).transform((pieces) => pieces)]).catch(""),
  photo: maybe(told),
  file: maybe(told),
  file_name: maybe(told),
  file_size: maybe(count),
  media_type: maybe(told),
  performer: maybe(told),
  sticker_emoji: maybe(told),
  duration_seconds: maybe(count),
  width: maybe(count),
  height: maybe(count),
  forwarded_from: maybe(told),
  reply_to_message_id: maybe(count),
  poll: maybe(
    z.object({
      question: z.union([told, z.array(piece)]),
      total_voters: maybe(count),
      answers: z.array(z.object({ text: z.union([told, z.array(piece)]), voters: maybe(count) })),
    }),
  ),
  location_information: maybe(z.object({ latitude: z.number(), longitude: z.number() })),
  contact_information: maybe(z.object({ first_name: maybe(told), last_name: maybe(told) })),
  reactions: maybe(
    z.array(
      z.object({
        type: z.string(),
        count,
        emoji: maybe(told),
        document_id: maybe(told),
      }),
    ),
  ),
});

/** A message of an export, checked. */
export type DesktopMessage = z.infer<typeof messageSchema> & { readonly publishedAt: Instant };

/** Checks one message; a sentence when it cannot be used. */
export function readMessage(value: unknown): DesktopMessage | string {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) {
    const id = z.object({ id: z.unknown() }).safeParse(value).data?.id;
    return `A message (id ${JSON.stringify(id) ?? "missing"}) could not be read and was left out.`;
  }
  const publishedAt = instantOf(parsed.data);
  if (publishedAt === undefined) return `Message ${parsed.data.id} has no date and was left out.`;
  return { ...parsed.data, publishedAt };
}

/** Newer exports give UTC seconds; older ones only local time, which is taken as UTC. */
function instantOf(message: z.infer<typeof messageSchema>): Instant | undefined {
  const ms = message.date_unixtime ? message.date_unixtime * 1000 : Date.parse(`${message.date}Z`);
  return Number.isNaN(ms) ? undefined : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

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
  const text = isService ? serviceText(message) : plain(worded.text);
  return {
    channel,
    id: message.id,
    ids: album.map((one) => one.id),
    url: `https://t.me/${channel}/${message.id}`,
    publishedAt: message.publishedAt,
    edited: album.some((one) => (one.edited_unixtime ?? one.edited) != null),
    text,
    textState: text === "" ? "empty" : "present",
    entities: isService ? [] : entitiesOf(worded.text),
    media: album.flatMap(mediaOf),
    reactions: reactionsOf(worded),
    buttons: [],
    ...defined({
      author: message.author ?? undefined,
      forward: message.forwarded_from ? { name: message.forwarded_from } : undefined,
      reply: message.reply_to_message_id ? { channel, id: message.reply_to_message_id } : undefined,
      poll: pollOf(message),
      service: isService ? (serviceKinds[message.action ?? ""] ?? "other") : undefined,
      language: languageOf(text),
    }),
  };
}

function plain(text: string | readonly Piece[]): string {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

const entityTypes: Readonly<Record<string, EntityType>> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strikethrough: "strikethrough",
  code: "code",
  pre: "pre",
  spoiler: "spoiler",
  blockquote: "blockquote",
  link: "link",
  text_link: "link",
  email: "link",
  mention: "mention",
  hashtag: "hashtag",
  cashtag: "cashtag",
  custom_emoji: "custom_emoji",
};

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
  const type = entityTypes[part.type];
  if (!type) return undefined;
  const place = { type, offset, length: part.text.length };
  const addresses: Readonly<Record<string, string | undefined>> = {
    link: part.text,
    text_link: part.href ?? undefined,
    email: `mailto:${part.text}`,
  };
  return {
    ...place,
    ...defined({
      url: addresses[part.type],
      language: part.language || undefined,
      emojiId: type === "custom_emoji" ? (part.document_id ?? undefined) : undefined,
    }),
  };
}

const mediaKinds: Readonly<Record<string, MediaKind>> = {
  video_file: "video",
  animation: "gif",
  video_message: "round",
  voice_message: "voice",
  audio_file: "audio",
  sticker: "sticker",
};

function mediaOf(message: DesktopMessage): readonly Media[] {
  const { width, height, duration_seconds: seconds, location_information: place } = message;
  const shape = { width: width ?? undefined, height: height ?? undefined };
  if (message.photo != null) return [{ kind: "photo", ...defined(shape) }];
  if (place) return [{ kind: "location", latitude: place.latitude, longitude: place.longitude }];
  if (message.contact_information) {
    const { first_name: first, last_name: last } = message.contact_information;
    return [{ kind: "contact", title: [first, last].filter(Boolean).join(" ") }];
  }
  if (message.file == null && message.media_type == null) return [];
  const kind = mediaKinds[message.media_type ?? ""] ?? "file";
  const isNamed = kind === "file" || kind === "audio";
  return [
    {
      kind,
      ...defined({
        ...shape,
        durationSeconds: seconds ?? undefined,
        fileName: isNamed ? fileNameOf(message) : undefined,
        size: kind === "file" ? sizeOf(message.file_size) : undefined,
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
  if (file == null || file.startsWith("(")) return undefined;
  return file.slice(file.lastIndexOf("/") + 1);
}

function sizeOf(bytes: number | null | undefined): string | undefined {
  if (bytes == null) return undefined;
  const units = ["B", "KB", "MB", "GB"];
  const step = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step] ?? ""}`;
}

const reactionKinds: Readonly<Record<string, Post["reactions"][number]["kind"]>> = {
  paid: "paid",
  custom_emoji: "custom",
};

function reactionsOf(message: DesktopMessage): Post["reactions"] {
  return (message.reactions ?? []).map(({ type, count: times, emoji, document_id: id }) =>
    defined({
      kind: reactionKinds[type] ?? "emoji",
      count: times,
      emoji: emoji ?? undefined,
      emojiId: id ?? undefined,
    }),
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

const serviceKinds: Readonly<Record<string, string>> = {
  create_channel: "created",
  edit_group_title: "renamed",
  edit_group_photo: "photo",
  delete_group_photo: "photo",
  pin_message: "pinned",
};

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
