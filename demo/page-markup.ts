import type { Post } from "../scraper/post.ts";
import { avatar, firstLetter, messageMarkup, type Style } from "./message-markup.ts";
import { shownCount } from "./numbers.ts";
import { escapeHtml, plainMarkup } from "./text-markup.ts";
import type { Profile, Truth } from "./truth.ts";

/** What stands on one page of a channel's history. */
export interface HistoryView {
  readonly truth: Truth;
  /** The name as typed in the address. */
  readonly asked: string;
  readonly posts: readonly Post[];
  readonly older?: number;
  readonly newer?: number;
  readonly query?: string;
}

/** A whole page of a channel: `/s/name`, with `?before`, `?after` or `?q`. */
export function historyPage(view: HistoryView, style: Style): string {
  const { truth, asked, older, newer, query = "" } = view;
  const { profile } = truth;
  const home = `/s/${profile.name}`;
  const prev = older === undefined ? "" : `<link rel="prev" href="${home}?before=${older}">`;
  const next = newer === undefined ? "" : `\n<link rel="next" href="${home}?after=${newer}">`;
  const last = view.posts.at(-1);
  const canonical = last
    ? `\n<link rel="canonical" href="${home}?before=${(last.ids.at(-1) ?? last.id) + 1}">`
    : "";
  const counters = shownCounters(truth, style);
  const subscribers = counters[0];
  return `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>${escapeHtml(profile.title)} – Telegram</title>
    <meta name="viewport" content="width=device-width, initial-scale=1.0, minimum-scale=1.0, maximum-scale=1.0, user-scalable=no" />
    ${openGraph(profile)}
    ${prev}${next}${canonical}
    <link href="//telegram.org/css/widget-frame.css?75" rel="stylesheet" media="screen">
    <link href="//telegram.org/css/telegram-web.css?39" rel="stylesheet" media="screen">
    <script>TBaseUrl='/';</script>
  </head>
  <body class="widget_frame_base ${style.year === 2020 ? "tgme_widget" : "tgme_webpreview"} emoji_image thin_box_shadow tme_mode no_transitions">
    <header class="tgme_header search_collapsed">
  <div class="tgme_container">
    <div class="tgme_header_search">
      <form class="tgme_header_search_form" action="${home}">
        <input class="tgme_header_search_form_input js-header_search" placeholder="Search" name="q" autocomplete="off" value="${escapeHtml(query)}" />
        <a href="${home}" class="tgme_header_search_form_clear"></a>
      </form>
    </div>
    <div class="tgme_header_right_column">
      <section class="tgme_right_column">
        <div class="tgme_channel_info">
          <div class="tgme_channel_info_header">
            <i class="tgme_page_photo_image bgcolor2" data-content="${initials(profile)}">${avatar(profile)}</i>
            <div class="tgme_channel_info_header_title_wrap">
              <div class="tgme_channel_info_header_title"><span dir="auto">${plainMarkup(profile.title)}</span></div>
              <div class="tgme_channel_info_header_labels">${verified(profile)}</div>
            </div>
            <div class="tgme_channel_info_header_username"><a href="https://t.me/${escapeHtml(asked)}">@${escapeHtml(asked)}</a></div>
          </div>
          <div class="tgme_channel_info_counters">${counters.map(counterMarkup).join("")}</div>
          <div class="tgme_channel_info_description">${plainMarkup(profile.description ?? "")}</div>
          <a class="tgme_channel_download_telegram" href="//telegram.org/dl">Download Telegram</a>
        </div>
      </section>
    </div>
    <div class="tgme_header_info">
      <a class="tgme_channel_join_telegram" href="//telegram.org/dl">Join</a>
      <a class="tgme_header_link" href="https://t.me/${profile.name}">
        <i class="tgme_page_photo_image bgcolor2" data-content="${initials(profile)}">${avatar(profile)}</i>
        <div class="tgme_header_title_wrap">
          <div class="tgme_header_title"><span dir="auto">${plainMarkup(profile.title)}</span></div>
          <div class="tgme_header_labels">${verified(profile)}</div>
        </div>
        <div class="tgme_header_counter">${subscribers ? subscribers.join(" ") : ""}</div>
      </a>
    </div>
  </div>
</header>
<main class="tgme_main" data-url="/${profile.name}">
  <div class="tgme_container">
    <section class="tgme_channel_history js-message_history">
      ${historyBody(view, style)}
    </section>
  </div>
</main>
    <script src="//telegram.org/js/widget-frame.js?68"></script>
    <script src="//telegram.org/js/telegram-web.js?14"></script>
    <script>TWeb.init();
</script>
    
  </body>
</html>
<!-- page generated in 41.7ms -->
`;
}

