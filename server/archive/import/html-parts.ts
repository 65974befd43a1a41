import {
  classesOf,
  type Element,
  innerText,
  isElement,
  type ParentNode,
  walk,
} from "../../../scraper/markup/dom.ts";

/** The words of an element without the blanks that the markup puts around them. */
export function wordsOf(element: Element | undefined): string | undefined {
  const words = element && innerText(element).trim();
  return words === "" ? undefined : words;
}

/** The first child that has all these classes. */
export function childOf(parent: Element, ...classes: readonly string[]): Element | undefined {
  for (const node of parent.children) if (isElement(node) && hasAll(node, classes)) return node;
  return undefined;
}

/** The first element below that has this class. */
export function firstOf(parent: ParentNode, name: string): Element | undefined {
  return firstThat(parent, (element) => hasAll(element, [name]));
}

/** The first element below of this tag. */
export function firstNamed(parent: ParentNode, tag: string): Element | undefined {
  return firstThat(parent, ({ name }) => name === tag);
}

function firstThat(parent: ParentNode, isIt: (element: Element) => boolean): Element | undefined {
  let found: Element | undefined;
  walk(parent, (node) => {
    if (found === undefined && isElement(node) && isIt(node)) found = node;
    return found === undefined;
  });
  return found;
}

function hasAll(element: Element, classes: readonly string[]): boolean {
  const own = classesOf(element);
  return classes.every((name) => own.includes(name));
}
