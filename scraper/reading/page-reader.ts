import { isUtf8 } from "node:buffer";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import { ChannelUnavailable, PageChanged, Throttled, Unreachable, UsageError } from "../errors.ts";
import type { Gate } from "./gate.ts";
import type { ChannelPage, Page } from "../markup/page.ts";
import { readPage } from "../markup/page.ts";
import { instant } from "../instant.ts";
import type { Instant } from "../post.ts";
import { type ReadingCode, type Reason, reason, type Reasons, unnamedType } from "../reasons.ts";
import type { FetchedPage, PageSource, ResponseHead } from "./source.ts";

/** A channel's page, or a page of it without posts, with its evidence. */
export interface PageRead {
  readonly page: ChannelPage | Extract<Page, { kind: "empty" }>;
  readonly url: string;
  readonly head: ResponseHead;
  readonly body: Uint8Array;
  readonly readAt: Instant;
}

/** Which page of a channel: the newest, or the posts with ids below `before`. */
export interface Ask {
  readonly channel: string;
  readonly before?: number;
  /** There must be posts: a page without them is the source's quiet way to refuse. */
  readonly expectPosts?: boolean;
  /** A person looked: a page is taken as far as it is understood, however much of it is not. */
  readonly acceptChange?: boolean;
}

/** What became of one visit to the source, for whoever counts. */
export interface Answer {
  /** `stopped`: we gave up while waiting for it. */
  readonly outcome: "posts" | "empty" | "throttled" | "failed" | "refused" | "changed" | "stopped";
  /** Requests it took: one, and one for each redirect followed. */
  readonly requests: number;
  /** Bytes of body as they came over the network; nothing is known of a body that broke off. */
  readonly bytes: number;
  readonly ms: number;
  /** Where it brought no page: what came, and when the next try is. */
  readonly trouble?: InVain;
}

/** A try that brought no page. */
export interface InVain {
  readonly url: string;
  /** What came. */
  readonly why: Reasons<ReadingCode>;
  /** How many tries that makes, of how many at most. */
  readonly tries: number;
  readonly mostTries: number;
  /** Until the next one; absent when there is none. */
  readonly nextInMs?: number;
}

/** A try that has got no answer for a while; it is still waited for. */
export interface Silence {
  readonly url: string;
  readonly tries: number;
  readonly mostTries: number;
  readonly ms: number;
}

/** Told of every answer, retries included. */
export type OnAnswer = (answer: Answer) => void;

/** Whoever follows what is read: to count it, or to tell people. */
export interface Watch {
  readonly onAnswer?: OnAnswer;
  /** Told once a try when no answer came for three seconds. */
  readonly onSilence?: (silence: Silence) => void;
}

/** Reads pages of channels politely: the network, the gate and the kinds of pages in one verb. */
export interface PageReader {
  /** How many reads may usefully be under way at once. */
  readonly concurrency: number;
  /**
   * `watch` is told of every try it takes.
   * @throws ChannelUnavailable, PageChanged, Throttled, Unreachable; the signal's reason when aborted.
   */
  read(ask: Ask, signal?: AbortSignal, watch?: Watch): Promise<PageRead>;
}

export interface PageReaderOptions {
  readonly source: PageSource;
  /** Asked instead when an answer is no page we know: a browser. */
  readonly secondTry?: PageSource;
  /** The host's gate, shared with all other readers of this host. */
  readonly gate: Gate;
  readonly clock?: Clock;
  /** From 0 to 1, for the length of waits. */
  readonly random?: () => number;
  /** Told of every answer to anybody: for the figures of the whole process. */
  readonly onAnswer?: OnAnswer;
}

/**
 * A reader that asks again, at most eight times and ever more patiently, until an answer is a page of the channel. What
 * waiting will not change is asked for once more and no oftener.
 */
