import { unwrapArchived } from "./archived-copy.ts";
import {
  type Element,
  type ParentNode,
  classesOf,
  innerText,
  isElement,
  parseHtml,
  walk,
} from "./dom.ts";

/** A page's parts outside its messages, and the messages, which are read elsewhere. */
export interface Outline {
  readonly messages: readonly Element[];
  readonly bodyClasses: readonly string[];
  readonly title: string;
  /** Where the page links to a channel's preview: `/s/durov`. */
  readonly previewPath?: string;
  /** The post an embedding page is about: `durov/12`. */
  readonly embeds?: string;
  first(className: string): Element | undefined;
  all(className: string): readonly Element[];
  /** `<meta property="…" content>` */
  meta(property: string): string | undefined;
  /** `<link rel="…" href>` */
  link(rel: string): string | undefined;
}

/** Finds what tells one kind of page from another, in one walk that stops at each message. */
export function outlineOf(html: string): Outline {
  const root: ParentNode = parseHtml(html);
  unwrapArchived(root, html);
  const messages: Element[] = [];
  const parts = new Map<string, Element[]>();
  const metas = new Map<string, string>();
  const links = new Map<string, string>();
  let bodyClasses: readonly string[] = [];
  let title = "";
  let previewPath: string | undefined;
  let embeds: string | undefined;

  walk(root, (node) => {
    if (!isElement(node)) return false;
    const { attribs } = node;
    const href = attribs["href"] ?? "";
    switch (node.name) {
      case "svg":
      case "style":
        return false;
      case "meta":
        metas.set(attribs["property"] ?? attribs["name"] ?? "", attribs["content"] ?? "");
        return false;
      case "link":
        links.set(attribs["rel"] ?? "", href);
        return false;
      case "title":
        title ||= innerText(node).trim();
        return false;
      case "body":
        bodyClasses = classesOf(node);
        return true;
      default:
    }
    embeds ??= attribs["data-telegram-post"];
    if (previewLink.test(href)) previewPath ??= href.replace(/^https?:\/\/[^/]+/u, "");
    const names = classesOf(node);
    for (const name of names) {
      if (!pageParts.has(name)) continue;
      const sames = parts.get(name);
      if (sames) sames.push(node);
      else parts.set(name, [node]);
    }
    const keyed = attribs["data-post"] !== undefined || attribs["data-post-id"] !== undefined;
    if (keyed || names.includes("tgme_widget_message")) {
      messages.push(node);
      // A message without a key may be a refusal: its inside is looked at as well.
      return !keyed;
    }
    return true;
  });

  return {
    messages,
    bodyClasses,
    title,
    ...(previewPath !== undefined && { previewPath }),
    ...(embeds !== undefined && { embeds }),
    first: (name) => parts.get(name)?.[0],
    all: (name) => parts.get(name) ?? [],
    meta: (property) => metas.get(property),
    link: (rel) => links.get(rel),
  };
}

const previewLink = /^(?:https?:\/\/[^/]+)?\/s\/\w/u;
const pageParts: ReadonlySet<string> = new Set([
  "tgme_main",
  "tgme_channel_history",
  "tme_no_messages_found",
  "tme_messages_more",
  "tgme_widget_message_wrap",
  "tgme_widget_message_error",
  "err_message",
  "tgme_channel_info",
  "tgme_channel_info_header_title",
  "tgme_channel_info_header_username",
  "tgme_channel_info_header_labels",
  "tgme_channel_info_description",
  "tgme_header_title",
  "tgme_header_counter",
  "verified-icon",
  "counter_value",
  "counter_type",
  "tgme_page",
  "tgme_page_photo_image",
  "tgme_page_title",
  "tgme_page_extra",
  "tgme_page_description",
  "tgme_page_post",
  "tgme_icon_user",
  "tgme_post_discussion",
]);
