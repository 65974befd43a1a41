import type { Channel, Instant, Post } from "./post.ts";
import type { FetchedPage } from "./source.ts";

/** What an answer turned out to be, told by its structure alone. */
export type Page =
  | ChannelPage
  /** A channel's page without a post: no hits, nothing below the cursor, or a soft rate limit. */
  | { readonly kind: "empty"; readonly channel?: Channel }
  | Landing
  | {
      readonly kind: "unavailable";
      readonly reason: "missing" | "preview-off" | "group" | "restricted";
    }
  | { readonly kind: "embed"; readonly post: Post; readonly warnings: readonly string[] }
  | { readonly kind: "embed-missing" }
  | { readonly kind: "discussion"; readonly comments: readonly Post[] }
  /** The body ends before `</html>`: ask again, keep nothing of it. */
  | { readonly kind: "cut" }
  /** Not a page of Telegram's preview we know: a challenge, a consent form, a tiny or foreign body. */
  | { readonly kind: "unknown"; readonly why: string };

/** A page of a channel's posts, ascending by id, at least one. */
export interface ChannelPage {
  readonly kind: "posts";
  readonly channel: Channel;
  readonly posts: readonly Post[];
  /** Cursor for `?before=`, when the page links to older posts; its absence proves nothing. */
  readonly older?: number;
  /** Cursor for `?after=`, when the page links to newer posts. */
  readonly newer?: number;
  /** Sentences for the operator: what was on the page and not understood. */
  readonly warnings: readonly string[];
}

/** The page at `/name` or `/name/12` of a channel that exists and whose preview is on. */
export interface Landing {
  readonly kind: "landing";
  readonly title: string;
  readonly description?: string;
  /** The exact number of subscribers, where the page shows it. */
  readonly subscribers?: number;
  /** Path of the preview it links to: `/s/durov`. */
  readonly previewPath: string;
  /** On a post's own landing page: its id and its plain text (cut near 1,000 characters). */
  readonly post?: { readonly id: number; readonly text: string };
}

/**
 * Tells what kind of page this is and reads it.
 * @throws PageChanged when it is a channel's page, but not built as we know it.
 */
export declare function readPage(
  fetched: FetchedPage,
  asked: { readonly channel: string; readonly readAt: Instant },
): Page;
