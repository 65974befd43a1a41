/* oxlint-disable unicorn/prefer-add-event-listener -- the widget counts its bytes, and these handlers are its elements' own */
import type { BriefAnswer } from "../../server/http/contract.ts";
import { ask, type Outcome } from "./ask.ts";
import { h, icon } from "./dom.ts";
import { isShortcut, shortcutName } from "./shortcut.ts";
import css from "./widget.css?inline";
import { counted, type Words, wordsIn } from "./words.ts";

type Hit = BriefAnswer["hits"][number];

const typingPauseMs = 120;
const staleAfterMs = 400;
const mostRecent = 5;
const recentName = "backscroll-recent";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

let made = 0;

/**
 * `<backscroll-search>`: a search of an archive's channels in any page. Attributes: `server`, `channels`, `key`,
 * `mode` (dialog, inline, results, form), `theme`, `lang`, `shortcut`, `links` (here, telegram), `open` (same, new),
 * `limit`, `for` (the id of the page's own input, for results), `words`, `recent`.
 */
export class BackscrollSearch extends HTMLElement {
  /** Where the widget's own files came from, unless `server` says otherwise. */
  static home = "";

  readonly #root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
  readonly #no = ++made;
  #words!: Words;
  #lang = "en";
  #input!: HTMLInputElement;
  #panel!: HTMLElement;
  #chips!: HTMLElement;
  #status!: HTMLElement;
  #list!: HTMLElement;
  #note!: HTMLElement;
  #foot!: HTMLElement;
  #hits: readonly (Hit | string)[] = [];
  #facets: BriefAnswer["facets"]["channel"] = [];
  #only = "";
  #chosen = -1;
  #life = new AbortController();
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: (() => void) | undefined;

