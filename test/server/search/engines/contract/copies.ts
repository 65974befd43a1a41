import { describe, expect, it } from "vitest";
import type { ArchivedPost } from "../../../../../server/archive/posts/archived-post.ts";
import type { IndexChange } from "../../../../../server/search/document.ts";
import type { SearchRequest } from "../../../../../server/search/port.ts";
import { Corpus, type OpenEngine } from "./corpus.ts";
import { makePost } from "./make-post.ts";

/** Twenty-one different words. */
const news =
  "Сегодня городской совет принял новый бюджет, расходы на ремонт дорог и школ вырастут почти вдвое, сообщает пресс-служба мэрии города Энска";
const edited = news.replace("почти", "примерно");
const signed = `${news} https://t.me/one/55 @one_channel`;
const shortened = news.replace("Сегодня городской совет принял", "Совет");
const other =
  "Завтра ожидается сильный снег, водителей просят не выезжать без зимней резины и держать дистанцию на трассах области";

const day = (n: number): string => `2024-03-${String(n).padStart(2, "0")}T12:00:00Z`;
const post = (no: number, at: number, parts: Partial<ArchivedPost>): ArchivedPost =>
  makePost(no, { publishedAt: day(at), channel: "one", ...parts });
const put = (one: ArchivedPost): IndexChange => ({ kind: "put", post: one });

const inSix: readonly ArchivedPost[] = [
  post(1, 5, { text: news }),
  post(2, 6, { text: edited, channel: "two" }),
  post(3, 7, { text: signed, channel: "three" }),
  post(4, 8, { text: news, channel: "two" }),
  post(5, 9, { text: shortened, channel: "three" }),
  post(6, 10, { text: other, channel: "two" }),
];

/** Every hit with its copies, the total and the number of groups. */
async function folded(
  corpus: Corpus,
  query: string,
  options: Partial<SearchRequest> = {},
): Promise<unknown> {
  const answer = await corpus.ask(`${query} fold:copies`, { sort: "old", ...options });
  const hits = answer.hits.map(({ channel, id }, place) => {
    const copies = answer.folded?.copies[place];
    const shown = copies && [copies.posts, copies.channels, copies.first, copies.last];
    return [`${channel}/${id}`, ...(shown ?? [])];
  });
  return { total: answer.total, groups: answer.folded?.groups, hits };
}

