/* oxlint-disable vitest/expect-expect -- `finds` expects. */
import { describe, expect, it } from "vitest";
import { Corpus, finds, type OpenEngine } from "./corpus.ts";

/** Words near each other, in either order. */
export function describeNearness(open: OpenEngine): void {
  describe("NEAR", () => {
    it(
      "finds both sides with at most so many words between, in either order",
      finds(
        open,
        [
          "Кот, пёс",
          "Пса видел кот",
          "Кот и пёс",
          "Кот и рыжий пёс",
          "Кот и большой рыжий пёс",
          "Кот",
          "Пёс сидел, а рядом с ним спал кот",
        ],
        [
          ["кот NEAR/1 пёс", [1, 2, 3]],
          ["пёс РЯДОМ/1 кот", [1, 2, 3]],
          ["кот NEAR/2 пёс", [1, 2, 3, 4]],
          ["кот NEAR/3 пёс", [1, 2, 3, 4, 5]],
          ["кот NEAR/50 пёс", [1, 2, 3, 4, 5, 7]],
          ["=кот NEAR/1 =пёс", [1, 3]],
          ["==Кот NEAR/1 ==пёс", [1, 3]],
          ["кот -кот NEAR/2 пёс", [5, 6, 7]],
          ["рыжий (кот NEAR/3 пёс)", [4, 5]],
          ["кот NEAR/1 пёс OR большой", [1, 2, 3, 5]],
        ],
      ),
    );
    it(
      "takes phrases, alternatives and words with any mark",
      finds(
        open,
        [
          "Белый дом молчит, Кремль тоже",
          "Дом белый, Кремль красный",
          "Кремль и большой белый дом",
          "Белый большой дом у Кремля",
          "Симметрия и F1-score",
          "F1 и score, симметрия",
          "Симметрией богат кремль",
        ],
        [
          ['"белый дом" NEAR/2 кремль', [1, 3]],
          ['"белый дом"~1 NEAR/1 кремль', [1, 4]],
          ['="белый дом" NEAR/3 (кремль OR москва)', [1, 3]],
          ["симм* NEAR/1 кремль", [7]],
          ["симетрия~ NEAR/1 кремль", [7]],
          ["симметрия NEAR/1 F1-score", [5]],
          ["симметрия NEAR/3 f1", [5, 6]],
          ["(симметрия OR дом) NEAR/1 кремль", [1, 2, 4, 7]],
        ],
      ),
    );
    it(
      "needs two: words that overlap are no pair",
      finds(
        open,
        ["Кот", "Кот, кота", "Рыжий кот", "Рыжий кот, кот", "F1-score", "F1-score и f1"],
        [
          ["кот NEAR/5 кот", [2, 4]],
          ['"рыжий кот" NEAR/5 кот', [4]],
          ["f1-score NEAR/5 f1", [6]],
        ],
      ),
    );
    it(
      "is met within one text of a post",
      finds(
        open,
        [
          { text: "Кот", poll: { question: "Пёс", type: "Poll", options: [] } },
          { text: "Кот", poll: { question: "Пёс и кот", type: "Poll", options: [] } },
          {
            text: "Лев",
            poll: {
              question: "Кот?",
              type: "Poll",
              options: [{ text: "Пёс" }, { text: "Лев, кот, пёс" }],
            },
          },
        ],
        [
          ["кот NEAR/50 пёс", [2, 3]],
          ["лев NEAR/2 кот", [3]],
          ["лев NEAR/2 пёс", [3]],
        ],
      ),
    );
    it("ranks closer words first", async () => {
      await using engine = await open({ archiveId: "near" });
      const corpus = await new Corpus(engine).made(
        "Кот, пёс и много всего другого",
        "Кот и много всего другого, пёс",
        ...Array.from({ length: 12 }, (_, i) => `Совсем другое, номер ${i}`),
      );
      expect(await corpus.ids("кот NEAR/9 пёс")).toEqual([1, 2]);
    });
  });
}
