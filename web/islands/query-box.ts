/**
 * Completes words, fields, channels and tags under the caret of a search box, as an ARIA combobox; `/` goes to the box.
 */

const channelFields: ReadonlySet<string> = new Set(["in", "channel", "from", "fwd"]);
const mostOptions = 16;
let boxes = 0;

/** A field of the grammar, as the page names it. */
interface Field {
  readonly name: string;
  readonly values?: readonly string[];
}

/** What may be typed; words, channels and tags with the posts that have them. */
interface Option {
  readonly text: string;
  readonly count?: number | undefined;
}

interface Word {
  readonly start: number;
  readonly text: string;
}

class QueryBox extends HTMLElement {
  readonly #list = document.createElement("ul");
  #chosen = -1;
  #channels: Promise<readonly Option[]> | undefined;
  #tags: Promise<readonly Option[]> | undefined;
  #asked = 0;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[name=q]");
    if (!input) return;
    this.#list.id = `complete-${++boxes}`;
    this.#list.className = "complete";
    this.#list.role = "listbox";
    this.#list.ariaLabel = this.getAttribute("label") ?? "";
    this.#list.hidden = true;
    this.append(this.#list);
    input.role = "combobox";
    input.setAttribute("aria-controls", this.#list.id);
    input.setAttribute("aria-autocomplete", "list");
    this.#close(input);
    input.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) void this.#offer(input);
    });
    input.addEventListener("keydown", (event) => this.#key(event, input));
    input.addEventListener("blur", () => this.#close(input));
    document.addEventListener("keydown", toBox);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", toBox);
  }

  async #offer(input: HTMLInputElement): Promise<void> {
    const asked = ++this.#asked;
    const word = wordAt(input);
    const options = await this.#optionsFor(word.text).catch(() => []);
    if (asked !== this.#asked) return;
    this.#show(options, input);
    if (!beginsWord.test(word.text)) return;
    await new Promise((then) => setTimeout(then, stillnessMs));
    if (asked !== this.#asked) return;
    const words = await wordsFor(input.value.slice(0, word.start) + word.text).catch(() => []);
    if (asked === this.#asked && words.length > 0) this.#show([...words, ...options], input);
  }

  #show(options: readonly Option[], input: HTMLInputElement): void {
    if (options.length === 0) return this.#close(input, this.#asked);
    this.#list.replaceChildren(
      ...options.map((option, place) => {
        const item = document.createElement("li");
        item.id = `${this.#list.id}-${place}`;
        item.role = "option";
        item.dataset["text"] = option.text;
        item.append(option.text);
        if (option.count !== undefined) item.append(" ", counted(option.count));
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.#take(input, option.text);
        });
        return item;
      }),
    );
    this.#list.hidden = false;
    input.ariaExpanded = "true";
    this.#choose(input, -1);
  }

  async #optionsFor(typed: string): Promise<readonly Option[]> {
    const [, minus = "", word = ""] = /^(-?)(.*)$/s.exec(typed) ?? [];
    const [, field, value = ""] = /^(\p{L}+):(.*)$/su.exec(word) ?? [];
    const begin = (all: readonly Option[], start: string, front: string): readonly Option[] =>
      all
        .filter(({ text }) => text.toLowerCase().startsWith(start.toLowerCase()) && text !== start)
        .slice(0, mostOptions)
        .map(({ text, count }) => ({ text: minus + front + text, count }));
    if (word.startsWith("#")) return begin(await this.#knownTags(), word.slice(1), "#");
    if (field === "tag") return begin(await this.#knownTags(), value, "tag:");
    if (field !== undefined && channelFields.has(field))
      return begin(await this.#knownChannels(), value, `${field}:`);
    if (field !== undefined)
      return begin(
        (this.#fields.find(({ name }) => name === field)?.values ?? []).map((text) => ({ text })),
        value,
        `${field}:`,
      );
    if (word.length < 2) return [];
    return begin(
      this.#fields.map(({ name }) => ({ text: `${name}:` })),
      word,
      "",
    );
  }

  get #fields(): readonly Field[] {
    return JSON.parse(this.getAttribute("fields") ?? "[]") as readonly Field[];
  }

  #knownChannels(): Promise<readonly Option[]> {
    return (this.#channels ??= answer("/api/v1/channels").then((body) =>
      (body as { channels: { name: string; posts: number }[] }).channels.map(
        ({ name: text, posts: count }) => ({ text, count }),
      ),
    ));
  }

  #knownTags(): Promise<readonly Option[]> {
    return (this.#tags ??= answer("/api/v1/search?limit=1&facets=tag").then((body) =>
      ((body as { facets: { tag?: { value: string; count: number }[] } }).facets.tag ?? []).map(
        ({ value: text, count }) => ({ text, count }),
      ),
    ));
  }

  #key(event: KeyboardEvent, input: HTMLInputElement): void {
    if (event.isComposing || this.#list.hidden) return;
    const count = this.#list.children.length;
    if (event.key === "ArrowDown") this.#choose(input, (this.#chosen + 1) % count);
    else if (event.key === "ArrowUp")
      this.#choose(input, this.#chosen <= 0 ? count - 1 : this.#chosen - 1);
    else if (event.key === "Escape") this.#close(input);
    else if ((event.key === "Enter" || event.key === "Tab") && this.#chosen >= 0)
      this.#take(input, this.#options[this.#chosen]?.dataset["text"] ?? "");
    else return;
    event.preventDefault();
  }

  #choose(input: HTMLInputElement, place: number): void {
    this.#chosen = place;
    for (const [at, item] of [...this.#list.children].entries())
      item.ariaSelected = String(at === place);
    const active = this.#list.children[place];
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
  }

  #take(input: HTMLInputElement, option: string): void {
    const { start, text } = wordAt(input);
    const tail = option.endsWith(":") ? "" : " ";
    input.setRangeText(option + tail, start, start + text.length, "end");
    this.#close(input);
    if (tail === "") void this.#offer(input);
  }

  get #options(): readonly HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  /** What was asked for is no longer wanted, unless it is `asked`. */
  #close(input: HTMLInputElement, asked = this.#asked + 1): void {
    this.#asked = asked;
    this.#list.hidden = true;
    this.#chosen = -1;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }
}

