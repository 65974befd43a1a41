import { load } from "cheerio/slim";
import {
  type AnyNode,
  type Element,
  isTag as isElement,
  isText,
  type ParentNode,
  type Text,
} from "domhandler";

export { type AnyNode, type Element, isElement, isText, type ParentNode, type Text };

/**
 * The page without its inline drawings, which say nothing of a post and are half of what there is to parse. Only what
 * holds nothing but a drawing's own tags goes, so that no oddity of a page can take a post along.
 */
export function withoutDrawings(html: string): string {
  return html.replaceAll(drawing, "");
}

/** Parses a page or a piece of one; nodes carry their place in `html` (see `sourceOf`). */
export function parseHtml(html: string): ParentNode {
  // cheerio carries a copy of domhandler one version older than ours; its nodes are the same.
  return $("", undefined, html)._root?.[0] as unknown as ParentNode;
}

/** The markup of an element exactly as the page has it. */
export function sourceOf(element: Element, html: string): string {
  return html.slice(element.startIndex ?? 0, (element.endIndex ?? 0) + 1);
}

/**
 * Visits all below `root` in document order, without recursion: hostile depth costs no stack.
 * `enter` says whether to go inside; `leave` follows for each element that was gone into.
 */
export function walk(
  root: ParentNode,
  enter: (node: AnyNode) => boolean,
  leave?: (element: Element) => void,
): void {
  let node: AnyNode | undefined = root.children[0];
  while (node) {
    if (enter(node) && isElement(node)) {
      const child: AnyNode | undefined = node.children[0];
      if (child) {
        node = child;
        continue;
      }
      leave?.(node);
    }
    let ended: AnyNode = node;
    while (!ended.next) {
      const parent: ParentNode | null = ended.parent;
      if (!parent || parent === root || !isElement(parent)) return;
      leave?.(parent);
      ended = parent;
    }
    node = ended.next;
  }
}

/** The first direct child of this tag. */
export function childNamed(element: Element, tag: string): Element | undefined {
  for (const child of element.children) if (isElement(child) && child.name === tag) return child;
  return undefined;
}

export function classesOf(element: Element): readonly string[] {
  const names = element.attribs["class"];
  if (names === undefined) return noClasses;
  const known = splitBefore.get(names);
  if (known) return known;
  // A copy: a piece of a page keeps all of it in memory.
  const copy = Buffer.from(names).toString();
  const split = copy.split(whitespace);
  if (splitBefore.size >= mostRemembered) splitBefore.clear();
  splitBefore.set(copy, split);
  return split;
}

/** How an element is called in warnings: its first class, else its tag and where it stands. */
export function nameOf(element: Element): string {
  const own = firstClass(element);
  if (own !== undefined) return own;
  const around = element.parent && isElement(element.parent) && firstClass(element.parent);
  return around ? `${around} > ${element.name}` : element.name;
}

function firstClass(element: Element): string | undefined {
  return classesOf(element).find((name) => name !== "");
}

/** All words inside, as they stand in the markup. */
export function innerText(element: Element): string {
  const only = element.children[0];
  if (only && isText(only) && !only.next) return only.data;
  const pieces: string[] = [];
  walk(element, (node) => {
    if (isText(node)) pieces.push(node.data);
    return true;
  });
  return pieces.join("");
}

/** The words of a link or a label; `undefined` for what is too long to be one. */
export function shortText(element: Element): string | undefined {
  const length = (element.endIndex ?? 0) - (element.startIndex ?? 0);
  return length > longestLabel ? undefined : innerText(element);
}

/** An element's address in `background-image`, quoted in any way or not at all. */
export function backgroundOf(element: Element | undefined): string | undefined {
  const style = element?.attribs["style"];
  if (style === undefined) return undefined;
  const start = style.indexOf("url(");
  if (start < 0) return undefined;
  const first = style[start + 4];
  const quoted = first === "'" || first === '"';
  const end = quoted ? style.indexOf(first, start + 5) : style.indexOf(")", start + 4);
  return style.slice(start + (quoted ? 5 : 4), end < 0 ? undefined : end).trim() || undefined;
}

/** Whether a picture is drawn behind it, wherever that lies: savers of pages put other things there than addresses. */
export function hasBackground(element: Element | undefined): boolean {
  return /(?:^|[;\s])background(?:-image)?\s*:\s*(?!none)\S/u.test(element?.attribs["style"] ?? "");
}

/** The `width:…px` of an inline style. */
export function widthOf(element: Element): number | undefined {
  return numberIn(/(?:^|;)\s*width:\s*([\d.]+)px/u, element);
}

/** The `padding-top:…%` of an inline style: how Telegram gives a box its shape. */
export function shapeOf(element: Element): number | undefined {
  return numberIn(/(?:^|;)\s*padding-top:\s*([\d.]+)%/u, element);
}

function numberIn(pattern: RegExp, element: Element): number | undefined {
  const number = Number(pattern.exec(element.attribs["style"] ?? "")?.[1]);
  return Number.isFinite(number) ? number : undefined;
}

/** Whether a stretch of text says anything: a letter, a digit or a symbol. */
export function hasWords(text: string): boolean {
  for (let i = 0; i < text.length; i += 1)
    if (text.charCodeAt(i) > space) return /[\p{L}\p{N}\p{S}]/u.test(text);
  return false;
}

const space = 32;
/** In characters of markup. */
const longestLabel = 10_000;
const drawing =
  /<svg\b[^<>]*>(?:\s*<\/?(?:g|path|defs|use|mask|clipPath|circle|ellipse|rect|line|polygon|polyline|linearGradient|radialGradient|stop)\b[^<>]*>){0,100}\s*<\/svg>/gu;
/** One for all pages: what `load` makes around a document keeps it in memory until the next full collection. */
const $ = load("", { xml: { xmlMode: false, withStartIndices: true, withEndIndices: true } });
const whitespace = /\s+/u;
const noClasses: readonly string[] = [];
/** A page says the same few lists of classes over and over. */
const splitBefore = new Map<string, readonly string[]>();
const mostRemembered = 1_000;