export function pageReader(options: PageReaderOptions): PageReader {
  const { source, secondTry, gate, clock = systemClock, random = Math.random } = options;
  const mostLasting = secondTry ? LASTING_TRIES + 1 : LASTING_TRIES;
  return {
    concurrency: gate.concurrency,
    async read(ask, signal, watch = {}) {
      const path = pathOf(ask);
      const { onSilence } = watch;
      const tell = (answer: Answer | undefined): void => {
        if (!answer) return;
        options.onAnswer?.(answer);
        watch.onAnswer?.(answer);
      };
      let from = source;
      let lasting = 0;
      for (let tries = 1; ; tries += 1) {
        const url = `${from.origin}${path}`;
        const visit = new Visit({ clock, gate });
        let outcome: PageRead | Trouble;
        try {
          const answer = await visit.make(from, path, {
            ...(signal && { signal }),
            isSecondTry: from === secondTry,
            ...(onSilence && {
              onSilence: () => onSilence({ url, tries, mostTries: MAX_TRIES, ms: SILENCE_MS }),
            }),
          });
          outcome = answer instanceof Unreachable ? unanswered(answer) : judge(answer, ask, clock);
        } catch (error) {
          tell(visit.told(outcomeOfError(error)));
          throw error;
        }
        if ("page" in outcome) {
          tell(visit.told(outcome.page.kind));
          gate.wentWell();
          return outcome;
        }
        if (outcome.kind === "throttled") gate.slowDown(outcome.pauseMs, visit.beganAt);
        // What a browser cannot read either is no news.
        const isLasting = outcome.lasting === true || (lasting > 0 && from === secondTry);
        lasting += isLasting ? 1 : 0;
        const most = outcome.mostTries ?? MAX_TRIES;
        const mostTries = isLasting ? Math.min(most, tries + mostLasting - lasting) : most;
        const isLast = tries >= mostTries;
        const nextInMs = outcome.kind === "failed" ? backoff(tries, random) : outcome.pauseMs;
        const { why } = outcome;
        const told = visit.told(outcome.kind);
        // After a pause too long to wait for there is no other try: the gate says so.
        const isOver = isLast || gate.turnsAway(outcome.kind === "failed" ? nextInMs : 0);
        const inVain = isOver
          ? { url, why, tries, mostTries: tries }
          : { url, why, tries, mostTries, nextInMs };
        tell(told && { ...told, trouble: inVain });
        if (isLast)
          throw givenUp(path, {
            trouble: outcome,
            tries,
            hadBrowser: secondTry !== undefined,
            ...(isLasting && { toLookAt: `${source.origin}${path}` }),
          });
        // After a pause that the host asked for, the gate keeps everybody waiting.
        if (outcome.kind === "failed") await clock.sleep(nextInMs, signal);
        from = outcome.strange && from === source && secondTry ? secondTry : source;
      }
    },
  };
}

/** The same reader for a run that a person told to take pages as they are. */
export const accepting = (reader: PageReader, acceptChange = false): PageReader => ({
  ...reader,
  read: async (ask, ...more) => reader.read({ ...ask, acceptChange }, ...more),
});

/** The same reader, with somebody told of every try. */
export const watched = (reader: PageReader, watch: Watch): PageReader => ({
  concurrency: reader.concurrency,
  read: async (ask, signal) => reader.read(ask, signal, watch),
});

interface Trouble {
  /** `throttled`: everybody waits. `failed`: this reader waits. */
  readonly kind: "throttled" | "failed";
  readonly why: Reasons<ReadingCode>;
  readonly pauseMs: number;
  /** Another way of asking may get a page where this one did not. */
  readonly strange: boolean;
  /** Waiting will not change it. */
  readonly lasting?: boolean;
  readonly cause?: unknown;
  /** Fewer than for other troubles. */
  readonly mostTries?: number;
}

