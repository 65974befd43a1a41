import { describe, expect, it, test } from "vitest";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { isWithinEdits } from "../../../server/search/edits.ts";
import { Matchers, wordsAllow } from "../../../server/search/match.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";

const analyzer = createAnalyzer();

function allows(query: string, ...texts: readonly string[]): boolean {
  const parsed = parseQuery(query);
  const tokens = texts.map((text) => analyzer.tokens(text));
  return wordsAllow(parsed.root, tokens, new Matchers(parsed, analyzer));
}

describe("the words of a post allow a hit", () => {
  test.each([
    ["кот собака", "Коты и собаки", true],
    ["кот собака", "Коты", false],
    ["кот OR собака", "Собаки", true],
    ["кот -собака", "Кот и собака", false],
    ["-кот", "Собака", true],
    ["-кот", "Кот", false],
    ["-(кот собака)", "Кот", true],
    ["-(кот -собака)", "Кот и собака", true],
    ["-(кот OR собака)", "Мышь", true],
    ["кот in:durov", "Кот", true],
    ["in:durov", "Кот", true],
    ["-in:durov", "Кот", true],
    ["-(кот in:durov)", "Кот", true],
    ["кот -in:durov", "Мышь", false],
    ['"рыжий кот"', "кот рыжий", false],
    ['"рыжий кот"~1', "рыжий наглый кот", true],
    ['"рыжий кот"~1', "рыжий и наглый кот", false],
    ['"a b c"~2', "a x b y c", true],
    ['"a b c"~1', "a x b y c", false],
    ['"a b c"~1', "a a x b c", true],
    ["f1-score", "f1 score", false],
    ["кот NEAR/1 пёс", "пёс и кот", true],
    ["кот NEAR/1 пёс", "кот и рыжий пёс", false],
    ["кот NEAR/5 кот", "кот", false],
    ["кот NEAR/5 кот", "коты да котами", true],
    ['"рыжий кот" NEAR/1 кот', "рыжий кот", false],
    ['"рыжий кот"~1 NEAR/1 кот', "рыжий кот кот", true],
    ['"a b"~3 NEAR/1 x', "a b b y x", true],
    ['"a b"~3 NEAR/1 x', "x y a b b", true],
    ['"a b"~3 NEAR/1 x', "a b b y y x", false],
    ["(кот OR пёс) NEAR/1 мышь", "пёс, мышь", true],
    ["-кот NEAR/1 пёс", "кот и белый пёс", true],
    ["-кот NEAR/1 пёс", "кот, пёс", false],
    ["log-loss NEAR/1 x", "log-loss и x", true],
    ["log NEAR/1 x", "log-loss и x", false],
    ['"лучший f1-score"', "лучший F1-score", true],
    ['"f1-score лучший"', "F1-score лучший", true],
    ["", "что угодно", true],
  ])("%s in “%s”: %s", (query, text, expected) => {
    expect(allows(query, text)).toBe(expected);
  });

  it("in any of its texts, but no phrase across two of them", () => {
    expect(allows("кот собака", "Кот", "Собака")).toBe(true);
    expect(allows('"кот собака"', "Кот", "Собака")).toBe(false);
    expect(allows("кот NEAR/9 собака", "Кот", "Собака")).toBe(false);
    expect(allows("кот NEAR/9 собака", "Мышь", "Собака, кот")).toBe(true);
  });
});

describe("edits", () => {
  test.each([
    ["кот", "кит", 1, true],
    ["кот", "крот", 1, true],
    ["крот", "кот", 1, true],
    ["кот", "кто", 1, true],
    ["кот", "окт", 1, true],
    ["кот", "том", 1, false],
    ["кот", "рот", 0, false],
    ["нейросеть", "найрсеть", 2, true],
    ["нейросеть", "найрсет", 2, false],
    ["", "а", 1, true],
  ])("from %s to %s within %i: %s", (from, to, most, expected) => {
    expect(isWithinEdits(from, to, most)).toBe(expected);
  });
});
