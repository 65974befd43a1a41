import type { Post } from "../scraper/post.ts";
import { mediaMarkup } from "./media-markup.ts";
import { shownCount } from "./numbers.ts";
import { asksFirst, emojiMarkup, escapeHtml, plainMarkup, textMarkup } from "./text-markup.ts";
import type { Profile, Year } from "./truth.ts";

/** Which of Telegram's markups to write: the year's, and how heavy. `light` leaves out the drawings. */
export interface Style {
  readonly year: Year;
  readonly weight: "real" | "light";
}

/** One post as its block on a page: `.tgme_widget_message`, without the wrap around it. */
export function messageMarkup(post: Post, profile: Profile, style: Style): string {
  const home = `https://t.me/${profile.name}`;
  const photo = style.year === 2020 ? " force_userpic" : "";
  const known = style.year === 2020 ? "" : " text_not_supported_wrap";
  const colour = style.year === 2026 ? " user-color-12" : "";
  const service = post.service === undefined ? "" : " service_message";
  const servicePhoto = post.service === "photo" ? " service_message_photo" : "";
  return `<div class="tgme_widget_message${known}${photo}${service}${servicePhoto}${shape(post)}${colour} js-widget_message" data-post="${post.channel}/${post.id}" data-view="${viewToken(post, profile)}">
  <div class="tgme_widget_message_user"><a href="${home}"><i class="tgme_widget_message_user_photo bgcolor2" data-content="${escapeHtml(firstLetter(profile.title))}">${avatar(profile)}</i></a></div>
  <div class="tgme_widget_message_bubble">
    
        <i class="tgme_widget_message_bubble_tail">${style.weight === "real" ? bubbleTail : ""}</i>
    <div class="tgme_widget_message_author${accent(style)}"><a class="tgme_widget_message_owner_name" href="${home}"><span dir="auto">${plainMarkup(profile.title)}</span></a>${viaBot(post)}</div>
${forward(post, style)}
${reply(post, style)}
${content(post, profile, style)}
${style.year === 2026 ? reactions(post) : ""}<div class="tgme_widget_message_footer compact js-message_footer">
  
  <div class="tgme_widget_message_info short js-message_info">
    ${footer(post, style)}
  </div>
</div>
  </div>
  ${buttons(post)}
</div>`;
}

/** The first letter of a name, whole even where it takes two units. */
export function firstLetter(name: string): string {
  return String.fromCodePoint(name.codePointAt(0) ?? 32);
}

/** The picture of a channel in its round frame; nothing when it has none. */
export function avatar(profile: Profile): string {
  return profile.avatarUrl ? `<img src="${escapeHtml(profile.avatarUrl)}">` : "";
}

function shape(post: Post): string {
  if (post.text !== "") return "";
  const kind = post.media[0]?.kind;
  if (kind === "sticker") return " sticker_media no_bubble";
  if (kind === "round") return " roundvideo_media no_bubble";
  return "";
}

function accent(style: Style): string {
  return style.year === 2020 ? "" : " accent_color";
}

/** Who looked, at what, when, signed: base64url of a small JSON. An album's number is a string with a `g`. */
function viewToken(post: Post, profile: Profile): string {
  const shownAt = Math.floor(Date.parse(post.publishedAt) / 1000) + 86_400;
  const p = isGroup(post) ? `${post.id}g` : post.id;
  const h = (post.id * 2_654_435_761).toString(16).padStart(18, "0").slice(0, 18);
  return Buffer.from(JSON.stringify({ c: profile.chatId ?? -1, p, t: shownAt, h })).toString(
    "base64url",
  );
}

const isGroup = (post: Post) =>
  post.media.length > 1 && post.media.every(({ kind }) => kind === "photo" || kind === "video");

function viaBot({ viaBot }: Post): string {
  if (!viaBot) return "";
  const name = escapeHtml(viaBot);
  return `&nbsp;via&nbsp;<a class="tgme_widget_message_via_bot" href="https://t.me/${name.slice(1)}" target="_blank">${name}</a>`;
}

function forward({ forward }: Post, style: Style): string {
  if (!forward) return "";
  const name = `<span dir="auto">${plainMarkup(forward.name)}</span>`;
  const from = forward.url
    ? `<a class="tgme_widget_message_forwarded_from_name" href="${escapeHtml(forward.url)}">${name}</a>`
    : `<span class="tgme_widget_message_forwarded_from_name" dir="auto">${plainMarkup(forward.name)}</span>`;
  const author = forward.author
    ? `&nbsp;(<span class="tgme_widget_message_forwarded_from_author" dir="auto">${plainMarkup(forward.author)}</span>)`
    : "";
  return `<div class="tgme_widget_message_forwarded_from${accent(style)}">Forwarded from&nbsp;${from}${author}</div>`;
}

