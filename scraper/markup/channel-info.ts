import { safeAddress } from "./address.ts";
import { parseCount } from "./counts.ts";
import { defined } from "../defined.ts";
import { type Element, childNamed } from "./dom.ts";
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
  for (const name of info ? new Set(partsOf(info, infoParts).stray) : [])
    warnings.push(`The head of @${known.name} shows a part this version does not know: ${name}.`);

  const channel: Channel = defined({
    name: known.name,
    title: (titled && titleOf(titled)) || outline.meta("og:title") || known.owner || known.name,
    description: (about && plainText(about)) || undefined,
    avatarUrl: avatarOf(outline.first("tgme_page_photo_image")),
    verified: outline.first("verified-icon") !== undefined,
    chatId: known.chatId,
    counters,
  });
  return { channel, warnings };
}

/** The title stands in a span of its own; older pages put the mark of a verified channel beside it. */
function titleOf(element: Element): string {
  return plainText(childNamed(element, "span") ?? element);
}

function avatarOf(photo: Element | undefined): string | undefined {
  const source = (photo && (childNamed(photo, "img") ?? photo))?.attribs["src"];
  return source === undefined ? undefined : safeAddress(source);
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
