import { chromium } from "playwright-core";
import type { Browser, CDPSession, Page } from "playwright-core";
import { findChromium } from "./chromium.ts";
import { abortable } from "../clock.ts";
import { Unreachable, UsageError } from "../errors.ts";
import type { Cookies } from "./http-source.ts";
import { addressOf, isOwn } from "./own-hosts.ts";
import { reason } from "../reasons.ts";
import type { ProxyRelay } from "./proxy-relay.ts";
import type { FetchedPage, GetOptions, PageSource } from "./source.ts";

export interface BrowserSourceOptions {
  readonly origin?: string;
  /** How the browser introduces itself; as what it is, when nothing is given. */
  readonly userAgent?: string;
  /** The browser's program; else one is looked for when the first page is asked. */
  readonly chromiumPath?: string;
  /** For one page, redirects included. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** What all its pages are asked through. */
  readonly relay?: ProxyRelay | undefined;
  /** Receives the cookies after each page, for the source that needs no browser. */
  readonly onCookies?: (cookies: Cookies) => Promise<void>;
}

/**
 * Pages as Chromium gets them: JavaScript off, nothing loaded but the document, redirects only within the source's own
 * hosts. The browser starts with the first page, and one tab serves all, one page after the other.
 */
export function browserSource(options: BrowserSourceOptions = {}): PageSource {
  return new BrowserSource(options);
}

class BrowserSource implements PageSource {
  readonly origin: string;
  readonly #options: BrowserSourceOptions;
  #browser: Promise<Browser> | undefined;
  #tab: Promise<Tab> | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: BrowserSourceOptions) {
    this.origin = options.origin ?? "https://t.me";
    this.#options = options;
  }

  async get(path: string, { signal, onRequest }: GetOptions = {}): Promise<FetchedPage> {
    const url = addressOf(path, this.origin);
    const before = this.#queue;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue = promise;
    try {
      await abortable(before, signal);
      return await this.#open(url, { ...(signal && { signal }), ...(onRequest && { onRequest }) });
    } finally {
      void before.then(resolve);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const browser = await this.#browser?.catch(() => undefined);
    await browser?.close();
  }

  async #open(url: URL, { signal, onRequest }: GetOptions): Promise<FetchedPage> {
    signal?.throwIfAborted();
    const { timeoutMs = 30_000, maxBytes = 20_000_000, onCookies } = this.#options;
    this.#tab ??= this.#newTab();
    const tab = await this.#tab.catch((error: unknown) => {
      this.#tab = undefined;
      throw error;
    });
    const deadline = AbortSignal.timeout(2 * timeoutMs);
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
    tab.allow = { url, bytes: maxBytes, ...(onRequest && { onRequest }) };
    try {
      const response = await tab.page.goto(url.href, {
        waitUntil: "domcontentloaded",
        timeout: timeoutMs,
        ...(signal && { signal }),
      });
      if (!response) throw new Error("it showed no document");
      // Of a film Chromium never ends reading, and of a PDF it hands over the page of its own viewer.
      const type = response.headers()["content-type"] ?? "";
      if (isFile.test(type)) {
        const told = { status: response.status(), type: type.slice(0, longestType) };
        throw new Unreachable([reason("file-in-browser", told)], { lasting: true });
      }
      const page: FetchedPage = {
        url: response.url(),
        status: response.status(),
        headers: await response.allHeaders(),
        body: await abortable(response.body(), stop),
        // Chromium counts less than nothing where a body is its own.
        receivedBytes: Math.max(0, (await response.request().sizes()).responseBodySize),
      };
      await onCookies?.(await tab.page.context().cookies(this.origin));
      return page;
    } catch (error) {
      this.#tab = undefined;
      await tab.page.context().close();
      signal?.throwIfAborted();
      if (error instanceof Unreachable) throw error;
      const why = tab.refused ?? (error instanceof Error ? error.message.split("\n")[0] : "");
      throw new Unreachable([reason("no-page-in-browser", { url: url.href, said: why ?? "" })], {
        cause: error,
      });
    }
  }

  async #newTab(): Promise<Tab> {
    if (!(await this.#browser)?.isConnected()) this.#browser = undefined;
    this.#browser ??= this.#launch();
    const browser = await this.#browser;
    const { userAgent } = this.#options;
    const context = await browser.newContext({
      ...(userAgent !== undefined && { userAgent }),
      javaScriptEnabled: false,
      acceptDownloads: false,
      serviceWorkers: "block",
      locale: "en-US",
    });
    const page = await context.newPage();
    const tab: Tab = { page, allow: undefined, refused: undefined };
    await guard(tab, await context.newCDPSession(page), this.origin);
    return tab;
  }

  async #launch(): Promise<Browser> {
    const { relay, chromiumPath: executablePath = findChromium() } = this.#options;
    const running = chromium.launch({
      executablePath,
      // Chromium refuses its sandbox to root, and only to root.
      chromiumSandbox: process.getuid?.() !== 0,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      // Else it would read the environment for itself, and perhaps otherwise.
      ...(relay ? { proxy: relay } : { args: ["--no-proxy-server"] }),
    });
    return running.catch((error: unknown) => {
      this.#browser = undefined;
      const [said = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      throw new UsageError([reason("browser-not-started", { path: executablePath, said })], {
        cause: error,
      });
    });
  }
}

const isFile = /^(?!text\/|application\/(?:xhtml|xml|json))[\w.+-]+\/[\w.+-]+/iu;
const longestType = 60;

interface Tab {
  readonly page: Page;
  /** The one document that may be loaded now, and how much of it. */
  allow:
    | {
        readonly url: URL;
        readonly onRequest?: () => void;
        bytes: number;
      }
    | undefined;
  /** Why the last load was stopped by us. */
  refused: string | undefined;
}

/**
 * Lets through the document asked for and its redirects to own hosts, nothing else. Playwright's own routes do not see the
 * later hops of a redirect; the browser's protocol shows each.
 */
async function guard(tab: Tab, session: CDPSession, origin: string): Promise<void> {
  session.on("Fetch.requestPaused", ({ requestId, request, resourceType, redirectedRequestId }) => {
    const url = new URL(request.url);
    const wanted =
      resourceType === "Document" &&
      (redirectedRequestId !== undefined || url.href === tab.allow?.url.href);
    const own = isOwn(url, origin);
    if (wanted && own) tab.allow?.onRequest?.();
    if (wanted && !own) tab.refused = `it redirects to ${url.origin}, not the source's own host`;
    void (
      wanted && own
        ? session.send("Fetch.continueRequest", { requestId })
        : session.send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" })
    ).catch(closedMeanwhile);
  });
  session.on("Network.dataReceived", ({ dataLength }) => {
    if (!tab.allow) return;
    tab.allow.bytes -= dataLength;
    if (tab.allow.bytes >= 0 || tab.refused !== undefined) return;
    tab.refused = "the answer is too large";
    void tab.page.close().catch(closedMeanwhile);
  });
  await session.send("Network.enable");
  await session.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
}

/** A tab may be closed while an answer to it is under way: then there is nothing left to do. */
function closedMeanwhile(): void {}
