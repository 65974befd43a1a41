/**
 * Keeps a page as the server draws it while a run goes on: the run's events say when, the page is asked for once more, and what
 * is marked `data-live` becomes what it is there. One stream for all pages that follow the run, and none while nobody looks.
 */
class LivePage extends HTMLElement {
  #unfollow: (() => void) | undefined;
  #isAsking = false;
  #isStale = false;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#turn);
    this.#turn();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#turn);
    this.#leave();
  }

  readonly #turn = (): void => {
    if (document.hidden) this.#leave();
    else this.#follow();
  };

  #follow(): void {
    const run = this.getAttribute("run");
    if (run === null || this.#unfollow) return;
    this.#unfollow = follow(run, (told) => {
      if (told === "end") {
        this.#leave();
        this.removeAttribute("run");
      }
      void this.#draw();
    });
  }

  #leave(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** What happens while the page is asked for is seen by asking once more. */
  async #draw(): Promise<void> {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isStale && this.isConnected) {
      this.#isStale = false;
      const drawn = await pageAgain();
      if (drawn) this.#take(drawn);
      await new Promise((then) => setTimeout(then, restMs));
    }
    this.#isAsking = false;
  }

  #take(drawn: Document): void {
    for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
      const there = drawn.querySelector(`[data-live="${part.dataset["live"]}"]`);
      if (there) become(part, there);
    }
    const run = drawn.querySelector("live-page")?.getAttribute("run") ?? null;
    if (run !== null && run !== this.getAttribute("run")) {
      this.#leave();
      this.setAttribute("run", run);
      this.#turn();
    }
    document.dispatchEvent(new Event("redrawn"));
  }
}

type Told = "change" | "end";

/**
 * Hears of a run until the answer is called. Of all pages in this browser that follow it, the one with the lock has the stream
 * and tells the others; when it goes, the next has it. Where an address is not secure there are no locks, and each has its own.
 */
function follow(run: string, hear: (told: Told) => void): () => void {
  const left = new AbortController();
  const { signal } = left;
  const name = `run ${run}`;
  const pages = new BroadcastChannel(name);
  pages.addEventListener("message", ({ data }: MessageEvent<Told>) => hear(data));
  const tell = (told: Told): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    pages.postMessage(told);
    hear(told);
  };
  const stream = async (): Promise<void> => {
    const events = new EventSource(`/api/v1/runs/${encodeURIComponent(run)}/events`);
    events.addEventListener("run", () => tell("change"));
    events.addEventListener("line", () => tell("change"));
    events.addEventListener("end", () => tell("end"));
    await new Promise((then) => signal.addEventListener("abort", then));
    events.close();
  };
  if ("locks" in navigator) navigator.locks.request(name, { signal }, stream).catch(() => {});
  else void stream();
  // The stream begins with the run as it is; whoever joins one that goes on looks for itself.
  hear("change");
  return () => {
    left.abort();
    pages.close();
  };
}

/** Between two looks at the page, however much happens. */
const restMs = 700;

/** This page as it is now. Not `fetch`: a text is no page without a parser, which Trusted Types keep from scripts. */
async function pageAgain(): Promise<Document | undefined> {
  const { promise, resolve } = Promise.withResolvers<Document | undefined>();
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.addEventListener("loadend", () => {
    resolve(request.status === 200 ? (request.responseXML ?? undefined) : undefined);
  });
  request.open("GET", location.href);
  request.send();
  return promise;
}

/** Only what differs is touched: what is focused, marked or opened stays so. */
function become(here: Element, there: Element): void {
  if (here.isEqualNode(there)) return;
  for (const name of here.getAttributeNames())
    if (name !== "open" && !there.hasAttribute(name)) here.removeAttribute(name);
  for (const { name, value } of there.attributes)
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  const old = [...here.childNodes];
  const fresh = [...there.childNodes];
  for (const [place, node] of fresh.entries()) {
    const before = old[place];
    if (!before) here.append(node);
    else if (isSameKind(before, node)) become(before as Element, node as Element);
    else if (!before.isEqualNode(node)) before.replaceWith(node);
  }
  for (const gone of old.slice(fresh.length)) gone.remove();
}

/** A time may be shown by the reader's clock: it is taken whole. */
const isSameKind = (one: Node, other: Node): boolean =>
  one.nodeType === Node.ELEMENT_NODE && one.nodeName === other.nodeName && one.nodeName !== "TIME";

customElements.define("live-page", LivePage);