/** `fold:copies` and `copies:`. */
export function describeCopies(open: OpenEngine): void {
  describe("copies", () => {
    it("folds posts that share nine tenths of their words into the earliest, with who repeated it and when", async () => {
      await using engine = await open({ archiveId: "copies" });
      const corpus = await new Corpus(engine).put(...inSix);
      expect(await folded(corpus, "")).toEqual({
        total: 6,
        groups: 3,
        hits: [["one/1", 3, 2, day(6), day(8)], ["three/5"], ["two/6"]],
      });
    });

    it("shows the earliest hit, counts hits alone, and leaves all as it is without folding", async () => {
      await using engine = await open({ archiveId: "copies" });
      const corpus = await new Corpus(engine).put(...inSix);
      expect(await folded(corpus, "бюджет in:two,three")).toEqual({
        total: 4,
        groups: 2,
        hits: [["two/2", 2, 2, day(7), day(8)], ["three/5"]],
      });
      expect(await folded(corpus, "бюджет after:2024-03-08")).toEqual({
        total: 2,
        groups: 2,
        hits: [["two/4"], ["three/5"]],
      });
      const plain = await corpus.ask("бюджет", { sort: "old" });
      expect(plain.hits.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
      expect(plain.folded).toBeUndefined();
    });

    it("pages over groups in every order, and counts posts in facets and histogram", async () => {
      await using engine = await open({ archiveId: "copies" });
      const views = [7, 90, 80, 70, 50, 60];
      const corpus = await new Corpus(engine).put(
        ...inSix.map((one, i) => ({ ...one, views: views[i]! })),
      );
      const pages = async (sort: SearchRequest["sort"]): Promise<readonly unknown[]> => {
        const shown: unknown[] = [];
        for (const offset of [0, 1, 2, 3])
          shown.push(...(await corpus.ids("fold:copies", { sort, offset, limit: 1 })));
        return shown;
      };
      expect(await pages("old")).toEqual([1, 5, 6]);
      expect(await pages("new")).toEqual([6, 5, 1]);
      expect(await pages("views")).toEqual([6, 5, 1]);
      expect(await corpus.ids("бюджет вырастет fold:copies")).toHaveLength(2);
      const { facets, histogram } = await corpus.ask("fold:copies", {
        facets: ["channel"],
        histogram: "month",
      });
      expect(facets.channel).toEqual([
        { value: "two", count: 3 },
        { value: "three", count: 2 },
        { value: "one", count: 1 },
      ]);
      expect(histogram?.bars).toEqual([{ start: "2024-03-01T00:00:00Z", count: 6 }]);
    });

    it("never folds a post under eight words; of eight it is the words that count, not addresses and signs", async () => {
      await using engine = await open({ archiveId: "copies" });
      const seven = "Доброе утро всем кто сегодня с нами";
      const corpus = await new Corpus(engine).made(
        seven,
        seven,
        `${seven} @lab_channel 🔥 https://t.me/lab/1`,
        `${seven} ${seven.split(" ", 1)[0]}`,
        `${seven} ${seven.split(" ", 1)[0]} 🔥`,
      );
      expect(await folded(corpus, "")).toEqual({
        total: 5,
        groups: 4,
        hits: [
          ["lab/1"],
          ["lab/2"],
          ["lab/3"],
          ["lab/4", 1, 1, "2024-01-01T17:00:00Z", "2024-01-01T17:00:00Z"],
        ],
      });
    });

    it("is alike from nine tenths on: eighteen words of twenty in either are, seventeen are not", async () => {
      await using engine = await open({ archiveId: "copies" });
      const words =
        "альфа бета гамма дельта эпсилон дзета эта тета йота каппа лямбда мю ню кси омикрон пи ро сигма тау".split(
          " ",
        );
      const corpus = await new Corpus(engine).made(
        words.join(" "),
        words.with(18, "ипсилон").join(" "),
        words.with(0, "фи").with(1, "хи").join(" "),
      );
      expect(await folded(corpus, "")).toMatchObject({
        groups: 2,
        hits: [["lab/1", 1, 1, "2024-01-01T14:00:00Z", "2024-01-01T14:00:00Z"], ["lab/3"]],
      });
    });

    it("finds the group of a post by any of its posts, under OR and minus as well", async () => {
      await using engine = await open({ archiveId: "copies" });
      const corpus = await new Corpus(engine).put(...inSix);
      const rows = [
        ["copies:one/1", [1, 2, 3, 4]],
        ["copies:Two/4", [1, 2, 3, 4]],
        ["copies:t.me/three/5", [5]],
        ["-copies:one/1", [5, 6]],
        ["copies:one/1,two/6", [1, 2, 3, 4, 6]],
        ["copies:one/1 in:two", [2, 4]],
        ["copies:one/9 OR снег", [6]],
      ] as const;
      const found: unknown[] = [];
      for (const [query] of rows) found.push([query, await corpus.found(query)]);
      expect(found).toEqual(rows);
    });

    it("makes the same groups in whatever order posts came, and follows edits and purges", async () => {
      await using engine = await open({ archiveId: "copies" });
      const corpus = new Corpus(engine);
      for (const one of inSix.toReversed()) await corpus.put(one);
      const all = {
        total: 6,
        groups: 3,
        hits: [["one/1", 3, 2, day(6), day(8)], ["three/5"], ["two/6"]],
      };
      expect(await folded(corpus, "")).toEqual(all);
      await corpus.put({ ...inSix[0]!, text: "Поправка: совет бюджета не принял" });
      expect(await folded(corpus, "")).toEqual({
        total: 6,
        groups: 4,
        hits: [["one/1"], ["two/2", 2, 2, day(7), day(8)], ["three/5"], ["two/6"]],
      });
      await corpus.put(inSix[0]!);
      expect(await folded(corpus, "")).toEqual(all);
      await corpus.change({ kind: "purge", channel: "one", id: 1 });
      expect(await folded(corpus, "copies:two/4")).toEqual({
        total: 3,
        groups: 1,
        hits: [["two/2", 2, 2, day(7), day(8)]],
      });
      await using rebuild = await engine.rebuild();
      await rebuild.apply(inSix.map(put), 99);
      await rebuild.commit();
      expect(await folded(corpus, "")).toEqual(all);
    });

    it("is to who may see some channels what it would be without the others", async () => {
      await using engine = await open({ archiveId: "copies" });
      // Two is alike with either of the others, which are not alike with each other.
      const bridge = [
        post(1, 5, { text: news, channel: "hidden" }),
        post(2, 6, { text: edited }),
        post(3, 7, { text: news.replace("Сегодня", "Вчера") }),
      ];
      const corpus = await new Corpus(engine).put(...bridge);
      expect(await folded(corpus, "")).toMatchObject({ total: 3, groups: 1 });
      const within = ["one"];
      expect(await folded(corpus, "in:one", { within })).toEqual({
        total: 2,
        groups: 2,
        hits: [["one/2"], ["one/3"]],
      });
      expect(await folded(corpus, "in:one", { within: ["ONE", "hidden"] })).toMatchObject({
        groups: 1,
      });
      expect(await corpus.found("copies:hidden/1 in:one", { within })).toEqual([]);
      expect(await corpus.found("copies:one/3 in:one", { within })).toEqual([3]);
    });
  });
}
