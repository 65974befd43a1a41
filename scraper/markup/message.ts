import { postOfLink, safeAddress } from "./address.ts";
import { parseCount, parsePercent } from "./counts.ts";
import { defined } from "../defined.ts";
import {
  type AnyNode,
  type Element,
  backgroundOf,
  classesOf,
  innerText,
  isElement,
  isText,
  nameOf,
  sourceOf,
  walk,
} from "./dom.ts";
import { languageOf } from "../language.ts";
import { isId, parseInstant } from "../limits.ts";
import { mediaReaders } from "./media.ts";
import { hasWords, partsOf } from "./parts.ts";
import type {
  Button,
  Forward,
  Instant,
  LinkPreview,
  Media,
  Poll,
  Post,
  PostKey,
  Reaction,
  Reply,
} from "../post.ts";
import { emojiOf, isEmoji, plainText, readText } from "./text.ts";

/** What one message's markup says; the page decides what to make of what is missing. */
export interface Message {
  /** From `data-post`; `undefined` when the message does not carry it. */
  readonly key?: PostKey;
  /** The key its permalink gives, for a message that lost its own. */
  readonly linkedKey?: PostKey;
  readonly publishedAt?: Instant;
  readonly hasTextHolder: boolean;
  /** Elements of the message's body that hold words and are no part we know. */
  readonly unknownHolders: readonly string[];
  /** Whether anything at all was read out of it: words, media, a poll, a service sentence … */
  readonly saysSomething: boolean;
  /** The channel's title, as the message names its owner. */
  owner(): string | undefined;
  /** The post as far as it was read; `key` and `publishedAt` complete it. */
  post(key: PostKey, publishedAt: Instant, missing?: readonly string[]): Post;
}

/** Reads one message in one walk; `html` is the page it stands on, `channel` the one asked for. */
export function readMessage(
  element: Element,
  page: { readonly html: string; readonly channel: string },
): Message {
  const key = keyOf(element.attribs["data-post"]);
  const draft = new Draft();
  walk(element, (node) => draft.read(node));
  const { text, entities, unknownTags } = readText(draft.holders, (key ?? page).channel);
  for (const tag of unknownTags) draft.unknown.add(`<${tag}>`);
  const service = serviceKind(element, draft, text);
  if (key && service === undefined && draft.views === undefined && serviceWords(text) !== undefined)
    draft.unknown.add("a service sentence without its mark");
  const body =
    text !== "" ||
    draft.media.length > 0 ||
    draft.poll !== undefined ||
    draft.preview !== undefined;
  const withheld = draft.notShown && !body;
  const saysSomething =
    body ||
    withheld ||
    draft.forward !== undefined ||
    draft.buttons.length > 0 ||
    service !== undefined;
  if (!saysSomething && draft.unknown.size === 0) draft.unknown.add("nothing to show");

  return defined({
    key,
    linkedKey: draft.linkedKey,
    publishedAt: draft.publishedAt,
    hasTextHolder: draft.holders.length > 0,
    unknownHolders: [...draft.unknownHolders],
    saysSomething,
    owner: () => draft.owner && (plainText(draft.owner) || undefined),
    post(given: PostKey, publishedAt: Instant, missing: readonly string[] = []): Post {
      const ids = [...new Set([given.id, ...draft.albumIds])].toSorted((a, b) => a - b);
      const id = ids[0] ?? given.id;
      const strange = [...missing, ...draft.unknown];
      return defined({
        channel: given.channel,
        id,
        ids,
        url: `https://t.me/${given.channel}/${id}`,
        publishedAt,
        edited: draft.edited,
        author: draft.author ?? draft.sender,
        text,
        textState: withheld
          ? ("withheld" as const)
          : text === ""
            ? ("empty" as const)
            : ("present" as const),
        entities,
        media: draft.media,
        preview: draft.preview,
        viaBot: draft.viaBot,
        forward: draft.forward,
        reply: draft.reply,
        poll: draft.poll && defined({ ...draft.poll, voters: draft.voters }),
        reactions: draft.reactions,
        buttons: draft.buttons
          .filter((button) => button.text !== "")
          .map((button) => ownLinkless(button, given)),
        views: draft.views,
        service,
        language: service === undefined ? languageOf(text) : undefined,
        notUnderstood: strange.length > 0 ? strange : undefined,
        rawHtml:
          strange.length > 0 ? sourceOf(element, page.html).slice(0, rawHtmlLimit) : undefined,
      });
    },
  });
}

