/* oxlint-disable unicorn/consistent-function-scoping -- markup stands beside the test that speaks of it */
import { describe, expect, test } from "vitest";
import { message, readOne, readPosts, textHolder } from "../../fixtures/pages/markup.ts";

const words = textHolder("Words");
const icon = (hex: string, letter: string): string =>
  `<i class="emoji" style="background-image:url('//telegram.org/img/emoji/40/${hex}.png')"><b>${letter}</b></i>`;
const notice = `<div class="message_media_not_supported_wrap"><div class="message_media_not_supported"><div class="message_media_not_supported_label">Please open Telegram to view this post</div><a href="https://t.me/kanal/7" class="message_media_view_in_telegram">VIEW IN TELEGRAM</a></div></div>`;

test("a plain post is exactly what it shows", () => {
  expect(readOne(words)).toStrictEqual({
    channel: "kanal",
    id: 7,
    ids: [7],
    url: "https://t.me/kanal/7",
    publishedAt: "2026-06-15T18:58:13Z",
    edited: false,
    text: "Words",
    textState: "present",
    entities: [],
    media: [],
    reactions: [],
    buttons: [],
    views: 146,
  });
});

describe("the footer", () => {
  const signature = (name: string): string =>
    `<span class="tgme_widget_message_from_author" dir="auto">${name}</span>,&nbsp;`;

  test("tells the signature and the edited mark apart", () => {
    const both = { meta: `${signature("Vera")}edited &nbsp;` };
    expect(readOne(words, both)).toMatchObject({ author: "Vera", edited: true });
    expect(readOne(words, { meta: signature("edited") })).toMatchObject({
      author: "edited",
      edited: false,
    });
  });

  test("shows the date in its attribute alone, with or without a class, in any zone", () => {
    const date = (time: string): string => readOne(words, { date: time }).publishedAt;
    expect(date('<time datetime="2020-05-04T07:00:02+00:00">07:00</time>')).toBe(
      "2020-05-04T07:00:02Z",
    );
    expect(date('<time datetime="2020-05-04T10:00:02+03:00" class="datetime">May 4</time>')).toBe(
      "2020-05-04T07:00:02Z",
    );
  });

  test("has the voters of a poll", () => {
    const counters =
      '<span class="tgme_widget_message_voters">1.2K</span><span class="copyonly"> voters</span><span class="tgme_widget_message_views">2M</span><span class="copyonly"> views</span>';
    const option = (text: string, percent: number): string =>
      `<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">${percent}%</div><div class="tgme_widget_message_poll_option_value"><div class="tgme_widget_message_poll_option_text">${text}</div><div class="tgme_widget_message_poll_option_bar" style="width:${percent}%"></div></div></div>`;
    const poll = `<div class="tgme_widget_message_poll js-poll"><div class="tgme_widget_message_poll_question">So?</div><div class="tgme_widget_message_poll_type">Anonymous Poll</div><a class="tgme_widget_message_poll_options" href="https://t.me/kanal/7">${option(`Yes ${icon("F09F918D", "👍")}`, 67)}${option("No", 33)}</a></div>`;
    const post = readOne(poll, { counters });
    expect(post).toMatchObject({ text: "", textState: "empty", views: 2_000_000 });
    expect(post.poll).toEqual({
      question: "So?",
      type: "Anonymous Poll",
      options: [
        { text: "Yes 👍", percent: 67 },
        { text: "No", percent: 33 },
      ],
      voters: 1200,
    });
  });
});

