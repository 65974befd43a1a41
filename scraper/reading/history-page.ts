import type { Channel, Instant, Post } from "../post.ts";
import type { ResponseHead } from "./source.ts";

/** Ids from `from` to `to`, both included; never empty. */
export interface IdRange {
  readonly from: number;
  readonly to: number;
}

/** One page of a channel's history: its posts, and every id whose fate it tells. */
export interface HistoryPage {
  readonly channel: Channel;
  /** Ascending by id; empty only when the source confirmed that nothing lies in `span`. */
  readonly posts: readonly Post[];
  /**
   * The ids this page spans: each is shown by one of `posts` or absent as of `readAt`.
   * Absent when the page tells nothing of any id (an empty channel).
   */
  readonly span?: IdRange;
  readonly url: string;
  /** The page as read, UTF-8: the evidence. */
  readonly body: Uint8Array;
  /** What the answer said before it. */
  readonly head?: ResponseHead;
  readonly readAt: Instant;
  /** Sentences for the operator: what was on the page and not understood. */
  readonly warnings: readonly string[];
}
