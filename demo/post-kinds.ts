import type { LinkPreview, Media, Post } from "../scraper/post.ts";
import type { Random } from "./random.ts";
import { TextWriter } from "./text-writer.ts";
import { hostileTexts, sentences, type Tongue } from "./words.ts";

/** What a kind of post is made from: its place in the channel, and chance. */
export interface Making {
  readonly channel: string;
  readonly title: string;
  readonly id: number;
  readonly random: Random;
}

type Made = Omit<Partial<Post>, "ids" | "id"> & { readonly parts?: number };

/** Every kind of post there is in a channel, by a name; each makes one such post. */
export const postKinds: Readonly<Record<string, (making: Making) => Made>> = {
  russian: (making) => plain(making, "russian"),
  english: (making) => plain(making, "english"),
  ukrainian: (making) => plain(making, "ukrainian"),
  chinese: (making) => plain(making, "chinese"),
  arabic: (making) => plain(making, "arabic"),
  long: ({ random }) =>
    written((writer) => {
      for (let i = 0; i < 8; i += 1) writer.add(`${sentences(random, "russian", 5)}\n\n`);
      writer.add(sentences(random, "english", 2));
    }),
  marks: ({ random }) => written((writer) => marks(writer, random)),
  nested: ({ random }) => written((writer) => nested(writer, random)),
  blocks: ({ random }) => written((writer) => blocks(writer, random)),
  links: ({ random }) => written((writer) => links(writer, random)),
  tags: ({ random }) => written((writer) => tags(writer, random)),
  emoji: ({ random }) => written((writer) => emoji(writer, random)),
  "custom emoji": ({ random }) => written((writer) => customEmoji(writer, random)),
  hostile: ({ random }) =>
    written((writer) => {
      writer.add(random.pick(hostileTexts)).add("\n").mark("bold", random.pick(hostileTexts));
    }),

  photo: (making) => ({ ...maybeCaption(making), media: [photo(making)] }),
  "narrow photo": (making) => ({
    ...caption(making),
    media: [photo(making, { width: 450, height: 800 })],
  }),
  video: (making) => ({ ...maybeCaption(making), media: [video(making)] }),
  "narrow video": (making) => ({
    ...caption(making),
    media: [video(making, { width: 720, height: 1280 })],
  }),
  "video too big": (making) => ({
    ...caption(making),
    media: [tooBig(video(making))],
    mediaWithheld: true,
  }),
  gif: (making) => ({ ...maybeCaption(making), media: [gif(making)] }),
  round: (making) => ({ media: [round(making)] }),
  voice: (making) => ({ ...maybeCaption(making), media: [voice(making)] }),
  music: (making) => ({ ...maybeCaption(making), media: [music(making)] }),
  file: (making) => ({ ...caption(making), media: [file(making)] }),
  files: (making) => several(making, 3, file),
  sticker: (making) => ({ media: [sticker(making, "webp")] }),
  "moving sticker": (making) => ({ media: [sticker(making, "tgs")] }),
  "film sticker": (making) => ({ media: [sticker(making, "webm")] }),
  location: (making) => ({ media: [place(making)] }),
  venue: (making) => ({
    media: [{ ...place(making), title: "Читальный зал", address: "Невский пр., 20 & Co" }],
  }),
  contact: (making) => ({ media: [contact(making)] }),
  "photo album": (making) => several(making, making.random.whole(2, 10), (part) => photo(part)),
  "video album": (making) => several(making, making.random.whole(2, 4), (part) => video(part)),
  "mixed album": (making) =>
    several(making, making.random.whole(2, 6), (part, index) =>
      index % 2 === 0 ? photo(part) : video(part),
    ),
  "wordless album": (making) => ({ ...several(making, 2, (part) => photo(part)), ...wordless }),

  poll: (making) => poll(making, "Anonymous Poll"),
  "open poll": (making) => poll(making, "Poll"),
  quiz: (making) => poll(making, "Anonymous Quiz"),
  preview: (making) => previewed(making, ["site", "title", "description", "imageUrl"]),
  "preview in part": (making) =>
    previewed(
      making,
      parts.filter(() => making.random.chance(0.5)),
    ),
  "bare preview": (making) => previewed(making, []),
  "forward of a post": (making) => ({
    ...text(making),
    forward: {
      name: "Вестник данных",
      url: "https://t.me/data_herald/1167",
      channel: "data_herald",
      id: 1167,
      ...(making.random.chance(0.5) && { author: "А. Редактор" }),
    },
  }),
  "forward of a person": (making) => ({
    ...text(making),
    forward: { name: "Some Person 🦉", url: "https://t.me/some_person" },
  }),
  "forward of somebody hidden": (making) => ({
    ...text(making),
    forward: { name: "Deleted & Hidden" },
  }),
  reply: (making) => ({
    ...text(making),
    reply: replyTo(making, sentences(making.random, "russian", 1)),
  }),
  "reply to a picture": (making) => ({
    ...text(making),
    reply: replyTo(making, making.random.pick(["Photo", "Video"])),
  }),
  reactions: (making) => ({ ...text(making), reactions: reactions(making) }),
  buttons: (making) => ({
    ...text(making),
    buttons: [
      { text: "Записаться 🗂", url: "https://example.org/join?a=1&b=2" },
      { text: "Голосовать" },
    ],
  }),
  "via bot": (making) => ({ ...text(making), viaBot: "@gif" }),
  signed: (making) => ({ ...text(making), author: "Вера Ли" }),
  edited: (making) => ({ ...text(making), edited: true }),
  "signed and edited": (making) => ({ ...text(making), author: "edited", edited: true }),
  withheld: () => ({ ...wordless, textState: "withheld" }),
  renamed: (making) => service("renamed", `Channel name was changed to «${making.title}»`),
  "new photo": (making) => ({
    ...service("photo", "Channel photo updated"),
    media: [{ kind: "photo", url: address(making, "service.jpg") }],
  }),
  pinned: ({ channel, title }) => ({
    ...service("pinned", `${title} pinned «Правила канала»`),
    entities: [{ type: "link", offset: 0, length: title.length, url: `https://t.me/${channel}` }],
  }),
  "other service": () => service("other", "Live stream started"),
};