describe("a reply", () => {
  const reply = (holder: string, stray = ""): string =>
    `<a class="tgme_widget_message_reply user-color-default" href="https://t.me/kanal/3"${stray}><i class="tgme_widget_message_reply_thumb" style="background-image:url('https://cdn/x.jpg')"></i>
<div class="tgme_widget_message_author accent_color"><span class="tgme_widget_message_author_name" dir="auto">Vera</span></div>
<div class="${holder} js-message_reply_text" dir="auto">Quoted</div></a>`;

  test.each(["tgme_widget_message_text", "tgme_widget_message_metatext"])(
    "quotes in a %s, which is not the post's own text or author",
    (holder) => {
      const post = readOne(reply(holder) + words);
      expect(post.reply).toEqual({ channel: "kanal", id: 3, author: "Vera", text: "Quoted" });
      expect(post).toMatchObject({ text: "Words", media: [] });
      expect(post.author).toBeUndefined();
      expect(post.notUnderstood).toBeUndefined();
    },
  );

  test("is read though its tag holds a stray quote", () => {
    expect(readOne(reply("tgme_widget_message_text", ' "') + words).reply?.id).toBe(3);
  });
});

describe("a forward", () => {
  const forward = (from: string): string =>
    `<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;${from}</div>${words}`;
  const name = "tgme_widget_message_forwarded_from_name";

  test.each([
    [
      "a channel's post, signed",
      `<a class="${name}" href="https://t.me/other/1167"><span dir="auto">Other</span></a>&nbsp;(<span class="tgme_widget_message_forwarded_from_author">Ivan</span>)`,
      { name: "Other", url: "https://t.me/other/1167", channel: "other", id: 1167, author: "Ivan" },
    ],
    [
      "a user",
      `<a class="${name}" href="https://t.me/some_user"><span dir="auto">Some user</span></a>`,
      { name: "Some user", url: "https://t.me/some_user" },
    ],
    ["a hidden sender", `<span class="${name}" dir="auto">Hidden</span>`, { name: "Hidden" }],
  ])("from %s", (_, from, wanted) => {
    expect(readOne(forward(from)).forward).toEqual(wanted);
  });

  test("with a bot names the bot apart", () => {
    const bot = `<a class="tgme_widget_message_via_bot" href="https://t.me/gif">@gif</a>`;
    expect(readOne(forward(`<span class="${name}">Hidden</span> via ${bot}`))).toMatchObject({
      forward: { name: "Hidden" },
      viaBot: "@gif",
    });
  });
});

describe("a link preview", () => {
  const preview = (inner: string): string =>
    `${words}<a class="tgme_widget_message_link_preview" href="https://www.example.org/">${inner}</a>`;

  test("has its own words and image, which are not the post's text or media", () => {
    const post = readOne(
      preview(
        `<div class="link_preview_site_name accent_color">Example</div><i class="link_preview_right_image" style="background-image:url('https://cdn/r.jpg')"></i><div class="link_preview_title">Title</div><div class="link_preview_description">${icon("F09F918D", "👍")} One<br/>Two</div>`,
      ),
    );
    expect(post.preview).toEqual({
      url: "https://www.example.org/",
      site: "Example",
      title: "Title",
      description: "👍 One\nTwo",
      imageUrl: "https://cdn/r.jpg",
    });
    expect(post).toMatchObject({ text: "Words", media: [] });
  });

  test("may show a video, which is not the post's", () => {
    const post = readOne(
      preview(
        `<div class="link_preview_video_player"><i class="link_preview_video_thumb" style="background-image:url('https://cdn/t')"></i><video src="https://cdn/v.mp4"></video></div>`,
      ),
    );
    expect(post).toMatchObject({ media: [], preview: { imageUrl: "https://cdn/t" } });
    expect(post.notUnderstood).toBeUndefined();
  });

  test("may be empty, or lack its title", () => {
    expect(readOne(preview("")).preview).toEqual({ url: "https://www.example.org/" });
    expect(readOne(preview('<div class="link_preview_description">D</div>')).preview).toEqual({
      url: "https://www.example.org/",
      description: "D",
    });
  });
});

