import {
  type AnyNode,
  type Element,
  backgroundOf,
  classesOf,
  hasWords,
  isElement,
  isText,
  nameOf,
  walk,
} from "./dom.ts";
import { isEmoji } from "./emoji.ts";
import { plainText } from "./text.ts";

/** The named parts of one element, found in one walk. */
export interface Parts {
  first(name: string): Element | undefined;
  all(name: string): readonly Element[];
  /** The words of the first part of this name; `undefined` when it is not there or says nothing. */
  text(name: string): string | undefined;
  /** Names of elements that hold words or media and are none of the named parts. */
  readonly stray: readonly string[];
}

/**
 * Finds the parts of `element` by their classes: `names` hold words that whoever asks reads, `boxes` hold pictures and no
 * words, of `many` there may be several. Words and media that are in none of them are stray, and so is a part met twice.
 */
export function partsOf(
  element: Element,
  names: readonly string[],
  {
    boxes = [],
    many = [],
    aside,
    skip = () => false,
  }: {
    readonly boxes?: readonly string[];
    readonly many?: readonly string[];
    /** Words right in the element that say nothing: "Forwarded from". */
    readonly aside?: RegExp;
    /** What is none of its parts, whatever it holds. */
    readonly skip?: (element: Element) => boolean;
  } = {},
): Parts {
  const found = new Map<string, Element[]>();
  const stray: string[] = [];
  const words = [...names, ...many];
  const all = [...words, ...boxes];
  walk(element, (node) => {
    if (isText(node)) {
      const isAside = node.parent === element && aside?.test(node.data.trim());
      if (!isAside && hasWords(node.data) && !isInPart(node, element, words))
        stray.push(node.parent && isElement(node.parent) ? nameOf(node.parent) : "text");
      return false;
    }
    if (!isElement(node) || node.name === "svg" || skip(node)) return false;
    let known = false;
    for (const name of classesOf(node)) {
      if (!all.includes(name)) continue;
      known = true;
      const sames = found.get(name);
      if (sames) {
        sames.push(node);
        if (names.includes(name) && !isInPart(node, element, [name])) stray.push(`${name} twice`);
      } else found.set(name, [node]);
    }
    if (!known && isPicture(node, element) && !isInPart(node, element, all))
      stray.push(nameOf(node));
    return true;
  });
  const first = (name: string): Element | undefined => found.get(name)?.[0];
  return {
    first,
    all: (name) => found.get(name) ?? [],
    text: (name) => {
      const part = first(name);
      return part && (plainText(part) || undefined);
    },
    stray: [...new Set(stray)],
  };
}

function isPicture(node: Element, whole: Element): boolean {
  if (node.name === "img") return node.parent !== whole;
  return backgroundOf(node) !== undefined && !isEmoji(node);
}

function isInPart(node: AnyNode, whole: Element, names: readonly string[]): boolean {
  for (let around = node.parent; around && around !== whole; around = around.parent)
    if (isElement(around) && classesOf(around).some((name) => names.includes(name))) return true;
  return false;
}
