/* oxlint-disable vitest/expect-expect -- `finds` expects. */
import { describe, it } from "vitest";
import type { MediaKind } from "../../../../../scraper/post.ts";
import type { ArchivedPost } from "../../../../../server/archive/posts/archived-post.ts";
import { finds, type OpenEngine } from "./corpus.ts";

/** Fields, under OR and NOT like words. */
export function describeFields(open: OpenEngine): void {
  describe("fields", () => {
    it(
      "a channel is named in any case, several are alternatives",
      finds(
        open,
        [{ channel: "Durov", text: "a кот" }, { channel: "lab", text: "кот" }, { channel: "news" }],
        [
          ["in:durov", [1]],
          ["channel:DUROV,news", [1, 3]],
          ["from:@lab кот", [2]],
          ["-in:durov", [2, 3]],
          ["in:news OR кот", [1, 2, 3]],
          ["in:nobody", []],
        ],
      ),
    );
    it(
      "has: knows every kind, and video takes gif and round in",
      finds(
        open,
        [
          media("photo"),
          media("video"),
          media("gif"),
          media("round"),
          media("voice"),
          media("file"),
          media("sticker"),
          media("location"),
          media("contact"),
          media("audio"),
          { text: "https://example.org" },
          { poll: { question: "да?", type: "Quiz", options: [] } },
          { reactions: [{ kind: "emoji", emoji: "👍", count: 3 }] },
        ],
        [
          ["has:photo", [1]],
          ["has:video", [2, 3, 4]],
          ["has:gif", [3]],
          ["has:round,voice", [4, 5]],
          ["has:file", [6]],
          ["has:sticker", [7]],
          ["has:location OR has:contact", [8, 9]],
          ["has:audio", [10]],
          ["has:media", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
          ["has:link", [11]],
          ["has:text", [11]],
          ["has:poll", [12]],
          ["has:reactions", [13]],
          ["-has:media", [11, 12, 13]],
        ],
      ),
    );
    it(
      "is: tells forwards, replies, edits, albums, service posts, what is withheld, and deleted posts stay findable",
      finds(
        open,
        [
          { text: "кот", forward: { name: "Лаборатория Иванова", channel: "Sci_Lab", id: 3 } },
          { text: "кот", reply: { channel: "lab", id: 1 } },
          { text: "кот", edited: true },
          {
            text: "кот",
            deleted: {
              firstAbsentAt: "2024-05-01T00:00:00Z",
              confirmedAt: "2024-05-02T00:00:00Z",
              checks: 3,
            },
          },
          { ids: [5, 6] },
          { text: "Channel created", service: "created" },
          { textState: "withheld" },
          { text: "кот", mediaWithheld: true },
        ],
        [
          ["is:forward", [1]],
          ["is:reply", [2]],
          ["is:edited", [3]],
          ["is:deleted", [4]],
          ["кот", [1, 2, 3, 4, 8]],
          ["кот -is:deleted", [1, 2, 3, 8]],
          ["is:withheld", [7, 8]],
          ["кот -is:withheld -is:deleted", [1, 2, 3]],
          ["is:album", [5]],
          ["is:service", [6]],
          ["is:album,service", [5, 6]],
          ["fwd:иванова", [1]],
          ["fwd:sci_lab", [1]],
          ["fwd:@sci_lab", [1]],
          ["fwd:иван", []],
        ],
      ),
    );
    it(
      "author: matches whole words of the name",
      finds(
        open,
        [{ author: "Анна Иванова" }, { author: "Иван Анненский" }, { text: "Анна" }],
        [
          ["author:анна", [1]],
          ["author:АННА", [1]],
          ['author:"анна иванова"', [1]],
          ["author:иван", [2]],
          ["-author:анна", [2, 3]],
        ],
      ),
    );
    it(
      "link: finds a host with its subdomains, in text, buttons and previews",
      finds(
        open,
        [
          { text: "https://example.com/x" },
          { text: "см. https://www.example.com" },
          { buttons: [{ text: "сюда", url: "https://docs.example.com/a" }] },
          { preview: { url: "https://notexample.com" } },
          { text: "example.com.evil.org https://example.com.evil.org" },
          { text: "https://президент.рф/x" },
        ],
        [
          ["link:example.com", [1, 2, 3]],
          ["link:docs.example.com", [3]],
          ["link:evil.org", [5]],
          ["link:президент.рф", [6]],
          ["-link:example.com,evil.org,notexample.com", [6]],
        ],
      ),
    );
    it(
      "link: finds an address with what lies below it, and a pasted address what shows it or links to it",
      finds(
        open,
        [
          linked("Читайте тут.", "https://t.me/durov/123"),
          "Смотрите https://t.me/durov/123",
          "Смотрите https://t.me/s/durov/123",
          linked("Другой канал", "https://t.me/durov2"),
          linked("Альбом", "http://www.t.me/Durov/123?single"),
          linked("Статья", "https://www.example.org/News/2024/?utm_source=tg&id=5#top"),
          "example.org/news/2024?id=6, example.org/news2",
          { buttons: [{ text: "сюда", url: "https://example.org/news/" }] },
          { preview: { url: "https://a.org/b_(c),d", title: "см. t.me/durov" } },
          linked("Новости", "https://президент.рф/новости/1"),
          linked("Вики", "https://ru.wikipedia.org/wiki/%D0%9A%D0%BE%D1%82"),
        ],
        [
          ["https://t.me/durov/123", [1, 2, 3, 5]],
          ["t.me/durov/123", [1, 2, 3, 5]],
          ["https://t.me/s/durov/123", [1, 2, 3, 5]],
          ["https://t.me/durov/123?single", [1, 2, 3, 5]],
          ["-t.me/durov/123 link:t.me", [4]],
          ["link:t.me/durov/123", [1, 2, 3, 5]],
          ["link:t.me/durov", [1, 2, 3, 5, 9]],
          ["link:https://t.me/s/durov/", [1, 2, 3, 5, 9]],
          ["link:t.me/durov2,a.org", [4, 9]],
          ["link:t.me", [1, 2, 3, 4, 5]],
          ["link:example.org/news", [6, 7, 8]],
          ["link:www.example.org/news/2024/?id=5", [6]],
          ["link:example.org/news/2024?id=6&utm_campaign=x", [7]],
          ["link:example.org/news/2024#top", []],
          ["https://example.org/news/2024?id=5", [6]],
          ['link:"https://a.org/b_(c),d"', [9]],
          ["https://a.org/b_(c),d", [9]],
          ["link:президент.рф/новости", [10]],
          ["https://ru.wikipedia.org/wiki/Кот", [11]],
          ["тут https://t.me/durov/123", [1]],
          ["t.me/durov/123 OR новости", [1, 2, 3, 5, 10]],
          ["=t.me/durov/123", [2]],
        ],
      ),
    );
    it(
      "addresses of any length are told apart, and none is of the words of a text",
      finds(
        open,
        [
          linked("a", `https://example.org/${"x".repeat(300)}1`),
          linked("b", `https://example.org/${"x".repeat(300)}2`),
          "example.org и прочее",
        ],
        [
          [`link:example.org/${"x".repeat(300)}1`, [1]],
          [`https://example.org/${"x".repeat(300)}2`, [2]],
          ["link:example.org", [1, 2]],
          ["example.org", [1, 2, 3]],
        ],
      ),
    );
    it(
      "a tag is not the bare word, nor a mention the name",
      finds(
        open,
        [
          "#нейросети и жизнь",
          "нейросети без тега",
          "$BTC растёт",
          "BTC",
          "пишет @durov",
          "durov пишет",
          "#Нейросети",
        ],
        [
          ["#нейросети", [1, 7]],
          ["tag:нейросети", [1, 7]],
          ["нейросети", [1, 2, 7]],
          ["нейросети -#нейросети", [2]],
          ["$btc", [3]],
          ["btc", [3, 4]],
          ["@durov", [5]],
          ["mentions:durov", [5]],
          ["durov", [5, 6]],
          ["#нейросети OR @durov", [1, 5, 7]],
        ],
      ),
    );
    it(
      "numbers compare as shown, both ends included, and a missing number matches no comparison",
      finds(
        open,
        [
          { views: 10 },
          {
            views: 100,
            reactions: [
              { kind: "emoji", emoji: "👍", count: 3 },
              { kind: "paid", count: 4 },
            ],
          },
          { views: 18_900_000 },
          {},
        ],
        [
          ["views:10..100", [1, 2]],
          ["views:>10", [2, 3]],
          ["views:>=10", [1, 2, 3]],
          ["views:<100", [1]],
          ["-views:>10", [1, 4]],
          ["views:<=18900000", [1, 2, 3]],
          ["reactions:7", [2]],
          ["reactions:<1", []],
          ["id:2..3", [2, 3]],
          ["id:1,4", [1, 4]],
          ["views:10 OR id:4", [1, 4]],
        ],
      ),
    );
    it(
      "dates are half-open",
      finds(
        open,
        [
          { publishedAt: "2024-05-05T23:59:59Z" },
          { publishedAt: "2024-05-06T00:00:00Z" },
          { publishedAt: "2024-05-06T23:59:59Z" },
          { publishedAt: "2024-05-07T00:00:00Z" },
          { publishedAt: "2023-12-31T23:00:00Z" },
        ],
        [
          ["on:2024-05-06", [2, 3]],
          ["after:2024-05-06", [2, 3, 4]],
          ["before:2024-05-06", [1, 5]],
          ["during:2024", [1, 2, 3, 4]],
          ["after:2024-05-06T00:00:00Z before:2024-05-06T23:59:59Z", [2]],
          ["after:2024-05-06T03:00:00+03:00", [2, 3, 4]],
          ["-during:2024-05", [5]],
          ["on:2024-05-06 OR on:2023-12-31", [2, 3, 5]],
        ],
      ),
    );
    it(
      "lang: is the language told",
      finds(
        open,
        [{ language: "ru" }, { language: "en" }, {}],
        [
          ["lang:ru", [1]],
          ["lang:ru,en", [1, 2]],
          ["-lang:ru", [2, 3]],
        ],
      ),
    );
    it(
      "words are found in polls, file names, previews and buttons",
      finds(
        open,
        [
          {
            poll: {
              question: "Кто победит?",
              type: "Quiz",
              options: [{ text: "никто", percent: 3 }],
            },
          },
          { media: [{ kind: "file", fileName: "отчёт-2024.pdf" }] },
          { media: [{ kind: "audio", performer: "Кино", title: "Перемен" }] },
          { preview: { url: "https://a.org", title: "Заголовок", description: "Описание" } },
          { buttons: [{ text: "Подробнее" }] },
        ],
        [
          ["победа OR победить", [1]],
          ["никто", [1]],
          ["отчёт", [2]],
          ["перемены OR перемен", [3]],
          ["заголовок описание", [4]],
          ["подробнее", [5]],
        ],
      ),
    );
    it(
      "words are found in the name and address of a place, in the name and number of a contact, and a bot by its name",
      finds(
        open,
        [
          {
            media: [
              {
                kind: "location",
                latitude: 59.93,
                longitude: 30.33,
                title: "Дом книги",
                address: "28 Nevsky Prospekt",
              },
            ],
          },
          { media: [{ kind: "contact", title: "Анна Петрова", phone: "+998 90 123 45 67" }] },
          { media: [{ kind: "gif" }], viaBot: "@gif_finder" },
          "Nevsky gif",
        ],
        [
          ["Nevsky", [1, 4]],
          ["nevsky has:location", [1]],
          ['"дом книги"', [1]],
          ['"28 nevsky"', [1]],
          ["петрова", [2]],
          ['"123 45 67"', [2]],
          ["@gif_finder", [3]],
          ["mentions:gif_finder", [3]],
          ["gif_finder", [3]],
        ],
      ),
    );
  });
}

/** A post whose words all lead to an address. */
function linked(text: string, url: string): Partial<ArchivedPost> {
  return { text, entities: [{ type: "link", offset: 0, length: text.length, url }] };
}

function media(kind: MediaKind): Partial<ArchivedPost> {
  return { media: [{ kind }] };
}