const wordless = { text: "", textState: "empty", entities: [] } as const;

/** A service post: a sentence of Telegram's own, which nobody counts looks at. */
export function service(kind: string, text: string): Made {
  return { text, textState: "present", service: kind, reactions: [] };
}

function written(write: (writer: TextWriter) => void): Made {
  const writer = new TextWriter();
  write(writer);
  return { text: writer.text, textState: "present", entities: writer.entities };
}

function plain({ random }: Making, tongue: Tongue): Made {
  return written((writer) => {
    writer.add(sentences(random, tongue, random.whole(1, 3)));
    if (random.chance(0.6)) writer.add(`\n\n${sentences(random, tongue, random.whole(1, 4))}`);
  });
}

const text = (making: Making): Made =>
  plain(making, making.random.pick(["russian", "russian", "english"]));
const caption = text;
const maybeCaption = (making: Making): Made =>
  making.random.chance(0.7) ? text(making) : wordless;

function marks(writer: TextWriter, random: Random): void {
  for (const type of ["bold", "italic", "underline", "strikethrough", "code", "spoiler"] as const) {
    writer.mark(type, sentences(random, "english", 1)).add(" — ");
  }
  writer.add(sentences(random, "russian", 1));
}

function nested(writer: TextWriter, random: Random): void {
  writer.add("Сначала ").within({ type: "bold" }, () => {
    writer.add("жирное, ").within({ type: "italic" }, () => {
      writer.add("косое, ").within({ type: "underline" }, () => {
        writer.mark("strikethrough", "зачёркнутое").add(" и ").mark("spoiler", "скрытое 🙈");
      });
    });
    writer.add(" снова жирное\n");
  });
  const url = `https://example.org/${random.whole(1, 99)}?a=1&b="2"`;
  writer.within({ type: "link", url }, () => writer.mark("bold", "жирная").add(" ссылка"));
  writer
    .add(", ")
    .within({ type: "bold" }, () => writer.mark("italic", "оба сразу"))
    .add(".");
}

function blocks(writer: TextWriter, random: Random): void {
  writer.add(`${sentences(random, "russian", 1)}\n\n`);
  writer.within({ type: "blockquote" }, () => {
    writer.add("Цитата\nв две строки, с ").mark("bold", "нажимом").add(".");
  });
  writer.add("\n\n").mark("pre", "def mean(xs):\n    return sum(xs) / len(xs)  # <= & >=");
  writer
    .add("\n")
    .add(sentences(random, "russian", 1))
    .add("  Два  пробела.");
}

function links(writer: TextWriter, random: Random): void {
  const bare = `https://example.org/posts/${random.whole(1, 999)}`;
  writer.add("Читать: ").mark("link", bare, { url: bare }).add(", коротко: ");
  writer.mark("link", "example.org", { url: "http://example.org" }).add(" и ");
  writer.mark("link", "здесь", { url: "https://example.org/?x=1&y=2&z=%20" }).add(". Спросить ");
  writer.mark("mention", "@data_herald").add(" или ").add("a@example.org.");
}

function tags(writer: TextWriter, random: Random): void {
  writer
    .mark("hashtag", "#ml")
    .add(" ")
    .mark("hashtag", random.pick(["#обучение", "#рекомендации", "#данные_2026"]));
  writer
    .add(" ")
    .mark("cashtag", "$NVDA")
    .add(`\n${sentences(random, "russian", 1)} `);
  writer.within({ type: "bold" }, () => writer.mark("hashtag", "#итоги").add("@data_herald"));
}

function emoji(writer: TextWriter, random: Random): void {
  writer.add(`👍🏽 ${sentences(random, "russian", 1)} 🤦‍♂️ 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇷🇸 1️⃣ ☝️ `);
  writer.mark("bold", "🔥 жарко 🔥").add(" ❤️‍🔥");
}