/** What was read so far of one message. */
class Draft {
  readonly holders: Element[] = [];
  readonly media: Media[] = [];
  readonly albumIds: number[] = [];
  readonly reactions: Reaction[] = [];
  readonly buttons: Button[] = [];
  readonly unknown = new Set<string>();
  readonly unknownHolders = new Set<string>();
  edited = false;
  notShown = false;
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
    if (node.name === "svg" || node.name === "script" || node.name === "style") return false;
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
    if (own.includes("tgme_widget_message_author")) return;
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
  return "done";
});

part([...mediaReaders.keys()], (element, draft) => {
  const name = classesOf(element).find((each) => mediaReaders.has(each));
  const found = name === undefined ? undefined : mediaReaders.get(name)?.(element);
  if (!found) return "inside";
  draft.media.push(found.media);
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
    return true;
  });
  return "done";
});

part(["tgme_widget_message_views"], (element, draft) => {
  draft.views = parseCount(innerText(element));
  if (draft.views === undefined) draft.unknown.add("tgme_widget_message_views");
  return "done";
});

part(["tgme_widget_message_voters"], (element, draft) => {
  draft.voters = parseCount(innerText(element));
  if (draft.voters === undefined) draft.unknown.add("tgme_widget_message_voters");
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
  const parts = partsOf(element, [
    "tgme_widget_message_forwarded_from_name",
    "tgme_widget_message_forwarded_from_author",
    "tgme_widget_message_via_bot",
  ]);
  const link = parts.first("tgme_widget_message_forwarded_from_name");
  const name = parts.text("tgme_widget_message_forwarded_from_name");
  const bot = parts.first("tgme_widget_message_via_bot");
  if (bot) draft.viaBot = botName(bot);
  draft.strange("forward", parts.stray);
  if (name === undefined) {
    // "via @bot" alone uses the same line.
    if (!bot) draft.unknown.add("forward without a name");
    return "done";
  }
  const href = link?.attribs["href"];
  draft.forward = defined({
    name,
    url: href === undefined ? undefined : safeAddress(href),
    ...(href === undefined ? {} : postOfLink(href)),
    author: parts.text("tgme_widget_message_forwarded_from_author"),
  });
  return "done";
});

part(["tgme_widget_message_reply"], (element, draft) => {
  const parts = partsOf(element, [
    "tgme_widget_message_author",
    "js-message_reply_text",
    "tgme_widget_message_reply_thumb",
  ]);
  const target = postOfLink(element.attribs["href"] ?? "");
  draft.strange("reply", parts.stray);
  if (!target) {
    draft.unknown.add("reply without a post");
    return "done";
  }
  draft.reply = defined({
    ...target,
    author: parts.text("tgme_widget_message_author"),
    text: parts.text("js-message_reply_text"),
  });
  return "done";
});

part(["tgme_widget_message_link_preview"], (element, draft) => {
  const parts = partsOf(element, previewParts);
  draft.strange("preview", parts.stray);
  const url = safeAddress(element.attribs["href"] ?? "javascript:");
  if (url === undefined) return "done";
  const image =
    parts.first("link_preview_image") ??
    parts.first("link_preview_right_image") ??
    parts.first("link_preview_video_thumb");
  const imageUrl = backgroundOf(image);
  draft.preview = defined({
    url,
    site: parts.text("link_preview_site_name"),
    title: parts.text("link_preview_title"),
    description: parts.text("link_preview_description"),
    imageUrl: imageUrl === undefined ? undefined : safeAddress(imageUrl),
  });
  return "done";
});

