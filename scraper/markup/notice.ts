import { type Element, classesOf, hasWords, innerText, isElement } from "./dom.ts";

/** What a "Please open Telegram" means where it stands. */
export type Notice =
  /** Something is there and not shown. */
  | "withheld"
  /** The other way of showing what stands beside it. */
  | "fallback"
  /** For browsers that cannot play what is there, if anything is. */
  | "browser"
  /** An event of the channel, on an embed. */
  | "service"
  /** In words nobody has met yet. */
  | "unknown";

/** The outermost elements of such notices. */
export const noticeNames: readonly string[] = [
  "media_not_supported_cont",
  "message_media_not_supported_wrap",
  "message_media_not_supported",
  "message_media_not_supported_label",
  "message_media_view_in_telegram",
];

export function readNotice(element: Element): Notice {
  const words = innerText(element);
  if (/service message/iu.test(words)) return "service";
  if (isBesideWhatIsShown(element)) return "fallback";
  if (/(?:in|by) your browser/iu.test(words)) return "browser";
  return !hasWords(words) || knownWords.test(words) ? "withheld" : "unknown";
}

/** Telegram puts both ways of showing a thing beside each other; its style sheet hides one. */
function isBesideWhatIsShown(element: Element): boolean {
  const beside = element.parent?.children ?? [];
  return beside.some(
    (other) =>
      isElement(other) &&
      other !== element &&
      classesOf(other).some((name) => name === "media_supported_cont" || /sticker/u.test(name)),
  );
}

const knownWords = /open Telegram|view in Telegram|too big|not supported/iu;