/** How long nothing is typed before words are asked for. */
const stillnessMs = 200;
const beginsWord = /^\p{L}[\p{L}\p{M}]{2,}$/u;

async function wordsFor(query: string): Promise<readonly Option[]> {
  const asked = new URLSearchParams({ q: query }).toString();
  const body = await answer(`/api/v1/completions?${asked}`);
  return (body as { completions: { word: string; total: number }[] }).completions.map(
    ({ word: text, total: count }) => ({ text, count }),
  );
}

/** As the language of the page writes it. */
function counted(count: number): HTMLElement {
  const number = document.createElement("span");
  number.className = "num";
  number.textContent = count.toLocaleString(document.documentElement.lang);
  return number;
}

/** What stands between a space and the caret. */
function wordAt(input: HTMLInputElement): Word {
  const before = input.value.slice(0, input.selectionEnd ?? input.value.length);
  const start = Math.max(before.lastIndexOf(" "), before.lastIndexOf("(")) + 1;
  return { start, text: before.slice(start) };
}

async function answer(address: string): Promise<unknown> {
  const said = await fetch(address);
  if (!said.ok) throw new Error(`${address}: ${said.status}`);
  return said.json();
}

/** `/` to the box, unless something is being typed. */
function toBox(event: KeyboardEvent): void {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || key !== "/") return;
  if (target instanceof Element && target.closest("input, textarea, select")) return;
  const input = document.querySelector<HTMLInputElement>("query-box input[name=q]");
  input?.focus();
  input?.select();
  event.preventDefault();
}

customElements.define("query-box", QueryBox);
