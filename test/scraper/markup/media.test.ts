/* oxlint-disable unicorn/consistent-function-scoping -- markup stands beside the test that speaks of it */
import { describe, expect, test } from "vitest";
import { readOne, textHolder } from "../../fixtures/pages/markup.ts";

const cdn = "https://cdn4.telesco.pe/file";
const media = (html: string) => {
  const post = readOne(html);
  expect(post.notUnderstood).toBeUndefined();
  return post.media;
};
const fallback = (label = "This media is not supported in your browser"): string =>
  `<div class="message_media_not_supported_wrap"><div class="message_media_not_supported"><div class="message_media_not_supported_label">${label}</div><span class="message_media_view_in_telegram">VIEW IN TELEGRAM</span></div></div>`;
const photo = (quote: string): string =>
  `<a class="tgme_widget_message_photo_wrap 5195316012205677678 1209628771_460004462" href="https://t.me/kanal/7" style="width:800px;background-image:url(${quote}${cdn}/a.jpg${quote})">
  <div class="tgme_widget_message_photo" style="padding-top:54.875%"></div></a>`;

describe("a photo", () => {
  test.each(["'", "&quot;", ""])("is read with its address quoted by %j", (quote) => {
    expect(media(photo(quote))).toEqual([
      { kind: "photo", url: `${cdn}/a.jpg`, width: 800, height: 439 },
    ]);
  });

  test("without an address or a box is kept and said to be odd", () => {
    const post = readOne(
      '<a class="tgme_widget_message_photo_wrap" href="https://t.me/kanal/7"></a>',
    );
    expect(post.media).toEqual([{ kind: "photo" }]);
    expect(post.notUnderstood).toEqual([
      "photo: photo without an address",
      "photo: photo without a box",
    ]);
  });
});

test("an album is one post with all its ids, in boxes that are no sizes, its text once", () => {
  const item = (id: number): string =>
    `<a class="tgme_widget_message_photo_wrap grouped_media_wrap blured js-message_photo" style="left:0px;width:288px;height:216px;background-image:url('${cdn}/${id}.jpg')" data-ratio="1.3" href="https://t.me/kanal/${id}?single"><div class="grouped_media_helper"><div class="tgme_widget_message_photo grouped_media"></div></div></a>`;
  const post = readOne(
    `<div class="tgme_widget_message_grouped_wrap"><div class="tgme_widget_message_grouped">${item(9)}${item(7)}${item(8)}</div></div>${textHolder(textHolder("Caption"))}`,
    { id: 8 },
  );
  expect(post).toMatchObject({
    id: 7,
    ids: [7, 8, 9],
    url: "https://t.me/kanal/7",
    text: "Caption",
  });
  expect(post.media).toEqual([9, 7, 8].map((id) => ({ kind: "photo", url: `${cdn}/${id}.jpg` })));
});

describe("a video", () => {
  const player = (inner: string, classes = ""): string =>
    `<a class="tgme_widget_message_video_player ${classes} js-message_video_player" href="https://t.me/kanal/7"><i class="tgme_widget_message_video_thumb" style="background-image:url('${cdn}/t')"></i>${inner}</a>`;
  const box = (file: string): string =>
    `<div class="tgme_widget_message_video_wrap" style="width:1280px;padding-top:56.25%">${file}</div>`;
  const file = (more = ""): string =>
    `<video src="${cdn}/v.mp4?token=1" class="tgme_widget_message_video js-message_video" ${more}></video>`;
  const duration =
    '<div class="message_video_play"></div><time class="message_video_duration">1:02:05</time>';
  const shape = { thumbnailUrl: `${cdn}/t`, width: 1280, height: 720 };

  test("has its file, thumbnail, size and duration, and its duration is not the post's date", () => {
    const post = readOne(player(box(file()) + duration + fallback()));
    expect(post.media).toEqual([
      { kind: "video", url: `${cdn}/v.mp4?token=1`, ...shape, durationSeconds: 3725 },
    ]);
    expect(post.publishedAt).toBe("2026-06-15T18:58:13Z");
    expect(post.textState).toBe("empty");
  });

  test("that is narrow stands there twice and is one", () => {
    const backdrop = `<video src="${cdn}/blur.mp4" class="tgme_widget_message_video blured js-message_video_blured"></video>`;
    expect(media(player(backdrop + box(file()) + duration, "blured"))).toMatchObject([
      { kind: "video", url: `${cdn}/v.mp4?token=1` },
    ]);
  });

  test("without play button and duration is a GIF", () => {
    expect(media(player(box(file("muted autoplay loop"))))).toEqual([
      { kind: "gif", url: `${cdn}/v.mp4?token=1`, ...shape },
    ]);
  });

  test("that is too big has no file, and its notice is not a withheld post", () => {
    const post = readOne(
      player(box("") + duration + fallback("Media is too big"), "not_supported"),
    );
    expect(post.media).toEqual([{ kind: "video", ...shape, durationSeconds: 3725 }]);
    expect(post).toMatchObject({ textState: "empty" });
    expect(post.notUnderstood).toBeUndefined();
  });
});

