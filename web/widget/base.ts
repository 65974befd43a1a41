/* oxlint-disable unicorn/prefer-add-event-listener -- the widget counts its bytes, and these handlers are its elements' own */
import { widgetButton as en } from "../words/en.json" with { type: "json" };
import { widgetButton as ru } from "../words/ru.json" with { type: "json" };
import css from "./base.css?inline";
import { isShortcut } from "./shortcut.ts";

/*
 * What the loader shows before the rest is there, and the rest is made of too: a loader that brings the rest lends it
 * this (`lent.ts`), so that nobody is sent it twice.
 */

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** An element with attributes and children; text is text. */
function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]!);
  element.append(...children);
  return element;
}

const langOf = (element: Element): string =>
  element.getAttribute("lang") || document.documentElement.lang;

const shortcutOf = (element: Element): string => element.getAttribute("shortcut") || "mod+k";

/** A button in the root of `element`; it and the shortcut `show` until `signal` is aborted. */
function opener(element: Element, show: () => unknown, signal?: AbortSignal): HTMLElement {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const button = h("button", {}, /^ru/i.test(langOf(element)) ? ru : en);
  button.onclick = show;
  root.append(button);
  const pressed = (event: KeyboardEvent) => {
    if (!element.isConnected || !isShortcut(event, shortcutOf(element))) return;
    event.preventDefault();
    show();
  };
  addEventListener("keydown", pressed, { signal: signal! });
  return button;
}

export const base = { sheet, h, langOf, shortcutOf, opener };
export type Base = typeof base;
