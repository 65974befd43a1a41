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
  // Its other half, which it is there for, is gone.
  if (classesOf(element).includes("media_not_supported_cont")) return "unknown";
  if (/(?:in|by) your browser/iu.test(words)) return "browser";
  return !hasWords(words) || knownWords.test(words) ? "withheld" : "unknown";
}

/** Telegram puts both ways of showing a thing beside each other; its style sheet hides one. */
function isBesideWhatIsShown(element: Element): boolean {
  let around: Element | undefined = element;
  for (let level = 0; around && level < mostLevels; level += 1) {
    if (classesOf(around).includes("tgme_widget_message_bubble")) return false;
    const { parent }: Element = around;
    if (parent?.children.some((other) => other !== around && isElement(other) && isShown(other)))
      return true;
    around = parent && isElement(parent) ? parent : undefined;
  }
  return false;
}

/** How far a notice may stand below the bubble. */
const mostLevels = 6;

function isShown(element: Element): boolean {
  return classesOf(element).some(
    (name) => name === "media_supported_cont" || name.includes("sticker"),
  );
}

const knownWords = /open Telegram|view in Telegram|too big|not supported/iu;
