import { postOfLink, safeAddress } from "./address.ts";
import { parseDuration } from "./counts.ts";
import { defined } from "../defined.ts";
import {
  type Element,
  backgroundOf,
  childNamed,
  classesOf,
  isElement,
  shapeOf,
  widthOf,
} from "./dom.ts";
import { type Parts, partsOf } from "./parts.ts";
import type { Media } from "../post.ts";

/** One piece of media, the album member it is, and what its markup held that is not known. */
export interface MediaFound {
  readonly media: Media;
  /** Its own post id, where it is part of an album. */
  readonly id?: number;
  readonly strange: readonly string[];
}

/** Which reader reads which markup, by the class of its outermost element. */
export const mediaReaders: ReadonlyMap<string, (element: Element) => MediaFound> = new Map([
  ["tgme_widget_message_photo_wrap", readPhoto],
  ["tgme_widget_message_video_player", readVideo],
  ["tgme_widget_message_roundvideo_player", readRound],
  ["tgme_widget_message_voice_player", readVoice],
  ["tgme_widget_message_document_wrap", readDocument],
  ["tgme_widget_message_sticker", readSticker],
  ["tgme_widget_message_tgsticker", readSticker],
  ["tgme_widget_message_videosticker", readSticker],
  ["tgme_widget_message_location_wrap", readLocation],
  ["tgme_widget_message_contact_wrap", readContact],
  ["tgme_widget_message_contact", readContact],
  ["tgme_widget_message_service_photo", readServicePhoto],
]);

function readPhoto(wrap: Element): MediaFound {
  const parts = partsOf(wrap, ["tgme_widget_message_photo"]);
  const url = address(backgroundOf(wrap));
  const box = parts.first("tgme_widget_message_photo");
  return found(wrap, parts, {
    media: defined({ kind: "photo" as const, url, ...size(wrap, box) }),
    missing: { "photo without an address": url, "photo without a box": box },
  });
}

function readVideo(player: Element): MediaFound {
  const parts = partsOf(player, [...videoParts]);
  const box = parts.first("tgme_widget_message_video_wrap");
  const shownDuration = parts.text("message_video_duration");
  const durationSeconds = parseDuration(shownDuration ?? "");
  const plays = parts.first("message_video_play") !== undefined || shownDuration !== undefined;
  const tooBig = classesOf(player).includes("not_supported");
  // Narrow videos come twice: the first is a blurred backdrop.
  const files = parts.all("tgme_widget_message_video");
  const file = files.find((video) => !classesOf(video).includes("blured")) ?? files[0];
  const url = address(file?.attribs["src"]);
  return found(player, parts, {
    media: defined({
      kind: plays ? ("video" as const) : ("gif" as const),
      url,
      thumbnailUrl: address(backgroundOf(parts.first("tgme_widget_message_video_thumb"))),
      ...size(box, box),
      durationSeconds,
    }),
    missing: {
      "video without a box": box,
      "video without a file": tooBig ? "known" : url,
      "video without a duration": plays ? durationSeconds : 0,
    },
  });
}

function readRound(player: Element): MediaFound {
  const parts = partsOf(player, [...roundParts]);
  const url = address(parts.first("tgme_widget_message_roundvideo")?.attribs["src"]);
  const durationSeconds = parseDuration(
    parts.text("tgme_widget_message_roundvideo_duration") ?? "",
  );
  return found(player, parts, {
    media: defined({
      kind: "round" as const,
      url,
      thumbnailUrl: address(backgroundOf(parts.first("tgme_widget_message_roundvideo_thumb"))),
      durationSeconds,
    }),
    missing: {
      "round video without a file": url,
      "round video without a duration": durationSeconds,
    },
  });
}

function readVoice(player: Element): MediaFound {
  const parts = partsOf(player, [
    "tgme_widget_message_voice",
    "tgme_widget_message_voice_duration",
  ]);
  const url = address(parts.first("tgme_widget_message_voice")?.attribs["src"]);
  const durationSeconds = parseDuration(parts.text("tgme_widget_message_voice_duration") ?? "");
  return found(player, parts, {
    media: defined({ kind: "voice" as const, url, durationSeconds }),
    missing: { "voice without a file": url, "voice without a duration": durationSeconds },
  });
}

const isSize = (shown = ""): boolean => /^\d[\d.,]*\s*[KMGT]?B$/iu.test(shown);

