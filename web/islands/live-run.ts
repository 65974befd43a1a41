/** Follows a run and writes its counts and lines as they come. The server tells them; here they are only put in their places, as text. */
class LiveRun extends HTMLElement {
  /** Browsers keep few connections to one host: the others stand as they were. */
  static #followed = 0;
  #events: EventSource | undefined;

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

  #show({ counts }: { readonly counts?: Readonly<Record<string, number>> }): void {
    for (const place of this.querySelectorAll<HTMLElement>("[data-count]")) {
      const key = place.dataset["count"] ?? "";
      const count = counts?.[key] ?? 0;
      const shown = key === "bytes" ? Math.ceil(count / 1000) : count;
      const said = (place.dataset["said"] ?? "{}").replace("{}", this.#number(shown));
      const text = place.firstElementChild;
      if (text && text.textContent !== said) text.textContent = said;
      if (shown > 0) place.hidden = false;
    }
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

  #end(): void {
    this.disconnectedCallback();
    const said = document.createElement("p");
    said.role = "status";
    said.textContent = this.getAttribute("ended");
    this.querySelector("form")?.replaceWith(said);
    if (!said.isConnected) this.append(said);
  }

  #number(count: number): string {
    return count.toLocaleString(this.getAttribute("lang-of") === "ru" ? "ru" : "en-US");
  }
}

customElements.define("live-run", LiveRun);
