import { readChannel } from "./channel-info.ts";
import { decodePage } from "./decode.ts";
import { type Element, hasWords, innerText, withoutDrawings } from "./dom.ts";
import { PageChanged } from "../errors.ts";
import {
  type Landing,
  type Unavailable,
  type UnknownPage,
  readLanding,
  refusal,
} from "./landing.ts";
import { readMessage } from "./message.ts";
import { type Outline, outlineOf } from "./outline.ts";
import type { Channel, Instant, Post } from "../post.ts";
import { readPosts } from "./posts.ts";
import { type ReadingCode, type Reason, reason } from "../reasons.ts";
import type { WebPage } from "../reading/source.ts";

/** What an answer turned out to be, told by its structure alone. */
export type Page =
  | ChannelPage
  /** A channel's page without a post: no hits, nothing below the cursor, or a soft rate limit. */
  | { readonly kind: "empty"; readonly channel?: Channel }
  | Landing
  | Unavailable
  | { readonly kind: "embed"; readonly post: Post; readonly warnings: readonly string[] }
  | { readonly kind: "embed-missing" }
  | { readonly kind: "discussion"; readonly comments: readonly Post[] }
  /** The body ends before `</html>`: ask again, keep nothing of it. */
  | { readonly kind: "cut" }
  /** Not a page of Telegram's preview we know: a challenge, a consent form, a tiny or foreign body. */
  | UnknownPage;

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

/**
 * Tells what kind of page this is and reads it. `now`: no post can be of a later day; by default when it was read.
 * @throws PageChanged when it is a channel's page, but not built as we know it.
 */
export function readPage(
  fetched: WebPage,
  asked: {
    readonly channel: string;
    readonly readAt: Instant;
    readonly now?: Date;
    /** A person looked: posts are taken as far as they are understood, however many hold what is not. */
    readonly acceptChange?: boolean;
  },
): Page {
  const { url, status, headers, body } = fetched;
  if (status >= 400) return { kind: "unknown", why: reason("http-status", { status }) };
  const decoded = decodePage(fetched);
  if (decoded.kind !== "html") return decoded;
  const html = withoutDrawings(decoded.html);
  const outline = outlineOf(html);
  const changed = (what: Reason<ReadingCode>): PageChanged =>
    new PageChanged(what, { url, head: { status, headers }, body, readAt: asked.readAt });

  if (
    outline.bodyClasses.includes("body_widget_discussion") ||
    outline.first("tgme_post_discussion")
  )
    return { kind: "discussion", comments: readComments(outline, html) };
  const error = outline.first("tgme_widget_message_error") ?? outline.first("err_message");
  if (error) return isRefusal(error) ? refused(outline) : { kind: "embed-missing" };
  if (outline.messages.length > 0) {
    const now = asked.now ?? new Date(asked.readAt);
    const { channel: name, acceptChange = false } = asked;
    const names = [name, shownName(outline) ?? ""];
    const read = readPosts(outline.messages, { html, channel: name, now, names, acceptChange });
    if ("changed" in read) throw changed(read.changed);
    const [post] = read.posts;
    if (!post) throw changed(reason("no-id-at-all"));
    if (isEmbed(outline)) return { kind: "embed", post, warnings: read.warnings };
    const { channel, warnings } = readChannel(outline, { ...read, name: post.channel });
    return {
      kind: "posts",
      channel,
      posts: read.posts,
      ...cursorsOf(outline),
      warnings: [...warnings, ...read.warnings],
    };
  }
  const history = outline.first("tgme_channel_history");
  const nothing = outline.first("tme_no_messages_found");
  if (!history && !nothing) return readLanding(outline);
  if ([history, nothing].some((part) => part && isRefusal(part))) return refused(outline);
  if (!nothing && history && hasWords(innerText(history)))
    throw changed(reason("no-message-known"));
  return outline.first("tgme_channel_info")
    ? { kind: "empty", channel: readChannel(outline, { name: asked.channel }).channel }
    : { kind: "empty" };
}

/** Telegram's sentences for what it does not show, which stand where posts or nothing should. */
function isRefusal(element: Element): boolean {
  return refusal.test(innerText(element));
}

function refused(outline: Outline): Unavailable {
  const channel = shownName(outline);
  return { kind: "unavailable", reason: "restricted", ...(channel !== undefined && { channel }) };
}

/** What the page itself calls its channel: as somebody typed it, which may be an old name. */
function shownName(outline: Outline): string | undefined {
  return /^\/(\w+)/u.exec(outline.first("tgme_main")?.attribs["data-url"] ?? "")?.[1];
}

/** An embed holds one message and nothing of a channel's page around it. */
function isEmbed(outline: Outline): boolean {
  if (outline.bodyClasses.includes("body_widget_post")) return true;
  const around = ["tgme_channel_history", "tgme_channel_info", "tgme_widget_message_wrap"];
  return outline.messages.length === 1 && !around.some((name) => outline.first(name));
}

function cursorsOf(outline: Outline): { older?: number; newer?: number } {
  const more = outline.all("tme_messages_more");
  const cursor = (attribute: string, rel: string): number => {
    const given = more.find((link) => link.attribs[attribute] !== undefined)?.attribs[attribute];
    return Number(given ?? /[?&](?:before|after)=(\d+)/u.exec(outline.link(rel) ?? "")?.[1]);
  };
  // `rel=canonical` also carries a `before`: it is this page itself.
  const older = cursor("data-before", "prev");
  const newer = cursor("data-after", "next");
  return { ...(older > 0 && { older }), ...(newer > 0 && { newer }) };
}

/** Comments are numbered in a chat of their own; their addresses hang on the post's. */
function readComments(outline: Outline, html: string): Post[] {
  const comments: Post[] = [];
  for (const element of outline.messages) {
    const message = readMessage(element, { html, channel: "" });
    const id = Number(element.attribs["data-post-id"]);
    if (!message.linkedKey || !message.publishedAt || !(id > 0)) continue;
    const { channel, id: postId } = message.linkedKey;
    const comment = message.post({ channel, id }, message.publishedAt);
    comments.push({ ...comment, url: `https://t.me/${channel}/${postId}?comment=${id}` });
  }
  return comments;
}
