/* oxlint-disable unicorn/prefer-add-event-listener -- the widget counts its bytes, and these handlers are its elements' own */
import { base } from "./base.ts";
import { elementFor } from "./place.ts";
import type { start } from "./rest.ts";

// The button and its shortcut; all else comes when someone is about to use it.
type Search = HTMLElement & { show(): void };

const tag = document.currentScript as HTMLScriptElement;
const home = new URL(tag.src).origin;
const element = elementFor(tag, home) as Search | undefined;

/** Whether the rest is there. */
const load = () =>
  import(/* @vite-ignore */ new URL(`${widgetVersion}/rest.js`, tag.src).href).then(
    (rest: { start: typeof start }) => rest.start(home, base),
    () => false,
  );

if (element && (tag.dataset["mode"] || "dialog") === "dialog") {
  const button = base.opener(element, async () =>
    (await load()) ? element.show() : location.assign(home),
  );
  button.onpointerenter = button.onfocus = load;
} else void load();
