import { isUtf8 } from "node:buffer";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import { ChannelUnavailable, PageChanged, Throttled, Unreachable, UsageError } from "../errors.ts";
import type { Gate } from "./gate.ts";
import type { ChannelPage, Page } from "../markup/page.ts";
import { readPage } from "../markup/page.ts";
import type { Instant } from "../post.ts";
import type { FetchedPage, PageSource } from "./source.ts";

/** A channel's page, or a page of it without posts, with its evidence. */
export interface PageRead {
  readonly page: ChannelPage | Extract<Page, { kind: "empty" }>;
  readonly url: string;
  readonly body: Uint8Array;
  readonly readAt: Instant;
}

/** Which page of a channel: the newest, or the posts with ids below `before`. */
export interface Ask {
  readonly channel: string;
  readonly before?: number;
  /** There must be posts: a page without them is the source's quiet way to refuse. */
  readonly expectPosts?: boolean;
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
}

/** Told of every answer, retries included. */
export type OnAnswer = (answer: Answer) => void;

/** Reads pages of channels politely: the network, the gate and the kinds of pages in one verb. */
export interface PageReader {
  /** How many reads may usefully be under way at once. */
  readonly concurrency: number;
  /**
   * `onAnswer` is told of every try it takes.
   * @throws ChannelUnavailable, PageChanged, Throttled, Unreachable; the signal's reason when aborted.
   */
  read(ask: Ask, signal?: AbortSignal, onAnswer?: OnAnswer): Promise<PageRead>;
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

/** A reader that asks again, at most eight times and ever more patiently, until an answer is a page of the channel. */
export function pageReader({
  source,
  secondTry,
  gate,
  clock = systemClock,
  random = Math.random,
  onAnswer: onEveryAnswer,
}: PageReaderOptions): PageReader {
  return {
    concurrency: gate.concurrency,
    async read(ask, signal, onAnswer) {
      const path = pathOf(ask);
      let from = source;
      let trouble: Trouble | undefined;
      let tries = 0;
      for (let attempt = 0; attempt < (trouble?.mostTries ?? MAX_TRIES); attempt += 1) {
        tries += 1;
        if (trouble?.kind === "failed") await clock.sleep(backoff(attempt, random), signal);
        const visit = new Visit({ clock, gate });
        let outcome: PageRead | Trouble | undefined;
        let error: unknown;
        try {
          const isSecondTry = from === secondTry;
          const answer = await visit.make(from, path, { ...(signal && { signal }), isSecondTry });
          outcome = answer instanceof Unreachable ? failed(answer) : judge(answer, ask, clock);
        } catch (thrown) {
          error = thrown;
          throw thrown;
        } finally {
          const told = visit.told(outcome, error);
          if (told) {
            onEveryAnswer?.(told);
            onAnswer?.(told);
          }
        }
        if ("page" in outcome) {
          gate.wentWell();
          return outcome;
        }
        trouble = outcome;
        if (trouble.kind === "throttled") gate.slowDown(trouble.pauseMs, visit.beganAt);
        from = trouble.strange && from === source && secondTry ? secondTry : source;
      }
      throw givenUp(path, { trouble, tries, hadBrowser: secondTry !== undefined });
    },
  };
}

interface Trouble {
  /** `throttled`: everybody waits. `failed`: this reader waits. */
  readonly kind: "throttled" | "failed";
  readonly why: string;
  readonly pauseMs: number;
  /** Another way of asking may get a page where this one did not. */
  readonly strange: boolean;
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
    { signal, isSecondTry }: { readonly signal?: AbortSignal; readonly isSecondTry: boolean },
  ): Promise<FetchedPage | Unreachable> {
    const onRequest = (): void => {
      this.#requests += 1;
      if (this.#requests > 1) this.#gate.charge();
    };
    return this.#gate.pass(async () => {
      this.beganAt = this.#clock.now();
      try {
        const page = await source.get(path, { onRequest, ...(signal && { signal }) });
        this.#bytes = page.receivedBytes;
        return page;
      } catch (error) {
        if (error instanceof Unreachable) return error;
        // The second try is a help: one that cannot be had does not end a run.
        if (isSecondTry && error instanceof UsageError)
          return new Unreachable(error.message, { cause: error });
        throw error;
      }
    }, signal);
  }

  /** Nothing when no request was made. */
  told(outcome: PageRead | Trouble | undefined, error: unknown): Answer | undefined {
    if (this.#requests === 0) return undefined;
    return {
      outcome: outcomeOf(outcome, error),
      requests: this.#requests,
      bytes: this.#bytes,
      ms: this.#clock.now() - this.beganAt,
    };
  }
}