test("a round video, a voice message: their durations are read, a waveform is no text", () => {
  const round = `<div class="tgme_widget_message_roundvideo_player"><div class="tgme_widget_message_roundvideo_wrap"><i class="tgme_widget_message_roundvideo_thumb" style="background-image:url('${cdn}/t')"></i><video class="tgme_widget_message_roundvideo" src="${cdn}/r.mp4"></video></div>${fallback()}<time class="tgme_widget_message_roundvideo_duration">0:05</time></div>`;
  const voice = `<a class="tgme_widget_message_voice_player" href="https://t.me/kanal/7"><audio class="tgme_widget_message_voice" src="${cdn}/v.ogg" data-waveform="0,1,31"></audio><div class="bar"><s style="height:0%"></s></div><time class="tgme_widget_message_voice_duration">0:01</time></a>`;
  expect(media(round)).toEqual([
    { kind: "round", url: `${cdn}/r.mp4`, thumbnailUrl: `${cdn}/t`, durationSeconds: 5 },
  ]);
  expect(media(voice)).toEqual([{ kind: "voice", url: `${cdn}/v.ogg`, durationSeconds: 1 }]);
});

test("files, each with a caption after it, and music: name and size, title and performer", () => {
  const document = (title: string, extra: string, icon = ""): string =>
    `<a class="tgme_widget_message_document_wrap" href="https://t.me/kanal/7"><div class="tgme_widget_message_document_icon accent_bg ${icon}"></div><div class="tgme_widget_message_document"><div class="tgme_widget_message_document_title accent_color">${title}</div><div class="tgme_widget_message_document_extra">${extra}</div></div></a>`;
  const post = readOne(
    `${document("a &amp; b.pdf", "1.2 MB")}${textHolder("First")}${document("Song", "Singer", "audio")}${textHolder("<b>Second</b>")}`,
  );
  expect(post.media).toEqual([
    { kind: "file", fileName: "a & b.pdf", size: "1.2 MB" },
    { kind: "audio", title: "Song", performer: "Singer" },
  ]);
  expect(post.text).toBe("First\nSecond");
  expect(post.entities).toEqual([{ type: "bold", offset: 6, length: 6 }]);
});

test("stickers: still, animated and video; the drawing that holds their place is not their address", () => {
  const notice = `<div class="message_media_not_supported_wrap media_not_supported_cont"><div class="message_media_not_supported"><div class="message_media_not_supported_label">This media is not supported in your browser</div></div></div>`;
  const still = `<i class="tgme_widget_message_sticker js-sticker_image" style="background-image:url('data:image/svg+xml;base64,AA');width:256px;" data-webp="${cdn}/s.webp"><div style="padding-top:63.28125%"></div></i>`;
  expect(
    media(
      `${notice}<div class="tgme_widget_message_sticker_wrap media_supported_cont">${still}</div>`,
    ),
  ).toEqual([{ kind: "sticker", url: `${cdn}/s.webp`, width: 256, height: 162 }]);
  const animated = `<picture class="tgme_widget_message_tgsticker"><source type="application/x-tgsticker" srcset="${cdn}/s.tgs"><source type="image/webp" srcset="${cdn}/s.webp"></picture>`;
  expect(media(animated)).toEqual([{ kind: "sticker", url: `${cdn}/s.tgs` }]);
  const film = `<div class="tgme_widget_message_videosticker"><video class="js-videosticker_video" src="${cdn}/s.webm"></video></div>`;
  expect(media(film)).toEqual([{ kind: "sticker", url: `${cdn}/s.webm` }]);
});

test("a place, a venue, a contact", () => {
  const place = (inner = ""): string =>
    `<a class="tgme_widget_message_location_wrap" href="https://maps.google.com/maps?q=-23.5,44.25&ll=-23.5,44.25&z=16"><div class="tgme_widget_message_location" style="background-image:url('https://static-maps.yandex.ru/1.x/?l=map')"></div>${inner}</a>`;
  expect(media(place())).toEqual([{ kind: "location", latitude: -23.5, longitude: 44.25 }]);
  const venue =
    '<div class="tgme_widget_message_location_title">Hall</div><div class="tgme_widget_message_location_address">1 Street</div>';
  expect(media(place(venue))).toMatchObject([{ title: "Hall", address: "1 Street" }]);
  const contact =
    '<a class="tgme_widget_message_contact_wrap" href="https://t.me/kanal/7"><div class="tgme_widget_message_contact"><div class="tgme_widget_message_contact_name">Vera</div><div class="tgme_widget_message_contact_phone">+7 900</div></div></a>';
  expect(media(contact)).toEqual([{ kind: "contact", title: "Vera", phone: "+7 900" }]);
});

test("an address that is no http address is left out", () => {
  const post = readOne(photo("'").replace(`${cdn}/a.jpg`, "javascript:alert(1)"));
  expect(post.media).toEqual([{ kind: "photo", width: 800, height: 439 }]);
});