function pathOf({ channel, before }: Ask): string {
  if (before === undefined) return `/s/${channel}`;
  // Below 2 there is nothing, and 0 serves the newest page again.
  if (!Number.isSafeInteger(before) || before < 2)
    throw new RangeError(`There are no posts before ${before}.`);
  return `/s/${channel}?before=${before}`;
}

/** One try behind the gate: what it took, for whoever counts. */
class Visit {
  /** When its turn came. */
  beganAt = 0;
  readonly #clock: Clock;
  readonly #gate: Gate;
  #requests = 0;
  #bytes = 0;

  constructor({ clock, gate }: { readonly clock: Clock; readonly gate: Gate }) {
    this.#clock = clock;
    this.#gate = gate;
  }

  async make(
    source: PageSource,
    path: string,
    {
      signal,
      isSecondTry,
      onSilence,
    }: {
      readonly signal?: AbortSignal;
      readonly isSecondTry: boolean;
      readonly onSilence?: () => void;
    },
  ): Promise<FetchedPage | Unreachable> {
    const onRequest = (): void => {
      this.#requests += 1;
      if (this.#requests > 1) this.#gate.charge();
    };
    return this.#gate.pass(async () => {
      this.beganAt = this.#clock.now();
      const answered = new AbortController();
      if (onSilence) void this.#clock.sleep(SILENCE_MS, answered.signal).then(onSilence, () => {});
      try {
        const page = await source.get(path, { onRequest, ...(signal && { signal }) });
        this.#bytes = page.receivedBytes;
        return page;
      } catch (error) {
        if (error instanceof Unreachable) return error;
        // The second try is a help: one that cannot be had does not end a run.
        if (isSecondTry && error instanceof UsageError)
          return new Unreachable(error.reasons ?? error.message, { cause: error });
        throw error;
      } finally {
        answered.abort();
      }
    }, signal);
  }

  /** What it took, for an outcome; nothing when no request was made. */
  told(outcome: Answer["outcome"]): Answer | undefined {
    if (this.#requests === 0) return undefined;
    const ms = this.#clock.now() - this.beganAt;
    return { outcome, requests: this.#requests, bytes: this.#bytes, ms };
  }
}

function outcomeOfError(error: unknown): Answer["outcome"] {
  if (error instanceof ChannelUnavailable) return "refused";
  return error instanceof PageChanged ? "changed" : "stopped";
}

function judge(fetched: FetchedPage, ask: Ask, clock: Clock): PageRead | Trouble {
  const { status, headers, url, body } = fetched;
  const came = cameAs(fetched);
  const answers = reason("status", { status });
  const pauseMs = retryAfter(headers["retry-after"], clock);
  if (status === 429 || (status === 503 && pauseMs !== undefined))
    return throttled(answers, pauseMs);
  if (status >= 500) return failed(answers);
  if (body.length === 0 && status < 400)
    return { ...failed(reason("answer-empty", came)), strange: true, mostTries: EMPTY_TRIES };
  if (!isUtf8(body)) return notUtf8(fetched);
  const readAt = instant(clock.now());
  const { channel, acceptChange = false } = ask;
  const page = readPage(fetched, { channel, readAt, acceptChange });
  const evidence = { url, head: { status, headers }, body, readAt };
  switch (page.kind) {
    case "posts":
      if (page.channel.name.toLowerCase() !== ask.channel.toLowerCase())
        return {
          ...failed(reason("other-channel", { channel: page.channel.name })),
          strange: true,
          lasting: true,
        };
      return { page, ...evidence };
    case "empty":
      if (!ask.expectPosts) return { page, ...evidence };
      return noPosts(ask);
    case "unavailable":
      throw new ChannelUnavailable(ask.channel, page.reason);
    case "cut":
      return failed(reason("answer-cut"));
    case "unknown":
      return status < 400
        ? noPage(came, page.why)
        : { ...noPage(came), lasting: isRefusal(status) };
    default:
      return {
        ...failed(reason("other-page", { kind: page.kind, ...came })),
        strange: true,
      };
  }
}

/** A file, or a page of somebody between here and the source: a login, a filter, a challenge. */
function noPage(came: Reason["facts"], what?: Reason<ReadingCode>): Trouble {
  const trouble = what
    ? failed(reason("no-page-but", came), what)
    : failed(reason("no-page", came));
  return { ...trouble, strange: true, lasting: true };
}

/** Of what says that it is a page another try may come whole; a file stays one. */
function notUtf8(fetched: FetchedPage): Trouble {
  const type = typeOf(fetched);
  if (type === "" || /html|xml/u.test(type)) return failed(reason("not-utf8"));
  return noPage(cameAs(fetched), reason("file"));
}

/** An answer in short. */
function cameAs(fetched: FetchedPage): Reason["facts"] {
  const { status, body } = fetched;
  return { status, type: typeOf(fetched) || unnamedType, bytes: body.length };
}

/** The kind of content that its header names; a foreign text, cut. */
const typeOf = ({ headers }: FetchedPage): string =>
  /^[\w.+/-]{1,60}/u.exec((headers["content-type"] ?? "").toLowerCase())?.[0] ?? "";

/** 403, 404 and the like: said of the address, not of the moment. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status <= 499 && ![408, 425, 429].includes(status);

/**
 * The source's quiet way to refuse. In the middle of a history it is waited out; where a run begins, the channel may as well be
 * emptied: that is not found out by patience, and the next run asks again.
 */
function noPosts({ before }: Ask): Trouble {
  const why = reason("posts-hidden");
  if (before !== undefined) return { ...throttled(why), strange: true };
  return { ...throttled(why, EMPTY_PAUSE_MS), strange: true, mostTries: EMPTY_TRIES };
}

function throttled(why: Reason<ReadingCode>, pauseMs = DEFAULT_PAUSE_MS): Trouble {
  return { kind: "throttled", why: [why], pauseMs, strange: false };
}

function failed(...why: Reasons<ReadingCode>): Trouble {
  return { kind: "failed", why, pauseMs: 0, strange: false };
}

/** A source that came back without an answer. */
function unanswered(error: Unreachable): Trouble {
  const { reasons = [reason("other", { said: error.message })], lasting } = error;
  return { ...failed(...reasons), lasting, cause: error };
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
function retryAfter(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_ASKED_MS);
}

/** Full jitter: anywhere between nothing and a bound that doubles with each try. */
function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
}

