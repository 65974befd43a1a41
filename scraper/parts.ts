import { type Element, classesOf, isElement, isText, nameOf, walk } from "./dom.ts";
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

/** Finds the parts of `element` by their classes; what holds words and is none of them is stray. */
export function partsOf(element: Element, names: readonly string[]): Parts {
  const found = new Map<string, Element[]>();
  const stray: string[] = [];
  let known = 0;
  const isPart = (child: Element): boolean => classesOf(child).some((name) => names.includes(name));
  walk(
    element,
    (node) => {
      if (isText(node)) {
        if (known === 0 && node.parent !== element && hasWords(node.data))
          stray.push(node.parent && isElement(node.parent) ? nameOf(node.parent) : "text");
        return false;
      }
      if (!isElement(node) || node.name === "svg") return false;
      let part = false;
      for (const name of classesOf(node)) {
        if (!names.includes(name)) continue;
        part = true;
        const sames = found.get(name);
        if (sames) sames.push(node);
        else found.set(name, [node]);
      }
      if (part) known += 1;
      return true;
    },
    (left) => {
      if (isPart(left)) known -= 1;
    },
  );
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

/** Whether a stretch of text says anything: a letter, a digit or a symbol. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}\p{S}]/u.test(text);
}
