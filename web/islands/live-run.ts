interface RunTold {
  readonly channel?: string;
  readonly state?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly trouble?: Readonly<Record<string, string | number>>;
  readonly error?: { readonly class: string; readonly message: string };
}

interface Texts {
  readonly hasEnded: string;
  readonly openChannel: string;
  readonly failed: string;
  readonly trouble: Readonly<Record<"next" | "last" | "silent" | "file", string>>;
  readonly states: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string>>;
}

/**
 * Follows a run and writes as it goes: its counts, its lines, what it waits for, and how it ended. The server tells them;
 * here they are only put in their places, as text.
 */
class LiveRun extends HTMLElement {
  /** Browsers keep few connections to one host: the others stand as they were. */
  static #followed = 0;
  #events: EventSource | undefined;
  #last: RunTold = {};

  connectedCallback(): void {
    if (LiveRun.#followed >= 3) return;
    LiveRun.#followed += 1;
    const run = encodeURIComponent(this.getAttribute("run") ?? "");
    const events = new EventSource(`/api/v1/runs/${run}/events`);
    this.#events = events;
    events.addEventListener("run", (event) => this.#show(JSON.parse(String(event.data))));
    events.addEventListener("line", (event) => this.#say(JSON.parse(String(event.data))));
    events.addEventListener("end", () => this.#end());
  }

  disconnectedCallback(): void {
    if (!this.#events) return;
    this.#events.close();
    this.#events = undefined;
    LiveRun.#followed -= 1;
  }

  get #texts(): Texts {
    return JSON.parse(this.getAttribute("texts") ?? "{}") as Texts;
  }

  #show(run: RunTold): void {
    this.#last = run;
    for (const place of this.querySelectorAll<HTMLElement>("[data-count]")) {
      const key = place.dataset["count"] ?? "";
      const count = run.counts?.[key] ?? 0;
      const shown = key === "bytes" ? Math.ceil(count / 1000) : count;
      const said = (place.dataset["said"] ?? "{}").replace("{}", this.#number(shown));
      const text = place.firstElementChild;
      if (text && text.textContent !== said) text.textContent = said;
      if (shown > 0) place.hidden = false;
    }
    this.#wait(run.trouble);
  }

  /** What it waits for while its source does not answer. */
  #wait(trouble: RunTold["trouble"]): void {
    const place = this.querySelector<HTMLElement>("[data-trouble]");
    if (!place) return;
    place.hidden = trouble === undefined;
    if (!trouble) return;
    const texts = this.#texts.trouble;
    const { kind, nextTryAt, why = "", mostTries: most = "" } = trouble;
    const inVain = nextTryAt === undefined ? texts.last : texts.next;
    const said = kind === "silent" || kind === "file" ? texts[kind] : inVain;
    const [words, came] = place.children;
    const at = `${String(nextTryAt).slice(0, 19).replace("T", " ")} UTC`;
    if (words) words.textContent = filled(said, { ...trouble, most, at });
    if (came) came.textContent = String(why);
  }

  #say({
    no,
    at,
    text,
  }: {
    readonly no: number;
    readonly at: string;
    readonly text: string;
  }): void {
    const list = this.querySelector<HTMLElement>("[data-lines]");
    if (!list || no <= Number(list.dataset["lines"])) return;
    list.dataset["lines"] = String(no);
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = at.slice(11, 19);
    const words = document.createElement("span");
    words.dir = "auto";
    words.textContent = text;
    const line = document.createElement("li");
    line.append(time, " ", words);
    list.append(line);
  }

  /** How it ended, and where what it read is to be seen. */
  #end(): void {
    this.disconnectedCallback();
    this.#wait(undefined);
    const texts = this.#texts;
    const { state = "", error, channel = "" } = this.#last;
    const word = texts.states[state] ?? state;
    for (const place of this.querySelectorAll("[data-state]")) place.textContent = word;
    (this.querySelector(".run-live") ?? this.closest(".run-live"))?.classList.remove("run-live");
    const said = document.createElement("p");
    said.role = "status";
    said.append(filled(texts.hasEnded, { state: word }), " ");
    if (error) {
      const why = document.createElement("span");
      why.lang = "en";
      why.dir = "auto";
      why.textContent = error.message;
      said.append(`${texts.reasons[error.class] ?? texts.failed}. `, why);
    } else if (state === "done") {
      const link = document.createElement("a");
      link.href = `/c/${encodeURIComponent(channel)}`;
      link.textContent = texts.openChannel;
      said.append(link);
    }
    this.querySelector("form")?.replaceWith(said);
    if (!said.isConnected) this.append(said);
  }

  #number(count: number): string {
    return count.toLocaleString(this.getAttribute("lang-of") === "ru" ? "ru" : "en-US");
  }
}

const filled = (template: string, facts: Readonly<Record<string, string | number>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(facts[key] ?? ""));

customElements.define("live-run", LiveRun);
