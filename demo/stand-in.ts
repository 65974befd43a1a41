import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Post } from "../scraper/post.ts";
import { asWindows1251, challengePage, type Fault, withoutClass } from "./faults.ts";
import {
  bareLanding,
  blockedLanding,
  channelLanding,
  groupLanding,
  marketingPage,
  postLanding,
  type PreviewLink,
} from "./landing-markup.ts";
import type { Style } from "./message-markup.ts";
import {
  embedMissingPage,
  embedPage,
  historyBody,
  historyPage,
  type HistoryView,
} from "./page-markup.ts";
import { pictureOf } from "./picture.ts";
import type { Profile, Truth } from "./truth.ts";

/** A name that exists and cannot be read, and how it says so. */
export interface Refused extends Profile {
  readonly refusal: "preview-off" | "group" | "view-posts-by" | "blocked" | "marketing";
}

/** A request as the stand-in got it: `path` with its query, `number` from 1. */
interface Asked {
  readonly number: number;
  readonly path: string;
}

export interface StandInOptions {
  readonly channels: readonly (Truth | Refused)[];
  readonly port?: number;
  readonly host?: string;
  /** With it https is spoken. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Told of every request, those for pictures and robots.txt too. */
  readonly onRequest?: (request: IncomingMessage) => void;
  readonly style?: Partial<Style>;
  readonly previewLink?: PreviewLink;
  /** Which requests fail, and how. Answers the whole request: nothing is chosen by chance here. */
  readonly faults?: (asked: Asked) => Fault | undefined;
  /** No more requests than this in any window; the rest get 429. */
  readonly limit?: {
    readonly requests: number;
    readonly windowMs: number;
    readonly retryAfter?: string;
  };
  readonly latencyMs?: number;
  /** Pages that begin with such a post lack the link to older ones, though there are some. */
  readonly lacksOlderLink?: (firstId: number) => boolean;
  /** What /robots.txt holds; there is none without it. */
  readonly robots?: string;
  /** Pictures and films get addresses of the stand-in itself, by the name it is asked by, where small drawings are served. */
  readonly ownMedia?: boolean;
  /** Answers for these files instead; with it, `ownMedia` is implied. */
  readonly files?: {
    readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
    /** A folder in the address, another as often as one likes: addresses of Telegram's files change at each read. */
    readonly folder?: () => string;
  };
}

export interface StandIn extends AsyncDisposable {
  /** `http://127.0.0.1:41234`; https with `tls` */
  readonly origin: string;
  /** Every request so far, pictures and robots.txt left out. */
  readonly requests: readonly Asked[];
  /** Other faults from now on; none without an argument. */
  fail(faults?: StandInOptions["faults"]): void;
  /** Ends every open answer, then the server. */
  close(): Promise<void>;
}

