/* oxlint-disable unicorn/consistent-function-scoping -- markup stands beside the test that speaks of it */
import { describe, expect, test } from "vitest";
import { readText } from "../../fixtures/pages/markup.ts";

const emoji = (hex: string, letter: string, quote = "'"): string =>
  `<i class="emoji" style="background-image:url(${quote}//telegram.org/img/emoji/40/${hex}.png${quote})"><b>${letter}</b></i>`;
const text = (html: string): string => readText(html).text;
/** Each entity as `type:covered words`. */
const marks = (html: string): string[] => {
  const post = readText(html);
  return post.entities.map(
    ({ type, offset, length }) => `${type}:${post.text.slice(offset, offset + length)}`,
  );
};

describe("plain text", () => {
  test.each([
    ["a<br/><br/>b", "a\n\nb"],
    ["a<br><br>b", "a\n\nb"],
    ["a&#33; &#036;5 &#39;x&#39; &lt;b&gt; &amp;amp; y&nbsp;z", "a! $5 'x' <b> &amp; y\u00A0z"],
    ["Two  spaces stay", "Two  spaces stay"],
    ["\n      Indented by a printer\n    ", "Indented by a printer"],
    ["one\n     two<br/>\n   three", "one two\nthree"],
    ["a <mark>found</mark> word", "a found word"],
    ["nul\u0001l", "null"],
    ["before<blockquote>quoted</blockquote>after", "before\nquoted\nafter"],
    ["before<br/><blockquote>quoted</blockquote><br/>after", "before\nquoted\nafter"],
    ["<pre>a\n  b</pre>", "a\n  b"],
    ['<div class="tgme_widget_message_text js-message_text">once</div>', "once"],
  ])("%j is %j", (html, wanted) => {
    expect(text(html)).toBe(wanted);
  });

  test("half surrogates and NUL never come through", () => {
    expect(text("a&#xD83D;b&#0;c")).toMatch(/^a\uFFFDb\uFFFD?c$/u);
  });
});

describe("emoji", () => {
  test("the letter of an emoji is text, not bold", () => {
    expect(readText(`${emoji("F09F918D", "👍")} yes`)).toMatchObject({
      text: "👍 yes",
      entities: [],
    });
  });

  test.each([
    ["a joiner lost in the letter", "F09FA4A6E2808DE29982", "🤦♂️", "🤦‍♂️"],
    ["a selector lost in the image's name", "E29B94", "⛔️", "⛔️"],
    ["a selector lost in the letter", "E29DA4EFB88F", "❤", "❤️"],
    ["a letter lost altogether", "F09F918D", "", "👍"],
    ["a name that is no UTF-8", "FF", "👍", "👍"],
    ["a name of another emoji", "F09F918D", "🔥", "🔥"],
  ])("%s is put right", (_, hex, letter, wanted) => {
    expect(text(emoji(hex, letter))).toBe(wanted);
  });

  test.each(["'", '"', ""])("its address may be quoted with %j", (quote) => {
    const html = emoji("F09FA4A6E2808DE29982", "🤦♂️", quote)
      .replaceAll('"//', "&quot;//")
      .replaceAll('png"', "png&quot;");
    expect(text(html)).toBe("🤦‍♂️");
  });

  test("a custom emoji carries its number and covers its letter", () => {
    const html = `<tg-emoji emoji-id="526">${emoji("E29B94", "⛔️")}</tg-emoji> stop`;
    expect(readText(html).entities).toEqual([
      { type: "custom_emoji", offset: 0, length: 2, emojiId: "526" },
    ]);
  });
});

describe("marks", () => {
  test.each([
    ["<b>x</b>", "bold:x"],
    ["<strong>x</strong>", "bold:x"],
    ["<i>x</i>", "italic:x"],
    ["<u>x</u>", "underline:x"],
    ["<s>x</s>", "strikethrough:x"],
    ["<code>x</code>", "code:x"],
    ["<pre>x</pre>", "pre:x"],
    ["<tg-spoiler>x</tg-spoiler>", "spoiler:x"],
    ["<blockquote expandable>x</blockquote>", "blockquote:x"],
    ['<a href="?q=%23%D1%82%D0%B5%D0%B3">#тег</a>@kanal', "hashtag:#тег"],
    ['<a href="?q=%24NVDA">$NVDA</a>', "cashtag:$NVDA"],
    ['<a href="https://t.me/name" target="_blank">@name</a>', "mention:@name"],
    ['<a href="https://t.me/name" target="_blank">@na<mark>me</mark></a>', "mention:@name"],
    ['<a href="https://t.me/name" onclick="return confirm(1)">@name</a>', "link:@name"],
    ['<a href="https://example.org/">there<br/></a>on', "link:there\n"],
  ])("%s", (html, wanted) => {
    expect(marks(html)).toEqual([wanted]);
  });

  test("nest, the outer first", () => {
    expect(marks("a <b>b <i>c <u>d</u></i></b>")).toEqual([
      "bold:b c d",
      "italic:c d",
      "underline:d",
    ]);
  });

  test("inside their like say nothing new", () => {
    expect(marks("<b>a <b>b</b></b>")).toEqual(["bold:a b"]);
  });

  test("count in UTF-16 units, after blanks were trimmed", () => {
    expect(readText("\n   🙈 <b>x</b>  \n").entities).toEqual([
      { type: "bold", offset: 3, length: 1 },
    ]);
  });

  test("shrink with the blanks that are trimmed off them", () => {
    expect(readText("<b> <br/>x<br/> </b>")).toMatchObject({
      text: "x",
      entities: [{ type: "bold", offset: 0, length: 1 }],
    });
  });

  test("a code block knows its language, and the code in it is no mark of its own", () => {
    expect(readText('<pre><code class="language-python">x = 1</code></pre>').entities).toEqual([
      { type: "pre", offset: 0, length: 5, language: "python" },
    ]);
  });

  test("a tag nobody knows keeps its words and is named", () => {
    expect(readText("a <tg-new>b</tg-new>")).toMatchObject({
      text: "a b",
      notUnderstood: ["<tg-new>"],
    });
  });
});

describe("addresses", () => {
  const url = (attributes: string): string | undefined =>
    readText(`<a ${attributes}>x</a>`).entities[0]?.url;

  test("a named link's address, escaped twice, is whole", () => {
    expect(url('href="https://example.org/?a=1&amp;amp;b=2" onclick="return confirm()"')).toBe(
      "https://example.org/?a=1&b=2",
    );
  });

  test("a bare link's `&amp;` is its own", () => {
    expect(url('href="https://example.org/?a=1&amp;amp;b=2"')).toBe(
      "https://example.org/?a=1&amp;b=2",
    );
  });

  test("a relative address is one of the channel's preview", () => {
    expect(url('href="?q=%23tag"')).toBe("https://t.me/s/kanal?q=%23tag");
    expect(url('href="//telegram.org/x"')).toBe("https://telegram.org/x");
  });

  test.each([
    "http://a.org/",
    "https://a.org/",
    "tg://resolve?domain=x",
    "mailto:a@b.org",
    "tel:+7900",
  ])("%s is kept", (href) => {
    expect(url(`href="${href}"`)).toBe(href);
  });

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "&#1;javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "https://",
  ])("%j leaves its words without a link", (href) => {
    expect(readText(`<a href="${href}">x</a>`)).toMatchObject({ text: "x", entities: [] });
  });
});
