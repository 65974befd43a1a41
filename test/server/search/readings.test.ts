import { describe, expect, it, test } from "vitest";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { findUkrainian } from "../../../server/search/analysis/ukrainian.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { readingsOf } from "../../../server/search/readings.ts";

const analyzer = createAnalyzer();

function readings(typed: string): readonly string[] {
  return readingsOf(parseQuery(typed), analyzer).flatMap(({ word, taken }) =>
    taken.map(({ lemma, query }) => `${word} as ${lemma}: ${query}`),
  );
}

/** The keys that a one-word query looks for. */
function keysOf(query: string): readonly string[] {
  return analyzer.query(query).keys.toSorted();
}

describe("a word with several readings", () => {
  it("is narrowed to each, the rest of the query as it was", () => {
    expect(readings("-стали кот sort:new")).toEqual(
      expect.arrayContaining([
        "стали as стать: -стать кот sort:new",
        "стали as сталь: -сталь кот sort:new",
      ]),
    );
  });

  it("in capitals is taken so, and the plain word is the other", () => {
    const [us, ...more] = readingsOf(parseQuery('"US army" -=US in:lab'), analyzer);
    expect(more).toEqual([]);
    expect(us).toEqual({
      word: "US",
      taken: [{ lemma: "US", query: '"US army" -=US in:lab' }],
      instead: [{ lemma: "us", query: '"us army" -=us in:lab' }],
    });
    expect(readings("API ВСУ ==US")).toEqual([]);
  });

  it("with Caps Lock is plain, and the acronym is the other", () => {
    expect(readingsOf(parseQuery("US TROOPS sort:new"), analyzer)).toContainEqual({
      word: "US",
      taken: [{ lemma: "us", query: "us troops sort:new" }],
      instead: [{ lemma: "US", query: "US troops sort:new" }],
    });
  });

  it("is narrowed inside a phrase too", () => {
    expect(readings('"мы стали"')).toContain('стали as сталь: "мы сталь"');
  });

  it.skipIf(findUkrainian() === undefined)(
    "is no choice between languages (needs a Ukrainian dictionary on this machine)",
    () => {
      const lemmas = (typed: string) =>
        readingsOf(parseQuery(typed), analyzer).flatMap(({ taken }) =>
          taken.map((one) => one.lemma),
        );
      expect(lemmas("стали")).toEqual(["стать", "сталь"]);
      expect(lemmas("робота")).toEqual([]);
      expect(lemmas("вулиці стали")).toEqual(["стати", "станути"]);
      expect(analyzer.query("робота").keys).toContain("робота:uk");
    },
  );

  it("is narrowed by words that are spelled as English spells them", () => {
    expect(readings("writing")).toEqual(
      expect.arrayContaining(["writing as writing: writings", "writing as write: write"]),
    );
    expect(readings("dying")).toContain("dying as die: die");
  });

  it("is narrowed by the word itself where that is enough", () => {
    expect(readings("все")).toContain("все as весь: весь");
  });

  test.each(["банка", "души", "saw"])(
    "“%s” is narrowed so that each reading leaves another out",
    (word) => {
      const [found] = readingsOf(parseQuery(word), analyzer);
      const all = keysOf(word);
      expect(found?.taken.length).toBeGreaterThan(1);
      for (const { query } of found?.taken ?? []) {
        const kept = keysOf(query);
        expect(all.some((key) => kept.includes(key))).toBe(true);
        expect(all.every((key) => kept.includes(key))).toBe(false);
      }
    },
  );

  it("is a number in groups of three, and instead of it the groups side by side", () => {
    expect(readingsOf(parseQuery("бюджет 1 000 000"), analyzer)).toEqual([
      {
        word: "1 000 000",
        taken: [{ lemma: "1000000", query: "бюджет 1 000 000" }],
        instead: [{ lemma: "1, 000, 000", query: 'бюджет "1, 000, 000"' }],
      },
    ]);
    expect(readingsOf(parseQuery('"цена 10.000₽ за"~2'), analyzer)[0]?.instead).toEqual([
      { lemma: "10, 000, ₽", query: '"цена 10, 000, ₽ за"~2' },
    ]);
    for (const apart of ['"1, 000, 000"', "=1,000", "1000000", "100, 200"])
      expect(readings(apart)).toEqual([]);
  });

  test.each(["кот", "=стали", "стали*", '="мы стали"', "мыло", "C++", "in:durov", ""])(
    "“%s” has none to choose from",
    (typed) => {
      expect(readings(typed)).toEqual([]);
    },
  );
});
