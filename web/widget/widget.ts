/* oxlint-disable unicorn/prefer-add-event-listener -- the widget counts its bytes, and these handlers are its elements' own */
import type { BriefAnswer } from "../../server/contract/brief.ts";
import { ask, type Outcome } from "./ask.ts";
import { base } from "./base.ts";
import { type Hit, hitParts } from "./hit.ts";
import { recentSearches, remember } from "./recent.ts";
import css from "./widget.css?inline";
import { counted, wordsIn } from "./words.ts";

/** How a shortcut is written on the button. */
const shortcutName = (shortcut: string): string =>
  shortcut
    .replace("mod", /Mac|iP/.test(navigator.platform) ? "⌘" : "ctrl")
    .split("+")
    .map((one) => one[0]!.toUpperCase() + one.slice(1))
    .join(" ");

/** One life of an element in a page. */
export interface Widget {
  /** Opens the dialog, or goes to the box. */
  show(): void;
  /** Takes everything back: what it shows, what it waits for and what it listens to. */
  end(): void;
}

const typingPauseMs = 120;
const staleAfterMs = 400;
const mostChips = 8;

let own: CSSStyleSheet | undefined;
let made = 0;

/**
 * Draws the widget into the root of `element` and answers what is typed. All of it shares one scope, because names in a
 * scope are shortened when it is bundled, and those of a class are not.
 */
