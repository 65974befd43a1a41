/*
 * What Telegram Desktop writes as HTML, read in its source: telegramdesktop/tdesktop, commit 929032d5 of 2025-08-31,
 * Telegram/SourceFiles/export/output/export_output_html.cpp (`pushMessage`, `pushMedia`, `FormatText`) and
 * export/data/export_data_types.cpp (`FormatDateTime`).
 */
import {
  type AnyNode,
  classesOf,
  type Element,
  isElement,
  isText,
  parseHtml,
  walk,
} from "../../../scraper/markup/dom.ts";
import { mediaOfHtml } from "./desktop-html-media.ts";
import { childOf, firstNamed, firstOf, wordsOf } from "./html-parts.ts";

/** A message as the JSON of the same program has it, as far as the HTML tells. */
export type HtmlMessage = Readonly<Record<string, unknown>> & {
  /** As shown: `10.11.2016 15:31:25 UTC+03:00`; undefined for an event, whose time the HTML does not tell. */
  readonly shownDate: string | undefined;
  /** NaN where it tells none. */
  readonly id: number;
  /** Who sent it; undefined for an event. */
  readonly sender: string | undefined;
  /** Parts of it that are not read, by the name of their class. */
  readonly unread: readonly string[];
};

/** One of the files of an export. */
export interface HtmlPart {
  /** The name of the chat; undefined when this is no such file. */
  readonly title: string | undefined;
  readonly messages: readonly HtmlMessage[];
}

/** Reads one file of an export: `messages.html`, `messages2.html` … */
export function readHtmlPart(html: string): HtmlPart {
  const page = parseHtml(html);
  const header = firstOf(page, "page_header");
  const history = firstOf(page, "history");
  const title = header && wordsOf(firstOf(header, "text"));
  const messages: HtmlMessage[] = [];
  for (const node of history?.children ?? []) {
    if (!isElement(node) || !classesOf(node).includes("message")) continue;
    const id = Number(/^message(-?\d{1,15})$/u.exec(node.attribs["id"] ?? "")?.[1]);
    // Lines that part the days have numbers below 0.
    if (id < 0) continue;
    messages.push(messageOf(node, { id, before: messages.at(-1) }));
  }
  return { title, messages };
}

function messageOf(
  element: Element,
  { id, before }: { readonly id: number; readonly before: HtmlMessage | undefined },
): HtmlMessage {
  const nothing = { id, sender: undefined, shownDate: undefined, unread: [] };
  if (classesOf(element).includes("service")) return { ...nothing, type: "service" };
  const body = childOf(element, "body");
  if (!body) return nothing;
  const forwarded = childOf(body, "forwarded", "body");
  const inside = forwarded ?? body;
  const from = nameIn(childOf(body, "from_name"));
  const origin = nameIn(forwarded && childOf(forwarded, "from_name"));
  const { parts, unread } = mediaOfHtml(inside);
  return {
    id,
    type: "message",
    // A message that goes on says neither who sent it nor from whom it was forwarded: as the one before.
    sender: from?.name ?? before?.sender,
    shownDate: childOf(body, "date")?.attribs["title"],
    unread,
    text: piecesOf(childOf(inside, "text")),
    author: wordsOf(childOf(inside, "signature")),
    via_bot: origin?.via ?? from?.via,
    forwarded_from: forwarded && (origin?.name ?? before?.["forwarded_from"]),
    reply_to_message_id: replyOf(childOf(inside, "reply_to")),
    reactions: reactionsOf(childOf(body, "reactions")),
    inline_bot_buttons: buttonsOf(childOf(inside, "bot_buttons_table")),
    ...parts,
  };
}

/** `Name via @bot`, without the date that stands in it of a forwarded message. */
function nameIn(
  element: Element | undefined,
): { name: string; via: string | undefined } | undefined {
  if (!element) return undefined;
  const words = element.children.map((node) => (isText(node) ? node.data : "")).join("");
  const [, name = "", via] = /^(.*?)(?: via (@\w+))?$/su.exec(words.trim()) ?? [];
  return { name: name.trim(), via };
}

