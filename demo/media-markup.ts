import type { Media, MediaKind, Post } from "../scraper/post.ts";
import { shownDuration } from "./numbers.ts";
import { escapeHtml, plainMarkup } from "./text-markup.ts";
import { narrowest } from "./truth.ts";

/** A post's media: one after the other, or photos and videos together in one album. */
export function mediaMarkup(post: Post): string {
  if (post.service === "photo") {
    const photo = post.media[0]?.url ?? servicePhoto;
    return `<a class="tgme_widget_message_service_photo" href="${post.url}"><img src="${photo}"></a>\n`;
  }
  const visual = post.media.filter(({ kind }) => kind === "photo" || kind === "video");
  if (visual.length > 1 && visual.length === post.media.length) return album(post);
  return post.media.map((media, index) => single(media, placeOf(post, index))).join("");
}

/** Where a part of a post is seen: its own address, with `?single`, where there are several. */
function placeOf(post: Post, index: number): Post {
  const id = post.ids[index];
  if (post.ids.length === 1 || id === undefined) return post;
  return { ...post, id, url: `https://t.me/${post.channel}/${id}?single` };
}

const servicePhoto = "https://cdn4.telesco.pe/file/service.jpg";

const single = (media: Media, post: Post): string => singles[media.kind](media, post);

const singles: Readonly<Record<MediaKind, (media: Media, post: Post) => string>> = {
  photo,
  video,
  gif: video,
  round,
  voice,
  audio: document,
  file: document,
  sticker,
  location,
  contact,
};

function background(url: string | undefined): string {
  return url ? `background-image:url('${escapeHtml(url)}')` : "";
}

const percent = (part: number) => String(Number((part * 100).toPrecision(14)));

function photo({ url, width = 800, height = 450 }: Media, post: Post): string {
  const narrow = width / height < narrowest;
  const frame = narrow ? Math.round(height * narrowest) : width;
  const inner = narrow ? `width:${percent(width / frame)}%;` : "";
  return `<a class="tgme_widget_message_photo_wrap${narrow ? " blured" : ""} ${5_172_795_381_250_000_000n + BigInt(post.id)} 1204385278_${456_240_000 + post.id}" href="${post.url}" style="width:${frame}px;${background(url)}">
  <div class="tgme_widget_message_photo" style="${inner}padding-top:${percent(height / frame)}%"></div>
</a>`;
}

/** Without an address a video is one that is too big for the page. */
function video(media: Media, post: Post): string {
  const { url, width = 1280, height = 720, kind } = media;
  const narrow = width / height < narrowest;
  const tall = narrow ? 1 / narrowest : height / width;
  const gif = kind === "gif";
  const loop = gif ? " preload muted autoplay loop playsinline" : "";
  const element = url
    ? `<video src="${escapeHtml(url)}" class="tgme_widget_message_video js-message_video" width="100%" height="100%"${loop}></video>`
    : "";
  const backdrop =
    url && narrow
      ? `<video src="${escapeHtml(url)}" class="tgme_widget_message_video blured js-message_video_blured" width="100%" height="100%" muted></video>`
      : "";
  return `<a class="tgme_widget_message_video_player${url ? "" : " not_supported"}${narrow ? " blured" : ""} js-message_video_player" href="${post.url}"><i class="tgme_widget_message_video_thumb" style="${background(media.thumbnailUrl)}"></i>
${backdrop}
<div class="tgme_widget_message_video_wrap" style="width:${width}px;padding-top:${percent(tall)}%">
  ${element}
</div>
${gif ? "" : playAndDuration(media)}
${fallback(url ? "This media is not supported in your browser" : "Media is too big")}</a>`;
}

function playAndDuration({ durationSeconds }: Media): string {
  const time =
    durationSeconds === undefined
      ? ""
      : `<time class="message_video_duration js-message_video_duration">${shownDuration(durationSeconds)}</time>`;
  return `<div class="message_video_play js-message_video_play"></div>\n${time}`;
}