export function widgetIn(element: HTMLElement, root: ShadowRoot, home: string): Widget {
  const option = (name: string, otherwise = ""): string => element.getAttribute(name) || otherwise;
  const { h } = base;
  const asked = base.langOf(element) || navigator.language;
  const lang = /^[a-z]{2,3}(-|$)/i.test(asked) ? asked : "en";
  const words = wordsIn(lang, option("words", "{}"));
  const server = option("server", home);
  const mode = option("mode", "dialog");
  const results = mode === "results";
  const target = option("open") === "new" ? "_blank" : "_self";
  const life = new AbortController();
  const { signal } = life;
  const no = ++made;

  let hits: readonly (Hit | string)[] = [];
  let facets: BriefAnswer["facets"]["channel"];
  let only = "";
  let chosen = -1;
  let asking: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry: (() => void) | undefined;

  const named = { "aria-label": option("label", words.label) };
  const typing = {
    ...named,
    autocomplete: "off",
    enterkeyhint: "search",
    name: "q",
    placeholder: words.search,
  };
  const part = (name: string) => h("div", { class: name });
  const status = h("p", { class: "status", role: "status", dir: "auto" });
  const chips = part("chips");
  const list = h("ul", {
    ...named,
    id: `l${no}`,
    ...(results ? { role: "list" } : { role: "listbox", tabindex: "-1" }),
  });
  const note = part("note");
  const foot = part("foot");
  const box = h("div", { class: "box find" });
  const parts = [status, chips, list, note, foot];
  let input: HTMLInputElement;
  let panel: HTMLElement;
  let button: HTMLElement | undefined;
  let dialog: HTMLDialogElement | undefined;

  const show = (): void => {
    if (dialog && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
  };

  function build(): void {
    const channels = option("channels");
    if (mode === "form") {
      input = h("input", { type: "search", ...typing });
      panel = h(
        "form",
        { class: "panel box", role: "search", action: `${server}/`, target },
        input,
        h("button", {}, words.search),
        ...(channels ? [h("input", { type: "hidden", name: "channel", value: channels })] : []),
      );
      return;
    }
    chips.role = "group";
    chips.ariaLabel = words.channels;
    const outer = results && document.getElementById(option("for"));
    input =
      outer instanceof HTMLInputElement
        ? outer
        : h("input", {
            type: "text",
            role: "combobox",
            spellcheck: "false",
            "aria-expanded": "false",
            "aria-controls": list.id,
            "aria-autocomplete": "list",
            ...typing,
          });
    input.addEventListener("input", typed, { signal });
    input.addEventListener("compositionend", typed, { signal });
    if (results) {
      panel = h("div", { class: "panel", role: "region", ...named }, ...parts);
      return;
    }
    input.onkeydown = pressed;
    input.onfocus = showRecent;
    list.onmousedown = (event) => event.preventDefault();
    list.onclick = (event) => {
      const at = [...list.children].indexOf((event.target as Element).closest("li")!);
      if (at >= 0) open(at, event.ctrlKey || event.metaKey);
    };
    box.append(input);
    if (mode !== "dialog") {
      panel = h("div", { class: "panel", role: "search", ...named }, box, ...parts);
      return;
    }
    panel = dialog = h("dialog", { class: "panel", ...named }, box, ...parts);
    const shut = h("button", { "aria-label": words.close }, "×");
    shut.onclick = () => dialog!.close();
    box.append(shut);
    dialog.onclick = (event) => event.target === dialog && dialog.close();
    dialog.onclose = stop;
    const waiting = root.querySelector("button") ?? (button = base.opener(element, show, signal));
    const shortcut = base.shortcutOf(element);
    waiting.className = "find";
    waiting.ariaHasPopup = "dialog";
    waiting.replaceChildren(words.search);
    if (shortcut !== "off")
      waiting.append(h("kbd", { "aria-hidden": "true" }, shortcutName(shortcut)));
  }

  function typed(): void {
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(again, typingPauseMs);
  }

  function pressed(event: KeyboardEvent): void {
    // Enter and arrows belong to the input method while it composes.
    if (event.isComposing || event.keyCode === 229) return;
    const { key } = event;
    const count = hits.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step && count) choose(chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count);
    else if (key === "Enter") open(chosen, event.ctrlKey || event.metaKey);
    else {
      if (key === "Escape" && !dialog) clear();
      return;
    }
    event.preventDefault();
  }

  function choose(at: number): void {
    chosen = at;
    const items = [...list.children];
    for (const [place, one] of items.entries()) one.ariaSelected = String(place === at);
    const one = items[at];
    if (one) input.setAttribute("aria-activedescendant", one.id);
    else input.removeAttribute("aria-activedescendant");
    one?.scrollIntoView({ block: "nearest" });
  }

  /** Opens a hit; with none chosen, the whole search page. */
  function open(at: number, inNewTab: boolean): void {
    const hit = hits[at];
    if (typeof hit === "string") {
      again(hit);
      return;
    }
    const query = input.value.trim();
    if (!hit && !query) return;
    if (element.hasAttribute("recent")) remember(query);
    const address = hit ? addressOf(hit) : page(query);
    if (inNewTab || target === "_blank") window.open(address, "_blank", "noopener");
    else location.assign(address);
  }

  const addressOf = ({ channel, id, url }: Hit): string =>
    option("links") === "telegram" ? url : `${server}/c/${channel}/${id}`;

  /** What is asked, with the channels it is asked of. */
  function query(given: Readonly<Record<string, string>>): URLSearchParams {
    const asked = new URLSearchParams(given);
    const channel = only || option("channels");
    if (channel) asked.set("channel", channel);
    return asked;
  }

  const page = (q: string): string => `${server}/?${query({ q })}`;

  function stop(): void {
    clearTimeout(timer);
    asking?.abort();
    retry = undefined;
  }

  const again = (value = ""): void => void find(value);

  /** `value` is for an empty box: what is being typed or composed there is left alone. */
  async function find(value: string): Promise<void> {
    input.value ||= value;
    const q = input.value.trim();
    stop();
    if (!q) {
      clear();
      return;
    }
    asking = new AbortController();
    const { signal } = asking;
    // An answer to something else does not stay while this one is long in coming.
    const stale = setTimeout(() => say(words.searching), staleAfterMs);
    try {
      const asked = {
        q,
        prefix: "1",
        fields: "brief",
        facets: "channel",
        limit: option("limit", "10"),
      };
      const outcome = await ask(server, { query: query(asked), key: option("key") }, signal);
      clearTimeout(stale);
      if (!signal.aborted) draw(outcome);
    } catch (error) {
      clearTimeout(stale);
      if (!signal.aborted) throw error;
    }
  }

  function draw(outcome: Outcome): void {
    const { kind } = outcome;
    if (kind === "found") {
      drawHits(outcome.answer);
      return;
    }
    if (kind === "fault") {
      say(words.fault, outcome.detail);
      return;
    }
    const seconds = kind === "busy" ? outcome.seconds : 0;
    const [state, why] = words[kind].map((one) => one.replace("{n}", String(seconds)));
    retry = again;
    if (kind === "busy") timer = setTimeout(again, seconds * 1000);
    if (kind !== "unavailable") {
      say(state!, why!);
      return;
    }
    const button = h("button", {}, words.again);
    button.onclick = () => {
      input.focus();
      again();
    };
    say(state!, `${why} `, button);
  }

  function drawHits(answer: BriefAnswer): void {
    const { total, suggestion } = answer;
    const posts = (n: number): string => counted(words.posts, n, lang);
    const shown = answer.hits.length;
    const rest = shown && shown < total ? `. ${counted(words.shown, shown, lang)}` : "";
    if (!only) ({ channel: facets } = answer.facets);
    // What was chosen while this answer was on its way is still what Enter opens.
    const held = (hits[chosen] as Hit | undefined)?.url;
    if (total) say(posts(total) + rest);
    else if (suggestion)
      say(
        posts(0),
        `${words.none} ${words.instead} `,
        h("a", { href: page(suggestion.query) }, suggestion.query),
        `, ${posts(suggestion.total)}`,
      );
    else say(posts(0), words.none);
    drawChips();
    if (!total) return;
    hits = answer.hits;
    fill(
      answer.hits.map((hit) =>
        results
          ? [h("a", { class: "hit", href: addressOf(hit), target }, ...hitParts(hit, words))]
          : hitParts(hit, words),
      ),
      answer.hits.findIndex(({ url }) => url === held),
    );
    foot.append(h("a", { href: page(answer.query), target }, counted(words.all, total, lang)));
    if (!results)
      foot.append(
        h(
          "span",
          { class: "keys" },
          ...["↑ ↓", "Enter", "Esc"].map((key, at) =>
            h("span", {}, h("kbd", {}, key), ` ${words.keys[at]}`),
          ),
        ),
      );
  }

  /** One button a channel, when there are several to tell apart. */
  function drawChips(): void {
    const focused = [...chips.children].indexOf(root.activeElement!);
    const several = facets && facets.length > 1 ? facets.slice(0, mostChips) : [];
    chips.replaceChildren(
      ...several.map(({ value, title, count }) => {
        const chosen = only === value;
        const chip = h(
          "button",
          { "aria-pressed": String(chosen) },
          h("bdi", {}, title ?? value),
          ` ${counted("{n}", count, lang)}`,
        );
        chip.onclick = () => {
          only = chosen ? "" : value;
          again();
        };
        return chip;
      }),
    );
    (chips.children[focused] as HTMLElement | undefined)?.focus();
  }

  /** Says how it stands, with a note where there is more to say, and takes away whatever was shown before. */
  function say(state: string, ...sentence: (string | Node)[]): void {
    hits = [];
    for (const one of [list, foot, note]) one.replaceChildren();
    if (sentence[0]) note.append(h("p", {}, ...sentence));
    choose(-1);
    if (!results) input.ariaExpanded = "false";
    status.textContent = state;
  }

  function fill(items: readonly Node[][], at = -1): void {
    list.append(
      ...items.map((inside, place) =>
        h("li", results ? {} : { role: "option", id: `o${no}-${place}` }, ...inside),
      ),
    );
    if (results) return;
    input.ariaExpanded = "true";
    choose(at);
  }

  function clear(): void {
    stop();
    only = "";
    facets = undefined;
    chips.replaceChildren();
    say("");
    showRecent();
  }

  /** Only where the page's owner wants them. */
  function showRecent(): void {
    const recent = input.value || !element.hasAttribute("recent") ? [] : recentSearches();
    if (!recent[0]) return;
    say(words.recent);
    hits = recent;
    fill(recent.map((query) => [h("span", { dir: "auto" }, query)]));
  }

  build();
  if (!own) {
    own = new CSSStyleSheet();
    own.replaceSync(css);
  }
  root.adoptedStyleSheets = [base.sheet, own];
  root.append(panel!);
  // What comes back from the browser's memory shows no answer of long ago; WebKit empties the box after this event.
  const backHere = (event: PageTransitionEvent): unknown =>
    event.persisted && setTimeout(again, 0, input.value);
  addEventListener("pageshow", backHere, { signal });
  addEventListener("online", () => retry?.(), { signal });
  if (input!.value && mode !== "form") again();

  return {
    show,
    end() {
      life.abort();
      stop();
      panel.remove();
      button?.remove();
    },
  };
}