  connectedCallback(): void {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#lang =
      this.getAttribute("lang") || document.documentElement.lang || navigator.language || "en";
    if (!/^[a-z]{2,3}(-|$)/i.test(this.#lang)) this.#lang = "en";
    this.#words = wordsIn(this.#lang, this.getAttribute("words"));
    this.#root.adoptedStyleSheets = [sheet];
    const waiting = this.#root.querySelector("button");
    const focused = waiting !== null && this.#root.activeElement === waiting;
    this.#build();
    if (focused) this.#root.querySelector("button")?.focus();
    addEventListener("online", () => this.#retry?.(), { signal });
    // A page that comes back from the browser's memory shows no answer of long ago.
    addEventListener(
      "pageshow",
      (event) => void (event.persisted && this.#input.value && this.#ask()),
      {
        signal,
      },
    );
    const shortcut = this.#option("shortcut", "mod+k");
    if (this.#mode === "dialog" && shortcut !== "off")
      document.addEventListener(
        "keydown",
        (event) => {
          if (!isShortcut(event, shortcut)) return;
          event.preventDefault();
          this.show();
        },
        { signal },
      );
  }

  disconnectedCallback(): void {
    this.#life.abort();
    this.#stop();
  }

  /** Opens the dialog, or goes to the box. */
  show(): void {
    if (this.#panel instanceof HTMLDialogElement && !this.#panel.open) this.#panel.showModal();
    this.#input.focus();
    this.#input.select();
  }

  get #mode(): string {
    return this.#option("mode", "dialog");
  }

  get #server(): string {
    return this.#option("server", BackscrollSearch.home);
  }

  #option(name: string, otherwise: string): string {
    return this.getAttribute(name) || otherwise;
  }

  #build(): void {
    const { search, label, close } = this.#words;
    const name = this.#option("label", label);
    const id = `l${this.#no}`;
    const mode = this.#mode;
    const aria = {
      "aria-label": name,
      autocomplete: "off",
      enterkeyhint: "search",
      name: "q",
      placeholder: search,
    };
    if (mode === "form") {
      this.#input = h("input", { type: "search", ...aria });
      const channels = this.#option("channels", "");
      const form = h(
        "form",
        { class: "box panel", role: "search", action: `${this.#server}/`, target: this.#target },
        this.#input,
        h("button", { class: "go" }, search),
      );
      if (channels) form.append(h("input", { type: "hidden", name: "channel", value: channels }));
      form.style.flexDirection = "row";
      return this.#root.replaceChildren(form);
    }
    const results = mode === "results";
    this.#status = h("p", { class: "status", role: "status" });
    this.#chips = h("div", {
      class: "chips",
      role: "group",
      "aria-label": this.#words.channels,
      hidden: "",
    });
    this.#list = h(
      "ul",
      results
        ? { "aria-label": name, role: "list" }
        : { role: "listbox", id, "aria-label": name, tabindex: "-1" },
    );
    this.#note = h("div", { class: "note", hidden: "" });
    this.#foot = h("div", { class: "foot", hidden: "" });
    const { signal } = this.#life;
    const outer = results && document.getElementById(this.#option("for", ""));
    this.#input =
      outer instanceof HTMLInputElement
        ? outer
        : h("input", {
            type: "text",
            role: "combobox",
            spellcheck: "false",
            "aria-expanded": "false",
            "aria-controls": id,
            "aria-autocomplete": "list",
            ...aria,
          });
    this.#input.addEventListener("input", () => this.#typed(), { signal });
    this.#input.addEventListener("compositionend", () => this.#typed(), { signal });
    if (!results) {
      this.#input.addEventListener("keydown", (event) => this.#key(event), { signal });
      this.#input.addEventListener("focus", () => this.#showRecent(), { signal });
      this.#list.addEventListener("mousedown", (event) => event.preventDefault());
      this.#list.addEventListener("click", (event) => {
        const at = [...this.#list.children].indexOf((event.target as Element).closest("li")!);
        if (at >= 0) this.#open(at, event.ctrlKey || event.metaKey);
      });
    }
    const box = h("div", { class: "box" }, icon("search"));
    if (!results) box.append(this.#input);
    const parts = [
      ...(results ? [] : [box]),
      this.#status,
      this.#chips,
      this.#list,
      this.#note,
      this.#foot,
    ];
    if (mode !== "dialog") {
      this.#panel = h(
        "div",
        { class: "panel", role: results ? "region" : "search", "aria-label": name },
        ...parts,
      );
      this.#root.replaceChildren(this.#panel);
    } else {
      const dialog = (this.#panel = h("dialog", { class: "panel", "aria-label": name }, ...parts));
      const shut = h("button", { type: "button", "aria-label": close }, icon("close"));
      shut.onclick = () => dialog.close();
      box.append(shut);
      dialog.onclick = (event) => event.target === dialog && dialog.close();
      dialog.onclose = () => this.#stop();
      const shortcut = this.#option("shortcut", "mod+k");
      const button = h(
        "button",
        { type: "button", class: "open", "aria-haspopup": "dialog" },
        icon("search"),
        search,
      );
      if (shortcut !== "off")
        button.append(h("kbd", { "aria-hidden": "true" }, shortcutName(shortcut)));
      button.onclick = () => this.show();
      this.#root.replaceChildren(button, dialog);
    }
    if (this.#input.value) void this.#ask();
  }

  get #target(): string {
    return this.getAttribute("open") === "new" ? "_blank" : "_self";
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), typingPauseMs);
  }

  #key(event: KeyboardEvent): void {
    // Enter and arrows belong to the input method while it composes.
    if (event.isComposing || event.keyCode === 229) return;
    const count = this.#hits.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count > 0) {
      event.preventDefault();
      this.#choose(
        this.#chosen < 0 && step < 0 ? count - 1 : (this.#chosen + step + count) % count,
      );
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#open(this.#chosen, event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape" && !(this.#panel instanceof HTMLDialogElement)) this.#clear();
  }

  #choose(at: number): void {
    this.#chosen = at;
    for (const [place, one] of [...this.#list.children].entries())
      one.setAttribute("aria-selected", String(place === at));
    const one = this.#list.children[at];
    if (one) this.#input.setAttribute("aria-activedescendant", one.id);
    else this.#input.removeAttribute("aria-activedescendant");
    one?.scrollIntoView({ block: "nearest" });
  }

  /** Opens a hit; with none chosen, the whole search page. */
  #open(at: number, inNewTab: boolean): void {
    const hit = this.#hits[at];
    if (typeof hit === "string") {
      this.#input.value = hit;
      return void this.#ask();
    }
    const query = this.#input.value.trim();
    if (!hit && !query) return;
    this.#remember(query);
    const address = hit ? this.#addressOf(hit) : this.#page(query);
    if (inNewTab || this.#target === "_blank") window.open(address, "_blank", "noopener");
    else location.assign(address);
  }

  #addressOf({ channel, id, url }: Hit): string {
    return this.getAttribute("links") === "telegram" ? url : `${this.#server}/c/${channel}/${id}`;
  }

  #page(q: string): string {
    const query = new URLSearchParams({ q });
    const channel = this.#only || this.getAttribute("channels");
    if (channel) query.set("channel", channel);
    return `${this.#server}/?${query}`;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#retry = undefined;
  }

  async #ask(): Promise<void> {
    const q = this.#input.value.trim();
    this.#stop();
    if (!q) return this.#clear();
    const asking = (this.#asking = new AbortController());
    const query = new URLSearchParams({
      q,
      prefix: "1",
      fields: "brief",
      facets: "channel",
      limit: this.#option("limit", "10"),
    });
    const channel = this.#only || this.getAttribute("channels");
    if (channel) query.set("channel", channel);
    // An answer to something else does not stay while this one is long in coming.
    const stale = setTimeout(() => this.#say(this.#words.searching), staleAfterMs);
    try {
      const outcome = await ask(
        this.#server,
        { query, key: this.getAttribute("key") },
        asking.signal,
      );
      if (asking.signal.aborted) return;
      clearTimeout(stale);
      this.#draw(outcome);
    } catch (error) {
      if (!asking.signal.aborted) throw error;
    } finally {
      clearTimeout(stale);
    }
  }

  #draw(outcome: Outcome): void {
    const words = this.#words;
    const { kind } = outcome;
    if (kind === "found") return this.#drawHits(outcome.answer);
    if (kind === "fault") return this.#say(words.fault, outcome.detail);
    const seconds = kind === "busy" ? outcome.seconds : 0;
    const [status, note] = words[kind].map((one) => one.replace("{n}", String(seconds)));
    this.#say(status ?? "", note);
    const again = (this.#retry = () => void this.#ask());
    if (kind === "busy") this.#timer = setTimeout(again, seconds * 1000);
    if (kind !== "unavailable") return;
    const button = h("button", { type: "button" }, words.again);
    button.onclick = () => {
      this.#input.focus();
      again();
    };
    this.#note.lastChild?.appendChild(button);
  }

  #drawHits({ hits, total, suggestion, facets, query }: BriefAnswer): void {
    const words = this.#words;
    const count = counted(words.posts, total, this.#lang);
    const shown =
      hits.length < total && hits.length > 0
        ? `. ${counted(words.shown, hits.length, this.#lang)}`
        : "";
    this.#say(count + shown);
    if (!this.#only) this.#facets = facets.channel ?? [];
    this.#drawChips(hits);
    if (total === 0) {
      const link = suggestion && h("a", { href: this.#page(suggestion.query) }, suggestion.query);
      this.#tell(
        words.none,
        ...(link
          ? [` ${words.instead} `, link, `, ${counted(words.posts, suggestion.total, this.#lang)}`]
          : []),
      );
      return;
    }
    this.#hits = hits;
    const results = this.#mode === "results";
    this.#list.append(
      ...hits.map((hit, at) =>
        this.#item(
          at,
          ...(results
            ? [
                h(
                  "a",
                  {
                    class: "hit",
                    href: this.#addressOf(hit),
                    target: this.#target,
                    rel: "noopener",
                  },
                  ...this.#inside(hit),
                ),
              ]
            : this.#inside(hit)),
        ),
      ),
    );
    this.#expand();
    const all = h(
      "a",
      { href: this.#page(query), target: this.#target, rel: "noopener" },
      counted(words.all, total, this.#lang),
    );
    this.#foot.append(all);
    if (!results) {
      const help = h("span", { class: "keys" });
      ["↑ ↓", "Enter", "Esc"].forEach((key, at) =>
        help.append(h("span", {}, h("kbd", {}, key), ` ${words.keys[at]}`)),
      );
      this.#foot.append(help);
    }
    this.#foot.hidden = false;
  }

  #item(at: number, ...inside: Node[]): HTMLElement {
    return this.#mode === "results"
      ? h("li", {}, ...inside)
      : h("li", { role: "option", id: `o${this.#no}-${at}`, "aria-selected": "false" }, ...inside);
  }

  #inside({ channel, title, publishedAt, media = [], deleted, language, parts }: Hit): Node[] {
    const { media: kinds, deleted: gone } = this.#words;
    const time = h(
      "time",
      { datetime: publishedAt },
      `${publishedAt.slice(0, 10)} ${publishedAt.slice(11, 16)} UTC`,
    );
    const meta = h(
      "span",
      { class: "meta" },
      h("b", { dir: "auto" }, title || channel),
      time,
      ...media.map((kind) => h("span", {}, kinds[kind] ?? kind)),
      ...(deleted ? [h("span", {}, gone)] : []),
    );
    const text = h(
      "span",
      { class: "text", dir: "auto", ...(language && { lang: language }) },
      ...parts.map((part) => (part.hit ? h("mark", {}, part.text) : part.text)),
    );
    return [meta, text];
  }

  /** One button a channel, when there are several to tell apart. */
  #drawChips(hits: readonly Hit[]): void {
    const facets = this.#facets ?? [];
    const focused = this.#chips.contains(this.#root.activeElement);
    this.#chips.replaceChildren();
    this.#chips.hidden = facets.length < 2;
    for (const { value, count } of this.#chips.hidden ? [] : facets.slice(0, 8)) {
      const chosen = this.#only === value;
      const title = hits.find(({ channel }) => channel === value)?.title ?? value;
      const chip = h(
        "button",
        { type: "button", "aria-pressed": String(chosen) },
        h("bdi", {}, title),
        ` ${counted("{n}", count, this.#lang)}`,
      );
      chip.onclick = () => {
        this.#only = chosen ? "" : value;
        void this.#ask();
      };
      this.#chips.append(chip);
      if (focused && chosen) chip.focus();
    }
  }

  /** Says how it stands and takes away whatever was shown before. */
  #say(status: string, note = ""): void {
    this.#hits = [];
    this.#list.replaceChildren();
    this.#foot.replaceChildren();
    this.#foot.hidden = this.#note.hidden = true;
    this.#choose(-1);
    this.#expand();
    this.#status.textContent = status;
    if (note) this.#tell(note, " ");
  }

  #tell(...sentence: (string | Node)[]): void {
    this.#note.replaceChildren(icon("note"), h("p", {}, ...sentence));
    this.#note.hidden = false;
  }

  #clear(): void {
    this.#only = "";
    this.#facets = [];
    this.#chips.hidden = true;
    this.#say("");
    this.#showRecent();
  }

  #expand(): void {
    if (this.#mode !== "results")
      this.#input.setAttribute("aria-expanded", String(this.#hits.length > 0));
  }

  /** Recent searches stay in this browser, and only where the page's owner wants them. */
  #recent(): string[] {
    try {
      return this.hasAttribute("recent")
        ? (JSON.parse(localStorage[recentName] || "[]") as string[])
        : [];
    } catch {
      return [];
    }
  }

  #remember(query: string): void {
    if (!query || !this.hasAttribute("recent")) return;
    const recent = [query, ...this.#recent().filter((one) => one !== query)].slice(0, mostRecent);
    try {
      localStorage[recentName] = JSON.stringify(recent);
    } catch {}
  }

  #showRecent(): void {
    const recent = this.#input.value ? [] : this.#recent();
    if (recent.length === 0) return;
    this.#say(this.#words.recent);
    this.#hits = recent;
    this.#list.append(
      ...recent.map((query, at) => this.#item(at, h("span", { dir: "auto" }, query))),
    );
    this.#expand();
  }
}
