import {
  type Element,
  type ParentNode,
  backgroundOf,
  classesOf,
  isElement,
  shortText,
  walk,
} from "./dom.ts";

/**
 * Makes a web archive's copy of a page read as the page itself: archives write `https://web.archive.org/web/<time>/` or the
 * like before each address. Changes attributes of the nodes, never the markup they came from. An address of an archive that
 * a post itself gives stays as it is: what the copy added is told by standing where Telegram never has such an address, and
 * by the time or name that it repeats there.
 */
export function unwrapArchived(root: ParentNode, html: string): void {
  if (!hint.test(html)) return;
  const found: Found[] = [];
  let strangers: Element | undefined;
  walk(
    root,
    (node) => {
      if (!isElement(node) || node.name === "svg") return false;
      if (!strangers && isOfStrangers(node)) strangers = node;
      found.push(...wrappersOn(node, strangers !== undefined));
      if (strangers === node && node.children.length === 0) strangers = undefined;
      return true;
    },
    (element) => {
      if (strangers === element) strangers = undefined;
    },
  );
  const copies = new Set(found.filter(({ isCopys }) => isCopys).map(({ wrapper }) => wrapper));
  for (const { element, attribute, given, wrapper, inner, isCopys } of found)
    if (isCopys || (copies.has(wrapper) && !shortText(element)?.includes(given)))
      element.attribs[attribute] = element.attribs[attribute]?.replace(given, () => inner) ?? "";
}

/** An address with another one in it. */
interface Found {
  readonly element: Element;
  readonly attribute: string;
  readonly given: string;
  readonly inner: string;
  /** What stands before it, without what differs from kind to kind of file: `web/20260301000000`. */
  readonly wrapper: string;
  /** The copy added it for sure. */
  readonly isCopys: boolean;
}

function wrappersOn(element: Element, ofStrangers: boolean): readonly Found[] {
  const found: Found[] = [];
  for (const attribute of ["href", "src", "srcset", "content", "data-webp", "style"]) {
    const given =
      attribute === "style" ? backgroundOf(element) : element.attribs[attribute]?.trim();
    const match = given === undefined ? undefined : wrapped.exec(given);
    if (!given || !match) continue;
    const { host = "", before = "", inner: rest = "" } = match.groups ?? {};
    if (telegramHost.test(host)) continue;
    const inner = /^https?:/iu.test(rest)
      ? rest.replace(/^(https?:)\/{0,2}/iu, "$1//")
      : `https://${rest.replace(/^\/+/u, "")}`;
    const isCopys = !ofStrangers || host === "" || isNameOrTag(element, inner);
    const wrapper = before.replace(/[a-z]{2}_$/u, "");
    found.push({ element, attribute, given, inner, wrapper, isCopys });
  }
  return found;
}

/** `@name` and `#tag` lead to Telegram wherever it serves them, unless somebody wrote a link behind these words. */
function isNameOrTag(link: Element, inner: string): boolean {
  if (link.attribs["onclick"] !== undefined) return false;
  const words = shortText(link)?.trim() ?? "";
  const url = URL.parse(inner);
  if (!url) return false;
  if (words.startsWith("@"))
    return url.pathname.toLowerCase() === `/${words.slice(1)}`.toLowerCase();
  return /^[#$]/u.test(words) && url.searchParams.get("q") === words;
}

/** Where a post's author or the channel's owner gives the addresses. */
function isOfStrangers(element: Element): boolean {
  return classesOf(element).some((name) => strangersParts.has(name));
}

const strangersParts = new Set([
  "tgme_widget_message_text",
  "tgme_widget_message_link_preview",
  "tgme_widget_message_inline_button",
  "tgme_channel_info_description",
]);
/** `…/web/20260301000000im_/https://…`, `/web/2026/t.me/…`, `https://archive.ph/o/AbC1d/https://…`. */
const wrapped =
  /^(?<host>(?:https?:)?\/\/[^/\s]+)?\/(?<before>(?:[^/?#\s]+\/){0,4}?[^/?#\s]+)\/(?<inner>https?:\/.+|\/{0,2}(?:t\.me|(?:[\w-]+\.)?telegram\.(?:org|me|dog))(?:[/?].*)?)$/iu;
/** A cheap look at a whole page: most are no copies. */
const hint = /\/[^\s"'<>/]+\/(?:https?:\/|\/{0,2}(?:[\w-]+\.)?(?:t|telegram)\.(?:me|org|dog)\b)/iu;
const telegramHost =
  /^(?:https?:)?\/\/(?:t\.me|(?:[\w-]+\.)?(?:telegram\.(?:org|me|dog)|telesco\.pe))$/iu;
