import { postOfLink, safeAddress } from "./address.ts";
import { cardNames, cardPicture } from "./card.ts";
import { parseCount } from "./counts.ts";
import { defined } from "../defined.ts";
import {
  type AnyNode,
  type Element,
  backgroundOf,
  classesOf,
  hasWords,
  innerText,
  isElement,
  isText,
  nameOf,
  walk,
} from "./dom.ts";
import { emojiOf, isEmoji } from "./emoji.ts";
import { isId, parseInstant } from "../limits.ts";
import { mediaReaders } from "./media.ts";
import { type Notice, noticeNames, readNotice } from "./notice.ts";
import { readPoll, votersOf } from "./poll.ts";
import { botName, readForward, readPreview, readReply } from "./quotes.ts";
import type {
  Button,
  Forward,
  Instant,
  LinkPreview,
  Media,
  Poll,
  PostKey,
  Reaction,
  Reply,
} from "../post.ts";
import { plainText } from "./text.ts";

/** What was read so far of one message: each element goes to the reader of its class, and what has none is unknown. */
export class Draft {
  readonly holders: Element[] = [];
  readonly media: Media[] = [];
  readonly albumIds: number[] = [];
  readonly reactions: Reaction[] = [];
  readonly buttons: Button[] = [];
  readonly unknown = new Set<string>();
  readonly unknownHolders = new Set<string>();
  edited = false;
  readonly notices = new Set<Notice>();
  hasTextHolder = false;
  mediaWithheld = false;
  servicePhoto = false;
  owner: Element | undefined;
  author: string | undefined;
  sender: string | undefined;
  viaBot: string | undefined;
  publishedAt: Instant | undefined;
  linkedKey: PostKey | undefined;
  preview: LinkPreview | undefined;
  forward: Forward | undefined;
  reply: Reply | undefined;
  poll: Poll | undefined;
  voters: number | undefined;
  views: number | undefined;

  /** Takes one node over; says whether to look inside it. */
  read(node: AnyNode): boolean {
    if (isText(node)) {
      this.#stray(node.data, node.parent);
      return false;
    }
    if (!isElement(node)) return false;
    if (node.name === "script" || node.name === "style") return false;
    if (node.name === "svg") {
      if (hasWords(innerText(node))) this.unknown.add("svg");
      return false;
    }
    for (const name of classesOf(node)) {
      const reader = readers.get(name);
      if (reader) return reader(node, this) === "inside";
    }
    if (holdsMedia(node)) {
      this.unknown.add(nameOf(node));
      return false;
    }
    // A link is always part of something we know.
    if (node.name === "a" && node.attribs["href"] !== undefined) this.unknown.add(nameOf(node));
    return true;
  }

  strange(part: string, names: readonly string[]): void {
    for (const name of names) this.unknown.add(`${part}: ${name}`);
  }

  /** Words outside every part we know: the mark of an edit, or something new. */
  #stray(words: string, parent: AnyNode | null): void {
    if (!hasWords(words) || !parent || !isElement(parent)) return;
    const own = classesOf(parent);
    if (own.includes("tgme_widget_message_meta") && /^[\s,]*edited\s*$/u.test(words)) {
      this.edited = true;
      return;
    }
    // "Author in Group" on a group's message
    if (own.includes("tgme_widget_message_author") && /^\s*(?:in|via)\s*$/u.test(words)) return;
    const name = nameOf(parent);
    this.unknown.add(name);
    if (!isAside(parent)) this.unknownHolders.add(name);
  }
}

type Reader = (element: Element, draft: Draft) => "inside" | "done";

const readers = new Map<string, Reader>();
function part(names: readonly string[], reader: Reader): void {
  for (const name of names) readers.set(name, reader);
}

part(["tgme_widget_message_text"], (element, draft) => {
  // The quote of a reply has the same class as the post's own text.
  if (classesOf(element).includes("js-message_reply_text")) return unknownPart(element, draft);
  draft.holders.push(element);
  draft.hasTextHolder = true;
  return "done";
});

part(cardNames, (element, draft) => {
  draft.holders.push(element);
  const picture = cardPicture(element);
  if (picture) draft.media.push(picture);
  return "done";
});

part([...mediaReaders.keys()], (element, draft) => {
  const name = classesOf(element).find((each) => mediaReaders.has(each));
  const found = name === undefined ? undefined : mediaReaders.get(name)?.(element);
  if (!found) return "inside";
  draft.media.push(found.media);
  if (found.withheld) draft.mediaWithheld = true;
  if (found.id !== undefined) draft.albumIds.push(found.id);
  draft.strange(found.media.kind, found.strange);
  if (name === "tgme_widget_message_service_photo") draft.servicePhoto = true;
  return "done";
});

part(["tgme_widget_message_date"], (link, draft) => {
  draft.linkedKey = keyOf(postPath(link.attribs["href"]));
  walk(link, (node) => {
    if (isElement(node) && node.attribs["datetime"] !== undefined)
      draft.publishedAt = parseInstant(node.attribs["datetime"]);
    // What is shown beside the time is something else.
    if (isText(node) && hasWords(node.data)) draft.unknown.add(nameOf(link));
    return !isElement(node) || node.name !== "time";
  });
  return "done";
});

part(["tgme_widget_message_views"], (element, draft) => {
  draft.views = parseCount(innerText(element));
  if (draft.views === undefined) draft.unknown.add("tgme_widget_message_views");
  return "done";
});

