import type { Post } from "../scraper/post.ts";
import { escapeHtml, plainMarkup } from "./text-markup.ts";
import type { Profile } from "./truth.ts";

/** How a landing offers the preview: the link's two shapes, or not at all. */
export type PreviewLink = "link" | "button" | "none";

/** The page at `/name` of a channel: title, exact number of subscribers, and the way to its preview. */
export function channelLanding(profile: Profile, link: PreviewLink): string {
  const path = `/s/${profile.name}`;
  const links = {
    link: `<div class="tgme_page_context_link_wrap"><a class="tgme_page_context_link" href="${path}">Preview channel</a></div>`,
    button: `<div class="tgme_page_action tgme_page_context_action"><div class="tgme_page_context_btn"><a class="tgme_action_button_new" href="${path}"><span class="tgme_action_button_label">Preview channel</span></a></div></div>`,
    none: "",
  } as const;
  const extra = `${grouped(profile.subscribers)} ${profile.subscribers === 1 ? "subscriber" : "subscribers"}`;
  return shell({
    ...head(profile, profile.description ?? ""),
    body: `${existing(profile, extra)}
${links[link]}
<div class="tgme_page_additional">
  If you have <strong>Telegram</strong>, you can view and join <br><strong>${plainMarkup(profile.title)}</strong> right away.
</div>`,
  });
}

/** The page at `/name` of a group: members, some of them online, no preview. */
export function groupLanding(profile: Profile): string {
  const online = Math.ceil(profile.subscribers / 20);
  return shell({
    ...head(profile, profile.description ?? ""),
    body: `${existing(profile, `${grouped(profile.subscribers)} members, ${grouped(online)} online`)}
<div class="tgme_page_additional">
  If you have <strong>Telegram</strong>, you can view and join <br><strong>${plainMarkup(profile.title)}</strong> right away.
</div>`,
  });
}

/** The page at `/name/12`: the post stands in a frame, its plain text in `og:description`. */
export function postLanding(post: Post, profile: Profile): string {
  const address = `${profile.name}/${post.id}`;
  return shell({
    ...head(profile, post.text.slice(0, 1_000)),
    page: "tgme_page tgme_page_post",
    body: `<div class="tgme_page_widget_wrap" id="widget"><div class="tgme_page_widget">
  <iframe id="telegram-post-${profile.name}-${post.id}" src="https://t.me/${address}?embed=1&amp;mode=tme" width="100%" height="" frameborder="0" scrolling="no"></iframe>
</div></div>
<div class="tgme_page_context_btn"><a class="tgme_action_button_new" href="/s/${address}"><span class="tgme_action_button_label">View Context</span></a></div>`,
  });
}

/** The page at `/name` where nothing can be seen: an unknown name, or one whose preview is refused here. */
export function bareLanding(name: string, verb: "contact" | "view posts by"): string {
  const title = verb === "contact" ? `Telegram: Contact @${name}` : `Telegram: View @${name}`;
  return shell({
    title,
    ogTitle: title,
    image: "https://telegram.org/img/t_logo_2x.png",
    description: "",
    name,
    body: `<div class="tgme_page_icon">
  <i class="tgme_icon_user"></i>
</div>
<div class="tgme_page_description">
  If you have <strong>Telegram</strong>, you can ${verb} <a class="tgme_username_link" href="tg://resolve?domain=${name}">@${name}</a> right away.
</div>
<div class="tgme_page_action">
  <a class="tgme_action_button_new" href="tg://resolve?domain=${name}">${verb === "contact" ? "Send Message" : "View in Telegram"}</a>
</div>`,
  });
}

/** The page at `/name` of a channel that Telegram does not show: its description says so. */
export function blockedLanding(profile: Profile): string {
  const sentence = "This channel can’t be displayed because it violated local laws.";
  return shell({
    ...head(profile, sentence),
    body: `<div class="tgme_page_title" dir="auto">
  <span dir="auto">${plainMarkup(profile.title)}</span>
</div>
<div class="tgme_page_description" dir="auto">${sentence}</div>`,
  });
}

/** Telegram's own front page, served instead of a blocked name: no `.tgme_page` anywhere. */
export function marketingPage(): string {
  const cards = ["Simple", "Private", "Synced", "Fast", "Powerful", "Open"].map(
    (word) => `<div class="tl_main_card"><h3 class="tl_main_card_header">${word}</h3></div>`,
  );
  return `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Telegram Messenger</title>
    <meta property="og:title" content="Telegram">
    <link href="//telegram.org/css/telegram.css?254" rel="stylesheet" media="screen">
  </head>
  <body class="preload">
    <div class="tl_page_wrap"><div class="tl_page"><main class="tl_main">${cards.join("\n").repeat(30)}</main></div></div>
  </body>
</html>
<!-- page generated in 8.1ms -->
`;
}

interface Landing {
  readonly title: string;
  readonly ogTitle: string;
  readonly image: string;
  readonly description: string;
  readonly name: string;
  readonly body: string;
  readonly page?: string;
}

function head({ name, title, avatarUrl }: Profile, description: string): Omit<Landing, "body"> {
  return {
    title: `Telegram: View @${name}`,
    ogTitle: title,
    image: avatarUrl ?? "https://telegram.org/img/t_logo_2x.png",
    description,
    name,
  };
}

function existing(profile: Profile, extra: string): string {
  const address = `tg://resolve?domain=${profile.name}`;
  const photo = profile.avatarUrl
    ? `<div class="tgme_page_photo">
  <a href="${address}"><img class="tgme_page_photo_image" src="${escapeHtml(profile.avatarUrl)}"></a>
</div>`
    : "";
  return `${photo}
<div class="tgme_page_title" dir="auto">
  <span dir="auto">${plainMarkup(profile.title)}</span>
</div>
<div class="tgme_page_extra">${extra}</div>
<div class="tgme_page_description" dir="auto">${plainMarkup(profile.description ?? "")}</div>
<div class="tgme_page_action">
  <a class="tgme_action_button_new shine" href="${address}">View in Telegram</a>
</div>
<!-- WEBOGRAM_BTN -->`;
}

function shell(landing: Landing): string {
  const { title, ogTitle, image, description, name, body, page = "tgme_page" } = landing;
  return `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>${escapeHtml(title)}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
<meta property="og:title" content="${escapeHtml(ogTitle)}">
<meta property="og:image" content="${escapeHtml(image)}">
<meta property="og:site_name" content="Telegram">
<meta property="og:description" content="${escapeHtml(description)}">
<meta property="al:ios:url" content="tg://resolve?domain=${name}">
    <link href="//telegram.org/css/telegram.css?254" rel="stylesheet" media="screen">
  </head>
  <body class="no_transition">
    <div class="tgme_page_wrap">
      <div class="tgme_head_wrap">
        <div class="tgme_head">
          <a href="//telegram.org/" class="tgme_head_brand"></a>
          <a class="tgme_head_right_btn" href="//telegram.org/dl">
            Download
          </a>
        </div>
      </div>
      <div class="tgme_body_wrap">
        <div class="${page}">
          ${body}
        </div>
      </div>
    </div>
    <div id="tgme_frame_cont"></div>
  </body>
</html>
<!-- page generated in 3.25ms -->
`;
}

/** 12345 as Telegram writes it: `12 345`. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}