function outcomeOf(outcome: PageRead | Trouble | undefined, error: unknown): Answer["outcome"] {
  if (outcome) return "page" in outcome ? outcome.page.kind : outcome.kind;
  if (error instanceof ChannelUnavailable) return "refused";
  return error instanceof PageChanged ? "changed" : "stopped";
}

function judge(fetched: FetchedPage, ask: Ask, clock: Clock): PageRead | Trouble {
  const { status, headers, url, body } = fetched;
  const pauseMs = retryAfter(headers["retry-after"], clock);
  if (status === 429 || (status === 503 && pauseMs !== undefined))
    return throttled(`it answers ${status}`, pauseMs);
  if (status >= 500) return failed(`it answers ${status}`);
  if (!isUtf8(body)) return failed("its answer is not in UTF-8");
  const readAt = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
  const page = readPage(fetched, { channel: ask.channel, readAt });
  switch (page.kind) {
    case "posts":
      if (page.channel.name.toLowerCase() !== ask.channel.toLowerCase())
        return { ...failed(`it shows @${page.channel.name}`), strange: true };
      return { page, url, body, readAt };
    case "empty":
      if (!ask.expectPosts) return { page, url, body, readAt };
      return noPosts(ask);
    case "unavailable":
      throw new ChannelUnavailable(ask.channel, page.reason);
    case "cut":
      return failed("its answer breaks off");
    case "unknown":
      return {
        ...failed(`its answer (${status}) is no page of a channel: ${page.why}`),
        strange: true,
      };
    default:
      return { ...failed(`it answers with another kind of page (${page.kind})`), strange: true };
  }
}

/**
 * The source's quiet way to refuse. In the middle of a history it is waited out; where a run begins, the channel may as well be
 * emptied: that is not found out by patience, and the next run asks again.
 */
function noPosts({ before }: Ask): Trouble {
  const why = "it shows no posts where there are some";
  if (before !== undefined) return { ...throttled(why), strange: true };
  return { ...throttled(why, EMPTY_PAUSE_MS), strange: true, mostTries: EMPTY_TRIES };
}

function throttled(why: string, pauseMs = DEFAULT_PAUSE_MS): Trouble {
  return { kind: "throttled", why, pauseMs, strange: false };
}

function failed(why: string | Unreachable): Trouble {
  const words = typeof why === "string" ? why : why.message;
  return { kind: "failed", why: words, pauseMs: 0, strange: false, cause: why };
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
function retryAfter(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.now());
}

/** Full jitter: anywhere between nothing and a bound that doubles with each try. */
function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
}

function givenUp(
  path: string,
  after: {
    readonly trouble: Trouble | undefined;
    readonly tries: number;
    readonly hadBrowser: boolean;
  },
): Error {
  const { trouble, tries, hadBrowser } = after;
  const why = trouble?.why ?? "no try was made";
  const browser = trouble?.strange && !hadBrowser ? " There was no browser to try it with." : "";
  const sentence = `Gave up on ${path} after ${tries} tries: ${why.replace(/\.$/u, "")}.${browser} What was read is kept; the next run goes on from there.`;
  const options = trouble?.cause instanceof Error ? { cause: trouble.cause } : undefined;
  return trouble?.kind === "throttled"
    ? new Throttled(sentence, options)
    : new Unreachable(sentence, options);
}

const MAX_TRIES = 8;
const EMPTY_TRIES = 3;
const EMPTY_PAUSE_MS = 5_000;
const DEFAULT_PAUSE_MS = 30_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;