/** A file, or music: then the two lines are its title and its performer. */
function readDocument(wrap: Element): MediaFound {
  const parts = partsOf(wrap, [...documentParts]);
  const icon = parts.first("tgme_widget_message_document_icon");
  const thumb = parts.first("tgme_widget_message_document_thumb");
  const name = parts.text("tgme_widget_message_document_title");
  const extra = parts.text("tgme_widget_message_document_extra");
  const music = icon !== undefined && classesOf(icon).includes("audio");
  return found(wrap, parts, {
    media: music
      ? defined({ kind: "audio" as const, title: name, performer: extra })
      : defined({
          kind: "file" as const,
          thumbnailUrl: address(backgroundOf(thumb)),
          fileName: name,
          size: extra,
        }),
    missing: {
      "file without a name": name,
      "file without an icon": icon ?? thumb,
      "file without a size": music || isSize(extra) || undefined,
    },
  });
}

function readSticker(sticker: Element): MediaFound {
  const parts = partsOf(sticker, ["js-videosticker_video"]);
  const source = sticker.children.find(
    (child): child is Element =>
      isElement(child) && (child.attribs["type"] ?? "").endsWith("tgsticker"),
  );
  const url = address(
    sticker.attribs["data-webp"] ??
      source?.attribs["srcset"] ??
      parts.first("js-videosticker_video")?.attribs["src"],
  );
  return found(sticker, parts, {
    media: defined({
      kind: "sticker" as const,
      url,
      ...size(sticker, childNamed(sticker, "div")),
    }),
    missing: { "sticker without a file": url },
  });
}

function readLocation(wrap: Element): MediaFound {
  const parts = partsOf(wrap, [
    "tgme_widget_message_location",
    "tgme_widget_message_location_title",
    "tgme_widget_message_location_address",
  ]);
  const place = /[?&]q=(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)/u.exec(wrap.attribs["href"] ?? "");
  return found(wrap, parts, {
    media: defined({
      kind: "location" as const,
      latitude: place ? Number(place[1]) : undefined,
      longitude: place ? Number(place[2]) : undefined,
      title: parts.text("tgme_widget_message_location_title"),
      address: parts.text("tgme_widget_message_location_address"),
    }),
    missing: { "location without coordinates": place ?? undefined },
  });
}

function readContact(wrap: Element): MediaFound {
  const parts = partsOf(wrap, [
    "tgme_widget_message_contact_name",
    "tgme_widget_message_contact_phone",
  ]);
  const title = parts.text("tgme_widget_message_contact_name");
  const phone = parts.text("tgme_widget_message_contact_phone");
  return found(wrap, parts, {
    media: defined({ kind: "contact" as const, title, phone }),
    missing: { "contact without a name": title },
  });
}

function readServicePhoto(wrap: Element): MediaFound {
  const parts = partsOf(wrap, []);
  const url = address(childNamed(wrap, "img")?.attribs["src"]);
  return found(wrap, parts, {
    media: defined({ kind: "photo" as const, url }),
    missing: { "photo without an address": url },
  });
}

interface Reading {
  readonly media: Media;
  /** What this kind always has, by the words for its absence. */
  readonly missing: Readonly<Record<string, unknown>>;
}

function found(element: Element, parts: Parts, { media, missing }: Reading): MediaFound {
  const link = element.attribs["href"] ?? "";
  const absent = Object.keys(missing).filter((words) => missing[words] === undefined);
  return defined({
    media,
    id: albumMember.test(link) ? postOfLink(link)?.id : undefined,
    strange: [...absent, ...parts.stray],
  });
}

/** Width from `wide`, height by the share in `tall`; albums show boxes of their layout, not sizes. */
function size(
  wide: Element | undefined,
  tall: Element | undefined,
): { width?: number; height?: number } {
  if (!wide || !tall) return {};
  const width = widthOf(wide);
  const share = shapeOf(tall);
  return width === undefined || share === undefined
    ? {}
    : { width, height: Math.round((width * share) / 100) };
}

function address(given: string | undefined): string | undefined {
  if (given === undefined || given === "") return undefined;
  const url = safeAddress(given);
  return url !== undefined && /^https?:/iu.test(url) ? url : undefined;
}

const albumMember = /\?(?:[^#]*&)?single\b/u;
const fallback = ["message_media_not_supported_wrap", "message_media_not_supported"] as const;
const videoParts = [
  "tgme_widget_message_video_thumb",
  "tgme_widget_message_video_wrap",
  "tgme_widget_message_video",
  "message_video_play",
  "message_video_duration",
  ...fallback,
] as const;
const roundParts = [
  "tgme_widget_message_roundvideo",
  "tgme_widget_message_roundvideo_thumb",
  "tgme_widget_message_roundvideo_duration",
  ...fallback,
] as const;
const documentParts = [
  "tgme_widget_message_document_icon",
  "tgme_widget_message_document_thumb",
  "tgme_widget_message_document_title",
  "tgme_widget_message_document_extra",
] as const;