function fallback(label: string): string {
  return `<div class="message_media_not_supported_wrap">
  <div class="message_media_not_supported">
    <div class="message_media_not_supported_label">${label}</div>
    <span class="message_media_view_in_telegram">VIEW IN TELEGRAM</span>
  </div>
</div>`;
}

/** Each part of an album names its own id only in its address, with `?single`. */
function album(post: Post): string {
  const parts = post.media.map((media, index) => {
    const { width = 4, height = 3, url, thumbnailUrl, kind } = media;
    const href = `https://t.me/${post.channel}/${post.ids[index] ?? post.id}?single`;
    const box = `left:${index * 230}px;top:0px;width:226px;height:170px;margin-right:2px;margin-bottom:0px;`;
    const ratio = `data-ratio="${Number((width / height).toPrecision(14))}"`;
    if (kind === "photo") {
      return `<a class="tgme_widget_message_photo_wrap grouped_media_wrap blured js-message_photo" style="${box}${background(url)}" ${ratio} href="${href}"><div class="grouped_media_helper" style="top:0;bottom:0;left:82px;right:83px;"><div class="tgme_widget_message_photo grouped_media" style="top:0;bottom:0;left:0px;right:0px;"></div></div></a>`;
    }
    return `<a class="tgme_widget_message_video_player grouped_media_wrap blured js-message_video_player" style="${box}" ${ratio} href="${href}"><i class="tgme_widget_message_video_thumb" style="${background(thumbnailUrl)}"></i>
<div class="tgme_widget_message_video_wrap grouped_media js-message_video_wrap" style="left:0;right:0;top:-1px;bottom:0px;">
${url ? `<video src="${escapeHtml(url)}" class="tgme_widget_message_video js-message_video" width="100%" height="100%"></video>` : ""}
</div>
${playAndDuration(media)}
${fallback(url ? "This media is not supported in your browser" : "Media is too big")}</a>`;
  });
  return `<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap" data-margin-w="2" data-margin-h="2" style="width:453px;">
  <div class="tgme_widget_message_grouped js-message_grouped" style="padding-top:47.682%">
    <div class="tgme_widget_message_grouped_layer js-message_grouped_layer" style="width:453px;height:216px">
      ${parts.join("")}
    </div>
  </div>
</div>`;
}

function round({ url, thumbnailUrl, durationSeconds = 0 }: Media, post: Post): string {
  return `<div class="tgme_widget_message_roundvideo_player js-message_roundvideo_player">
  <div class="tgme_widget_message_roundvideo_wrap">
    <i class="tgme_widget_message_roundvideo_thumb" style="${background(thumbnailUrl)}"></i>
    <video class="tgme_widget_message_roundvideo js-message_roundvideo" src="${escapeHtml(url ?? "")}" width="100%" height="100%" preload muted autoplay loop playsinline></video>
    <div class="tgme_widget_message_roundvideo_muted"></div>
    <div class="tgme_widget_message_roundvideo_border"></div>
  </div>
  <div class="message_media_not_supported_wrap js-message_roundvideo_not_supported">
    <div class="message_media_not_supported">
      <div class="message_media_not_supported_label">This media is not supported in your browser</div>
      <a href="${post.url}" class="message_media_view_in_telegram">VIEW IN TELEGRAM</a>
    </div>
  </div>
  <div class="tgme_widget_message_roundvideo_play js-message_roundvideo_play"></div>
  <time class="tgme_widget_message_roundvideo_duration js-message_roundvideo_duration">${shownDuration(durationSeconds)}</time>
</div>`;
}

const waveform = Array.from({ length: 100 }, (_, i) => (i * 7) % 32);
const bars = waveform.map((level) => `<s style="height:${((level / 31) * 100).toFixed(3)}%;"></s>`);

