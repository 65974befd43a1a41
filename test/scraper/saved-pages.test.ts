import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PageChanged } from "../../scraper/errors.ts";
import type { Page } from "../../scraper/markup/page.ts";
import type { Post } from "../../scraper/post.ts";
import { read } from "../fixtures/pages/markup.ts";

const folder = join(import.meta.dirname, "../../../shared/pages");
const there = existsSync(folder);
const absence = there ? "" : ` (skipped: ${folder} is not there)`;
const saved = (name: string): string => readFileSync(join(folder, `${name}.html`), "utf8");

function postsOf(page: Page): readonly Post[] {
  if (page.kind === "posts") return page.posts;
  if (page.kind === "embed") return [page.post];
  throw new Error(`The page was read as ${page.kind}.`);
}

/** [ids, text, media, what else] of each post, written down by reading the page. */
const tchantest: readonly (readonly [number[], string, string, Partial<Post>?])[] = [
  [[1], "Channel created", "", { service: "created" }],
  [[2], "Channel name was changed to «tchan's test channel»", "", { service: "renamed" }],
  [[3], "Channel photo updated", "photo", { service: "photo" }],
  [[5], "Hello! Signed and edited message", "", { author: "Álvaro Justen", edited: true }],
  [[6], "Unsigned message", ""],
  [[7], "👍", ""],
  [[9], "", "sticker"],
  [[10], "", "location -23.930587176407,-44.086305367818"],
  [[11], "", "", { poll: quiz() }],
  [[12], "Povo hebreu", "audio AUD-20130329-WA0000 by portadosfundos"],
  [[13], "", "voice 1s"],
  [[14, 15], "Multiple pics", "photo, photo"],
  [[16], "Picture by telegram camera", "photo"],
  [[17], "", "round 5s"],
  [[18], "Video by telegram camera", "video 6s"],
  [[19], "", "video 27s"],
  [[20], "Reply to a video (not recorded in telegram)", "", { reply: replyTo19() }],
  [[24], "This is a message with a link\n\nhttps://brasil.io/", "", { edited: true }],
  [[62], "Bigger\ntext\nmessage\nnumber\n34", ""],
  [[79], "Signed and not edited", "", { author: "Álvaro Justen" }],
  [[81], "link with preview https://python.org/", ""],
  [[82], '+ "Channel video changed"', "", { views: 3_100_000 }],
  [[83], "", "location -23.532363086523,-46.689620092745", { views: 1 }],
  [
    [84, 85, 86, 87],
    "Multiple videos and pictures",
    "video 27s, photo, video 8s, photo",
    { views: 436_600 },
  ],
  [[88], "", "location -23.531972140424,-46.689076113848"],
  [[89], ";)", "", { forward: { name: "Some user", url: "https://t.me/some_user" } }],
  [[92], "tchan's test channel 👍 pinned «Going to pin this message»", "", { service: "pinned" }],
  [[94], bioma(), "", { views: 1 }],
];

function quiz(): Post["poll"] & object {
  const options = ["Opt1", "Opt2", "Opt3"].map((text) => ({ text, percent: 0 }));
  return {
    question: "Let's do a quick poll quizz mode",
    type: "Anonymous Quiz",
    options,
    voters: 0,
  };
}

function replyTo19(): Post["reply"] & object {
  return { channel: "tchantest", id: 19, author: "tchan's test channel 👍", text: "Video" };
}

function bioma(): string {
  const place = "https://agenciabrasil.ebc.com.br/justica/noticia/2022-08";
  return `${place}/operacao-guardioes-do-bioma-apreende-239-toneladas-de-minerio`;
}

const mediaWords = (post: Post): string =>
  post.media
    .map(({ kind, durationSeconds, latitude, longitude, title: name, performer }) => {
      if (kind === "location") return `location ${latitude},${longitude}`;
      if (kind === "audio") return `audio ${name} by ${performer}`;
      return durationSeconds === undefined ? kind : `${kind} ${durationSeconds}s`;
    })
    .join(", ");

