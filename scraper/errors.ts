import type { Instant } from "./post.ts";
import type { ResponseHead } from "./reading/source.ts";
import {
  inWords,
  type ReadingCode,
  readingSentences,
  type Reason,
  reason,
  type Reasons,
} from "./reasons.ts";

/** An error whose sentence is also told as reasons: codes and facts, for whoever says it in another language. */
export abstract class Explained<Code extends string = string> extends Error {
  /** Absent where the sentence is all there is. */
  readonly reasons?: Reasons<Code>;
  constructor(message: string, { reasons, ...options }: ExplainedOptions<Code> = {}) {
    super(message, options);
    if (reasons) this.reasons = reasons;
  }
}
interface ExplainedOptions<Code extends string> extends ErrorOptions {
  readonly reasons?: Reasons<Code>;
}

/** What an error of reading says: its sentence, or the reasons that make one. */
type Why = string | Reasons<ReadingCode>;

const messageOf = (why: Why): string =>
  typeof why === "string" ? why : inWords(why, readingSentences);

const reasonsOf = (why: Why): { readonly reasons?: Reasons<ReadingCode> } =>
  typeof why === "string" ? {} : { reasons: why };

/** Nothing more can be read from this channel now, and why: a decision of its owner or of Telegram. */
export class ChannelUnavailable extends Explained<ReadingCode> {
  override name = "ChannelUnavailable";
  readonly channel: string;
  readonly reason: "missing" | "preview-off" | "group" | "restricted";
  constructor(channel: string, refused: ChannelUnavailable["reason"], options?: ErrorOptions) {
    const reasons = [reason(`channel-${refused}`, { channel })] as const;
    super(messageOf(reasons), { ...options, reasons });
    this.channel = channel;
    this.reason = refused;
  }
}

/** The page is a channel's, but no longer built as the parser knows it. Nothing of it may be stored but its body. */
export class PageChanged extends Explained<ReadingCode> {
  override name = "PageChanged";
  readonly url: string;
  readonly head?: ResponseHead;
  readonly body: Uint8Array;
  readonly readAt: Instant;
  constructor(
    what: Reason<ReadingCode>,
    page: {
      readonly url: string;
      readonly head?: ResponseHead;
      readonly body: Uint8Array;
      readonly readAt: Instant;
    },
    options?: ErrorOptions,
  ) {
    const reasons = [reason("layout-changed", { url: page.url }), what] as const;
    super(messageOf(reasons), { ...options, reasons });
    this.url = page.url;
    if (page.head) this.head = page.head;
    this.body = page.body;
    this.readAt = page.readAt;
  }
}

/** The source asked to slow down and kept asking. What was read is kept; the next run goes on from there. */
export class Throttled extends Explained<ReadingCode> {
  override name = "Throttled";
  constructor(why: Why, options?: ErrorOptions) {
    super(messageOf(why), { ...options, ...reasonsOf(why) });
  }
}

/** No answer worth reading after every retry: 5xx, time-out, network, cut bodies. The next run goes on from there. */
export class Unreachable extends Explained<ReadingCode> {
  override name = "Unreachable";
  /** Waiting will not change it: a redirect elsewhere, a packing nobody knows, an answer that is too large. */
  readonly lasting: boolean;
  constructor(
    why: Why,
    { lasting = false, ...options }: ErrorOptions & { readonly lasting?: boolean } = {},
  ) {
    super(messageOf(why), { ...options, ...reasonsOf(why) });
    this.lasting = lasting;
  }
}

/** Something a person typed cannot be used; the sentence says what is wrong and what to do. */
export class UsageError extends Explained<ReadingCode> {
  override name = "UsageError";
  constructor(why: Why, options?: ErrorOptions) {
    super(messageOf(why), { ...options, ...reasonsOf(why) });
  }
}