/** What a reply quotes when the post it answers has no text. */
const wordlessReplies: readonly string[] = ["Photo", "Video", "Voice message", "Poll"];

function reply({ reply }: Post, style: Style): string {
  if (!reply) return "";
  const author = reply.author
    ? `<div class="tgme_widget_message_author${accent(style)}">
  <span class="tgme_widget_message_author_name" dir="auto">${plainMarkup(reply.author)}</span>
</div>`
    : "";
  const wordless = reply.text !== undefined && wordlessReplies.includes(reply.text);
  const quote =
    reply.text === undefined
      ? ""
      : `<div class="tgme_widget_message_${wordless ? "metatext" : "text"} js-message_reply_text" dir="auto">${plainMarkup(reply.text)}</div>`;
  const stray = style.year === 2026 ? ' "' : "";
  return `<a class="tgme_widget_message_reply user-color-default" href="https://t.me/${reply.channel}/${reply.id}"${stray}>
${author}
${quote}
</a>`;
}

function content(post: Post, profile: Profile, style: Style): string {
  if (post.textState === "withheld") return notSupported(post);
  const inner =
    mediaMarkup(post) + poll(post) + text(post, profile, style) + linkPreview(post, style);
  const hasCustom = post.entities.some(({ type }) => type === "custom_emoji");
  if (style.year !== 2026 || !hasCustom) return inner;
  return `<div class="media_supported_cont">${inner}</div><div class="media_not_supported_cont">${notSupported(post)}</div>`;
}

function notSupported(post: Post): string {
  return `<div class="message_media_not_supported_wrap">
  <div class="message_media_not_supported">
    <div class="message_media_not_supported_label">Please open Telegram to view this post</div>
    <a href="${post.url}" class="message_media_view_in_telegram">VIEW IN TELEGRAM</a>
  </div>
</div>`;
}

/** An album's caption stands in two holders of the same class, one in the other. */
function text(post: Post, profile: Profile, style: Style): string {
  if (post.text === "") return "";
  const html =
    post.service === undefined
      ? textMarkup(post.text, post.entities, style.year === 2026)
      : serviceSentence(post, profile);
  const holder = `<div class="tgme_widget_message_text js-message_text" dir="auto">${html}</div>`;
  return isGroup(post)
    ? `<div class="tgme_widget_message_text js-message_text" dir="auto">${holder}</div>`
    : holder;
}

/** «…» in a service sentence is set in strong letters; who pinned is a link. */
function serviceSentence(post: Post, profile: Profile): string {
  const strong = post.text.match(/^(.*)«(.*)»$/s);
  if (!strong) return plainMarkup(post.text);
  const [, before = "", quoted = ""] = strong;
  const name = `${profile.title} pinned `;
  const lead =
    before === name
      ? `<a class="tgme_widget_message_author_name" href="https://t.me/${profile.name}"><span dir="auto">${plainMarkup(profile.title)}</span></a> pinned `
      : plainMarkup(before);
  return `${lead}«<span class="tgme_widget_service_strong_text" dir="auto">${plainMarkup(quoted)}</span>»`;
}

function poll({ poll, url }: Post): string {
  if (!poll) return "";
  const options = poll.options.map(
    ({ text, percent }) => `  <div class="tgme_widget_message_poll_option">
    <div class="tgme_widget_message_poll_option_percent">${percent}%</div>
    <div class="tgme_widget_message_poll_option_value">
      <div class="tgme_widget_message_poll_option_text">${plainMarkup(text)}</div>
      <div class="tgme_widget_message_poll_option_bar accent_bg" style="width:${percent}%"></div>
    </div>
  </div>`,
  );
  return `<div class="tgme_widget_message_poll js-poll">
  <div class="tgme_widget_message_poll_question">${plainMarkup(poll.question)}</div>
  <div class="tgme_widget_message_poll_type">${escapeHtml(poll.type)}</div>
  <a class="tgme_widget_message_poll_options" href="${url}">${options.join("")}</a>
</div>`;
}