part(["tgme_widget_message_poll"], (element, draft) => {
  const parts = partsOf(element, [
    "tgme_widget_message_poll_question",
    "tgme_widget_message_poll_type",
    "tgme_widget_message_poll_option",
  ]);
  const question = parts.text("tgme_widget_message_poll_question");
  const type = parts.text("tgme_widget_message_poll_type");
  const options = parts.all("tgme_widget_message_poll_option").map((option) => {
    const inner = partsOf(option, [
      "tgme_widget_message_poll_option_percent",
      "tgme_widget_message_poll_option_text",
    ]);
    const percent = parsePercent(inner.text("tgme_widget_message_poll_option_percent") ?? "");
    const text = inner.text("tgme_widget_message_poll_option_text");
    if (percent === undefined || text === undefined) draft.unknown.add("poll option");
    draft.strange("poll option", inner.stray);
    return { text: text ?? "", percent: percent ?? 0 };
  });
  draft.strange("poll", parts.stray);
  if (question === undefined || type === undefined || options.length === 0)
    draft.unknown.add("poll in part");
  draft.poll = { question: question ?? "", type: type ?? "", options };
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

/** Telegram's "open the app" notices; what they mean depends on what else the message holds. */
part(
  [
    "media_not_supported_cont",
    "message_media_not_supported_wrap",
    "message_media_not_supported",
    "message_media_not_supported_label",
    "message_media_view_in_telegram",
  ],
  (_, draft) => {
    draft.notShown = true;
    return "done";
  },
);

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

part(
  [
    "tgme_widget_message_user",
    "tgme_widget_message_user_photo",
    "tgme_widget_message_bubble_tail",
    "tgme_widget_message_bubble_logo",
    "tgme_widget_message_owner_labels",
    "tgme_widget_message_link",
    "tgme_widget_message_reply_template",
    "js-reply_tpl",
    "copyonly",
  ],
  () => "done",
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

function keyOf(given: string | undefined): PostKey | undefined {
  const match = /^(\w{1,64})\/(\d{1,15})$/u.exec(given ?? "");
  const id = Number(match?.[2]);
  return match?.[1] && isId(id) ? { channel: match[1], id } : undefined;
}

function postPath(href: string | undefined): string | undefined {
  const target = postOfLink(href ?? "");
  return target && `${target.channel}/${target.id}`;
}

function botName(element: Element): string | undefined {
  return plainText(element).replace(/^via\s+/u, "") || undefined;
}

/** A button that only leads back to its own post has no address of its own. */
function ownLinkless(button: Button, { channel, id }: PostKey): Button {
  const target = button.url === undefined ? undefined : postOfLink(button.url);
  return target?.channel === channel && target.id === id ? { text: button.text } : button;
}

function serviceKind(element: Element, draft: Draft, text: string): string | undefined {
  const names = classesOf(element);
  if (!names.includes("service_message") && !draft.servicePhoto) return undefined;
  if (draft.servicePhoto || names.includes("service_message_photo")) return "photo";
  return serviceWords(text) ?? "other";
}

function serviceWords(text: string): string | undefined {
  return serviceSentences.find(([sentence]) => sentence.test(text))?.[1];
}

const serviceSentences: readonly (readonly [RegExp, string])[] = [
  [/^Channel created/u, "created"],
  [/^Channel name was changed/u, "renamed"],
  [/^Channel photo/u, "photo"],
  [/ pinned /u, "pinned"],
  [/^(?:Live stream|Video chat|Voice chat) (?:started|ended|finished|scheduled)/u, "other"],
];
const previewParts = [
  "link_preview_site_name",
  "link_preview_title",
  "link_preview_description",
  "link_preview_image",
  "link_preview_right_image",
  "link_preview_video_thumb",
  "link_preview_video_player",
  "message_media_not_supported_wrap",
];
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
const rawHtmlLimit = 200_000;