function customEmoji(writer: TextWriter, random: Random): void {
  writer.mark("custom_emoji", "⛔️", { emojiId: "5260293700088511294" });
  writer.add(` ${sentences(random, "english", 1)} `).within({ type: "bold" }, () => {
    writer.mark("custom_emoji", "🤦‍♂️", { emojiId: `53078192269107${random.whole(10_000, 99_999)}` });
    writer.add(" both");
  });
}

function address({ id, random }: Making, name: string): string {
  const token = Array.from({ length: 36 }, () =>
    random.whole(0x1_00_00_00, 0xf_ff_ff_ff).toString(36),
  );
  return `https://cdn4.telesco.pe/file/${id}-${token.join("")}-${name}`;
}

function photo(
  making: Making,
  size = { width: 800, height: making.random.pick([446, 450, 600, 800]) },
): Media {
  return { kind: "photo", url: address(making, "photo.jpg"), ...size };
}

function video(making: Making, size = { width: 1280, height: 720 }): Media {
  return {
    kind: "video",
    url: address(making, "video.mp4?token=Ab-c_9"),
    thumbnailUrl: address(making, "thumb"),
    ...size,
    durationSeconds: making.random.whole(1, 5_000),
  };
}

function tooBig({ url: _too, ...video }: Media): Media {
  return video;
}

function gif(making: Making): Media {
  const { durationSeconds: _none, ...rest } = video(making, { width: 640, height: 480 });
  return { ...rest, kind: "gif" };
}

function round(making: Making): Media {
  return {
    kind: "round",
    url: address(making, "round.mp4"),
    thumbnailUrl: address(making, "thumb"),
    durationSeconds: making.random.whole(1, 60),
  };
}

function voice(making: Making): Media {
  return {
    kind: "voice",
    url: address(making, "voice.ogg?token=x"),
    durationSeconds: making.random.whole(1, 900),
  };
}

function music({ random }: Making): Media {
  return {
    kind: "audio",
    title: random.pick(["Лекция 3", "Gradient Descent Blues"]),
    performer: "Хор & Оркестр",
  };
}

function file({ random }: Making): Media {
  return {
    kind: "file",
    fileName: random.pick([
      "отчёт <итог>.pdf",
      "notes & slides.zip",
      "data.parquet",
      "конспект №5.docx",
    ]),
    size: random.pick(["1.2 MB", "340.5 KB", "18 B"]),
  };
}

function sticker(making: Making, form: "webp" | "tgs" | "webm"): Media {
  const url = address(making, `sticker.${form}`);
  return form === "webm"
    ? { kind: "sticker", url }
    : { kind: "sticker", url, width: 256, height: 256 };
}

function place({ random }: Making): Media {
  return {
    kind: "location",
    latitude: random.whole(-89_000_000, 89_000_000) / 1e6,
    longitude: random.whole(-179_000_000, 179_000_000) / 1e6,
  };
}

function contact({ random }: Making): Media {
  return {
    kind: "contact",
    title: "Анна Смирнова",
    phone: `+7 900 ${random.whole(100, 999)}-00-00`,
  };
}

function several(
  making: Making,
  count: number,
  one: (making: Making, index: number) => Media,
): Made {
  const media = Array.from({ length: count }, (_, index) => one(making, index));
  return { ...caption(making), media, parts: count };
}

function poll(making: Making, type: string): Made {
  const { random } = making;
  const first = random.whole(0, 100);
  return {
    ...wordless,
    poll: {
      question: sentences(random, "russian", 1),
      type,
      options: [
        { text: "Да 👍", percent: first },
        { text: "Нет", percent: 100 - first },
        { text: "Не знаю & <не скажу>", percent: 0 },
      ],
      voters: random.whole(0, 12_000),
    },
  };
}

const parts = ["site", "title", "description", "imageUrl"] as const;

function previewed(making: Making, shown: readonly (typeof parts)[number][]): Made {
  const url = `https://example.org/articles/${making.random.whole(1, 999)}`;
  const whole: LinkPreview = {
    url,
    site: "Example & Co",
    title: "Как мерить поиск 🔎",
    description: "Первая строка.\nВторая строка, с «кавычками».",
    imageUrl: address(making, "preview.jpg"),
  };
  const preview: LinkPreview = {
    url,
    ...Object.fromEntries(shown.map((part) => [part, whole[part]])),
  };
  return {
    ...written((writer) => writer.add("Вышла статья: ").mark("link", url, { url })),
    preview,
  };
}

function replyTo({ channel, title, id }: Making, text: string) {
  return { channel, id: Math.max(1, id - 3), author: title, text };
}

function reactions({ random }: Making): Post["reactions"] {
  return [
    { kind: "paid", count: random.whole(1, 20_000) },
    { kind: "custom", emojiId: "5265077361648368841", count: random.whole(1, 132_000) },
    { kind: "emoji", emoji: "❤", count: random.whole(1, 3_000) },
    { kind: "emoji", emoji: "👍", count: random.whole(1, 900) },
  ];
}
