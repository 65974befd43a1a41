import type { Instant } from "./post.ts";

/** Nothing more can be read from this channel now, and why: a decision of its owner or of Telegram. */
export class ChannelUnavailable extends Error {
  override name = "ChannelUnavailable";
  readonly channel: string;
  readonly reason: "missing" | "preview-off" | "group" | "restricted";
  constructor(channel: string, reason: ChannelUnavailable["reason"], options?: ErrorOptions) {
    super(`@${channel}: ${refusals[reason]}`, options);
    this.channel = channel;
    this.reason = reason;
  }
}

const refusals = {
  missing: "there is no public channel of this name. Check the spelling.",
  "preview-off":
    "its owner switched the public preview off, so nothing can be read without an account.",
  group: "this is a group. Only public channels can be read without an account.",
  restricted: "Telegram does not show this channel here (restricted, or not from this network).",
} as const;

/** The page is a channel's, but no longer built as the parser knows it. Nothing of it may be stored but its body. */
export class PageChanged extends Error {
  override name = "PageChanged";
  readonly url: string;
  readonly body: Uint8Array;
  readonly readAt: Instant;
  constructor(
    what: string,
    page: { readonly url: string; readonly body: Uint8Array; readonly readAt: Instant },
    options?: ErrorOptions,
  ) {
    super(
      `The page layout changed: ${what} (${page.url}). Nothing of this page was taken over. With --accept-change it is, as far as it is understood.`,
      options,
    );
    this.url = page.url;
    this.body = page.body;
    this.readAt = page.readAt;
  }
}

/** The source asked to slow down and kept asking. What was read is kept; the next run goes on from there. */
export class Throttled extends Error {
  override name = "Throttled";
}

/** No answer worth reading after every retry: 5xx, time-out, network, cut bodies. The next run goes on from there. */
export class Unreachable extends Error {
  override name = "Unreachable";
  /** Waiting will not change it: a redirect elsewhere, a packing nobody knows, an answer that is too large. */
  readonly lasting: boolean;
  constructor(
    message: string,
    { lasting = false, ...options }: ErrorOptions & { readonly lasting?: boolean } = {},
  ) {
    super(message, options);
    this.lasting = lasting;
  }
}

/** Something a person typed cannot be used; the sentence says what is wrong and what to do. */
export class UsageError extends Error {
  override name = "UsageError";
}