function voice({ url, durationSeconds = 0 }: Media, post: Post): string {
  const bar = `<div class="bar">${bars.join("")}</div>`;
  return `<a class="tgme_widget_message_voice_player js-message_voice_player" href="${post.url}">
  <audio class="tgme_widget_message_voice js-message_voice" src="${escapeHtml(url ?? "")}" data-ogg width="100%" data-waveform="${waveform.join(",")}"></audio>
  <div class="tgme_widget_message_voice_play accent_bghover"></div>
  <div class="tgme_widget_message_voice_wrap">
    <div class="tgme_widget_message_voice_progress_wrap js-message_voice_progress_wrap">
      <div class="tgme_widget_message_voice_progress_bg">${bar}</div>
      <div class="tgme_widget_message_voice_progress js-message_voice_progress">${bar}</div>
    </div>
  </div>
  <time class="tgme_widget_message_voice_duration js-message_voice_duration">${shownDuration(durationSeconds)}</time>
</a>`;
}

/** Music shows its title and performer where other files show name and size; no page has a file's address. */
function document(media: Media, post: Post): string {
  const music = media.kind === "audio";
  const title = music ? media.title : media.fileName;
  const extra = music ? media.performer : media.size;
  return `<a class="tgme_widget_message_document_wrap" href="${post.url}">
  <div class="tgme_widget_message_document_icon accent_bg${music ? " audio" : ""}"></div>
  <div class="tgme_widget_message_document">
    <div class="tgme_widget_message_document_title accent_color" dir="auto">${plainMarkup(title ?? "")}</div>
    <div class="tgme_widget_message_document_extra" dir="auto">${plainMarkup(extra ?? "")}</div>
  </div>
</a>`;
}

/** A sticker is a picture, a drawing that moves (`.tgs`) or a small film (`.webm`), told by its address. */
function sticker({ url = "", thumbnailUrl }: Media, post: Post): string {
  const address = escapeHtml(url);
  const still = thumbnailUrl ?? `data:image/svg+xml,%3Csvg%2F%3E`;
  const unable = `<div class="message_media_not_supported_wrap media_not_supported_cont">
  <div class="message_media_not_supported">
    <div class="message_media_not_supported_label">This media is not supported in your browser</div>
    <a href="${post.url}" class="message_media_view_in_telegram">VIEW IN TELEGRAM</a>
  </div>
</div>`;
  return `${unable}
<div class="tgme_widget_message_sticker_wrap media_supported_cont">${stickerPicture(address, escapeHtml(still))}</div>`;
}

function stickerPicture(address: string, still: string): string {
  if (/\.tgs(\?|$)/.test(address)) {
    return `<picture class="tgme_widget_message_tgsticker js-tgsticker_image" style="width:256px;"><div style="padding-top:100%"></div><source type="application/x-tgsticker" srcset="${address}"><source type="image/webp" srcset="${still}"></picture>`;
  }
  if (/\.webm(\?|$)/.test(address)) {
    return `<div class="tgme_widget_message_videosticker js-videosticker"><video class="js-videosticker_video" src="${address}" width="100%" height="100%" preload muted autoplay loop playsinline></video></div>`;
  }
  return `<i class="tgme_widget_message_sticker js-sticker_image" style="background-image:url('${still}');width:256px;" data-webp="${address}"><div style="padding-top:100%"></div></i>`;
}

function location({ latitude = 0, longitude = 0, title, address }: Media): string {
  const place = `${latitude},${longitude}`;
  const venue = title
    ? `<div class="tgme_widget_message_location_info">
  <div class="tgme_widget_message_location_title">${plainMarkup(title)}</div>
  <div class="tgme_widget_message_location_address">${plainMarkup(address ?? "")}</div>
</div>`
    : "";
  return `<a class="tgme_widget_message_location_wrap" href="https://maps.google.com/maps?q=${place}&ll=${place}&z=16"><div class="tgme_widget_message_location" style="background-image:url('https://static-maps.yandex.ru/1.x/?l=map&ll=${longitude},${latitude}&z=15&size=600,300&scale=1.5')"></div>${venue}</a>`;
}

function contact({ title = "", phone = "" }: Media, post: Post): string {
  return `<a class="tgme_widget_message_contact_wrap" href="${post.url}">
  <div class="tgme_widget_message_contact">
    <div class="tgme_widget_message_contact_name accent_color" dir="auto">${plainMarkup(title)}</div>
    <div class="tgme_widget_message_contact_phone" dir="auto">${plainMarkup(phone)}</div>
  </div>
</a>`;
}