test("reactions are paid, custom or plain, and their counts stand apart from their emoji", () => {
  const reactions = `<div class="tgme_widget_message_reactions js-message_reactions"><span class="tgme_reaction tgme_reaction_paid"><i class="icon icon-telegram-stars"></i>14.3K</span><span class="tgme_reaction"><tg-emoji emoji-id="526"></tg-emoji>132K</span><span class="tgme_reaction">${icon("E29DA4", "❤")}24</span></div>`;
  expect(readOne(words + reactions).reactions).toEqual([
    { kind: "paid", count: 14_300 },
    { kind: "custom", emojiId: "526", count: 132_000 },
    { kind: "emoji", emoji: "❤", count: 24 },
  ]);
});

test("buttons stand outside the bubble; one that leads to its own post has no address", () => {
  const button = (classes: string, href: string, text: string): string =>
    `<div class="tgme_widget_message_inline_row"><a class="tgme_widget_message_inline_button ${classes}" href="${href}"><span class="tgme_widget_message_inline_button_text" dir="auto">${text}</span></a></div>`;
  const afterBubble = `<div class="tgme_widget_message_inline_keyboard">${button("url_button", "https://example.org/?a=1&amp;amp;b=2", `${icon("F09F9782", "🗂")} Go`)}${button("", "https://t.me/kanal/7", "Vote")}${button("url_button", "javascript:alert(1)", "Bad")}</div>`;
  expect(readOne(words, { afterBubble }).buttons).toEqual([
    { text: "🗂 Go", url: "https://example.org/?a=1&b=2" },
    { text: "Vote" },
    { text: "Bad" },
  ]);
});

describe("a service post", () => {
  const strong = '<span class="tgme_widget_service_strong_text" dir="auto">New</span>';
  test.each([
    ["created", "", "Channel created"],
    ["renamed", "", `Channel name was changed to «${strong}»`],
    ["photo", "service_message_photo", "Channel photo updated"],
    [
      "pinned",
      "",
      `<a class="tgme_widget_message_author_name" href="https://t.me/kanal"><span dir="auto">K</span></a> pinned «${strong}»`,
    ],
    ["other", "", "Live stream started"],
  ])("%s", (service, classes, sentence) => {
    const post = readOne(textHolder(sentence), {
      classes: `service_message ${classes}`,
      counters: "",
    });
    expect(post.service).toBe(service);
    expect(post.text).toBe(sentence.replaceAll(/<[^>]*>/gu, ""));
    expect(post.views).toBeUndefined();
    expect(post.author).toBeUndefined();
  });
});

describe("“Please open Telegram”", () => {
  test("behind a post that is shown is a fallback, and the post is whole", () => {
    const html = `<div class="media_supported_cont">${words}</div><div class="media_not_supported_cont">${notice}</div>`;
    expect(readOne(html)).toMatchObject({ text: "Words", textState: "present" });
  });

  test("alone in the bubble means the text is withheld", () => {
    expect(readOne(notice)).toMatchObject({ text: "", textState: "withheld" });
  });
});

describe("what the parser does not know", () => {
  test("is kept with its markup beside a post that is otherwise whole", () => {
    const giveaway = '<div class="tgme_widget_message_giveaway">Win a prize</div>';
    const [post, other] = readPosts(
      message(words + giveaway),
      ...[8, 9, 10, 11, 12].map((id) => message(words, { id })),
    );
    expect(post).toMatchObject({ text: "Words", notUnderstood: ["tgme_widget_message_giveaway"] });
    expect(post?.rawHtml).toMatch(/^<div class="tgme_widget_message .*Win a prize.*<\/div>$/su);
    expect(other?.notUnderstood).toBeUndefined();
    expect(other?.rawHtml).toBeUndefined();
  });

  test("media of an unknown kind is named", () => {
    const post = readOne(
      '<div class="tgme_widget_message_story"><video src="https://cdn/s.mp4"></video></div>',
    );
    expect(post.notUnderstood).toEqual(["tgme_widget_message_story > video"]);
    expect(post.rawHtml).toContain("s.mp4");
  });

  test("a bubble with nothing in it is never an empty post in silence", () => {
    expect(readOne("")).toMatchObject({ textState: "empty", notUnderstood: ["nothing to show"] });
  });
});
