import {
  type Element,
  isElement,
  isText,
  type ParentNode,
  parseHtml,
  classesOf,
  walk,
} from "./dom.ts";

export interface PageCut {
  /** The page, UTF-8, without what was asked to go; all else byte for byte as it was. */
  readonly body: Uint8Array;
  /** How many pieces were taken out. */
  readonly pieces: number;
}

/** A piece of a text this long that stands elsewhere on the page is no coincidence. */
const shortestTrace = 12;

/**
 * Takes posts, and the quotes of them in replies, out of a page. Undefined when words of theirs still stand somewhere on
 * what is left, or the page names such a post in a way we do not know: then nobody can say that it is clean.
 */
export function cutPosts(
  page: Uint8Array,
  isGone: (channel: string, id: number) => boolean,
): PageCut | undefined {
  const html = new TextDecoder().decode(page);
  if (!mentions(html, isGone)) return { body: page, pieces: 0 };
  const root = parseHtml(html);
  const found = goneIn(root, isGone);
  if (found.length === 0 && namesPost(html, isGone)) return undefined;
  let rest = "";
  let at = 0;
  for (const { startIndex, endIndex } of found) {
    if (startIndex === null || endIndex === null) return undefined;
    rest += html.slice(at, startIndex);
    at = endIndex + 1;
  }
  rest += html.slice(at);
  if (namesPost(rest, isGone)) return undefined;
  const left = wordsOf(parseHtml(rest)).join("\n");
  const traces = found.flatMap((element) => wordsOf(element)).filter(isTelling);
  const shown = new Set(tellingNames(root));
  if (traces.some((trace) => !shown.has(trace) && left.includes(trace))) return undefined;
  return { body: new TextEncoder().encode(rest), pieces: found.length };
}

const address = /(?:data-post=\\?"|t\.me\/(?:s\/)?)([a-z]\w{2,31})\/(\d{1,15})/gi;

function mentions(html: string, isGone: (channel: string, id: number) => boolean): boolean {
  for (const [, channel = "", id] of html.matchAll(address))
    if (isGone(channel, Number(id))) return true;
  return false;
}

/** A message of such a post, whatever stands around it. */
function namesPost(html: string, isGone: (channel: string, id: number) => boolean): boolean {
  for (const [, channel = "", id] of html.matchAll(/data-post=\\?"([a-z]\w{2,31})\/(\d{1,15})/gi))
    if (isGone(channel, Number(id))) return true;
  return false;
}

/** The outermost elements that must go, in order. */
function goneIn(
  root: ParentNode,
  isGone: (channel: string, id: number) => boolean,
): readonly Element[] {
  const found: Element[] = [];
  walk(root, (node) => {
    if (!isElement(node)) return false;
    if (!isPost(node, isGone) && !quotes(node, isGone)) return true;
    found.push(node);
    return false;
  });
  return found;
}

/** The message itself, or the wrapper around it alone. */
function isPost(element: Element, isGone: (channel: string, id: number) => boolean): boolean {
  const message = classesOf(element).includes("tgme_widget_message_wrap")
    ? element.children.find(isElement)
    : element;
  const [channel = "", id] = message?.attribs["data-post"]?.split("/") ?? [];
  return id !== undefined && isGone(channel, Number(id));
}

function quotes(element: Element, isGone: (channel: string, id: number) => boolean): boolean {
  if (!classesOf(element).includes("tgme_widget_message_reply")) return false;
  return mentions(element.attribs["href"] ?? "", isGone);
}

/** What people and programs read below an element, a line at a time. */
function wordsOf(root: ParentNode): readonly string[] {
  const words: string[] = [];
  walk(root, (node) => {
    if (isText(node)) words.push(...node.data.split("\n"));
    if (!isElement(node)) return false;
    const { content, title, alt } = node.attribs;
    words.push(content ?? "", title ?? "", alt ?? "");
    return true;
  });
  return words.map((line) => line.trim());
}

const isTelling = (line: string): boolean => line.length >= shortestTrace;

/** What every message of a page shows: the channel's name. */
function tellingNames(root: ParentNode): readonly string[] {
  const names: string[] = [];
  walk(root, (node) => {
    if (!isElement(node)) return false;
    if (!classesOf(node).includes("tgme_widget_message_owner_name")) return true;
    names.push(...wordsOf(node));
    return false;
  });
  return names;
}
