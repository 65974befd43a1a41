import { describe, expect, it } from "vitest";
import { Corpus, type OpenEngine } from "./corpus.ts";
import { makePost } from "./make-post.ts";

const put = (no: number, text: string) => ({ kind: "put" as const, post: makePost(no, { text }) });

/** How an index follows the archive. */
export function describePositions(open: OpenEngine): void {
  describe("positions", () => {
    it("stand where the last change stood, also for the next who opens the index", async () => {
      {
        await using engine = await open({ archiveId: "positions" });
        expect((await engine.status()).state).toBe("missing");
        await engine.apply([put(1, "кот")], 7);
        expect(await engine.status()).toMatchObject({ state: "ready", position: 7, posts: 1 });
      }
      await using again = await open({ archiveId: "positions" });
      expect(await again.status()).toMatchObject({ state: "ready", position: 7, posts: 1 });
      expect(await new Corpus(again).found("кот")).toEqual([1]);
    });

    it("ignore what is already in, and go on with what is not", async () => {
      await using engine = await open({ archiveId: "positions" });
      await engine.apply([put(1, "кот")], 5);
      await engine.apply([put(1, "пёс")], 5);
      await engine.apply([put(1, "пёс")], 4);
      const corpus = new Corpus(engine);
      expect(await corpus.found("кот")).toEqual([1]);
      await engine.apply([put(1, "рыба"), put(1, "лев")], 6);
      expect(await corpus.found("кот OR рыба")).toEqual([]);
      expect(await corpus.found("лев")).toEqual([1]);
      expect(await engine.status()).toMatchObject({ position: 6, posts: 1 });
    });

    it("an edit replaces, counters alone change only numbers, a purge leaves nothing", async () => {
      await using engine = await open({ archiveId: "positions" });
      const corpus = await new Corpus(engine).made({ text: "кот #a", author: "Анна" }, "пёс");
      await corpus.put(makePost(1, { text: "лев", views: 9 }));
      expect(await corpus.found("кот OR #a OR author:анна")).toEqual([]);
      await corpus.put(makePost(1, { text: "лев", views: 10 }));
      expect(await corpus.found("лев views:10")).toEqual([1]);
      await corpus.change({ kind: "purge", channel: "lab", id: 1 });
      expect(await corpus.found("")).toEqual([2]);
      expect(await corpus.found("-пёс")).toEqual([]);
      await corpus.change(
        { kind: "purge", channel: "lab", id: 1 },
        { kind: "put", post: makePost(3, { id: 1, text: "лев" }) },
      );
      expect(await corpus.found("лев")).toEqual([1]);
      expect((await engine.status()).posts).toBe(2);
    });

    it("a rebuild answers nothing before it is committed, and takes the place of all there was", async () => {
      await using engine = await open({ archiveId: "positions" });
      const corpus = await new Corpus(engine).made("кот", "пёс");
      {
        await using rebuild = await engine.rebuild();
        await rebuild.apply([put(1, "лев")], 3);
        expect(await corpus.found("кот")).toEqual([1]);
        expect(await corpus.found("лев")).toEqual([]);
        await rebuild.apply([put(3, "лев")], 4);
        await rebuild.commit();
      }
      expect(await corpus.found("лев")).toEqual([1, 3]);
      expect(await corpus.found("кот OR пёс")).toEqual([]);
      expect(await engine.status()).toMatchObject({ state: "ready", position: 4, posts: 2 });
      await engine.apply([put(4, "лев")], 5);
      expect(await corpus.found("лев")).toEqual([1, 3, 4]);
    });

    it("a rebuild given up leaves the old index as it was", async () => {
      await using engine = await open({ archiveId: "positions" });
      const corpus = await new Corpus(engine).made("кот");
      {
        await using rebuild = await engine.rebuild();
        await rebuild.apply([put(1, "лев")], 9);
      }
      expect(await corpus.found("кот")).toEqual([1]);
      expect((await engine.status()).position).toBe(1);
    });

    it("an index of another archive is foreign and shows none of its posts", async () => {
      {
        await using engine = await open({ archiveId: "positions" });
        await new Corpus(engine).made("кот");
      }
      await using other = await open({ archiveId: "other" });
      expect((await other.status()).state).toBe("foreign");
      const found = new Corpus(other).found("кот");
      const answer = await found.catch((error: unknown) => (error as Error).name);
      expect([[], "EngineAway"]).toContainEqual(answer);
    });
  });
}
