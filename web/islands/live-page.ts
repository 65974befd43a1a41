/**
 * Keeps a page as the server draws it while a run goes on: the run's events say when, the page is asked for once more, and what
 * is marked `data-live` becomes what it is there. One stream a page, and none while nobody looks at it.
 */
class LivePage extends HTMLElement {
  #events: EventSource | undefined;
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
    if (run === null || this.#events) return;
    const events = new EventSource(`/api/v1/runs/${encodeURIComponent(run)}/events`);
    this.#events = events;
    const again = (): void => void this.#draw();
    events.addEventListener("run", again);
    events.addEventListener("line", again);
    events.addEventListener("end", () => {
      this.#leave();
      this.removeAttribute("run");
      again();
    });
  }

  #leave(): void {
    this.#events?.close();
    this.#events = undefined;
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
