import {
  type AnyNode,
  type Element,
  backgroundOf,
  classesOf,
  isElement,
  isText,
  nameOf,
  walk,
} from "./dom.ts";
import { isEmoji, plainText } from "./text.ts";

/** The named parts of one element, found in one walk. */
export interface Parts {
  first(name: string): Element | undefined;
  all(name: string): readonly Element[];
  /** The words of the first part of this name; `undefined` when it is not there or says nothing. */
  text(name: string): string | undefined;
  /** Names of elements that hold words or media and are none of the named parts. */
  readonly stray: readonly string[];
}

/** Finds the parts of `element` by their classes; what holds words and is none of them is stray. */
export function partsOf(element: Element, names: readonly string[]): Parts {
  const found = new Map<string, Element[]>();
  const stray: string[] = [];
  walk(element, (node) => {
    if (isText(node)) {
      if (node.parent !== element && hasWords(node.data) && !isInPart(node, element, names))
        stray.push(node.parent && isElement(node.parent) ? nameOf(node.parent) : "text");
      return false;
    }
    if (!isElement(node) || node.name === "svg") return false;
    let known = false;
    for (const name of classesOf(node)) {
      if (!names.includes(name)) continue;
      known = true;
      const sames = found.get(name);
      if (sames) sames.push(node);
      else found.set(name, [node]);
    }
    if (!known && isPicture(node, element) && !isInPart(node, element, names))
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
    stray,
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

/** Whether a stretch of text says anything: a letter, a digit or a symbol. */
export function hasWords(text: string): boolean {
  for (let i = 0; i < text.length; i += 1)
    if (text.charCodeAt(i) > space) return /[\p{L}\p{N}\p{S}]/u.test(text);
  return false;
}

const space = 32;
