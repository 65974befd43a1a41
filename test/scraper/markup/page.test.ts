/* oxlint-disable unicorn/consistent-function-scoping -- markup stands beside the test that speaks of it */
import { describe, expect, test } from "vitest";
import { asWindows1251, withoutClass } from "../../../demo/faults.ts";
import { makeTruth } from "../../../demo/make-truth.ts";
import {
  bareLanding,
  blockedLanding,
  channelLanding,
  groupLanding,
  marketingPage,
} from "../../../demo/landing-markup.ts";
import { historyPage as standInPage } from "../../../demo/page-markup.ts";
import { PageChanged } from "../../../scraper/errors.ts";
import type { ChannelPage, Page } from "../../../scraper/markup/page.ts";
import type { Post } from "../../../scraper/post.ts";
import {
  historyPage,
  message,
  read,
  readAt,
  readText,
  textHolder,
} from "../../fixtures/pages/markup.ts";

const words = textHolder("Words");
const posts = (html: string): readonly Post[] => pageOf(html).posts;
function pageOf(html: string): ChannelPage {
  const page = read(html);
  if (page.kind !== "posts") throw new Error(`The page was read as ${page.kind}.`);
  return page;
}
const five = (): string[] => [3, 4, 5, 6, 7].map((id) => message(words, { id }));