function replyOf(element: Element | undefined): number | undefined {
  const link = element && firstNamed(element, "a");
  const id = /#go_to_message(\d{1,15})$/u.exec(link?.attribs["href"] ?? "")?.[1];
  return id === undefined ? undefined : Number(id);
}

function reactionsOf(element: Element | undefined): readonly object[] | undefined {
  return element?.children.filter(isElement).map((reaction) => {
    const emoji = childOf(reaction, "emoji");
    const shown = wordsOf(childOf(reaction, "count"));
    const people = childOf(reaction, "userpics")?.children.filter(isElement) ?? [];
    const count = shown === undefined ? people.length : Number(shown);
    if (classesOf(reaction).includes("paid")) return { type: "paid", count };
    if (emoji && firstNamed(emoji, "a")) return { type: "custom_emoji", count };
    return { type: "emoji", count, emoji: wordsOf(emoji) };
  });
}

function buttonsOf(table: Element | undefined): readonly (readonly object[])[] | undefined {
  if (!table) return undefined;
  const buttons: object[] = [];
  walk(table, (node) => {
    if (!isElement(node) || !classesOf(node).includes("bot_button")) return true;
    const data = firstNamed(node, "a")?.attribs["href"];
    buttons.push({ type: data === undefined ? "callback" : "url", text: wordsOf(node), data });
    return false;
  });
  return [buttons];
}

/** The pieces of a text as the JSON has them: line breaks are `<br>`, the markup's own stand around the text only. */
function piecesOf(element: Element | undefined): readonly object[] {
  const pieces = element?.children.map(pieceOf) ?? [];
  const first = pieces[0];
  const last = pieces.at(-1);
  if (first) first.text = first.text.replace(/^\n/u, "");
  if (last) last.text = last.text.replace(/\n *$/u, "");
  return pieces.filter(({ text }) => text !== "");
}

interface Piece {
  type: string;
  text: string;
  href?: string | undefined;
}

const tags = new Map([
  ["strong", "bold"],
  ["em", "italic"],
  ["u", "underline"],
  ["s", "strikethrough"],
  ["code", "code"],
  ["pre", "pre"],
  ["blockquote", "blockquote"],
  ["span", "spoiler"],
]);

function pieceOf(node: AnyNode): Piece {
  if (isText(node)) return { type: "plain", text: node.data };
  if (!isElement(node)) return { type: "plain", text: "" };
  const text = linesOf(node);
  if (node.name === "br") return { type: "plain", text: "\n" };
  return node.name === "a" ? linkOf(node, text) : { type: tags.get(node.name) ?? "plain", text };
}

function linkOf(element: Element, text: string): Piece {
  const href = element.attribs["href"] ?? "";
  const action = /\bShow(\w+)\(/u.exec(element.attribs["onclick"] ?? "")?.[1];
  if (action === "Hashtag" || action === "Cashtag") return { type: action.toLowerCase(), text };
  if (action === "NotLoadedEmoji" || action === "NotAvailableEmoji")
    return { type: "custom_emoji", text };
  if (action !== undefined || href === "" || href.startsWith("tel:"))
    return { type: "plain", text };
  if (href === `mailto:${text}`) return { type: "email", text };
  if (text.startsWith("@") && href.endsWith(`/${text.slice(1)}`)) return { type: "mention", text };
  if (href === text) return { type: "link", text };
  // A custom emoji leads to its picture in the folder of the export.
  return /^[a-z][a-z\d+.-]*:/iu.test(href)
    ? { type: "text_link", text, href }
    : { type: "custom_emoji", text };
}

/** The words of an element with its line breaks. */
function linesOf(element: Element): string {
  let text = "";
  walk(element, (node) => {
    if (isText(node)) text += node.data;
    else if (isElement(node) && node.name === "br") text += "\n";
    return true;
  });
  return text;
}
