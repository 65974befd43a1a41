/* oxlint-disable unicorn/prefer-add-event-listener, promise/always-return -- the widget counts its bytes, and these handlers are its elements' own */
import css from "./button.css?inline";
import { elementFor } from "./place.ts";
import { isShortcut } from "./shortcut.ts";

// The button and its shortcut; all else comes when someone is about to use it.
type Search = HTMLElement & { show(): void };

const tag = document.currentScript as HTMLScriptElement;
const element = elementFor(tag) as Search | undefined;
const load = () => import(/* @vite-ignore */ new URL(`${widgetVersion}/widget.js`, tag.src).href);

if (element && (tag.dataset["mode"] || "dialog") === "dialog") {
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  const lang = tag.dataset["lang"] || document.documentElement.lang;
  button.type = "button";
  button.textContent = /^ru/i.test(lang) ? "Поиск" : "Search";
  root.append(button);
  const shortcut = tag.dataset["shortcut"] || "mod+k";
  const show = () =>
    load().then(
      () => {
        removeEventListener("keydown", pressed);
        element.show();
      },
      () => location.assign(element.getAttribute("server")!),
    );
  const pressed = (event: KeyboardEvent) => {
    if (!isShortcut(event, shortcut)) return;
    event.preventDefault();
    void show();
  };
  addEventListener("keydown", pressed);
  button.onclick = show;
  button.onpointerenter = button.onfocus = () =>
    load().then(
      () => removeEventListener("keydown", pressed),
      () => {},
    );
} else void load();