/** A stand-in for t.me on this machine: the public pages of some channels, in Telegram's markup, with faults on request. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { port = 0, host = "127.0.0.1", latencyMs = 0 } = options;
  const requests: Asked[] = [];
  const closing = new AbortController();
  const tooMany = limiter(options.limit);
  let faults = options.faults;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    options.onRequest?.(request);
    if (path === "/robots.txt") return send(request, response, robotsOf(options.robots));
    if (path.startsWith("/file/") && options.files) return options.files.answer(request, response);
    if (path.startsWith("/file/")) return sendPicture(response, path);
    const asked = { number: requests.length + 1, path };
    requests.push(asked);
    if (latencyMs > 0) await wait(latencyMs, undefined, { signal: closing.signal });
    const fault = tooMany() ?? faults?.(asked);
    const page = answerTo(path, options, {
      headers: request.headers,
      pretendEmpty: fault?.kind === "empty",
    });
    const folder = options.files?.folder?.();
    const files = `${scheme}://${request.headers.host}/file/${folder === undefined ? "" : `${folder}/`}`;
    const ours =
      options.ownMedia || options.files
        ? { ...page, body: page.body.replaceAll(telegramFiles, files) }
        : page;
    await sendWith(fault, { request, response, page: ours, signal: closing.signal });
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      if (!closing.signal.aborted) console.error(error);
      response.destroy();
    });
  };
  const scheme = options.tls ? "https" : "http";
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const origin = `${scheme}://${host}:${(server.address() as AddressInfo).port}`;

  const close = async (): Promise<void> => {
    closing.abort();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    origin,
    requests,
    fail: (other) => {
      faults = other;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const telegramFiles = /https:\/\/cdn\d\.telesco\.pe\/file\//g;

function robotsOf(text: string | undefined): Page {
  return { status: text === undefined ? 404 : 200, type: "text/plain", body: text ?? "" };
}

interface Page {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type: string;
  readonly body: string;
}

const html = (body: string): Page => ({ status: 200, type: "text/html; charset=utf-8", body });
const redirect = (location: string): Page => ({
  status: 302,
  headers: { location },
  type: "text/html; charset=utf-8",
  body: "",
});

/** What a stand-in of these channels answers to a path, faults aside. */
export function answerTo(
  path: string,
  options: Pick<StandInOptions, "channels" | "style" | "previewLink" | "lacksOlderLink">,
  {
    headers = {},
    pretendEmpty = false,
  }: { readonly headers?: IncomingMessage["headers"]; readonly pretendEmpty?: boolean } = {},
): Page {
  const { pathname, searchParams } = new URL(path, "http://t.me");
  const [first = "", second, third] = pathname.split("/").filter((part) => part !== "");
  const style: Style = { year: 2026, weight: "real", ...options.style };
  const history = first === "s";
  const asked = (history ? second : first) ?? "";
  const id = Number(history ? third : second) || undefined;
  const found = options.channels.find(
    (channel) => nameOf(channel).toLowerCase() === asked.toLowerCase(),
  );

  if (asked === "") return html(marketingPage());
  if (found && !("refusal" in found)) {
    if (history) {
      const view = viewOf(found, { asked, id, query: searchParams, pretendEmpty, options });
      if (headers["x-requested-with"] === "XMLHttpRequest") {
        return { ...html(JSON.stringify(historyBody(view, style))), type: "application/json" };
      }
      return html(historyPage(view, style));
    }
    const post = id === undefined ? undefined : found.post(id);
    if (searchParams.has("embed")) {
      return html(post ? embedPage(post, found.profile, style) : embedMissingPage());
    }
    return html(
      post
        ? postLanding(post, found.profile)
        : channelLanding(found.profile, options.previewLink ?? "link"),
    );
  }
  if (history) return redirect(`/${asked}`);
  if (searchParams.has("embed")) return html(embedMissingPage());
  return html(found ? refusal(found) : bareLanding(asked, "contact"));
}

function nameOf(channel: Truth | Refused): string {
  return "refusal" in channel ? channel.name : channel.profile.name;
}

const refusal = (refused: Refused): string => refusals[refused.refusal](refused);

const refusals: Readonly<Record<Refused["refusal"], (refused: Refused) => string>> = {
  "preview-off": (refused) => channelLanding(refused, "none"),
  group: groupLanding,
  "view-posts-by": ({ name }) => bareLanding(name, "view posts by"),
  blocked: blockedLanding,
  marketing: marketingPage,
};

const pageIds = 20;

interface Wanted {
  readonly asked: string;
  readonly id: number | undefined;
  readonly query: URLSearchParams;
  readonly pretendEmpty: boolean;
  readonly options: Pick<StandInOptions, "lacksOlderLink">;
}

/** Which posts stand on the page asked for: 20 ids, an album whole, `before` and `after` exclusive. */
function viewOf(truth: Truth, wanted: Wanted): HistoryView {
  const { asked, id, query } = wanted;
  if (wanted.pretendEmpty) return { truth, asked, posts: [] };
  const looksFor = query.get("q");
  if (looksFor) {
    const needle = looksFor.toLowerCase();
    const posts = truth.posts.filter(({ text }) => text.toLowerCase().includes(needle));
    return { truth, asked, posts: posts.slice(-pageIds), query: looksFor };
  }
  const before = Number(query.get("before")) || undefined;
  const after = Number(query.get("after")) || undefined;
  const all = truth.posts;
  let from: number;
  let to: number;
  if (after !== undefined && before === undefined) {
    from = truth.below(after + 1);
    to = fillForward(all, from, pageIds);
  } else if (id !== undefined) {
    const middle = truth.below(id + 1);
    from = fillBackward(all, middle, pageIds / 2);
    to = fillForward(all, middle, pageIds / 2);
  } else {
    to = before === undefined ? all.length : truth.below(before);
    from = fillBackward(all, to, pageIds);
  }
  const posts = all.slice(from, to);
  const [first] = posts;
  const last = posts.at(-1);
  const hasOlder = from > 0 && !(first && wanted.options.lacksOlderLink?.(first.id));
  return {
    truth,
    asked,
    posts,
    ...(first && hasOlder && { older: first.id }),
    ...(last && to < all.length && { newer: last.ids.at(-1) ?? last.id }),
  };
}

