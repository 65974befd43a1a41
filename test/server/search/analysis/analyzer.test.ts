import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";

const analyzer = createAnalyzer({ ukrainian: "none" });

describe("a query word", () => {
  it("means the word typed before a rarer one it is a form of", () => {
    expect(taken("мыло")).toEqual(["мыло"]);
    expect(taken("пила")).toEqual(["пила"]);
  });

  it("means a second word, too, where that is nearly as likely", () => {
    expect(taken("рот").toSorted()).toEqual(["рот", "рота"]);
    expect(taken("рада").toSorted()).toEqual(["рад", "рада"]);
  });

  it("means every word it may be a form of when it is no dictionary form", () => {
    expect(taken("стали")).toEqual(["стать", "сталь"]);
    expect(taken("went")).toEqual(["go"]);
    expect(taken("leaves")).toEqual(["leaf", "leave"]);
  });

  it("means the plural of a noun, too, beside one that has no singular", () => {
    expect(taken("боты").toSorted()).toEqual(["бот", "боты"]);
    expect(taken("коты").toSorted()).toEqual(["кот", "коты"]);
    expect(taken("данные")).toEqual(["данные"]);
  });

  it("means no form long out of use where a word of today is spelled so", () => {
    expect(taken("суть")).toEqual(["суть"]);
  });

  it("shows the readings that were not taken", () => {
    expect(analyzer.query("мыло").readings).toContainEqual({
      language: "ru",
      lemma: "мыть",
      keys: ["мыть!"],
      taken: false,
    });
  });

  it("is settled by a typed ё", () => {
    expect(taken("берёт")).toEqual(["брать"]);
    expect(taken("берет")).toEqual(["брать", "берет"]);
  });

  it("takes a name in when it begins with a capital", () => {
    expect(taken("путина")).toEqual(["путина"]);
    expect(taken("Путина")).toEqual(["путина", "путин"]);
  });

  it("is not bent when it is an acronym read letter by letter", () => {
    expect(analyzer.query("ИИ")).toMatchObject({ keys: ["ИИ"], orForm: "ии" });
    expect(analyzer.query("ЦЕРН").orForm).toBeUndefined();
    expect(analyzer.query("ии").orForm).toBeUndefined();
  });

  it("means what is in capitals when its letters are a plain word, no name and no abbreviation", () => {
    for (const typed of ["US", "IT", "WHO", "ВОЗ", "LED", "GAS"])
      expect(analyzer.query(typed)).toMatchObject({ keys: [typed], inCapitals: true });
    for (const typed of ["API", "NASA", "EU", "ВСУ", "США", "ИРАН", "CAFÉ", "Us"])
      expect(analyzer.query(typed).inCapitals).toBeUndefined();
  });

  it("is exact when signs belong to it", () => {
    expect(analyzer.query("C++")).toMatchObject({ form: "c++", exact: true });
    expect(analyzer.query("Precision\\@K")).toMatchObject({ form: "precision@k", exact: true });
    expect(analyzer.query("F1-score").exact).toBe(false);
  });

  it("with a hyphen meets the word written together and apart", () => {
    for (const written of ["чат-ботами", "чатботами", "Чат‑бот"])
      expect(meets("чат-бот", written)).toBe(true);
    expect(meets("чатбот", "чат-ботов")).toBe(true);
    expect(meets("GPT-4", "gpt4")).toBe(true);
    expect(meets("GPT-4", "gpt-3")).toBe(false);
    expect(meets("компания-производитель", "компании-производителю")).toBe(true);
  });

  it("of signs only has nothing to find", () => {
    const nothing = { keys: [], exact: true, readings: [] };
    expect(analyzer.query("!?")).toEqual({ form: "!?", written: "!?", ...nothing });
    expect(analyzer.query("")).toEqual({ form: "", written: "", ...nothing });
  });
});

describe("the keys of a token", () => {
  it("are those of known words, and of a guess only for unknown ones", () => {
    expect(keys("людьми")).toEqual(["человек"]);
    expect(keys("нейросетями")).toContain("нейро~сеть");
    expect(keys("промптами")).toContain("~промпт");
    expect(keys("google's")).toEqual(keys("google"));
  });

  it("follow the language of the text where the word's letters do not tell", () => {
    expect(keys("мы были года")).toEqual(["год"]);
    expect(keys("її року")).toEqual(expect.not.arrayContaining(["год"]));
  });

  it("leave scripts without forms as they are", () => {
    expect(keys("שלום")).toEqual(["שלום"]);
    expect(keys("👍🏽")).toEqual(["👍"]);
  });

  it("let a whole number find one written in groups", () => {
    expect(meets("10000", "10.000₽")).toBe(true);
    expect(meets("10000", "10 000")).toBe(true);
  });
});

describe("the version", () => {
  it("is the same for the same rules and data, and names the Ukrainian source", () => {
    expect(createAnalyzer({ ukrainian: "none" }).version).toBe(analyzer.version);
    expect(analyzer.version).toContain("uk.stems");
  });
});

function taken(typed: string): readonly string[] {
  return analyzer
    .query(typed)
    .readings.filter((reading) => reading.taken)
    .map(({ lemma }) => lemma);
}

/** The keys of a text's last word. */
function keys(text: string): readonly string[] {
  return analyzer.tokens(text).at(-1)!.keys;
}

function meets(typed: string, written: string): boolean {
  const query = analyzer.query(typed);
  return analyzer
    .tokens(written)
    .some((token) => token.keys.some((key) => query.keys.includes(key)));
}
