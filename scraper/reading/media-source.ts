import type { IncomingHttpHeaders } from "node:http";
import { Unreachable, UsageError } from "../errors.ts";
import type { Gates } from "./gates.ts";
import { type PublicAnswer, publicFetch, type Resolve } from "./public-fetch.ts";
import type { RelayFor } from "./proxy-relay.ts";
import { isTelegramFile } from "./telegram-files.ts";
import { version } from "../version.ts";

/** Why a file was not had, by what to do next. */
type MediaTrouble =
  /** The address is no longer good: the post's page has another. */
  | { readonly kind: "lapsed"; readonly why: string }
  /** Worth another try, later. */
  | { readonly kind: "failed"; readonly why: string; readonly pauseMs?: number }
  | { readonly kind: "too-large"; readonly why: string }
  /** Never to be asked: not one of Telegram's hosts, or a redirect away from them. */
  | { readonly kind: "refused"; readonly why: string };

/** A file on its way: its bytes from `from` on, bounded. */
export interface MediaBody {
  /** 0, or where the part that is here already ends. */
  readonly from: number;
  /** Of the whole file, where the server tells. */
  readonly bytes?: number;
  /** What the server calls this very content; with it a broken transfer can go on. */
  readonly tag?: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

interface MediaAsk {
  readonly maxBytes: number;
  /** A part that is here already, and the tag it was sent under. */
  readonly part?: { readonly bytes: number; readonly tag: string };
  readonly signal?: AbortSignal;
  /** Its turn has come: from now on the host is waited for. */
  readonly onAsked?: () => void;
}

/** Asks Telegram's hosts for files of posts, each host behind its one gate. */
export interface MediaSource {
  /** Files under way at once that are of use. */
  readonly concurrency: number;
  /** How long one file is waited for in one try. */
  readonly timeoutMs: number;
  /**
   * Hands the file to `take`, whose errors are thrown on.
   * @throws Throttled when the host asks for a longer pause than is worth waiting; the signal's reason when aborted.
   */
  get(
    address: string,
    ask: MediaAsk,
    take: (body: MediaBody) => Promise<void>,
  ): Promise<"taken" | MediaTrouble>;
}

/** Files by plain requests; redirects are checked like addresses. */
export function mediaSource({
  origin,
  gates,
  concurrency = 4,
  userAgent = `Mozilla/5.0 (compatible; Backscroll/${version}; archive of public channels)`,
  timeoutMs = mediaTimeoutMs,
  now = Date.now,
  resolve,
  relayFor,
}: {
  /** Where posts are read: its files may be asked for, even inside the network, since the operator named it. */
  readonly origin: string;
  readonly gates: Gates;
  readonly concurrency?: number;
  readonly userAgent?: string;
  /** For one file. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
  /** Tells what a host's name stands for; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** What a file is asked for through, redirects too. */
  readonly relayFor?: RelayFor;
}): MediaSource {
  const insideHosts = [new URL(origin).host];

  async function visit(
    address: string,
    ask: MediaAsk,
    take: (body: MediaBody) => Promise<void>,
  ): Promise<"taken" | MediaTrouble | { readonly kind: "moved"; readonly to: string }> {
    const gate = gates.of(new URL(address).host);
    const { part, maxBytes, signal } = ask;
    let beganAt = 0;
    return gate.pass(async () => {
      beganAt = now();
      ask.onAsked?.();
      const answer = await publicFetch(address, {
        headers: {
          "user-agent": userAgent,
          ...(part && { range: `bytes=${part.bytes}-`, "if-range": part.tag }),
        },
        insideHosts,
        timeoutMs,
        maxBytes: maxBytes + SLACK_BYTES,
        ...(signal && { signal }),
        ...(resolve && { resolve }),
        ...(relayFor && { relayFor }),
      });
      try {
        const told = judge(answer, ask, now());
        if (told.kind === "failed" && told.pauseMs !== undefined)
          gate.slowDown(told.pauseMs, beganAt);
        if (told.kind !== "body") return told;
        gate.wentWell();
        const chunks = boundedChunks(answer, { left: maxBytes - told.body.from, signal });
        await take({ ...told.body, chunks });
        return "taken";
      } finally {
        answer.body.destroy();
      }
    }, signal);
  }

  return {
    concurrency,
    timeoutMs,
    async get(given, ask, take) {
      let address = given;
      try {
        for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
          if (!isTelegramFile(address, origin)) return refused(given, address);
          const told = await visit(address, ask, take);
          if (told === "taken" || told.kind !== "moved") return told;
          address = told.to;
        }
        return failed(`it redirects more than ${MAX_REDIRECTS} times`);
      } catch (error) {
        if (error instanceof TooLarge) return { kind: "too-large", why: error.message };
        if (error instanceof UsageError) return { kind: "refused", why: error.message };
        if (error instanceof Unreachable) return failed(error.message);
        throw error;
      }
    },
  };
}

