import { classesOf, type Element, isElement } from "../../../scraper/markup/dom.ts";
import { childOf, firstNamed, firstOf, wordsOf } from "./html-parts.ts";

/** The media of a message as fields of the JSON of Telegram Desktop. */
export interface HtmlMedia {
  readonly parts: Readonly<Record<string, unknown>>;
  /** Classes of what is not read. */
  readonly unread: readonly string[];
}

interface Shown {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly status: string | undefined;
  readonly href: string | undefined;
}

/** What stands in the body of a message beside its words (`pushMedia` and `prepareMediaData` of Telegram Desktop). */
export function mediaOfHtml(body: Element): HtmlMedia {
  const wraps = body.children
    .filter(isElement)
    .filter((one) => classesOf(one).includes("media_wrap"));
  const parts: Record<string, unknown> = {};
  const unread: string[] = [];
  for (const element of wraps.flatMap((wrap) => wrap.children.filter(isElement))) {
    const name = classesOf(element).find((one) => readers.has(one));
    const read = name === undefined ? undefined : readers.get(name)?.(element);
    if (read) Object.assign(parts, read);
    else unread.push(classesOf(element).find((one) => one.startsWith("media_")) ?? element.name);
  }
  return { parts, unread };
}

type Reader = (element: Element) => Readonly<Record<string, unknown>> | undefined;

/** There is a file; whether it came along, and where it lies, is not kept. */
const there = "";

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["photo_wrap", () => ({ photo: there })],
  ["sticker_wrap", () => ({ file: there, media_type: "sticker" })],
  ["animated_wrap", () => ({ file: there, media_type: "animation" })],
  [
    "video_file_wrap",
    (element) => ({
      file: there,
      media_type: "video_file",
      ...lasting(wordsOf(firstOf(element, "video_duration"))),
    }),
  ],
  ["media_photo", (element) => photoOf(shownBy(element))],
  ["media_video", (element) => videoOf(shownBy(element))],
  [
    "media_voice_message",
    (element) => ({
      file: there,
      media_type: "voice_message",
      ...lasting(shownBy(element).status),
    }),
  ],
  ["media_audio_file", (element) => audioOf(shownBy(element))],
  ["media_file", (element) => fileOf(shownBy(element))],
  ["media_contact", (element) => contactOf(shownBy(element))],
  ["media_location", (element) => placeOf(shownBy(element))],
  ["media_live_location", (element) => placeOf(shownBy(element))],
  ["media_venue", (element) => venueOf(shownBy(element))],
  ["media_game", (element) => gameOf(shownBy(element))],
  ["media_invoice", (element) => invoiceOf(shownBy(element))],
  ["media_poll", pollOf],
]);

function shownBy(element: Element): Shown {
  const body = childOf(element, "body");
  const words = (name: string): string | undefined => body && wordsOf(childOf(body, name));
  return {
    title: words("title"),
    description: words("description"),
    status: words("status"),
    href: element.attribs["href"],
  };
}

/** `1280×720, 95.1 KB` of a photo that was not exported; a sticker `😀, 21.6 KB`. */
function photoOf({ title, status = "" }: Shown): Readonly<Record<string, unknown>> {
  if (title === "Sticker") {
    const [emoji = ""] = status.split(", ");
    const isEmoji = emoji !== "" && !/\d (?:B|KB|MB)$/u.test(emoji);
    return { file: there, media_type: "sticker", ...(isEmoji && { sticker_emoji: emoji }) };
  }
  const [, width, height] = /^(\d{1,6})×(\d{1,6})/u.exec(status) ?? [];
  return {
    photo: there,
    ...(width !== undefined && { width: Number(width), height: Number(height) }),
  };
}

const videoTypes = new Map([
  ["Video message", "video_message"],
  ["Animation", "animation"],
]);

function videoOf({ title = "", status }: Shown): Readonly<Record<string, unknown>> {
  return { file: there, media_type: videoTypes.get(title) ?? "video_file", ...lasting(status) };
}

/** `Performer – Title`, the name of the file, or nothing of these. */
function audioOf({ title = "Audio file", status }: Shown): Readonly<Record<string, unknown>> {
  const audio = { file: there, media_type: "audio_file", ...lasting(status) };
  const [performer, song, more] = title.split(" – ");
  if (song !== undefined && more === undefined) return { ...audio, performer, title: song };
  return title === "Audio file" ? audio : { ...audio, file_name: title };
}

function fileOf({ title, status }: Shown): Readonly<Record<string, unknown>> {
  return { file: there, shown_size: status, ...(title !== "File" && { file_name: title }) };
}

function contactOf({ title, status }: Shown): Readonly<Record<string, unknown>> {
  const phone = status?.replace(/ - vCard$/u, "");
  return { contact_information: { first_name: title, phone_number: phone } };
}

function placeOf({ href }: Shown): Readonly<Record<string, unknown>> | undefined {
  const [, latitude, longitude] = /[?&]q=(-?[\d.]+),(-?[\d.]+)/u.exec(href ?? "") ?? [];
  if (latitude === undefined || longitude === undefined) return undefined;
  return { location_information: { latitude: Number(latitude), longitude: Number(longitude) } };
}

function venueOf(shown: Shown): Readonly<Record<string, unknown>> | undefined {
  const { title, description } = shown;
  const place = placeOf(shown);
  return place && { ...place, place_name: title, address: description };
}

function gameOf({ title, description, status }: Shown): Readonly<Record<string, unknown>> {
  return { game_title: title, game_description: description, game_link: status };
}

/** The words of something for sale; media behind a price show no more than the price. */
function invoiceOf({
  title,
  description,
  status,
}: Shown): Readonly<Record<string, unknown>> | undefined {
  if (title === undefined) return undefined;
  const price = status === undefined ? undefined : `${status} INVOICE`;
  const lines = [description, price].filter((line) => line !== undefined);
  return { game_title: title, game_description: lines.join("\n") };
}

function pollOf(element: Element): Readonly<Record<string, unknown>> {
  const answers = element.children
    .filter(isElement)
    .filter((one) => classesOf(one).includes("answer"));
  return {
    poll: {
      question: wordsOf(childOf(element, "question")) ?? "",
      total_voters: votesIn(wordsOf(childOf(element, "total"))),
      answers: answers.map((answer) => {
        const details = firstNamed(answer, "span");
        const votes = classesOf(details ?? answer).includes("details")
          ? wordsOf(details)
          : undefined;
        const words = wordsOf(answer) ?? "";
        const text = votes === undefined ? words : words.slice(0, words.length - votes.length);
        return { text: text.replace(/^- /u, "").trim(), voters: votesIn(votes) ?? 0 };
      }),
    },
  };
}

/** `3 votes, chosen vote`, `1 vote`, `No votes`. */
function votesIn(words: string | undefined): number | undefined {
  if (words === undefined) return undefined;
  const [, count] = /^(\d{1,12}) votes?/u.exec(words) ?? [];
  return count === undefined ? 0 : Number(count);
}

/** `1:02:03` or `00:12`, with the size behind it where the file was not exported. */
function lasting(status: string | undefined): { readonly duration_seconds?: number } {
  const [, hours = 0, minutes, seconds] =
    /^(?:(\d{1,5}):)?(\d\d):(\d\d)(?:,|$)/u.exec(status ?? "") ?? [];
  if (minutes === undefined) return {};
  return { duration_seconds: (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds) };
}