function givenUp(
  path: string,
  after: {
    readonly trouble: Trouble;
    readonly tries: number;
    readonly hadBrowser: boolean;
    /** Where waiting will not change it, so that a person must look. */
    readonly toLookAt?: string;
  },
): Error {
  const { trouble, tries, hadBrowser, toLookAt } = after;
  const isBrowserless = trouble.strange && !hadBrowser;
  const facts = { path, tries };
  const end =
    toLookAt === undefined
      ? reason(isBrowserless ? "gave-up-browserless" : "gave-up", facts)
      : reason(isBrowserless ? "gave-up-for-good-browserless" : "gave-up-for-good", {
          ...facts,
          address: toLookAt,
        });
  const why = [end, ...trouble.why] as const;
  const options = trouble.cause instanceof Error ? { cause: trouble.cause } : undefined;
  return trouble.kind === "throttled" ? new Throttled(why, options) : new Unreachable(why, options);
}

const MAX_TRIES = 8;
/** Of what waiting will not change; one more where a browser takes a turn. */
const LASTING_TRIES = 2;
/** Without an answer, before somebody is told. */
const SILENCE_MS = 3_000;
/** A host that asks for more is taken at this: a moment farther off may be none that can be written. */
const LONGEST_ASKED_MS = 366 * 86_400_000;
const EMPTY_TRIES = 3;
const EMPTY_PAUSE_MS = 5_000;
const DEFAULT_PAUSE_MS = 30_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;
