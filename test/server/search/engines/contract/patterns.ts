/* oxlint-disable vitest/expect-expect -- `finds` expects. */
import { describe, expect, it } from "vitest";
import { QuerySyntaxError } from "../../../../../server/search/query/query-errors.ts";
import { Corpus, finds, type OpenEngine } from "./corpus.ts";

/** Words with `*` at their beginning or within. */
export function describePatterns(open: OpenEngine): void {
  describe("a * within a word", () => {
    it(
      "stands for letters and digits of one plain word, or for none",
      finds(
        open,
        [
          "Киберполиция и телеграмщик",
          "полиция, телещик",
          "Полицией",
          "F1-score, GPT-4-turbo",
          "п’ять don’t",
          "Волгоград, Ленинграда",
          "слово".repeat(12),
          "1000, 1,000",
        ],
        [
          ["*полиция", [1, 2]],
          ["теле*щик", [1, 2]],
          ["ТЕЛЕ*ЩИК", [1, 2]],
          ["*пол*ци*", [1, 2, 3]],
          ["-*полиция", [3, 4, 5, 6, 7, 8]],
          ["*град", [6]],
          ["*градa", [6]],
          ["f*e", []],
          ["gpt*4", []],
          ["*core", [4]],
          ["п’*ть", [5]],
          ["п*ять", []],
          ["d*n't", [5]],
          ["слово*слово", [7]],
          ["10*0", [8]],
          ["*полиция телеграмщик", [1]],
          ["*полиция OR *град", [1, 2, 6]],
          ["*полиция NEAR/1 теле*щик", [1, 2]],
        ],
      ),
    );
    it("means at most 1,000 words; of more it says how many", async () => {
      await using engine = await open({ archiveId: "patterns" });
      const words = Array.from({ length: 1_003 }, (_, i) => `рас${i}два`);
      const corpus = await new Corpus(engine).made(words.slice(0, 1_000).join(" "), "рас1два");
      expect(await corpus.found("рас*два")).toEqual([1, 2]);
      expect(await corpus.found("рас9*два")).toEqual([1]);
      await corpus.made(words.join(" "), "рас1два");
      const refused: unknown = await corpus.ask("кот рас*два").catch((error: unknown) => error);
      if (!(refused instanceof QuerySyntaxError))
        throw new Error(`Not refused: ${String(refused)}`);
      expect([refused.at, refused.message]).toEqual([
        { start: 4, end: 11 },
        "“рас*два” means 1003 words; the most is 1000. Type more of it.",
      ]);
      expect(await corpus.found("рас1*два")).toEqual([1, 2]);
    });
  });
}
