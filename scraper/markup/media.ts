import { fileAddress, postOfLink } from "./address.ts";
import { parseDuration } from "./counts.ts";
import { defined } from "../defined.ts";
import {
  type Element,
  backgroundOf,
  childNamed,
  classesOf,
  hasBackground,
  isElement,
  shapeOf,
  widthOf,
} from "./dom.ts";
import { placeOf } from "./map-link.ts";
import { type Parts, partsOf } from "./parts.ts";
import type { Media } from "../post.ts";

/** One piece of media, the album member it is, and what its markup held that is not known. */
export interface MediaFound {
  readonly media: Media;
  /** Its own post id, where it is part of an album. */
  readonly id?: number;
  /** The page says that it is there, and does not show it. */
  readonly withheld: boolean;
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
  const parts = partsOf(wrap, [...fallback], { boxes: ["tgme_widget_message_photo"] });
  const box = parts.first("tgme_widget_message_photo");
  const img = childNamed(wrap, "img");
  const url = fileAddress(backgroundOf(wrap) ?? img?.attribs["src"]);
  return found(wrap, parts, {
    media: defined({ kind: "photo" as const, url, ...size(wrap, box) }),
    file: hasBackground(wrap) || img,
    missing: { "photo without a box": box },
  });
}

function readVideo(player: Element): MediaFound {
  const parts = partsOf(player, ["message_video_duration", ...fallback], { boxes: videoBoxes });
  const box = parts.first("tgme_widget_message_video_wrap");
  const shownDuration = parts.text("message_video_duration");
  const durationSeconds = parseDuration(shownDuration ?? "");
  const plays = parts.first("message_video_play") !== undefined || shownDuration !== undefined;
  // Narrow videos come twice: the first is a blurred backdrop.
  const files = parts.all("tgme_widget_message_video");
  const file = files.find((video) => !classesOf(video).includes("blured")) ?? files[0];
  return found(player, parts, {
    media: defined({
      kind: plays ? ("video" as const) : ("gif" as const),
      url: fileAddress(file?.attribs["src"]),
      thumbnailUrl: fileAddress(backgroundOf(parts.first("tgme_widget_message_video_thumb"))),
      ...size(box, box),
      durationSeconds,
    }),
    file,
    missing: {
      "video without a box": box,
      "video without a duration": plays ? durationSeconds : 0,
    },
  });
}

function readRound(player: Element): MediaFound {
  const parts = partsOf(player, ["tgme_widget_message_roundvideo_duration", ...fallback], {
    boxes: ["tgme_widget_message_roundvideo", "tgme_widget_message_roundvideo_thumb"],
  });
  const file = parts.first("tgme_widget_message_roundvideo");
  const durationSeconds = parseDuration(
    parts.text("tgme_widget_message_roundvideo_duration") ?? "",
  );
  return found(player, parts, {
    media: defined({
      kind: "round" as const,
      url: fileAddress(file?.attribs["src"]),
      thumbnailUrl: fileAddress(backgroundOf(parts.first("tgme_widget_message_roundvideo_thumb"))),
      durationSeconds,
    }),
    file,
    missing: { "round video without a duration": durationSeconds },
  });
}

function readVoice(player: Element): MediaFound {
  const parts = partsOf(player, ["tgme_widget_message_voice_duration", ...fallback], {
    boxes: ["tgme_widget_message_voice"],
  });
  const file = parts.first("tgme_widget_message_voice");
  const durationSeconds = parseDuration(parts.text("tgme_widget_message_voice_duration") ?? "");
  return found(player, parts, {
    media: defined({
      kind: "voice" as const,
      url: fileAddress(file?.attribs["src"]),
      durationSeconds,
    }),
    file,
    missing: { "voice without a duration": durationSeconds },
  });
}

const isSize = (shown = ""): boolean => /^\d[\d.,]*\s*[KMGT]?B$/iu.test(shown);