function fillBackward(posts: readonly Post[], to: number, ids: number): number {
  let from = to;
  let left = ids;
  while (from > 0) {
    left -= posts[from - 1]?.ids.length ?? 1;
    if (left < 0 && from < to) break;
    from -= 1;
  }
  return from;
}

function fillForward(posts: readonly Post[], from: number, ids: number): number {
  let to = from;
  let left = ids;
  while (to < posts.length) {
    left -= posts[to]?.ids.length ?? 1;
    if (left < 0 && to > from) break;
    to += 1;
  }
  return to;
}

function limiter(limit: StandInOptions["limit"]): () => Fault | undefined {
  if (!limit) return () => undefined;
  let times: number[] = [];
  return () => {
    const now = performance.now();
    times = times.filter((time) => now - time < limit.windowMs);
    if (times.length >= limit.requests) {
      return {
        kind: "status",
        status: 429,
        ...(limit.retryAfter !== undefined && { retryAfter: limit.retryAfter }),
      };
    }
    times.push(now);
    return undefined;
  };
}

interface Sending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly page: Page;
  readonly signal: AbortSignal;
}

async function sendWith(fault: Fault | undefined, sending: Sending): Promise<void> {
  const { request, response, page, signal } = sending;
  switch (fault?.kind) {
    case undefined:
    case "empty":
      return send(request, response, page);
    case "slow":
      await wait(fault.ms, undefined, { signal });
      return send(request, response, page);
    case "hang":
      await wait(fault.ms, undefined, { signal });
      response.destroy();
      return;
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "status": {
      const retry = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      const body = `<html><body><h1>${fault.status}</h1></body></html>\n`;
      return send(request, response, { ...html(body), status: fault.status, headers: retry });
    }
    case "cut":
      return send(request, response, { ...page, body: share(page.body, fault.share) });
    case "broken": {
      const body = Buffer.from(page.body);
      response.writeHead(200, { "content-type": page.type, "content-length": body.length });
      response.write(body.subarray(0, Math.floor(body.length * fault.share)), () => {
        request.socket.resetAndDestroy();
      });
      return;
    }
    case "challenge":
      return send(request, response, { ...html(challengePage), status: fault.status });
    case "charset": {
      const wide = fault.as === "utf-16le";
      response.writeHead(200, {
        "content-type": `text/html; charset=${wide ? "utf-16le" : "utf-8"}`,
      });
      response.end(wide ? Buffer.from(page.body, "utf16le") : asWindows1251(page.body));
      return;
    }
    case "layout":
      return send(request, response, {
        ...page,
        body: withoutClass(page.body, fault.from, fault.to),
      });
    case "redirect":
      return send(request, response, redirect(fault.to));
  }
}

function sendPicture(response: ServerResponse, path: string): void {
  const { status, type, body } = pictureOf(path);
  response.writeHead(status, { "content-type": type, "content-length": body.length });
  response.end(body);
}

function share(text: string, part: number): string {
  return text.slice(0, Math.floor(text.length * part));
}

/** Everything is packed as the reader accepts it, as t.me does. */
function send(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const packs = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const plain = Buffer.from(page.body);
  const body = packs ? gzipSync(plain, { level: 1 }) : plain;
  response.writeHead(page.status, {
    ...page.headers,
    "content-type": page.type,
    "content-length": body.length,
    ...(packs && { "content-encoding": "gzip" }),
  });
  response.end(body);
}