/** The posts of a page with the links to older and newer ones: what the page's own script asks for. */
export function historyBody(view: HistoryView, style: Style): string {
  const { truth, posts, older, newer, query } = view;
  const name = truth.profile.name;
  if (posts.length === 0) return nothingFound;
  const more = (way: "before" | "after", id: number) =>
    `<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/${name}?${way}=${id}" class="tme_messages_more js-messages_more" data-${way}="${id}"></a></div>`;
  const blocks = posts.map(
    (post) =>
      `<div class="tgme_widget_message_wrap js-widget_message_wrap">${marked(messageMarkup(post, truth.profile, style), query)}</div>`,
  );
  return [
    older === undefined ? "" : more("before", older),
    ...blocks,
    newer === undefined ? "" : more("after", newer),
  ].join("");
}

const nothingFound = `<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message_centered"><div class="tme_no_messages_found">No posts found</div></div></div>`;

/** The word looked for, marked where it stands between tags. */
function marked(html: string, query: string | undefined): string {
  if (!query) return html;
  const word = escapeHtml(query).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const text =
    /(<div class="tgme_widget_message_text js-message_text" dir="auto">)(.*?)(<\/div>)/gs;
  return html.replace(
    text,
    (_, open: string, inner: string, close: string) =>
      open +
      inner.replace(new RegExp(`(?<=^|>)([^<]*?)(${word})`, "gi"), "$1<mark>$2</mark>") +
      close,
  );
}

function openGraph({ title, name, description = "", avatarUrl }: Profile): string {
  return `<meta property="og:title" content="${escapeHtml(title)}">
<meta property="og:image" content="${escapeHtml(avatarUrl ?? "https://telegram.org/img/t_logo_2x.png")}">
<meta property="og:site_name" content="Telegram">
<meta property="og:description" content="${escapeHtml(description)}">
<meta property="al:ios:url" content="tg://resolve?domain=${name}">`;
}

function initials({ title }: Profile): string {
  const letters = title.split(/\s+/).map(firstLetter);
  return escapeHtml(letters.slice(0, 2).join(""));
}

const verified = (profile: Profile) => (profile.verified ? '<i class="verified-icon"> ✔</i>' : "");

/** What the header of a channel counts; a kind of which there is none is left out. */
function shownCounters(truth: Truth, style: Style): readonly (readonly [string, string])[] {
  const { subscribers } = truth.profile;
  const many = style.year === 2020 ? "members" : "subscribers";
  const one = style.year === 2020 ? "member" : "subscriber";
  return [
    [shownCount(subscribers), subscribers === 1 ? one : many] as const,
    ...Object.entries(truth.counters)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => [shownCount(count), count === 1 ? kind.slice(0, -1) : kind] as const),
  ];
}

function counterMarkup([value, type]: readonly [string, string]): string {
  return `<div class="tgme_channel_info_counter"><span class="counter_value">${value}</span> <span class="counter_type">${type}</span></div>`;
}

/** One post for another site's frame: `?embed=1`. */
export function embedPage(post: Post, profile: Profile, style: Style): string {
  const peer = `data-peer="c${Math.abs(profile.chatId ?? 1)}_5120944718275126431" data-peer-hash="8d1c72f0a4be19357c" data-post-id="${post.id}"`;
  const block = messageMarkup(post, profile, style)
    .replace(" data-view=", ` ${peer} data-view=`)
    .replace(
      '<div class="tgme_widget_message_bubble">',
      '<div class="tgme_widget_message_bubble">\n    <a class="tgme_widget_message_bubble_logo" href="//core.telegram.org/widgets"></a>',
    )
    .replace("tgme_widget_message_footer compact", "tgme_widget_message_footer")
    .replace(/class="time">[^<]*</, `class="datetime">${embedDate(post.publishedAt)}<`);
  return embedShell(block);
}

/** What the frame shows where there is no such post; the status is 200 all the same. */
export function embedMissingPage(): string {
  return embedShell(`<div class="tgme_widget_message text_not_supported_wrap err_message js-widget_message">
  <div class="tgme_widget_message_user"><i class="tgme_widget_message_user_photo" data-content="!"></i></div>
  <div class="tgme_widget_message_bubble">
    <a class="tgme_widget_message_bubble_logo" href="//core.telegram.org/widgets"></a>
    <div class="tgme_widget_message_error" dir="auto">Post not found</div>
  </div>
  
</div>`);
}

function embedDate(instant: string): string {
  const date = new Date(instant).toLocaleDateString("en-US", {
    month: "short",
    day: "numeric",
    year: "numeric",
    timeZone: "UTC",
  });
  return `${date} at ${instant.slice(11, 16)}`;
}

function embedShell(block: string): string {
  return `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Telegram Widget</title>
    <base target="_blank">
    <meta name="robots" content="noindex, nofollow" />
    <link href="//telegram.org/css/widget-frame.css?75" rel="stylesheet" media="screen">
    <script>TBaseUrl='//telegram.org/';</script>
  </head>
  <body class="widget_frame_base tgme_widget body_widget_post emoji_image nodark">
    ${block}
    <script src="https://oauth.tg.dev/js/telegram-widget.js?24"></script>

    <script src="//telegram.org/js/widget-frame.js?68"></script>
    <script>TWidgetPost.init();
</script>
  </body>
</html>
`;
}
