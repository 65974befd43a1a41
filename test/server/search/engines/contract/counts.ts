import { describe, expect, it } from "vitest";
import type { Sort } from "../../../../../server/search/query/tree.ts";
import { Corpus, type OpenEngine } from "./corpus.ts";
import { makePost } from "./make-post.ts";

const put = (no: number, changedAt?: string) => ({
  kind: "put" as const,
  post: makePost(no, { text: no % 2 === 0 ? "кот" : "пёс" }),
  ...(changedAt !== undefined && { changedAt }),
});

/** Totals, pages, orders, facets and histograms. */
export function describeCounts(open: OpenEngine): void {
  describe("answers", () => {
    it("count exactly, and every hit is reached by paging, once, in every order", async () => {
      await using engine = await open({ archiveId: "counts" });
      const posts = Array.from({ length: 257 }, (_, i) =>
        makePost(i + 1, {
          text: i % 2 === 0 ? "кот и пёс" : "пёс",
          publishedAt: `2024-01-${String(1 + (i % 28)).padStart(2, "0")}T00:00:00Z`,
          ...(i % 3 === 0 ? {} : { views: i % 7 }),
        }),
      );
      const corpus = await new Corpus(engine).change(
        ...posts.map((post) => ({
          kind: "put" as const,
          post,
          ...(post.id % 5 === 0 && { changedAt: `2024-02-0${1 + (post.id % 4)}T00:00:00Z` }),
        })),
      );
      const wanted = posts.filter(({ text }) => text.startsWith("кот")).map(({ id }) => id);
      for (const sort of [
        "relevance",
        "new",
        "old",
        "views",
        "reactions",
        "changed",
      ] satisfies Sort[]) {
        const seen: number[] = [];
        for (let offset = 0; offset < 160; offset += 20) {
          const answer = await corpus.ask("кот", { sort, offset, limit: 20 });
          expect(answer.total).toBe(wanted.length);
          seen.push(...answer.hits.map(({ id }) => id));
        }
        expect(seen.toSorted((a, b) => a - b)).toEqual(wanted);
      }
    });

    it("come in the order asked for, ties newest first, missing numbers last", async () => {
      await using engine = await open({ archiveId: "counts" });
      const corpus = await new Corpus(engine).made(
        { publishedAt: "2024-01-03T00:00:00Z", views: 5 },
        { publishedAt: "2024-01-01T00:00:00Z", reactions: [{ kind: "paid", count: 2 }] },
        { publishedAt: "2024-01-02T00:00:00Z", views: 50 },
        { publishedAt: "2024-01-02T00:00:00Z", views: 5 },
        { publishedAt: "2024-01-01T00:00:00Z", views: 0 },
      );
      expect(await corpus.ids("sort:new")).toEqual([1, 4, 3, 5, 2]);
      expect(await corpus.ids("sort:old")).toEqual([2, 5, 3, 4, 1]);
      expect(await corpus.ids("sort:views")).toEqual([3, 1, 4, 5, 2]);
      expect((await corpus.ids("sort:reactions"))[0]).toBe(2);
      expect(await corpus.ids("")).toEqual([1, 4, 3, 5, 2]);
    });

    it("come by the last change seen: the latest first, ties newest first, then the unchanged, newest first", async () => {
      await using engine = await open({ archiveId: "counts" });
      const corpus = await new Corpus(engine).change(
        put(1, "2024-05-02T10:00:00Z"),
        put(2),
        put(3, "2024-05-03T00:00:00Z"),
        put(4, "2024-05-02T10:00:01Z"),
        put(5),
        put(6, "2024-05-02T10:00:00Z"),
      );
      expect(await corpus.ids("sort:changed")).toEqual([3, 4, 6, 1, 5, 2]);
      expect(await corpus.ids("кот sort:changed")).toEqual([4, 6, 2]);
      expect(await corpus.ids("sort:changed", { offset: 3, limit: 2 })).toEqual([1, 5]);
      // A deletion or a return changes no word of a post.
      await corpus.change(put(5, "2024-05-04T00:00:00Z"), put(3, "2024-05-05T00:00:00Z"));
      expect(await corpus.ids("sort:changed")).toEqual([3, 5, 4, 6, 1, 2]);
    });

    it("rank by relevance: more of the word, in less text, the typed form before others", async () => {
      await using engine = await open({ archiveId: "counts" });
      const corpus = await new Corpus(engine).made(
        `длинный текст${" о разных словах и делах".repeat(40)}, где симметрия встречается один раз`,
        "симметрия и ещё раз симметрия",
        "просто симметрию",
        "просто симметрия",
        "ничего",
      );
      const ids = await corpus.ids("симметрия");
      expect(ids[0]).toBe(2);
      expect(ids.indexOf(4)).toBeLessThan(ids.indexOf(3));
      expect(ids.at(-1)).toBe(1);
    });

    it("of equal relevance come newest day first", async () => {
      await using engine = await open({ archiveId: "counts" });
      const corpus = await new Corpus(engine).made(
        ...["2001-09-08", "2024-01-10", "1999-12-31", "2024-01-09"].map((day) => ({
          text: "кот",
          publishedAt: `${day}T00:00:00Z` as const,
        })),
      );
      expect(await corpus.ids("кот")).toEqual([2, 4, 1, 3]);
    });

    it("count facets over all hits, the most frequent value first", async () => {
      await using engine = await open({ archiveId: "counts" });
      const corpus = await new Corpus(engine).made(
        { text: "кот #a #b https://example.org", language: "ru", author: "Анна" },
        { channel: "News", text: "кот #a", language: "ru", media: [{ kind: "photo" }] },
        { text: "кот", language: "en", edited: true, media: [{ kind: "gif" }] },
        { channel: "News", text: "пёс #z" },
      );
      const facets = ["channel", "has", "is", "lang", "tag", "link", "author"] as const;
      const answer = await corpus.ask("кот", { facets, limit: 1 });
      expect(answer.facets).toEqual({
        channel: [
          { value: "lab", count: 2 },
          { value: "News", count: 1 },
        ],
        has: [
          { value: "text", count: 3 },
          { value: "media", count: 2 },
          { value: "gif", count: 1 },
          { value: "link", count: 1 },
          { value: "photo", count: 1 },
          { value: "video", count: 1 },
        ],
        is: [{ value: "edited", count: 1 }],
        lang: [
          { value: "ru", count: 2 },
          { value: "en", count: 1 },
        ],
        tag: [
          { value: "a", count: 2 },
          { value: "b", count: 1 },
        ],
        link: [{ value: "example.org", count: 1 }],
        author: [{ value: "Анна", count: 1 }],
      });
    });

    it("draw hits over time with empty steps, weeks from Monday", async () => {
      await using engine = await open({ archiveId: "counts" });
      const corpus = await new Corpus(engine).made(
        { publishedAt: "2023-12-31T23:00:00Z" },
        { publishedAt: "2024-01-01T00:00:00Z" },
        { publishedAt: "2024-03-05T10:00:00Z" },
      );
      const bars = async (histogram: "day" | "week" | "month" | "year" | "auto") =>
        (await corpus.ask("", { histogram })).histogram;
      expect(await bars("month")).toEqual({
        step: "month",
        bars: [
          { start: "2023-12-01T00:00:00Z", count: 1 },
          { start: "2024-01-01T00:00:00Z", count: 1 },
          { start: "2024-02-01T00:00:00Z", count: 0 },
          { start: "2024-03-01T00:00:00Z", count: 1 },
        ],
      });
      expect((await bars("year"))?.bars.map(({ count }) => count)).toEqual([1, 2]);
      expect((await bars("week"))?.bars[0]).toEqual({ start: "2023-12-25T00:00:00Z", count: 1 });
      expect((await bars("week"))?.bars).toHaveLength(11);
      expect((await bars("day"))?.bars).toHaveLength(66);
      expect((await bars("auto"))?.step).toBe("day");
      expect((await corpus.ask("ничего", { histogram: "auto" })).histogram?.bars).toEqual([]);
    });
  });
}
