import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { duration, name, safeAddress } from "./format.ts";
import type { Html } from "./html.ts";
import { icon, type IconName } from "./icons.ts";
import type { Marked } from "./marks.ts";
import type { Words } from "../words/words.ts";

type Media = PostAnswer["media"][number];

/**
 * What was attached: kind, size, length and name, and the file itself where we keep it. Nothing is loaded from Telegram; a
 * link leads there. `whole` says also why a file is not here.
 */
export function mediaList(
  post: Pick<PostAnswer, "media" | "url">,
  words: Words,
  { whole = false }: { readonly whole?: boolean } = {},
): Html | undefined {
  const { media } = post;
  if (media.length === 0) return undefined;
  return html`<ul class="media">
    ${media.map((one, place) => {
      const of =
        media.length > 1 &&
        words.text.media.ofMany({ place: String(place + 1), all: String(media.length) });
      const label = html`${described(one, words)}${of && `, ${of}`}`;
      const seen = player(one, html`${words.text.common.media[one.kind]}${of && ` ${of}`}`);
      const why = whole && missing(one, words);
      return seen
        ? html`<li>
            <figure>
              ${seen}
              <figcaption>${label}${why && html`, ${why}`}</figcaption>
            </figure>
          </li>`
        : html`<li class="media-file">
            ${icon(icons[one.kind])}
            <span>${label}${why && html`, ${why}`}${savable(one, words)}</span>
          </li>`;
    })}
  </ul>`;
}

/** The picture, film or sound, from our own store alone; nothing of a film or sound is loaded before it is asked for. */
function player(
  { kind, kept, keptThumbnail, width, height }: Media,
  label: Html,
): Html | undefined {
  const still = keptThumbnail?.type.startsWith("image/") ? keptThumbnail : undefined;
  const sized =
    width === undefined || height === undefined ? "" : html`width="${width}" height="${height}"`;
  if (kept?.type.startsWith("video/"))
    return html`<video
      src="${kept.url}"
      controls
      preload="${still ? "none" : "metadata"}"
      playsinline
      ${kind === "gif" ? "loop muted" : ""}
      ${still ? html`poster="${still.url}"` : ""}
      ${sized}
      aria-label="${label}"
    ></video>`;
  if (kept?.type.startsWith("audio/"))
    return html`<audio src="${kept.url}" controls preload="none" aria-label="${label}"></audio>`;
  const picture = kept?.type.startsWith("image/") ? kept : still;
  if (!picture) return undefined;
  const small = kind === "sticker" ? html`class="sticker"` : "";
  return html`<img
    src="${picture.url}"
    alt="${label}"
    loading="lazy"
    decoding="async"
    ${sized}
    ${small}
  />`;
}

/** A kept file that no page shows can be saved. */
function savable({ kept }: Media, { text: { media: text } }: Words): Html | undefined {
  return kept && html`, <a href="${kept.url}" download>${text.saveFile}</a>`;
}

/** Why the file is not here. */
function missing(
  { kind, kept, url, notKept }: Media,
  { text: { media: text } }: Words,
): string | undefined {
  if (kept || kind === "location" || kind === "contact") return undefined;
  if (notKept) return text.notKept[notKept];
  return url === undefined ? text.notOffered : undefined;
}

const icons: Readonly<Record<Media["kind"], IconName>> = {
  photo: "photo",
  video: "video",
  gif: "video",
  round: "video",
  voice: "sound",
  audio: "sound",
  file: "file",
  sticker: "sticker",
  location: "place",
  contact: "person",
};

/** `video, 1280×720, 3:05`, with the strangers' part of it kept apart. */
function described(media: Media, { text: { common } }: Words): Html {
  const facts = [
    media.width !== undefined && media.height !== undefined && `${media.width}×${media.height}`,
    media.durationSeconds !== undefined && duration(media.durationSeconds),
    media.size !== undefined && name(media.size),
    media.emoji !== undefined && name(media.emoji),
  ].filter((fact) => fact !== false);
  const title = [media.performer, media.title].filter((part) => part !== undefined).map(name);
  const named = media.fileName === undefined ? title.join(", ") : name(media.fileName);
  return html`${common.media[media.kind]}${named !== "" && html`, <bdi>${named}</bdi>`}${facts.length > 0 && `, ${facts.join(", ")}`}${place(media)}${contact(media)}`;
}

function place({ address, latitude, longitude }: Media): Html {
  const isPlaced = latitude !== undefined && longitude !== undefined;
  return html`${address !== undefined && html`, <bdi>${name(address)}</bdi>`}${isPlaced && html`, <span class="num">${latitude}, ${longitude}</span>`}`;
}

function contact({ phone }: Media): Html | undefined {
  return phone === undefined ? undefined : html`, <bdi class="num">${name(phone)}</bdi>`;
}

/** A poll with its shares as bars. */
export function pollList(
  poll: NonNullable<PostAnswer["poll"]>,
  words: Words,
  marked: Marked,
): Html {
  const voters =
    poll.voters === undefined ? "" : `, ${words.text.media.votes({ count: poll.voters })}`;
  return html`<section class="poll">
    <p class="label" dir="auto">${icon("poll")} <bdi>${marked(poll.question)}</bdi></p>
    <p class="quiet small"><bdi>${name(poll.type)}</bdi>${voters}</p>
    <ul>
      ${poll.options.map(
        ({ text, percent }) =>
          html`<li>
            ${percent !== undefined && html`<span class="num">${percent} %</span>`}<span dir="auto"
              >${marked(text)}</span
            >${percent !== undefined && shareBar(percent)}
          </li>`,
      )}
    </ul>
  </section>`;
}

function shareBar(percent: number): Html {
  return html`<svg class="chart" height="4" aria-hidden="true">
    <rect class="c-track" width="100%" height="4" />
    <rect class="c-kept" width="${Math.min(100, Math.max(0, percent))}%" height="4" />
  </svg>`;
}

/** What the source showed of a linked page; no picture of it is loaded. */
export function previewCard(
  preview: NonNullable<PostAnswer["preview"]>,
  words: Words,
  marked: Marked,
): Html {
  const href = safeAddress(preview.url);
  const title =
    preview.title === undefined ? name(preview.site ?? preview.url) : marked(preview.title);
  return html`<aside class="preview" aria-label="${words.text.media.linkPreview}">
    ${
      preview.site !== undefined &&
      html`<p class="quiet small"><bdi>${name(preview.site)}</bdi></p>`
    }
    <p dir="auto">
      ${
        href === undefined
          ? html`<b>${title}</b>`
          : html`<a href="${href}" rel="noopener noreferrer nofollow"><b>${title}</b></a>`
      }
    </p>
    ${preview.description !== undefined && html`<p class="small" dir="auto">${marked(preview.description)}</p>`}
  </aside>`;
}

/** Reactions as people left them, with their counts. */
export function reactionList(reactions: PostAnswer["reactions"], words: Words): Html {
  return html`${reactions.map(
    ({ kind, emoji, count }, place) =>
      html`${place > 0 && ", "}<span
          >${kind === "paid" ? "⭐" : (emoji ?? "▢")} ${words.number(count)}</span
        >`,
  )}`;
}
