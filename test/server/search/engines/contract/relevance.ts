import { describe, expect, it } from "vitest";
import { misranked, type OpenEngine } from "./corpus.ts";

/** What is a better hit, wherever nothing else parts two posts. */
export function describeRelevance(open: OpenEngine): void {
  describe("relevance", () => {
    it("a post with both words is not beaten by one that says one of them twelve times", async () => {
      expect(
        await misranked(
          open,
          [
            "нейросеть диагноз поставила верно",
            `${"нейросеть ".repeat(12)} диагноз`,
            "a network diagnosis proved right",
            `${"network ".repeat(12)} diagnosis`,
          ],
          [
            ["нейросеть диагноз", [1, 2]],
            ["network diagnosis", [3, 4]],
          ],
        ),
      ).toEqual([]);
    });
    it("the form typed comes before other forms", async () => {
      expect(
        await misranked(
          open,
          [
            "Зачем нарушают симметрию",
            "Откуда берётся симметрия",
            "He went there",
            "They go there",
          ],
          [
            ["симметрию", [1, 2]],
            ["симметрия", [2, 1]],
            ["went", [3, 4]],
            ["go", [4, 3]],
          ],
        ),
      ).toEqual([]);
    });
    it("the form typed, on the first line, comes before another form that is said four times", async () => {
      const others = "коллеги обсуждали погоду и дорогу на встрече вечером. ".repeat(6);
      expect(
        await misranked(
          open,
          [
            `${others}О вулканах, вулканах, вулканах, вулканах.`,
            `Вулкан\n\n${others}`,
            `${others}Of glaciers, glaciers, glaciers, glaciers.`,
            `Glacier\n\n${others}`,
          ],
          [
            ["вулкан", [2, 1]],
            ["glacier", [4, 3]],
          ],
        ),
      ).toEqual([]);
    });
    it("words side by side come before words near each other, and those before words far apart", async () => {
      expect(
        await misranked(
          open,
          [
            "ремонт дороги один два три четыре пять шесть семь восемь девять",
            "ремонт один два дороги три четыре пять шесть семь восемь девять",
            "ремонт один два три четыре пять шесть семь восемь девять дороги",
            "one water shortage two three four five six seven eight nine",
            "one shortage of water two three four five six seven eight nine",
            "one water two three four five six seven eight nine shortage",
          ],
          [
            ["ремонт дорог", [1, 2, 3]],
            ["water shortages", [4, 5, 6]],
          ],
        ),
      ).toEqual([]);
    });
    it("a word on the first line, or in the first sentence, comes before one further down", async () => {
      expect(
        await misranked(
          open,
          [
            "Вчера случилось землетрясение на юге\n\nКоллеги обсуждали погоду и дорогу",
            "Коллеги обсуждали погоду и дорогу\n\nВчера случилось землетрясение на юге",
            "An earthquake was felt today. Colleagues spoke of the weather",
            "Colleagues spoke of the weather. An earthquake was felt today",
          ],
          [
            ["землетрясение", [1, 2]],
            ["earthquake", [3, 4]],
          ],
        ),
      ).toEqual([]);
    });
    it("a name typed with its capital comes before the common noun that is written like it", async () => {
      expect(
        await misranked(
          open,
          [
            "Песков заявил, что будет ответ",
            "Барханы песков тянутся, песок, песка",
            "Yesterday Brown came here",
            "Some brown bread, a brown coat, brown all over: brown",
          ],
          [
            ["Песков", [1, 2]],
            ["Brown", [3, 4]],
          ],
        ),
      ).toEqual([]);
    });
    it("of equal hits the newest day comes first", async () => {
      expect(
        await misranked(
          open,
          ["Открыта библиотека", "Открыта библиотека", "Открыта библиотека"],
          [
            ["библиотека", [3, 2, 1]],
            ["открыта библиотека", [3, 2, 1]],
          ],
        ),
      ).toEqual([]);
    });
  });
}
