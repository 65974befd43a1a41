import { describe, expect, it } from "vitest";
import { Corpus, type OpenEngine } from "./corpus.ts";
import { makePost } from "./make-post.ts";

const put = (no: number, text: string, ...earlier: readonly string[]) => ({
  kind: "put" as const,
  post: makePost(no, { text, edited: earlier.length > 0 }),
  earlier: earlier.map((version) => makePost(no, { text: version })),
});

/** `was:`, which looks in versions that were followed by another. */
export function describeEarlier(open: OpenEngine): void {
  describe("was:", () => {
    it("finds a word or phrase with any mark in any earlier version, and nothing in the newest", async () => {
      await using engine = await open({ archiveId: "earlier" });
      const corpus = await new Corpus(engine).change(
        put(1, "Обещаем скидки", "Обещали скидки и подарки", "Обещаем скидку"),
        put(2, "Подарки и скидки"),
        put(3, "Ничего", "Белый дом", "Мир и дом, белый дом?"),
        put(4, "Ничего", "Белая и дом", "кот"),
        put(5, "Ничего", "F1-score и Кот US"),
      );
      const rows = [
        ["подарок", [2]],
        ["was:подарок", [1]],
        ["was:подарок was:скидка", [1]],
        ["was:скидка -скидка", []],
        ["is:edited was:подарок -подарок", [1]],
        ["-was:подарок", [2, 3, 4, 5]],
        ["was:подарок OR was:кот", [1, 4, 5]],
        ["was:=скидку", [1]],
        ["was:=скидка", []],
        ["was:==Кот", [5]],
        ["was:US", [5]],
        ["was:под*", [1]],
        ["was:к*т", [4, 5]],
        ["was:потарки~", [1]],
        ['was:"белый дом"', [3]],
        ['was:"белый дом"~1', [3, 4]],
        ["was:f1-score was:кот", [5]],
        ["was:белый was:кот", [4]],
        ["was:ничего", []],
      ] as const;
      const found: unknown[] = [];
      for (const [query] of rows) found.push([query, await corpus.found(query)]);
      expect(found).toEqual(rows);
    });

    it("looks in all that a search looks in, and follows each change and purge", async () => {
      await using engine = await open({ archiveId: "earlier" });
      const poll = { question: "Кот или пёс?", type: "Poll", options: [{ text: "лев" }] };
      const url = "https://example.org/page";
      const entities = [{ type: "link" as const, offset: 0, length: 3, url }];
      const corpus = await new Corpus(engine).change({
        kind: "put",
        post: makePost(1, { text: "рыба" }),
        earlier: [makePost(1, { text: "тут", poll, entities })],
      });
      expect(await corpus.found("was:лев")).toEqual([1]);
      expect(await corpus.found(`was:${url}`)).toEqual([1]);
      expect(await corpus.found(url)).toEqual([]);
      expect(await corpus.found('was:"пёс лев"')).toEqual([]);
      await corpus.change(put(1, "рыба", "слон"));
      expect(await corpus.found("was:лев")).toEqual([]);
      expect(await corpus.found("was:слон")).toEqual([1]);
      await corpus.change(put(1, "рыба"));
      expect(await corpus.found("was:слон")).toEqual([]);
      await corpus.change(put(1, "рыба", "слон"));
      await corpus.change({ kind: "purge", channel: "lab", id: 1 });
      expect(await corpus.found("was:слон")).toEqual([]);
    });

    it("suggests nothing from earlier versions, and does not rank by them", async () => {
      await using engine = await open({ archiveId: "earlier" });
      const corpus = await new Corpus(engine).change(
        put(1, "рыба", "симметрия"),
        put(2, "рыба рыба", "симметрия симметрия"),
      );
      expect((await corpus.ask("симетрия")).suggestion).toBeUndefined();
      expect(await corpus.ids("was:симметрия", { sort: "relevance" })).toEqual([2, 1]);
    });
  });
}