function linkPreview({ preview, id }: Post, style: Style): string {
  if (!preview) return "";
  const wide = id % 2 === 0;
  const image = preview.imageUrl && `background-image:url('${escapeHtml(preview.imageUrl)}')`;
  return `<a class="tgme_widget_message_link_preview" href="${escapeHtml(preview.url)}">
  ${image && !wide ? `<i class="link_preview_right_image" style="${image}"></i>` : ""}
  ${preview.site ? `<div class="link_preview_site_name${accent(style)}" dir="auto">${plainMarkup(preview.site)}</div>` : ""}
  ${image && wide ? `<i class="link_preview_image" style="${image};padding-top:52.5%"></i>` : ""}
  ${preview.title ? `<div class="link_preview_title" dir="auto">${plainMarkup(preview.title)}</div>` : ""}
  ${preview.description ? `<div class="link_preview_description" dir="auto">${plainMarkup(preview.description)}</div>` : ""}
</a>`;
}

function reactions({ reactions }: Post): string {
  if (reactions.length === 0) return "";
  const spans = reactions.map(({ kind, emoji, emojiId, count }) => {
    const shown = shownCount(count);
    if (kind === "paid") {
      return `<span class="tgme_reaction tgme_reaction_paid"><i class="icon icon-telegram-stars"></i>${shown}</span>`;
    }
    if (kind === "custom") {
      return `<span class="tgme_reaction"><tg-emoji emoji-id="${emojiId ?? ""}"></tg-emoji>${shown}</span>`;
    }
    return `<span class="tgme_reaction">${emojiMarkup(emoji ?? "")}${shown}</span>`;
  });
  return `<div class="tgme_widget_message_reactions js-message_reactions">${spans.join("")}</div>`;
}

function footer(post: Post, style: Style): string {
  const voters = post.poll?.voters;
  const votersSpan =
    voters === undefined
      ? ""
      : `<span class="tgme_widget_message_voters">${shownCount(voters)}</span><span class="copyonly"> ${voters < 2 ? "voter" : "voters"}</span>`;
  const views =
    post.views === undefined
      ? ""
      : `<span class="tgme_widget_message_views">${shownCount(post.views)}</span><span class="copyonly"> ${post.views === 1 ? "view" : "views"}</span>`;
  const author =
    post.author === undefined
      ? ""
      : `<span class="tgme_widget_message_from_author" dir="auto">${plainMarkup(post.author)}</span>,&nbsp;`;
  const time = `<time datetime="${post.publishedAt.replace("Z", "+00:00")}"${style.year === 2020 ? "" : ' class="time"'}>${post.publishedAt.slice(11, 16)}</time>`;
  return `${votersSpan}${views}<span class="tgme_widget_message_meta">${author}${post.edited ? "edited &nbsp;" : ""}<a class="tgme_widget_message_date" href="${post.url}">${time}</a></span>`;
}

function buttons(post: Post): string {
  if (post.buttons.length === 0) return "";
  const rows = post.buttons.map(({ text, url }) => {
    const link = url
      ? `<a class="tgme_widget_message_inline_button url_button" href="${escapeHtml(url.replaceAll("&", "&amp;"))}" ${asksFirst}>`
      : `<a class="tgme_widget_message_inline_button" href="${post.url}">`;
    return `<div class="tgme_widget_message_inline_row">${link}<span class="tgme_widget_message_inline_button_text" dir="auto">${plainMarkup(text)}</span></a></div>`;
  });
  return `<div class="tgme_widget_message_inline_keyboard">${rows.join("")}</div>`;
}

/** The tail of the bubble, drawn four times as Telegram does; the outline is our own. */
const outline = Array.from(
  { length: 24 },
  (_, i) =>
    `C${(8 - i / 3).toFixed(3)},${(17 - i / 2).toFixed(3)} ${(7 - i / 4).toFixed(3)},${(15 - i / 2).toFixed(3)} ${(6 - i / 5).toFixed(3)},${(14 - i / 2).toFixed(3)}`,
).join(" ");
const bubbleTail = `
      <svg class="bubble_icon" width="9px" height="20px" viewBox="0 0 9 20">
        <g fill="none">
          <path class="background" fill="#ffffff" d="M8,1 L9,20 ${outline} Z"></path>
          <path class="border_1x" fill="#d7e3ec" d="M9,1 L9,20 ${outline} Z"></path>
          <path class="border_2x" d="M9,1 L9,20 ${outline} Z"></path>
        </g>
      </svg>
    `;