type Told =
  | MediaTrouble
  | { readonly kind: "moved"; readonly to: string }
  | { readonly kind: "body"; readonly body: Omit<MediaBody, "chunks"> };

class TooLarge extends Error {
  override name = "TooLarge";
}

/** The bytes as they come; every way a transfer can break off is one. @throws TooLarge, Unreachable, the signal's reason */
async function* boundedChunks(
  { url, body }: PublicAnswer,
  { left, signal }: { readonly left: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > left) break;
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new Unreachable(`The answer of ${new URL(url).host} broke off after ${bytes} bytes.`, {
      cause: error,
    });
  }
  if (bytes > left) throw new TooLarge("it goes on beyond what one file may have");
}

function judge(
  { status, headers, url }: PublicAnswer,
  { maxBytes, part }: MediaAsk,
  now: number,
): Told {
  const to = status >= 300 && status <= 399 && URL.parse(headers.location ?? "", url);
  if (to && headers.location !== undefined) return { kind: "moved", to: to.href };
  const pauseMs = retryAfter(headers, now);
  if (status === 429 || (status === 503 && pauseMs !== undefined))
    return { ...failed(`it answers ${status}`), pauseMs: pauseMs ?? DEFAULT_PAUSE_MS };
  if ([403, 404, 410].includes(status)) return { kind: "lapsed", why: `it answers ${status}` };
  if (status !== 200 && status !== 206) return failed(`it answers ${status}`);
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity")
    return failed("it is packed, which was not asked for");
  const from = status === 206 ? rangeStart(headers) : 0;
  if (from === undefined || (from !== 0 && from !== part?.bytes))
    return failed("it answers with another part than was asked for");
  const length = Number(headers["content-length"]);
  const bytes = Number.isSafeInteger(length) ? from + length : undefined;
  if (bytes !== undefined && bytes > maxBytes)
    return { kind: "too-large", why: `it has ${bytes} bytes` };
  const tag = tagOf(headers);
  const known = { ...(bytes !== undefined && { bytes }), ...(tag !== undefined && { tag }) };
  return { kind: "body", body: { from, ...known } };
}

/** A strong tag, or else the time of the last change. */
function tagOf({ etag, "last-modified": modified }: IncomingHttpHeaders): string | undefined {
  const tag = etag?.startsWith('"') ? etag : modified;
  return tag !== undefined && tag.length <= LONGEST_TAG ? tag : undefined;
}

function rangeStart(headers: IncomingHttpHeaders): number | undefined {
  const [, from] = /^bytes (\d{1,15})-\d+\/(?:\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  return from === undefined ? undefined : Number(from);
}

function retryAfter({ "retry-after": header }: IncomingHttpHeaders, now: number) {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const failed = (why: string) => ({ kind: "failed", why }) as const;

function refused(given: string, address: string): MediaTrouble {
  const host = URL.parse(address)?.host ?? address.slice(0, LONGEST_TAG);
  const how = given === address ? "lies at" : "redirects to";
  return { kind: "refused", why: `it ${how} ${host}, which is none of Telegram's hosts for files` };
}

/** For one file; a broken transfer can go on where it ended. */
const mediaTimeoutMs = 4 * 60_000;
const MAX_REDIRECTS = 3;
const DEFAULT_PAUSE_MS = 30_000;
const LONGEST_TAG = 200;
/** The bound of a file is kept while it is read; this one only stands behind it. */
const SLACK_BYTES = 1_000_000;
