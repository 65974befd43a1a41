import { unknownParts } from "./unknown-parts.ts";
import { fileAddress } from "./address.ts";
import { parseCount } from "./counts.ts";
import { defined } from "../defined.ts";
import {
  type Element,
  childNamed,
  classesOf,
  hasWords,
  innerText,
  isElement,
  isText,
  walk,
} from "./dom.ts";
import type { Outline } from "./outline.ts";
import { partsOf } from "./parts.ts";
import type { Channel, ChannelCounter } from "../post.ts";
import { plainText } from "./text.ts";

/** What a page says of its channel; `known` is what its messages already told. */
export function readChannel(
  outline: Outline,
  known: { readonly name: string; readonly owner?: string; readonly chatId?: number },
): { readonly channel: Channel; readonly warnings: readonly string[] } {
  const titled =
    outline.first("tgme_channel_info_header_title") ?? outline.first("tgme_header_title");
  const about = outline.first("tgme_channel_info_description");
  const info = outline.first("tgme_channel_info");
  const counters: Partial<Record<ChannelCounter, number>> = {};
  const warnings: string[] = [];

  const kinds = outline.all("counter_type");
  outline.all("counter_value").forEach((value, index) => {
    const kind = kinds[index];
    const shown = kind ? plainText(kind) : "";
    const counter = counterNames.get(shown);
    const count = parseCount(plainText(value));
    if (counter && count !== undefined) counters[counter] = count;
    else warnings.push(`A counter of @${known.name} is not known: ${plainText(value)} ${shown}.`);
  });
  const headline = outline.first("tgme_header_counter");
  if (headline && counters.subscribers === undefined) {
    const count = parseCount(plainText(headline).replace(/\s*(?:subscriber|member)s?$/u, ""));
    if (count !== undefined) counters.subscribers = count;
  }
  const stray = info ? partsOf(info, [], { many: infoParts, skip: isOfSite }).stray : [];
  if (stray.length > 0) warnings.push(`The head of @${known.name} shows ${unknownParts(stray)}.`);
  const labels = [
    ...new Set([
      ...labelsIn(outline.first("tgme_channel_info_header_labels")),
      ...(titled && childNamed(titled, "span") ? labelsIn(titled) : []),
    ]),
  ];
  for (const label of labels)
    warnings.push(
      `The head of @${known.name} shows a mark that was not met before: ${label}. It is kept as a label.`,
    );

  const channel: Channel = defined({
    name: known.name,
    title: (titled && titleOf(titled)) || outline.meta("og:title") || known.owner || known.name,
    description: (about && plainText(about)) || undefined,
    avatarUrl: avatarOf(outline.first("tgme_page_photo_image")),
    verified: outline.first("verified-icon") !== undefined,
    labels: labels.length > 0 ? labels : undefined,
    chatId: known.chatId,
    counters,
  });
  return { channel, warnings };
}

/** The title stands in a span of its own; older pages put the mark of a verified channel beside it. */
function titleOf(element: Element): string {
  return plainText(childNamed(element, "span") ?? element);
}

/**
 * The marks of a channel but for `verified`. How Telegram writes them was not seen on a page yet: the words of a mark, else
 * its class, name it.
 */
function labelsIn(holder: Element | undefined): readonly string[] {
  const labels: string[] = [];
  const take = (name: string): void => {
    labels.push((knownMarks.exec(name)?.[0] ?? name).slice(0, longestLabel));
  };
  if (!holder) return labels;
  walk(holder, (node) => {
    const mark = isText(node) ? node.data.trim().toLowerCase() : "";
    if (hasWords(mark) && node.parent !== holder) take(mark);
    if (!isElement(node) || node.name === "svg") return false;
    const names = classesOf(node);
    if (names.some((name) => name.includes("verified"))) return false;
    // The title itself.
    if (node.name === "span" && node.attribs["dir"] !== undefined) return false;
    const named = names.find((name) => knownMarks.test(name));
    if (named !== undefined && !hasWords(innerText(node))) take(named);
    return true;
  });
  return labels;
}

/** Links and words of the site, which stand in the head on wide screens. */
function isOfSite(element: Element): boolean {
  return (
    element.name === "footer" ||
    element.name === "nav" ||
    classesOf(element).some((name) => name.startsWith("tgme_footer"))
  );
}

function avatarOf(photo: Element | undefined): string | undefined {
  const source = (photo && (childNamed(photo, "img") ?? photo))?.attribs["src"];
  return fileAddress(source);
}

/** `members` is what subscribers were called before 2022. */
const counterNames: ReadonlyMap<string, ChannelCounter> = new Map([
  ["subscriber", "subscribers"],
  ["subscribers", "subscribers"],
  ["member", "subscribers"],
  ["members", "subscribers"],
  ["photo", "photos"],
  ["photos", "photos"],
  ["video", "videos"],
  ["videos", "videos"],
  ["file", "files"],
  ["files", "files"],
  ["link", "links"],
  ["links", "links"],
]);
const infoParts = [
  "tgme_page_photo_image",
  "tgme_channel_info_header_title",
  "tgme_channel_info_header_labels",
  "tgme_channel_info_header_username",
  "tgme_channel_info_description",
  "tgme_channel_download_telegram",
  "counter_value",
  "counter_type",
];
const knownMarks = /scam|fake/u;
const longestLabel = 40;
