import type { Entity, EntityType } from "../scraper/post.ts";

/** Text for HTML, escaped as Telegram does it: `!`, `$` and quotes as numbers, the hard space by name. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'!$\u00a0]/g, (sign) => escapes[sign] ?? sign);
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "!": "&#33;",
  $: "&#036;",
  "\u00a0": "&nbsp;",
};

/** Text without entities: escaped, line breaks as `<br/>`, emoji as Telegram's pictures of them. */
export function plainMarkup(text: string): string {
  let html = "";
  let from = 0;
  for (const found of text.matchAll(emojiPattern)) {
    html += escapeHtml(text.slice(from, found.index)) + emojiMarkup(found[0]);
    from = found.index + found[0].length;
  }
  return (html + escapeHtml(text.slice(from))).replaceAll("\n", "<br/>");
}

const emojiPattern = /\p{RGI_Emoji}/gv;

/** One emoji: the picture's name has its bytes but no variation selector, the letter in `<b>` no joiner. */
export function emojiMarkup(emoji: string): string {
  const hex = Buffer.from(emoji.replaceAll("\ufe0f", ""), "utf8").toString("hex").toUpperCase();
  const letter = escapeHtml(emoji.replaceAll("\u200d", ""));
  return `<i class="emoji" style="background-image:url('//telegram.org/img/emoji/40/${hex}.png')"><b>${letter}</b></i>`;
}

/** Text with its entities, which must nest; `modern` is the markup since 2024: custom emoji, links escaped twice. */
export function textMarkup(text: string, entities: readonly Entity[], modern = true): string {
  const ordered = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  const stretch = (from: number, to: number): string => {
    let html = "";
    let at = from;
    for (let entity = ordered[next]; entity && entity.offset < to; entity = ordered[next]) {
      next += 1;
      html += plainMarkup(text.slice(at, entity.offset));
      at = entity.offset + entity.length;
      const [open, close] = tags(entity, text.slice(entity.offset, at), modern);
      html += open + stretch(entity.offset, at) + close;
    }
    return html + plainMarkup(text.slice(at, to));
  };
  return stretch(0, text.length);
}

function tags(entity: Entity, covered: string, modern: boolean): readonly [string, string] {
  const simple = simpleTags[entity.type];
  if (simple) return [`<${simple}>`, `</${simple}>`];
  if (entity.type === "custom_emoji") {
    return modern ? [`<tg-emoji emoji-id="${entity.emojiId ?? ""}">`, "</tg-emoji>"] : ["", ""];
  }
  if (entity.type === "link") return [linkTag(entity.url ?? covered, covered, modern), "</a>"];
  if (entity.type === "mention") {
    return [`<a href="https://t.me/${escapeHtml(covered.slice(1))}" target="_blank">`, "</a>"];
  }
  return [`<a href="?q=${encodeURIComponent(covered)}">`, "</a>"];
}

const simpleTags: Readonly<Partial<Record<EntityType, string>>> = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  spoiler: "tg-spoiler",
  blockquote: "blockquote",
};

/** A bare address asks nothing; a named link asks first and, since 2024, has its `&` escaped twice. */
function linkTag(url: string, covered: string, modern: boolean): string {
  if (url === covered || url === `http://${covered}` || url === `https://${covered}`) {
    return `<a href="${escapeHtml(url)}" target="_blank" rel="noopener">`;
  }
  return `<a href="${escapeHtml(modern ? url.replaceAll("&", "&amp;") : url)}" ${asksFirst}>`;
}

/** The attributes of a link that asks before it opens. */
export const asksFirst = `target="_blank" rel="noopener" onclick="return confirm('Open this link?\\n\\n'+this.href);"`;