describe.skipIf(!there)(`the saved pages of Telegram${absence}`, () => {
  test("a channel of 2023 with every kind of post gives its 28 posts", () => {
    const posts = postsOf(read(saved("exact-tchantest-2023")));
    expect(posts).toHaveLength(28);
    for (const [index, [ids, text, media, rest = {}]] of tchantest.entries()) {
      const post = posts[index]!;
      const wanted = { author: undefined, edited: false, service: undefined, poll: undefined };
      const origin = { reply: undefined, forward: undefined };
      expect(post).toMatchObject({ ids, id: ids[0], text });
      expect(mediaWords(post)).toBe(media);
      for (const [key, value] of Object.entries({ ...wanted, ...origin, ...rest }))
        expect([post.id, key, post[key as keyof Post]]).toEqual([post.id, key, value]);
      expect(post.views).toBe(post.service === undefined ? (rest.views ?? 2) : undefined);
      expect(post.notUnderstood).toBeUndefined();
    }
    expect(posts[0]!.publishedAt).toBe("2023-02-24T07:26:49Z");
    expect(posts.map(({ preview }) => preview?.url).filter(Boolean)).toEqual([
      "https://www.python.org/",
      bioma(),
    ]);
  });

  test("its narrow video is one video, though the page holds two", () => {
    const post = postsOf(read(saved("exact-tchantest-2023"))).find(({ id }) => id === 18);
    expect(post?.media).toHaveLength(1);
    expect(post?.media[0]?.url).toMatch(/61dc623809\.mp4/u);
  });

  test.each([
    ["s-durov-2026-10", [528, 529, 547, 548]],
    ["s-ClashReport-2026-08", [93_438, 93_439, 93_440]],
    ["s-telegram-2026-05", [421, 423, 439]],
    ["s-sudpress53-2026-09", [6510, 6511]],
    ["s-cit_gov-2026-08", [1482]],
    ["s-mchs_bryansk-2024-12", [4660, 4661]],
    ["s-CamaradosDeputados-2022-11", [7334]],
    ["s-DEXTNewPairsBot-2023-11", [208_649]],
    ["s-xCareers-2020-05", [1511]],
    ["embed-tdlibchat-10000-2026-08", [10_000]],
  ])("%s is read without loss and without doubled text", (name, ids) => {
    const html = saved(name);
    const posts = postsOf(read(html));
    expect(posts.map(({ id }) => id)).toEqual(ids);
    for (const post of posts) {
      expect(post.notUnderstood).toBeUndefined();
      expect(post.textState).toBe("present");
      expect(post.text).not.toMatch(/VIEW IN TELEGRAM|Please open Telegram/u);
      const half = post.text.slice(0, Math.floor(post.text.length / 2));
      expect(post.text.split(half)).toHaveLength(2);
      // Every word between two tags of the holder stands in the text.
      const holder = /js-message_text" dir="auto">(.*?)<\/div>/su.exec(
        html.slice(html.indexOf(`/${post.id}"`)),
      );
      const words = (holder?.[1] ?? "")
        .replaceAll(/<i class="emoji".*?<\/i>/gu, "<>")
        .split(/<[^>]*>|&[#\w]+;/u);
      for (const word of words) expect(post.text).toContain(word.trim());
    }
  });

  test("durov: an emoji that lost its joiner has it again, from its image's name", () => {
    const [post] = postsOf(read(saved("s-durov-2026-10")));
    expect(post?.text).toContain("🤦‍♂️ Instead, many parents");
    expect(post?.views).toBe(18_900_000);
    expect(post?.author).toBe("Pavel Durov");
    expect(post?.reactions.slice(0, 2)).toEqual([
      { kind: "paid", count: 14_300 },
      { kind: "custom", emojiId: "5265077361648368841", count: 132_000 },
    ]);
  });

  test("mchs: an address that was escaped twice is whole", () => {
    const [, post] = postsOf(read(saved("s-mchs_bryansk-2024-12")));
    expect(post?.entities.at(-1)?.url).toContain("altGroupMain&st.groupId=");
    expect(post?.media).toMatchObject([{ kind: "video", durationSeconds: 76 }]);
    expect(post?.media[0]?.url).toBeUndefined();
  });

  test("an embed whose capture left the footer out is a changed page, and whole with its date put back", () => {
    const html = saved("embed-durov-523-2026-08");
    expect(() => read(html)).toThrow(PageChanged);
    const date =
      '<a class="tgme_widget_message_date" href="https://t.me/durov/523"><time datetime="2026-06-01T10:00:00+00:00"></time></a>';
    const page = read(
      html.replace('<div class="tgme_widget_message_link accent_color"></div>', date),
    );
    expect(postsOf(page)).toMatchObject([
      {
        id: 523,
        text: "⌚️ A fully native Telegram app for Apple Watch is out.",
        media: [{ kind: "gif" }],
      },
    ]);
  });

  test.each([
    ["s-durov-q-nohits-2026-08", { kind: "empty" }],
    ["embed-post-not-found-2026-08", { kind: "embed-missing" }],
    ["landing-nonexistent-2026-08", { kind: "unavailable", reason: "missing" }],
    [
      "landing-metascraper-channel",
      { kind: "landing", subscribers: 2805, previewPath: "/s/unlimitedhangout" },
    ],
    ["landing-metascraper-no-iframe", { kind: "landing", subscribers: 5012, title: "DiaBox" }],
    ["landing-metascraper-post-full-image", { kind: "landing", post: { id: 28_542 } }],
  ])("%s is told by its structure", (name, wanted) => {
    expect(read(saved(name))).toMatchObject(wanted);
  });

  test("the comments widget gives each comment once", () => {
    const page = read(saved("discussion-widget-2022-08"));
    expect(page.kind === "discussion" && page.comments).toMatchObject([
      { id: 58, url: "https://t.me/otzaviksait/2?comment=58", publishedAt: "2022-08-11T06:36:00Z" },
    ]);
  });
});
