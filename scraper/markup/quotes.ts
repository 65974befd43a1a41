import { fileAddress, postOfLink, safeAddress } from "./address.ts";
import { defined } from "../defined.ts";
import { type Element, backgroundOf, innerText } from "./dom.ts";
import { partsOf } from "./parts.ts";
import type { Forward, LinkPreview, Reply } from "../post.ts";
import { plainText } from "./text.ts";

/** A part as read, and what its markup held that is not known. */
export interface PartRead<T> {
  readonly value: T | undefined;
  readonly strange: readonly string[];
}

/** The quote of what a post answers. What is answered may be private, deleted or a story: then only words are known of it. */
export function readReply(element: Element): PartRead<Reply> {
  const parts = partsOf(element, ["tgme_widget_message_author", "js-message_reply_text"], {
    boxes: ["tgme_widget_message_reply_thumb"],
  });
  const href = element.attribs["href"];
  const target = href === undefined ? undefined : (postOfLink(href) ?? postOfTopic(href));
  const value: Reply = defined({
    ...(target ?? { url: href === undefined ? undefined : safeAddress(href) }),
    author: parts.text("tgme_widget_message_author"),
    text: parts.text("js-message_reply_text"),
  });
  return Object.keys(value).length > 0
    ? { value, strange: parts.stray }
    : { value: undefined, strange: [...parts.stray, "nothing of what it answers"] };
}

/** A message of a topic has the topic's number before its own: `https://t.me/group/5/77`. */
function postOfTopic(href: string): { channel: string; id: number } | undefined {
  const match = /^https?:\/\/[^/]+\/([a-z]\w{3,31})\/\d{1,15}\/(\d{1,15})(?:[?#]|$)/iu.exec(href);
  return match?.[1] && match[2] ? { channel: match[1], id: Number(match[2]) } : undefined;
}

/** Where a post was forwarded from, and the bot it was made with, which the same line may name. */
export function readForward(element: Element): PartRead<Forward> & { readonly bot?: Element } {
  const parts = partsOf(
    element,
    [
      "tgme_widget_message_forwarded_from_name",
      "tgme_widget_message_forwarded_from_author",
      "tgme_widget_message_via_bot",
    ],
    { aside: /^(?:Forwarded (?:from|story)|via|\W*)$/iu },
  );
  const href = parts.first("tgme_widget_message_forwarded_from_name")?.attribs["href"];
  const bot = parts.first("tgme_widget_message_via_bot");
  const name = parts.text("tgme_widget_message_forwarded_from_name");
  const strange = [...parts.stray, ...(name === undefined && !bot ? ["no name"] : [])];
  const value =
    name === undefined
      ? undefined
      : defined({
          name,
          url: href === undefined ? undefined : safeAddress(href),
          ...(href === undefined ? {} : postOfLink(href)),
          author: parts.text("tgme_widget_message_forwarded_from_author"),
        });
  return { value, strange, ...(bot && { bot }) };
}

/** The box in which a post shows the page it links to. */
export function readPreview(element: Element): PartRead<LinkPreview> {
  const parts = partsOf(
    element,
    [
      "link_preview_site_name",
      "link_preview_title",
      "link_preview_description",
      "message_media_not_supported_wrap",
    ],
    {
      boxes: [
        "link_preview_image",
        "link_preview_right_image",
        "link_preview_video_thumb",
        "link_preview_video_player",
      ],
      many: ["message_video_duration"],
    },
  );
  const url = safeAddress(element.attribs["href"] ?? "javascript:");
  if (url === undefined)
    return { value: undefined, strange: [...parts.stray, ...wordsLost(element)] };
  const image =
    parts.first("link_preview_image") ??
    parts.first("link_preview_right_image") ??
    parts.first("link_preview_video_thumb");
  const value = defined({
    url,
    site: parts.text("link_preview_site_name"),
    title: parts.text("link_preview_title"),
    description: parts.text("link_preview_description"),
    imageUrl: fileAddress(backgroundOf(image)),
  });
  return { value, strange: parts.stray };
}

function wordsLost(element: Element): readonly string[] {
  return innerText(element).trim() === "" ? [] : ["no address"];
}

/** `@gif` of "via @gif". */
export function botName(element: Element): string | undefined {
  return plainText(element).replace(/^via\s+/u, "") || undefined;
}