describe("a channel's page", () => {
  test("says what the channel is", () => {
    expect(pageOf(historyPage(five())).channel).toEqual({
      name: "kanal",
      title: "Наш канал",
      description: "О данных.\nПочта: a@example.org",
      avatarUrl: "https://cdn4.telesco.pe/file/avatar.jpg",
      verified: false,
      chatId: -1001,
      counters: { subscribers: 1500, videos: 1 },
    });
  });

  test.each([
    ["begins in an attribute", '<i title="<svg><g>"></i>'],
    ["holds what no drawing does", '<svg><g><b></b></g><path d="M8,1"></path></svg>'],
    ["nests another", "<svg><g><svg><path></path></svg></g></svg>"],
  ])("loses no post to a drawing that %s", (_, odd) => {
    const html = historyPage(five()).replace("</svg></i>", `</svg></i>${odd}`);
    expect(posts(html).map(({ id }) => id)).toEqual([3, 4, 5, 6, 7]);
  });

  test("of 2020 counts members, and its verified mark may stand inside the title", () => {
    const html = historyPage(five())
      .replace("subscribers", "members")
      .replace("Наш канал</span></div>", 'Наш канал</span><i class="verified-icon"> ✔</i></div>');
    expect(pageOf(html).channel).toMatchObject({
      title: "Наш канал",
      verified: true,
      counters: { subscribers: 1500 },
    });
  });

  test("links to older and newer posts; its canonical address is no cursor", () => {
    const more =
      '<a href="/s/kanal?before=3" class="tme_messages_more" data-before="3"></a><a href="/s/kanal?after=7" class="tme_messages_more" data-after="7"></a>';
    const canonical = '<link rel="canonical" href="/s/kanal?before=8">';
    expect(pageOf(historyPage([more, ...five()], canonical))).toMatchObject({ older: 3, newer: 7 });
    expect(pageOf(historyPage(five(), canonical)).older).toBeUndefined();
    expect(pageOf(historyPage(five(), '<link rel="prev" href="/s/kanal?before=3">')).older).toBe(3);
  });

  test("gives its posts ascending, each once", () => {
    const html = historyPage([
      message(words, { id: 9 }),
      message(words, { id: 3 }),
      message(words, { id: 9 }),
    ]);
    expect(posts(html).map(({ id }) => id)).toEqual([3, 9]);
  });

  test("of a mirror is read without a head, without wraps and with other line breaks", () => {
    const bare = five().map((each) =>
      each.replace(/^<div class="tgme_widget_message_wrap[^>]*>/u, "").replace(/<\/div>$/u, ""),
    );
    const page = pageOf(`<html><body>${bare.join("")}</body></html>`);
    expect(page.posts).toHaveLength(5);
    expect(page.channel).toMatchObject({ name: "kanal", title: "Наш канал" });
  });

  test("that came as a JSON string to a script is the same page", () => {
    expect(posts(JSON.stringify(five().join("")))).toHaveLength(5);
    expect(read(JSON.stringify(five().join("")).slice(0, -20))).toEqual({ kind: "cut" });
  });

  test("keeps what `q` found nothing for apart from a page of posts", () => {
    const none =
      '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message_centered"><div class="tme_no_messages_found">No posts found</div></div></div>';
    expect(read(historyPage([none]))).toMatchObject({ kind: "empty", channel: { name: "kanal" } });
    expect(read(historyPage([]))).toMatchObject({ kind: "empty" });
  });
});

describe("other answers are told apart by their structure", () => {
  const profile = { name: "kanal", title: "Канал", verified: false, subscribers: 5012 };
  const text = "Please open Telegram to view this discussion";
  test.each<[string, string, Partial<Page>]>([
    [
      "a landing page with a link",
      channelLanding(profile, "link"),
      { kind: "landing", previewPath: "/s/kanal", subscribers: 5012 },
    ],
    [
      "a landing page with a button",
      channelLanding(profile, "button"),
      { kind: "landing", previewPath: "/s/kanal" },
    ],
    [
      "a channel whose preview is off",
      channelLanding(profile, "none"),
      { kind: "unavailable", reason: "preview-off" },
    ],
    ["a group", groupLanding(profile), { kind: "unavailable", reason: "group" }],
    [
      "a name nobody has",
      bareLanding("kanal", "contact"),
      { kind: "unavailable", reason: "missing" },
    ],
    [
      "posts that are refused here",
      bareLanding("kanal", "view posts by"),
      { kind: "unavailable", reason: "restricted" },
    ],
    ["a blocked channel", blockedLanding(profile), { kind: "unavailable", reason: "restricted" }],
    ["Telegram's own home page", marketingPage(), { kind: "unavailable", reason: "restricted" }],
    [
      "a missing post",
      '<html><body class="body_widget_post"><div class="tgme_widget_message err_message"><div class="tgme_widget_message_error">Post not found</div></div></body></html>',
      { kind: "embed-missing" },
    ],
    [
      "a refused discussion",
      `<html><body class="body_widget_discussion"><div class="tme_no_messages_found">${text}</div></body></html>`,
      { kind: "discussion", comments: [] },
    ],
    [
      "a challenge",
      "<html><head><title>Just a moment...</title></head><body>Are you human?</body></html>",
      { kind: "unknown" },
    ],
    ["a tiny body", "<html></html>", { kind: "unknown" }],
    ["plain words", "Too many requests", { kind: "unknown" }],
    ["nothing", "", { kind: "unknown" }],
    ["a page cut short", historyPage(five()).slice(0, -60), { kind: "cut" }],
  ])("%s", (_, html, wanted) => {
    expect(read(html)).toMatchObject(wanted);
  });

  test("a status of refusal and a body in another encoding are never read as posts", () => {
    expect(read(historyPage(five()), "kanal", 403)).toEqual({
      kind: "unknown",
      why: { code: "http-status", facts: { status: 403 } },
    });
    expect(read(asWindows1251(historyPage(five()))).kind).toBe("unknown");
  });

  test("an embed is one post, and what a comment quotes of itself is not read twice", () => {
    const embed = `<html><body class="tgme_widget body_widget_post">${message(words)}</body></html>`;
    expect(read(embed)).toMatchObject({ kind: "embed", post: { id: 7, text: "Words" } });
    const comment = message(
      `<div class="tgme_widget_message_reply_template js-reply_tpl"><div class="tgme_widget_message_text js-message_reply_text">Words</div></div>${words}`,
    )
      .replace('data-post="kanal/7"', 'data-post-id="58"')
      .replace('href="https://t.me/kanal/7"', 'href="https://t.me/kanal/2?comment=58"');
    expect(
      read(`<html><body class="body_widget_discussion">${comment}</body></html>`),
    ).toMatchObject({
      kind: "discussion",
      comments: [{ id: 58, text: "Words", url: "https://t.me/kanal/2?comment=58" }],
    });
  });
});

describe("a changed layout is loud, one odd post is not a change", () => {
  const lost = (from: string | RegExp, to: string, html = historyPage(five())): (() => Page) => {
    return () => read(html.replaceAll(from, to));
  };

  test.each([
    ["the text holder", "tgme_widget_message_text", "tgme_widget_message_body"],
    ["the date", "datetime=", "data-time="],
    ["the date's class", "tgme_widget_message_date", "date"],
    ["the id", "data-post=", "data-message="],
    ["every name of a class", "tgme_widget_message", "message"],
  ])("a page that loses %s", (_, from, to) => {
    expect(lost(from, to)).toThrow(PageChanged);
  });

  test("the error carries the page, its address and the moment", () => {
    const error = (() => {
      try {
        return lost("datetime=", "data-time=")();
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ url: "https://t.me/s/kanal", readAt });
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(/5 of 5 posts do not show their date/u),
    );
    expect(Buffer.from((error as PageChanged).body).toString()).toContain("data-time=");
  });

  const odd = '<div class="tgme_widget_message_giveaway">Win</div>';
  const withOdd = (some: number, all: number): string =>
    historyPage(
      Array.from({ length: all }, (_, i) => message(i < some ? odd : words, { id: i + 1 })),
    );

  test("the same unknown text holder in a fifth of the posts", () => {
    expect(() => read(withOdd(4, 20))).toThrow(
      /4 of 20 posts hold words in "tgme_widget_message_giveaway"/u,
    );
    expect(posts(withOdd(3, 20))).toHaveLength(20);
  });

  test("one odd post is kept, marked and warned of, even on a page of two", () => {
    const page = pageOf(withOdd(1, 2));
    expect(page.posts.map(({ notUnderstood }) => notUnderstood)).toEqual([
      ["tgme_widget_message_giveaway"],
      undefined,
    ]);
    expect(page.warnings).toEqual([
      "A post shows a part this version does not know: tgme_widget_message_giveaway. Its markup is kept.",
    ]);
  });

  test("a post of many unknown parts is one warning that counts them", () => {
    const rich = Array.from({ length: 10 }, (_, i) => `<div class="tgme_rich_part${i}">x</div>`);
    const html = historyPage([message(rich.join(""), { id: 1 }), message(words, { id: 2 })]);
    const page = pageOf(html);
    expect(page.posts[0]?.notUnderstood).toHaveLength(10);
    expect(page.warnings).toEqual([
      "A post shows 10 parts this version does not know: tgme_rich_part0, tgme_rich_part1, tgme_rich_part2, tgme_rich_part3, tgme_rich_part4 and 5 more. Its markup is kept.",
    ]);
  });

  test("one post without a date lies between its neighbours, and says so", () => {
    const [first = "", second = "", ...rest] = five();
    const html = historyPage([first, second.replace("datetime=", "x="), ...rest]);
    expect(posts(html)[1]).toMatchObject({
      id: 4,
      publishedAt: "2026-06-15T18:58:13Z",
      notUnderstood: expect.arrayContaining(["date"]),
    });
  });

  test("one post without `data-post` is known by its permalink", () => {
    const [first = "", ...rest] = five();
    const html = historyPage([first.replace(/data-post="[^"]*"/u, ""), ...rest]);
    expect(posts(html)[0]).toMatchObject({ id: 3, notUnderstood: ["id"] });
  });

  test("a history with words but no message", () => {
    expect(() => read(historyPage(["<article>Words</article>"]))).toThrow(PageChanged);
  });
});

describe("each class taken out of a page of every kind: equal output, or loud", () => {
  const truth = makeTruth({ posts: 72, seed: 11 });
  const pages = [0, 1, 2, 3].map((part) =>
    standInPage(
      {
        truth,
        asked: truth.profile.name,
        posts: truth.posts.slice(part * 18, part * 18 + 18),
        older: 1,
      },
      { year: 2026, weight: "light" },
    ),
  );
  const wholes = pages.map((html) => pageOf(html));
  const classes = new Set(
    pages.flatMap((html) =>
      [...html.matchAll(/class="([^"]*)"/gu)].flatMap(([, names = ""]) => names.split(" ")),
    ),
  );
  classes.delete("");

  test("there are classes to take out", () => {
    expect(classes.size).toBeGreaterThan(80);
  });

  /** What a class says that nothing else on the page repeats: without it the page is a true page of another meaning. */
  const unrepeated: ReadonlySet<string> = new Set([
    "verified-icon",
    "tgme_channel_info_header_title",
    "message_media_not_supported_wrap",
  ]);

  test.each([...classes].filter((name) => !unrepeated.has(name)))("%s", (name) => {
    for (const [part, html] of pages.entries()) {
      const before = wholes[part]!;
      const after = outcome(withoutClass(html, name));
      if (after === "changed") continue;
      for (const [index, post] of before.posts.entries()) {
        const now = after.posts[index];
        if (now?.notUnderstood) continue;
        expect(now).toEqual(post);
      }
      expect(after.warnings.length > 0 ? before.channel : after.channel).toEqual(before.channel);
    }
  });

  function outcome(html: string): ChannelPage | "changed" {
    try {
      return pageOf(html);
    } catch (error) {
      if (error instanceof PageChanged) return "changed";
      throw error;
    }
  }
});

describe("huge and hostile pages are bounded", () => {
  const seconds = 60_000;
  test("100,000 nested tags", { timeout: seconds }, () => {
    const post = readText(
      `${"<b><i><a href='https://a.org'><span><blockquote>".repeat(20_000)}deep`,
    );
    expect(post.text).toBe("deep");
    expect(post.entities.length).toBeLessThan(10);
    expect(readText(`${'<i class="emoji">'.repeat(100_000)}x`).text).toBe("x");
  });

  test("10,000 links", { timeout: seconds }, () => {
    const post = readText('<a href="https://a.org/">x</a> '.repeat(10_000));
    expect(post.entities).toHaveLength(10_000);
  });

  test("50 MB of text: the post is kept as its markup", { timeout: seconds }, () => {
    const post = readText("слово ".repeat(4_500_000));
    expect(post).toMatchObject({
      text: "",
      notUnderstood: ["it has a text of 26999999 UTF-16 units; the most is 100000"],
    });
    expect(post.rawHtml?.length).toBeLessThan(1_000_000);
  });

  test("long runs of blanks, quotes and brackets", { timeout: seconds }, () => {
    expect(readText(`a${" ".repeat(2_000_000)}\nb`).text.length).toBeGreaterThan(1);
    expect(readText(`${"\n ".repeat(1_000_000)}b`).text).toBe("b");
    expect(readText(`<a href="${"&amp;".repeat(200_000)}">x</a>`).text).toBe("x");
    expect(readText(`<i style="${"background-image:url(".repeat(100_000)}">x</i>`).text).toBe("x");
  });
});
