import { load } from "cheerio";
import type { Element } from "../../scraper/markup/dom.ts";
import { parseCount, parseDuration, parsePercent } from "../../scraper/markup/counts.ts";
import { languageOf } from "../../scraper/language.ts";
import type { Media, Post, Reaction } from "../../scraper/post.ts";
import { emojiOf } from "../../scraper/markup/emoji.ts";
import { plainText, readText } from "../../scraper/markup/text.ts";

/**
 * The way most scrapers read a page: default cheerio, and a selector searched for each field of each
 * post. It shares the project's readers of single values, so what differs is how a value is found.
 */
export function readBySelectors(html: string): Post[] {
  const $ = load(html);
  type Found = ReturnType<typeof $>;
  const node = (found: Found): Element | undefined =>
    found.get(0) as unknown as Element | undefined;
  const words = (found: Found): string | undefined => {
    const element = node(found);
    return element && (plainText(element) || undefined);
  };
  const background = (found: Found): string | undefined =>
    /url\(['"]?(.*?)['"]?\)/u.exec(found.attr("style") ?? "")?.[1];
  const size = (wide: Found, tall: Found): { width?: number; height?: number } => {
    const width = /(?:^|;)width:([\d.]+)px/u.exec(wide.attr("style") ?? "")?.[1];
    const share = /padding-top:([\d.]+)%/u.exec(tall.attr("style") ?? "")?.[1];
    if (width === undefined || share === undefined) return {};
    return { width: Number(width), height: Math.round((Number(width) * Number(share)) / 100) };
  };
  const readMedia = (post: Found): Media[] => {
    const media: Media[] = [];
    const selector =
      ".tgme_widget_message_photo_wrap,.tgme_widget_message_video_player,.tgme_widget_message_roundvideo_player," +
      ".tgme_widget_message_voice_player,.tgme_widget_message_document_wrap,.tgme_widget_message_sticker," +
      ".tgme_widget_message_tgsticker,.tgme_widget_message_videosticker,.tgme_widget_message_location_wrap," +
      ".tgme_widget_message_contact_wrap,.tgme_widget_message_service_photo";
    post.find(selector).each((_, each) => {
      const found = $(each);
      const is = (name: string): boolean => found.hasClass(`tgme_widget_message_${name}`);
      const part = (name: string): Found => found.find(`.tgme_widget_message_${name}`);
      if (is("photo_wrap")) {
        media.push(
          drop({ kind: "photo", url: background(found), ...size(found, part("photo")) } as Media),
        );
      } else if (is("video_player")) {
        const shown = found.find(".message_video_duration");
        const plays = found.find(".message_video_play").length > 0 || shown.length > 0;
        media.push(
          drop({
            kind: plays ? "video" : "gif",
            url: found.find("video.js-message_video").attr("src"),
            thumbnailUrl: background(part("video_thumb")),
            ...size(part("video_wrap"), part("video_wrap")),
            durationSeconds: parseDuration(shown.text()),
          } as Media),
        );
      } else if (is("roundvideo_player")) {
        media.push(
          drop({
            kind: "round",
            url: part("roundvideo").attr("src"),
            thumbnailUrl: background(part("roundvideo_thumb")),
            durationSeconds: parseDuration(part("roundvideo_duration").text()),
          } as Media),
        );
      } else if (is("voice_player")) {
        const durationSeconds = parseDuration(part("voice_duration").text());
        media.push(
          drop({ kind: "voice", url: part("voice").attr("src"), durationSeconds } as Media),
        );
      } else if (is("document_wrap")) {
        const name = words(part("document_title"));
        const extra = words(part("document_extra"));
        media.push(
          drop(
            (part("document_icon").hasClass("audio")
              ? { kind: "audio", title: name, performer: extra }
              : { kind: "file", fileName: name, size: extra }) as Media,
          ),
        );
      } else if (is("location_wrap")) {
        const place = /q=(-?[\d.]+),(-?[\d.]+)/u.exec(found.attr("href") ?? "");
        media.push(
          drop({
            kind: "location",
            latitude: Number(place?.[1]),
            longitude: Number(place?.[2]),
            title: words(part("location_title")),
            address: words(part("location_address")),
          } as Media),
        );
      } else if (is("contact_wrap")) {
        const title = words(part("contact_name"));
        media.push(drop({ kind: "contact", title, phone: words(part("contact_phone")) } as Media));
      } else if (is("service_photo")) {
        media.push(drop({ kind: "photo", url: found.find("img").attr("src") } as Media));
      } else {
        const url =
          found.attr("data-webp") ??
          found.find("source[type$=tgsticker]").attr("srcset") ??
          found.find(".js-videosticker_video").attr("src");
        media.push(drop({ kind: "sticker", url, ...size(found, found.find("> div")) } as Media));
      }
    });
    return media;
  };

  const readReactions = (post: Found): Reaction[] =>
    post
      .find(".tgme_reaction")
      .map((_, each) => {
        const found = $(each);
        const paid = found.hasClass("tgme_reaction_paid");
        const emojiId = found.find("tg-emoji").attr("emoji-id");
        const icon = node(found.find("i.emoji"));
        const count = parseCount(
          found
            .contents()
            .filter((_, child) => child.nodeType === 3)
            .text(),
        );
        const kind = paid ? "paid" : emojiId === undefined ? "emoji" : "custom";
        return drop({ kind, emoji: icon && emojiOf(icon), emojiId, count } as Reaction);
      })
      .get();

  return $(".tgme_widget_message[data-post]")
    .map((_, each) => {
      const found = $(each);
      const [channel = "", first = ""] = (found.attr("data-post") ?? "").split("/");
      const holders = found
        .find(".tgme_widget_message_text.js-message_text")
        .filter((_, holder) => $(holder).parents(".tgme_widget_message_text").length === 0)
        .get() as unknown as Element[];
      const { text, entities } = readText(holders, channel);
      const members = found
        .find("a[href*='?single']")
        .map((_, link) => linked($(link).attr("href"))?.id ?? 0)
        .get();
      const ids = [...new Set([Number(first), ...members])].toSorted((a, b) => a - b);
      const id = ids[0] ?? 0;
      const meta = found.find(".tgme_widget_message_meta");
      const date = found.find("a.tgme_widget_message_date time[datetime]").attr("datetime") ?? "";
      const service = !found.hasClass("service_message")
        ? undefined
        : found.hasClass("service_message_photo")
          ? "photo"
          : text.startsWith("Channel created")
            ? "created"
            : text.startsWith("Channel name was changed")
              ? "renamed"
              : text.includes(" pinned ")
                ? "pinned"
                : "other";
      const media = readMedia(found);
      const previewed = found.find("a.tgme_widget_message_link_preview");
      const image = previewed.find(".link_preview_image,.link_preview_right_image");
      const origin = found.find(".tgme_widget_message_forwarded_from_name");
      const origName = words(origin);
      const answered = found.find("a.tgme_widget_message_reply");
      const target = linked(answered.attr("href"));
      const asked = found.find(".tgme_widget_message_poll");
      const voters = found.find(".tgme_widget_message_voters");
      const seen = found.find(".tgme_widget_message_views");
      const body = text !== "" || media.length > 0 || asked.length > 0 || previewed.length > 0;
      const withheld = !body && found.find(".message_media_not_supported_label").length > 0;
      return drop({
        channel,
        id,
        ids,
        url: `https://t.me/${channel}/${id}`,
        publishedAt: date.replace("+00:00", "Z"),
        edited: meta
          .contents()
          .filter((_, child) => child.nodeType === 3)
          .text()
          .includes("edited"),
        author: words(meta.find(".tgme_widget_message_from_author")),
        text,
        textState: withheld ? "withheld" : text === "" ? "empty" : "present",
        entities,
        media,
        preview:
          previewed.length === 0
            ? undefined
            : drop({
                url: previewed.attr("href"),
                site: words(previewed.find(".link_preview_site_name")),
                title: words(previewed.find(".link_preview_title")),
                description: words(previewed.find(".link_preview_description")),
                imageUrl: background(image),
              }),
        viaBot: words(
          found.find(".tgme_widget_message_author .tgme_widget_message_via_bot").first(),
        ),
        forward:
          origName === undefined
            ? undefined
            : drop({
                name: origName,
                url: origin.attr("href"),
                ...linked(origin.attr("href")),
                author: words(found.find(".tgme_widget_message_forwarded_from_author")),
              }),
        reply:
          target &&
          drop({
            ...target,
            author: words(answered.find(".tgme_widget_message_author")),
            text: words(answered.find(".js-message_reply_text")),
          }),
        poll:
          asked.length === 0
            ? undefined
            : drop({
                question: words(asked.find(".tgme_widget_message_poll_question")),
                type: words(asked.find(".tgme_widget_message_poll_type")),
                options: asked
                  .find(".tgme_widget_message_poll_option")
                  .map((_, option) => ({
                    text: words($(option).find(".tgme_widget_message_poll_option_text")),
                    percent: parsePercent(
                      $(option).find(".tgme_widget_message_poll_option_percent").text(),
                    ),
                  }))
                  .get(),
                voters: parseCount(voters.text()),
              }),
        reactions: readReactions(found),
        buttons: found
          .find(".tgme_widget_message_inline_button")
          .map((_, button) => {
            const link = $(button);
            const url = link.hasClass("url_button")
              ? link.attr("href")?.replaceAll("&amp;", "&")
              : undefined;
            return drop({ text: words(link), url });
          })
          .get(),
        views: parseCount(seen.text()),
        service,
        language: service === undefined ? languageOf(text) : undefined,
      } as Post);
    })
    .get();
}

function linked(href: string | undefined): { channel: string; id: number } | undefined {
  const match = /^https:\/\/t\.me\/(\w+)\/(\d+)/u.exec(href ?? "");
  return match?.[1] ? { channel: match[1], id: Number(match[2]) } : undefined;
}

function drop<T extends object>(parts: T): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}
