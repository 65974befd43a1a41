import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { highlight, highlighter, snippet } from "../../../server/search/highlight.ts";
import type { TextPart } from "../../../server/search/highlight.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { counterexample } from "./query/arbitrary-query.ts";

const analyzer = createAnalyzer();

function marked(query: string, text: string): string {
  return shown(highlight(text, parseQuery(query), analyzer));
}

function shown(parts: readonly TextPart[]): string {
  return parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");
}

test.each([
  ["a skin tone", "👍", "так 👍🏽!", "так [👍🏽]!"],
  [
    "a stress mark after the last letter",
    "окно",
    "новое окно\u0301 дома",
    "новое [окно\u0301] дома",
  ],
  ["a vowel sign", "कि", "यह कि वह", "यह [कि] वह"],
  ["a vowel that was not asked for", "ก", "คำ กำ", "คำ [กำ]"],
  ["what makes a sign a picture", "★", "так ★\ufe0f!", "так [★\ufe0f]!"],
])("a mark takes in what people see as one character: %s", (_, query, text, expected) => {
  expect(marked(query, text)).toBe(expected);
});

describe("marks stand on", () => {
  test.each([
    ["every form of a word", "симметрия", "О [симметрию]! Асимметрия. [СИММЕ́ТРИЯХ]"],
    ["each of two words by itself", "кот рыжий", "[Рыжий] [кот]"],
    ["every word that is looked for", "кот OR собака", "[Коты] и [собаки]"],
    ["English forms too", "went", "He [goes], they [went], [gone] with goers"],
    ["only the form typed", "=симметрию", "[Симметрию] и симметрия"],
    ["what begins so", "нейрос*", "[нейросетями] и нейроны"],
    ["words one edit away, in their forms", "симетрия~", "[симметрия] и [симметрию], метрика"],
    ["neighbours swapped by a slip", "кокша~", "[кошка], не кашка"],
    ["a technical word with its sign", "C++", "C и [C++] и C#"],
    ["a technical word whole, not its parts apart", "log-loss", "log loss, [log-loss], loss"],
    ["a part of a technical word", "loss", "log-[loss] и [loss]"],
    ["signs behind backslashes", "Precision@K", String.raw`[Precision\@K], precision`],
    ["an address", "https://t.me/durov/12", "см. [https://t.me/durov/12], не t.me/durov"],
    ["a price", "10.000₽", "цена [10.000₽], не 10"],
    ["a number with its spaces", "1,000,000₽", "[1 000 000 ₽], не 1 000"],
    ["a number with its sign", "№5", "[№5], [№ 5], не 5"],
    ["a number without its sign", "5", "№[5], [5], -[5]"],
    ["a stretch of a technical word", "GPT-4", "[GPT-4]-turbo, GPT"],
    ["a version without its letter", "1.2", "v[1.2].3"],
    ["a symbol", "★", "[★] звезда"],
    ["Chinese inside a line", "学习", "机器[学习]很好"],
    ["an emoji, not its relatives", "👨", "[👨] 👨‍👩‍👧"],
    ["a phrase in any forms", '"машинное обучение"', "[Машинному обучению], обучение машин"],
    ["a phrase with its space and line", '"машинное обучение"', "[машинное\nобучение]"],
    ["a phrase whole only", '"большие нейронные сети"', "нейронные сети, большие сети"],
    ["a phrase as typed", '="нейронные сети"', "[Нейронные сети], нейронных сетей"],
    [
      "words near each other",
      '"нейроны сети"~2',
      "[Нейроны] большой и [сети]; нейрон вне этой всей сети",
    ],
    [
      "tags, mentions and hosts",
      "#ml @durov link:arxiv.org",
      "[#ML] #mlops ml [@Durov] https://[arxiv.org]/abs notarxiv.org",
    ],
    [
      "addresses and what lies below them",
      "link:t.me/durov",
      "[https://t.me/durov/12], ([t.me/s/durov]), t.me/durov2",
    ],
    ["a pasted address without its scheme", "https://a.org/b", "см. [a.org/b], a.org/c"],
    ["nothing that is excluded", "кот -собака -(кот мышь)", "[Кот], собака и мышь"],
    ["nothing for fields", "in:durov has:photo", "durov photo"],
  ])("%s: %s", (_, query, text) => {
    expect(marked(query, text.replaceAll(/[[\]]/g, ""))).toBe(text);
  });

  it.each(["link:t.me/durov", "https://t.me/durov/12", "link:t.me", "тут link:t.me"])(
    "the words behind which there is an address: %s",
    (query) => {
      const mark = highlighter(parseQuery(query), analyzer);
      const links = [
        { start: 7, end: 10, url: "https://t.me/s/durov/12" },
        { start: 13, end: 16, url: "https://example.org/t.me/durov" },
      ];
      expect(shown(mark("Читать тут и там", links))).toBe("Читать [тут] и там");
    },
  );

  it("a word being typed, when it may go on", () => {
    const mark = highlighter(parseQuery("кошки симм"), analyzer, { prefixLast: true });
    expect(shown(mark("кошка и симметрия, кошкин дом"))).toBe("[кошка] и [симметрия], кошкин дом");
  });

  it("the forms of the words that a typo reached in the index", () => {
    const reached = new Map([["симетреямя", ["симметриями"]]]);
    const mark = highlighter(parseQuery("симетреямя~"), analyzer, { reached });
    expect(shown(mark("симметрия"))).toBe("[симметрия]");
  });
});

