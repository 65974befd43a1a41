import {
  type Element,
  backgroundOf,
  classesOf,
  innerText,
  isElement,
  isText,
  walk,
} from "./dom.ts";

/** A letter drawn by an image: by its class, or by where the image lies. */
export function isEmoji(element: Element): boolean {
  return (
    classesOf(element).includes("emoji") || (backgroundOf(element)?.includes("/emoji/") ?? false)
  );
}

/**
 * The emoji of `<i class="emoji">`. Its `<b>` can lose joiners and its image's name (UTF-8 in hex)
 * variation selectors, so each gives what the other lacks.
 */
export function emojiOf(icon: Element): string {
  const shown = joined(innerText(icon).trim());
  const hex = /\/([0-9A-F]{2,})\.(?:png|webp|svg)/iu.exec(backgroundOf(icon) ?? "")?.[1];
  const named = hex === undefined ? "" : Buffer.from(hex, "hex").toString();
  if (named === "" || named === shown || named.includes("\uFFFD")) return shown;
  return shown === "" ? named : merged(shown, named);
}

/**
 * The letter of a `<tg-emoji>`, however it is drawn: Telegram's scripts put a video, a picture or a drawing beside it, and a
 * browser that saves the page saves these as well.
 */
export function customEmojiOf(element: Element): string {
  let icon: Element | undefined;
  let alt: string | undefined;
  let words = "";
  walk(element, (node) => {
    if (isText(node)) words += node.data;
    if (!isElement(node) || unread.has(node.name)) return false;
    if (node.name === "img") alt ??= node.attribs["alt"];
    else if (isEmoji(node)) {
      if (!icon || icon.name !== "i") icon = node;
      return false;
    }
    return true;
  });
  const letter = icon ? emojiOf(icon) : "";
  return letter + words.trim() || (alt ?? "");
}

/** One image is one emoji: of several signs it must be that the joiners between them were lost. */
function joined(shown: string): string {
  return shown.length > longestEmoji ? shown : shown.replaceAll(lostJoiner, "$1\u200D");
}

function merged(shown: string, named: string): string {
  const a = Array.from(shown);
  const b = Array.from(named);
  let whole = "";
  let j = 0;
  for (let i = 0; i < a.length;) {
    if (a[i] !== b[j]) return shown;
    whole += a[i];
    i += 1;
    j += 1;
    for (const joint of joints) {
      const inA = a[i] === joint;
      const inB = b[j] === joint;
      if (inA) i += 1;
      if (inB) j += 1;
      if (inA || inB) whole += joint;
    }
  }
  return j === b.length ? whole : shown;
}

const joints = ["\uFE0F", "\u200D"];
const unread = new Set(["svg", "script", "style", "video", "canvas", "object"]);
const lostJoiner =
  /(\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)(?=\p{Extended_Pictographic})/gu;
/** In UTF-16 units; a family of four has eleven. */
const longestEmoji = 32;