part(["tgme_widget_message_voters", "tgme_widget_message_poll_votes"], (element, draft) => {
  draft.voters = votersOf(element);
  if (draft.voters === undefined) draft.unknown.add(nameOf(element));
  return "done";
});

part(["tgme_widget_message_from_author"], (element, draft) => {
  draft.author = plainText(element) || undefined;
  return "done";
});

part(["tgme_widget_message_author_name"], (element, draft) => {
  draft.sender ??= plainText(element) || undefined;
  return "done";
});

part(["tgme_widget_message_owner_name"], (element, draft) => {
  draft.owner ??= element;
  return "done";
});

part(["tgme_widget_message_via_bot"], (element, draft) => {
  draft.viaBot = botName(element);
  return "done";
});

part(["tgme_widget_message_forwarded_from"], (element, draft) => {
  const { value, strange, bot } = readForward(element);
  draft.forward = value;
  if (bot) draft.viaBot = botName(bot);
  draft.strange("forward", strange);
  return "done";
});

part(["tgme_widget_message_reply"], (element, draft) => {
  const { value, strange } = readReply(element);
  draft.reply = value;
  draft.strange("reply", strange);
  return "done";
});

part(["tgme_widget_message_link_preview"], (element, draft) => {
  const { value, strange } = readPreview(element);
  draft.preview = value ?? draft.preview;
  draft.strange("preview", strange);
  return "done";
});

part(["tgme_widget_message_poll"], (element, draft) => {
  const { value, strange } = readPoll(element);
  draft.poll = value;
  draft.strange("poll", strange);
  return "done";
});

part(["tgme_reaction"], (element, draft) => {
  let words = "";
  let emoji: string | undefined;
  let emojiId: string | undefined;
  let paid = classesOf(element).includes("tgme_reaction_paid");
  walk(element, (node) => {
    if (isText(node)) words += node.data;
    if (!isElement(node)) return false;
    const names = classesOf(node);
    if (names.includes("icon-telegram-stars")) paid = true;
    if (node.name === "tg-emoji") emojiId = node.attribs["emoji-id"];
    const icon = isEmoji(node);
    if (icon) emoji = emojiOf(node) || undefined;
    return !icon;
  });
  const count = parseCount(words);
  const kind = paid ? "paid" : emojiId !== undefined ? "custom" : "emoji";
  if (count === undefined || (kind === "emoji" && emoji === undefined))
    draft.unknown.add("tgme_reaction");
  else draft.reactions.push(defined({ kind, emoji, emojiId, count } as const));
  return "done";
});

part(["tgme_widget_message_inline_button"], (element, draft) => {
  const href = element.attribs["href"];
  const url = href === undefined ? undefined : safeAddress(href.replaceAll("&amp;", "&"));
  draft.buttons.push(defined({ text: plainText(element), url }));
  return "done";
});

/** Telegram's "open the app" notices; what they mean together depends on what else the message holds. */
part(noticeNames, (element, draft) => {
  const notice = readNotice(element);
  draft.notices.add(notice);
  if (notice === "unknown") draft.unknown.add(nameOf(element));
  return "done";
});

/** Parts of parts: met outside the whole they belong to, the whole has changed. */
part(
  [
    "tgme_widget_message_metatext",
    "tgme_widget_message_forwarded_from_name",
    "tgme_widget_message_forwarded_from_author",
    "link_preview_site_name",
    "link_preview_title",
    "link_preview_description",
    "link_preview_image",
    "link_preview_right_image",
  ],
  unknownPart,
);

/** Frames and copies around a post: pictures and marks of its channel, and words that stand elsewhere as well. */
part(
  [
    "tgme_widget_message_owner_labels",
    "tgme_widget_message_link",
    "tgme_widget_message_reply_template",
    "js-reply_tpl",
    "copyonly",
  ],
  () => "done",
);
part(
  [
    "tgme_widget_message_user",
    "tgme_widget_message_user_photo",
    "tgme_widget_message_bubble_tail",
    "tgme_widget_message_bubble_logo",
  ],
  (element, draft) => {
    if (hasWords(innerText(element))) draft.unknown.add(nameOf(element));
    return "done";
  },
);

function unknownPart(element: Element, draft: Draft): "done" {
  draft.unknown.add(nameOf(element));
  return "done";
}

/** Whether words here are beside the post (counters, names, buttons), not its text. */
function isAside(element: Element): boolean {
  for (let node: AnyNode | null = element; node && isElement(node); node = node.parent) {
    if (node.attribs["data-post"] !== undefined) return false;
    if (classesOf(node).some((name) => asides.has(name))) return true;
  }
  return false;
}

function holdsMedia(element: Element): boolean {
  return mediaTags.has(element.name) || backgroundOf(element) !== undefined;
}

/** The post that `data-post` names: `durov/12`. */
export function keyOf(given: string | undefined): PostKey | undefined {
  const match = /^(\w{1,64})\/(\d{1,15})$/u.exec(given ?? "");
  const id = Number(match?.[2]);
  return match?.[1] && isId(id) ? { channel: match[1], id } : undefined;
}

function postPath(href: string | undefined): string | undefined {
  const target = postOfLink(href ?? "");
  return target && `${target.channel}/${target.id}`;
}

const asides = new Set([
  "tgme_widget_message_author",
  "tgme_widget_message_footer",
  "tgme_widget_message_info",
  "tgme_widget_message_meta",
  "tgme_widget_message_reactions",
  "tgme_widget_message_inline_keyboard",
  "tgme_widget_message_inline_row",
]);
const mediaTags = new Set(["img", "video", "audio", "picture", "source", "iframe", "canvas"]);