describe("parts", () => {
  it("joined give the text, whatever is typed and posted, and none is empty", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          ...'кот Коты log-loss C++ 👨‍👩‍👧 👍🏽 🇷🇺 é ё́ 学 ❤️ #тег \r\n ( - " «'.split(" "),
          " ",
        ),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
      { maxLength: 20 },
    );
    const text = pieces.map((each) => each.join(""));
    expect(counterexample(fc.tuple(pieces, text), joinsToText)).toBeUndefined();
  });

  it("are never cut inside what people see as one character", () => {
    expect(marked("кот", "кот\u{301}\u{301}а кот\u{fe0f}")).not.toMatch(/\][\u{301}\u{fe0f}]/u);
    expect(marked("👍", "👍🏽")).toBe("[👍🏽]");
  });
});

function joinsToText([pieces, text]: readonly [readonly string[], string]): boolean {
  const query = { root: { kind: "or" as const, nodes: pieces.map(wordOf) } };
  const parts = highlight(text, query, analyzer);
  return (
    parts.map((part) => part.text).join("") === text && parts.every((part) => part.text !== "")
  );
}

function wordOf(text: string) {
  return { kind: "word" as const, text, at: { start: 0, end: 0 } };
}

describe("a snippet", () => {
  const long = `${"слово ".repeat(100)}симметрия${" слово".repeat(100)}`;
  const parts = highlight(long, parseQuery("симметрия"), analyzer);

  it("shows the first hit with whole words around it, and says where it was cut", () => {
    const { parts: kept, cutBefore, cutAfter } = snippet(parts, 60);
    expect(shown(kept)).toMatch(/^(?:слово )+\[симметрия\](?: слово)+$/);
    expect(shown(kept).length).toBeLessThan(100);
    expect([cutBefore, cutAfter]).toEqual([true, true]);
  });

  it("of a short text is the text", () => {
    const short = highlight("кот", parseQuery("кот"), analyzer);
    expect(snippet(short)).toEqual({ parts: short, cutBefore: false, cutAfter: false });
  });

  it("without a hit is the beginning", () => {
    const { parts: kept, cutBefore, cutAfter } = snippet([{ text: long, hit: false }], 60);
    expect(long.startsWith(shown(kept))).toBe(true);
    expect([cutBefore, cutAfter]).toEqual([false, true]);
  });

  it("of text without spaces is bounded too", () => {
    const { parts: kept } = snippet([{ text: "学👨‍👩‍👧".repeat(200), hit: false }], 60);
    expect(shown(kept).length).toBeLessThan(120);
  });
});
