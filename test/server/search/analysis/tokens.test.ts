import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { outermost } from "../../../../server/search/analysis/tokens.ts";

const analyzer = createAnalyzer({ ukrainian: "none" });

describe("words", () => {
  it("lose case, stress marks, soft hyphens, accents and foreign look-alikes", () => {
    expect(forms("ТЕСТ ска́зка сло\u00adво naïve Straße ﬁle Ёлка")).toEqual(
      "тест сказка слово naive strasse file елка".split(" "),
    );
    expect(forms("Cбербaнк")).toEqual(["сбербанк"]);
    expect(forms("Gооglе")).toEqual(["google"]);
  });

  it("keep й and ї, however they were composed", () => {
    expect(forms("и\u0306 і\u0308 йод їжа")).toEqual(["й", "ї", "йод", "їжа"]);
  });

  it("have one apostrophe and one г", () => {
    expect(forms("об’єкт об'єкт обʼєкт ґанок")).toEqual(["об'єкт", "об'єкт", "об'єкт", "ганок"]);
    expect(forms("‘слово’ 'word'")).toEqual(["слово", "word"]);
  });

  it("keep letters and digits together", () => {
    expect(forms("gpt4 covid19 5G")).toEqual(["gpt4", "covid19", "5g"]);
  });

  it("are cut from one another in scripts without spaces", () => {
    expect(forms("日本語 テスト")).toEqual(["日", "本", "語", "テ", "ス", "ト"]);
  });

  it("are found inside tags, mentions and addresses", () => {
    expect(forms("#тег @durov")).toEqual(["тег", "durov"]);
    expect(forms("https://t.me/durov/12")).toEqual(["https", "t.me", "t", "me", "durov", "12"]);
    expect(forms("docs.example.com")).toContain("example.com");
  });

  it("may be emoji, whatever their skin and variation", () => {
    expect(forms("👍🏽 ❤️ 👨‍💻 🇺🇦")).toEqual(["👍", "❤", "👨‍💻", "🇺🇦"]);
  });
});

describe("technical words", () => {
  it("stand whole before their parts, at the first one's place", () => {
    const tokens = analyzer.tokens("вот log-loss тут");
    expect(tokens.map(({ form, position }) => [form, position])).toEqual([
      ["вот", 0],
      ["log-loss", 1],
      ["log", 1],
      ["loss", 2],
      ["тут", 3],
    ]);
  });

  it.each([
    "C++",
    "C#",
    "F1-score",
    "log-loss",
    "Precision@K",
    "gpt-4o",
    "node.js",
    ".NET",
    "10.000₽",
    "$100",
    "50%",
    "18+",
    "AT&T",
    "3,14",
    "user@example.com",
  ])("%s is one word to whoever types it", (word) => {
    for (const text of [word, `(${word})`, `это ${word}, да`]) {
      const whole = analyzer.tokens(text).find(({ form }) => form === word.toLowerCase());
      expect(text.slice(whole!.start, whole!.end)).toBe(word);
    }
    expect(outermost(analyzer.tokens(word))).toHaveLength(1);
  });

  it("take no backslash for a sign", () => {
    expect(forms("Precision\\@K C\\+\\+ F1\\-score")).toEqual(forms("Precision@K C++ F1-score"));
  });

  it("are not made of what merely stands near", () => {
    expect(forms("да.Нет и/или a + b конец. Начало")).toEqual(
      "да нет и или a b конец начало".split(" "),
    );
  });
});

describe("numbers", () => {
  it("in groups of three stand whole before their groups, parted by one sign throughout", () => {
    expect(forms("10 000 1'000")).toEqual(["10000", "10", "000", "1'000", "1", "000"]);
    expect(forms("1 000,000")).toEqual(["1", "000,000", "000", "000"]);
    expect(forms("5–10 000")).toEqual(["5", "10000", "10", "000"]);
    expect(forms("1 000 000,50")).toEqual("1 000 000,50 000 50".split(" "));
  });

  it("begin with one to three digits where they are in groups, and each other group has three", () => {
    expect(analyzer.query("12,345,678").keys).toEqual(["12,345,678", "12345678"]);
    expect(analyzer.query("2024,500").keys).toEqual(["2024,500"]);
    expect(analyzer.query("12,34").keys).toEqual(["12,34"]);
  });

  it("are not what stands in an internet address", () => {
    expect(analyzer.query("195.208.131.189").keys).toEqual(["195.208.131.189"]);
  });
});

describe("places", () => {
  it("point into the original text, in order, whatever folding does to lengths", () => {
    const piece = constantFrom(
      "ﬁ",
      "й",
      "и\u0306",
      "ё",
      "C++",
      "👍🏽",
      "日本",
      " ",
      "-",
      ".",
      "ска\u0301з",
      "10 000",
      "½",
      "ﷺ",
      "\\@",
    );
    assert(
      property(array(oneof(piece, string({ unit: "binary", maxLength: 3 }))), (pieces) => {
        const text = pieces.join("");
        let position = -1;
        for (const token of analyzer.tokens(text)) {
          expect(token.form).not.toBe("");
          expect(token.keys.length).toBeGreaterThan(0);
          expect(token.start).toBeGreaterThanOrEqual(0);
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          expect(token.position - position).toBeLessThanOrEqual(1);
          expect(token.position).toBeGreaterThanOrEqual(position);
          position = token.position;
        }
      }),
    );
  });

  it("meet the same words typed again", () => {
    assert(
      property(string({ unit: "grapheme", maxLength: 12 }), (text) => {
        for (const { start, end, form } of outermost(analyzer.tokens(text))) {
          expect(analyzer.query(text.slice(start, end)).form).toBe(form);
        }
      }),
    );
  });
});

function forms(text: string): readonly string[] {
  return analyzer.tokens(text).map(({ form }) => form);
}