/** A file, or music: then the two lines are its title and its performer. */
function readDocument(wrap: Element): MediaFound {
  const parts = partsOf(
    wrap,
    ["tgme_widget_message_document_title", "tgme_widget_message_document_extra", ...fallback],
    { boxes: ["tgme_widget_message_document_icon", "tgme_widget_message_document_thumb"] },
  );
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
          thumbnailUrl: fileAddress(backgroundOf(thumb)),
          fileName: name,
          size: extra,
        }),
    // Files are listed, never given.
    file: true,
    missing: {
      "file without a name": name,
      "file without an icon": icon ?? thumb,
      "file without a size": music || isSize(extra) || undefined,
    },
  });
}

function readSticker(sticker: Element): MediaFound {
  const parts = partsOf(sticker, [...fallback], { boxes: ["js-videosticker_video"] });
  const source = sticker.children.find(
    (child): child is Element =>
      isElement(child) && (child.attribs["type"] ?? "").endsWith("tgsticker"),
  );
  const file =
    sticker.attribs["data-webp"] ??
    source?.attribs["srcset"] ??
    parts.first("js-videosticker_video")?.attribs["src"] ??
    (sticker.name === "img" ? sticker : childNamed(sticker, "img"))?.attribs["src"];
  return found(sticker, parts, {
    media: defined({
      kind: "sticker" as const,
      url: fileAddress(file),
      ...size(sticker, childNamed(sticker, "div")),
    }),
    file,
    missing: {},
  });
}

function readLocation(wrap: Element): MediaFound {
  const parts = partsOf(
    wrap,
    ["tgme_widget_message_location_title", "tgme_widget_message_location_address", ...fallback],
    { boxes: ["tgme_widget_message_location"] },
  );
  const place = placeOf(wrap.attribs["href"] ?? "");
  const title = parts.text("tgme_widget_message_location_title");
  return found(wrap, parts, {
    media: defined({
      kind: "location" as const,
      ...place,
      title,
      address: parts.text("tgme_widget_message_location_address"),
    }),
    file: true,
    missing: { "location without coordinates": place ?? title },
  });
}

function readContact(wrap: Element): MediaFound {
  const parts = partsOf(
    wrap,
    ["tgme_widget_message_contact_name", "tgme_widget_message_contact_phone", ...fallback],
    { boxes: ["tgme_widget_message_user_photo"] },
  );
  const title = parts.text("tgme_widget_message_contact_name");
  const phone = parts.text("tgme_widget_message_contact_phone");
  return found(wrap, parts, {
    media: defined({ kind: "contact" as const, title, phone }),
    file: true,
    missing: { "contact without a name": title ?? phone },
  });
}

function readServicePhoto(wrap: Element): MediaFound {
  const img = childNamed(wrap, "img");
  return found(wrap, partsOf(wrap, []), {
    media: defined({ kind: "photo" as const, url: fileAddress(img?.attribs["src"]) }),
    file: img,
    missing: {},
  });
}

interface Reading {
  readonly media: Media;
  /** What shows the file, wherever it lies: a saved page may carry it along, or have lost its address. */
  readonly file: unknown;
  /** What this kind always has, by the words for its absence. */
  readonly missing: Readonly<Record<string, unknown>>;
}

function found(element: Element, parts: Parts, { media, file, missing }: Reading): MediaFound {
  const link = element.attribs["href"] ?? "";
  const absent = Object.keys(missing).filter((words) => missing[words] === undefined);
  // A notice to browsers that cannot play it stands in every player.
  const notice = parts.text(fallback[0]) ?? parts.text(fallback[1]);
  const refused =
    classesOf(element).includes("not_supported") ||
    (notice !== undefined && !/your browser/iu.test(notice));
  const withheld = !file && refused;
  if (!file && !withheld) absent.unshift(`${media.kind} without an address`);
  return defined({
    media,
    id: albumMember.test(link) ? postOfLink(link)?.id : undefined,
    withheld,
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

const albumMember = /\?(?:[^#]*&)?single\b/u;
const fallback = ["message_media_not_supported_wrap", "message_media_not_supported"] as const;
const videoBoxes = [
  "tgme_widget_message_video_thumb",
  "tgme_widget_message_video_wrap",
  "tgme_widget_message_video",
  "message_video_play",
];
