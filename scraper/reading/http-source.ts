import diagnostics from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request } from "playwright-core";
import type { APIRequestContext, BrowserContext } from "playwright-core";
import { Unreachable } from "../errors.ts";
import { defaultUserAgent } from "../user-agent.ts";
import { addressOf, isOwn } from "./own-hosts.ts";
import { type ProxyRelay, proxyTrouble } from "./proxy-relay.ts";
import { reason } from "../reasons.ts";
import type { FetchedPage, GetOptions, PageSource } from "./source.ts";
import { tooLarge, unpacked } from "./unpack.ts";

export type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

export interface HttpSourceOptions {
  /** Scheme and host, no slash at the end. */
  readonly origin?: string;
  /** How the source introduces itself. */
  readonly userAgent?: string;
  /** For one answer, redirects included. */
  readonly timeoutMs?: number;
  /** Of one body, unpacked. */
  readonly maxBytes?: number;
  /** What all its pages are asked through. */
  readonly relay?: ProxyRelay | undefined;
}

/** Pages over Playwright's request context: no browser, cookies kept, bodies unpacked, redirects only within the source's own hosts. */
export async function httpSource({
  origin = "https://t.me",
  userAgent = defaultUserAgent,
  timeoutMs = 30_000,
  maxBytes = 20_000_000,
  relay,
}: HttpSourceOptions = {}): Promise<HttpSource> {
  const context = await request.newContext({
    userAgent,
    extraHTTPHeaders: {
      accept: "text/html,application/xhtml+xml",
      "accept-encoding": "gzip",
      "accept-language": "en",
    },
    ...(relay && { proxy: relay }),
  });
  return new HttpSource(context, { origin, userAgent, timeoutMs, maxBytes, relay });
}

class HttpSource implements PageSource {
  readonly origin: string;
  readonly #context: APIRequestContext;
  readonly #options: Required<HttpSourceOptions>;
  readonly #watch: (message: unknown) => void;

  constructor(context: APIRequestContext, options: Required<HttpSourceOptions>) {
    this.origin = options.origin;
    this.#context = context;
    this.#options = options;
    this.#watch = limitAnswers(options);
    diagnostics.subscribe(RESPONSE_BEGINS, this.#watch);
  }

  async get(path: string, { signal, onRequest }: GetOptions = {}): Promise<FetchedPage> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#options.timeoutMs);
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
    let url = addressOf(path, this.origin);
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
        onRequest?.();
        const page = await this.#fetch(url, stop);
        const target = redirectTarget(page);
        if (target === undefined) return page;
        if (!isOwn(target, this.origin))
          throw new Unreachable(
            [reason("redirect-elsewhere", { url: url.href, to: target.origin })],
            { lasting: true },
          );
        url = target;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Unreachable) throw error;
      throw new Unreachable(
        [
          deadline.aborted
            ? reason("timed-out", { url: url.href, seconds: this.#options.timeoutMs / 1000 })
            : reason("no-answer", { url: url.href, said: saidBy(error) }),
        ],
        { cause: error, lasting: isLasting(error) },
      );
    }
    throw new Unreachable([reason("redirects-on", { url: url.href, most: MAX_REDIRECTS })], {
      lasting: true,
    });
  }

  /** Takes over what a browser was given, so that a challenge it passed is passed here too. */
  async addCookies(cookies: Cookies): Promise<void> {
    await this.#context.addCookies(cookies);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    diagnostics.unsubscribe(RESPONSE_BEGINS, this.#watch);
    await this.#context.dispose();
  }

  async #fetch(url: URL, signal: AbortSignal): Promise<FetchedPage> {
    const response = await this.#context.get(url.href, { maxRedirects: 0, timeout: 0, signal });
    // The context keeps every body until told otherwise.
    await using _ = response;
    const { maxBytes, relay } = this.#options;
    const trouble = relay && proxyTrouble(relay, response.status(), response.statusText());
    if (trouble) throw trouble;
    const received = await response.body();
    const headers = response.headers();
    return {
      url: url.href,
      status: response.status(),
      headers,
      body: unpacked(received, { encoding: headers["content-encoding"], maxBytes }),
      receivedBytes: received.length,
    };
  }
}
export type { HttpSource };

/**
 * Playwright gathers a whole answer before it hands it over and knows no limit. Node tells of every answer that begins, so
 * the limit is kept there; and the packing is taken off afterwards by us, where its size can be bounded as well.
 */
function limitAnswers({ userAgent, maxBytes }: Required<HttpSourceOptions>) {
  return (message: unknown): void => {
    const { request: asked, response } = message as {
      readonly request: ClientRequest;
      readonly response: IncomingMessage;
    };
    if (asked.getHeader("user-agent") !== userAgent) return;
    delete response.headers["content-encoding"];
    let bytes = 0;
    const push = response.push.bind(response);
    response.push = (chunk: Buffer | null) => {
      bytes += chunk?.length ?? 0;
      if (bytes <= maxBytes) return push(chunk);
      asked.destroy(tooLarge(maxBytes));
      return false;
    };
  };
}
const RESPONSE_BEGINS = "http.client.response.finish";
const MAX_REDIRECTS = 5;

/** @throws Unreachable for a redirect to nowhere. */
function redirectTarget({ status, headers, url }: FetchedPage): URL | undefined {
  if (status < 300 || status > 399) return undefined;
  const { location } = headers;
  const target = location === undefined ? undefined : URL.parse(location, url);
  if (target) return target;
  const why =
    location === undefined
      ? reason("redirect-unsaid", { url, status })
      : reason("redirect-nowhere", { url, status, to: location.slice(0, LONGEST_SHOWN) });
  throw new Unreachable([why], { lasting: true });
}
const LONGEST_SHOWN = 100;

/** A certificate of somebody else's, or more than we take, will be so again. */
const isLasting = (error: unknown): boolean =>
  /certificate|altnames|The answer is larger than/i.test(saidBy(error));

function saidBy(error: unknown): string {
  const first = error instanceof Error ? error.message.split("\n")[0] : String(error);
  return (first ?? "").replace(/^apiRequestContext\.\w+: /, "");
}
