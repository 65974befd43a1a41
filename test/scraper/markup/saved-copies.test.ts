import { describe, expect, test } from "vitest";
import { readOne, textHolder } from "../../fixtures/pages/markup.ts";

const forwarded = (href: string): string =>
  `<div class="tgme_widget_message_forwarded_from">Forwarded from&nbsp;<a class="tgme_widget_message_forwarded_from_name" href="${href}"><span dir="auto">Heron</span></a></div>`;

describe("a copy by a web archive reads as the page itself", () => {
  test.each([
    "https://web.archive.org/web/20260301000000/https://t.me/",
    "//web.archive.org/web/2023id_/https://t.me/",
    "/web/20230101/t.me/",
    "https://archive.ph/o/AbC1d/https://t.me/",
    "http://wayback.archive-it.org/123/20260301000000/https://t.me/",
  ])("with %s before each address", (before) => {
    const text = textHolder(`By <a href="${before}heron_x" target="_blank">@heron_x</a>`);
    const post = readOne(forwarded(`${before}heron_x/77`) + text);
    expect(post.forward).toEqual({
      name: "Heron",
      url: "https://t.me/heron_x/77",
      channel: "heron_x",
      id: 77,
    });
    expect(post.entities).toEqual([
      { type: "mention", offset: 3, length: 8, url: "https://t.me/heron_x" },
    ]);
  });

  test("and keeps what a post itself links to in an archive", () => {
    const old = "https://web.archive.org/web/2019/https://example.org/";
    const links = `<a href="${old}" onclick="return confirm('x')">old</a> <a href="${old}">${old}</a>`;
    const { entities } = readOne(
      forwarded("https://web.archive.org/web/2026/https://t.me/heron_x/77") + textHolder(links),
    );
    expect(entities.map(({ url }) => url)).toEqual([old, old]);
  });
});

test.each([
  ["a path beside the page", "url(&quot;River_files/p.jpg&quot;)"],
  ["the picture itself", "url(data:image/png;base64,xx)"],
  ["a variable", "var(--sf-img-3)"],
])("a photo saved as %s is a photo without an address", (_, background) => {
  const photo = `<a class="tgme_widget_message_photo_wrap" href="https://t.me/kanal/7" style="width: 800px; background-image: ${background};"><div class="tgme_widget_message_photo" style="padding-top:75%"></div></a>`;
  const { media, notUnderstood } = readOne(photo);
  expect(media).toEqual([{ kind: "photo", width: 800, height: 600 }]);
  expect(notUnderstood).toBeUndefined();
});

test.each([
  '<span class="tg-emoji-wrap"><picture class="tg-emoji tg-emoji-tgs"><source type="application/x-tgsticker" srcset="x.tgs"><img src="data:image/svg+xml,x"></picture></span><i class="emoji"><b>🦆</b></i>',
  '<div class="tg-emoji"><video src="e.webm"><img src="e.webp"></video></div><i class="emoji"><b>🦆</b></i>',
  '<canvas></canvas><i class="emoji"><b>🦆</b></i>',
  '<img alt="🦆" src="x_files/a.webp">',
])("a custom emoji is its letter, drawn by %s", (inner) => {
  const post = readOne(
    textHolder(`Look <tg-emoji emoji-id="5">${inner}</tg-emoji> here <b>bold</b>`),
  );
  expect(post.text).toBe("Look 🦆 here bold");
  expect(post.entities).toEqual([
    { type: "custom_emoji", emojiId: "5", offset: 5, length: 2 },
    { type: "bold", offset: 13, length: 4 },
  ]);
  expect(post.notUnderstood).toBeUndefined();
});

test.each([
  ["https://foursquare.com/v/4b1", {}],
  ["https://yandex.ru/maps/?ll=37.61,55.75&z=12", { latitude: 55.75, longitude: 37.61 }],
  ["https://www.openstreetmap.org/#map=15/55.75/37.61", { latitude: 55.75, longitude: 37.61 }],
  ["https://maps.apple.com/?ll=55.75,37.61", { latitude: 55.75, longitude: 37.61 }],
])("a venue linked to %s", (href, place) => {
  const venue = `<a class="tgme_widget_message_location_wrap" href="${href}"><div class="tgme_widget_message_location" style="background-image:url('https://maps/x')"></div><div class="tgme_widget_message_location_title">Cafe</div><div class="tgme_widget_message_location_address">Nevsky 1</div></a>`;
  const { media, notUnderstood } = readOne(venue);
  expect(media).toEqual([{ kind: "location", ...place, title: "Cafe", address: "Nevsky 1" }]);
  expect(notUnderstood).toBeUndefined();
});

test("an album of which one part is withheld says so", () => {
  const photo = `<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/kanal/7?single" style="background-image:url('https://cdn/a.jpg')"><div class="tgme_widget_message_photo"></div></a>`;
  const notice = `<div class="message_media_not_supported_wrap"><div class="message_media_not_supported_label">Please open Telegram to view this post</div></div>`;
  const album = `<div class="tgme_widget_message_grouped_wrap">${photo}${notice}</div>`;
  expect(readOne(album + textHolder("Words"))).toMatchObject({
    text: "Words",
    media: [{ kind: "photo" }],
    mediaWithheld: true,
  });
});
