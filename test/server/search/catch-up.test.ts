import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ArchivedPost } from "../../../server/archive/posts/archived-post.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import {
  catchUp,
  compareIndex,
  keepCaughtUp,
  rebuildIndex,
  setAsideFindings,
} from "../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";
import type { IndexChange } from "../../../server/search/document.ts";
import { withFallback } from "../../../server/search/engines/with-fallback.ts";
import { EngineAway, type SearchEngine } from "../../../server/search/port.ts";
import { ArchiveLog } from "./archive-log.ts";
import { Corpus } from "./engines/contract/corpus.ts";
import { makePost } from "./engines/contract/make-post.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catch-up-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const analyzer = createAnalyzer();
const openIndex = async (archiveId = "a", file = "index.db"): Promise<SearchEngine> =>
  openEmbeddedEngine({ file: join(folder, file), archiveId, analyzer, inProcess: true });

const posts = (count: number, text = "кот"): readonly ArchivedPost[] =>
  Array.from({ length: count }, (_, i) => makePost(i + 1, { text }));

/** An engine that fails when told to, and otherwise is the one given. */
function failing(
  engine: SearchEngine,
  fails: (ids: readonly number[]) => boolean,
  error = new Error("task failed"),
): SearchEngine {
  const refuse = (changes: readonly IndexChange[]): void => {
    const ids = changes.flatMap((change) => (change.kind === "put" ? [change.post.id] : []));
    if (fails(ids)) throw error;
  };
  return {
    name: "embedded",
    search: async (request, options) => engine.search(request, options),
    status: async () => engine.status(),
    rebuild: async () => {
      const rebuild = await engine.rebuild();
      return {
        ...rebuild,
        apply: async (changes, to) => {
          refuse(changes);
          await rebuild.apply(changes, to);
        },
        [Symbol.asyncDispose]: async () => rebuild[Symbol.asyncDispose](),
      };
    },
    apply: async (changes, to) => {
      refuse(changes);
      await engine.apply(changes, to);
    },
    [Symbol.asyncDispose]: async () => engine[Symbol.asyncDispose](),
  };
}

describe("the catch-up of index from archive", () => {
  it("makes a missing index and fills it, in bounded batches, each confirmed", async () => {
    const archive = new ArchiveLog().save(...posts(4_003));
    await using engine = await openIndex();
    const progress: number[] = [];
    await catchUp({ archive, engine, onProgress: (done) => progress.push(done) });
    expect(progress).toEqual([2_000, 4_000, 4_003]);
    expect(await engine.status()).toMatchObject({ state: "ready", position: 4_003, posts: 4_003 });
    expect(await compareIndex({ archive, engine })).toEqual([]);
  });

  it("an empty archive makes an empty index, which is ready", async () => {
    await using engine = await openIndex();
    await catchUp({ archive: new ArchiveLog(), engine });
    expect(await engine.status()).toMatchObject({ state: "ready", position: 0, posts: 0 });
  });

  it("takes only what changed since, edits and purges too", async () => {
    const archive = new ArchiveLog().save(...posts(10));
    await using engine = await openIndex();
    await catchUp({ archive, engine });
    archive.save(makePost(3, { text: "пёс" }), makePost(11, { text: "пёс" })).purge("lab", 5);
    archive.largestRead = 0;
    await catchUp({ archive, engine });
    expect(archive.largestRead).toBe(3);
    const corpus = new Corpus(engine);
    expect(await corpus.found("пёс")).toEqual([3, 11]);
    expect(await corpus.found("id:5")).toEqual([]);
    expect(await compareIndex({ archive, engine })).toEqual([]);
  });

  it("scrubs an index that a killed process left unscrubbed, also when nothing changed since", async () => {
    const archive = new ArchiveLog().save(...posts(3));
    await using real = await openIndex();
    await catchUp({ archive, engine: real });
    let owed = true;
    const engine: SearchEngine = {
      ...failing(real, () => false),
      status: async () => ({ ...(await real.status()), ...(owed && { scrubOwed: true }) }),
      apply: async (changes, to) => {
        await real.apply(changes, to);
        owed = false;
      },
    };
    await catchUp({ archive, engine });
    expect(owed).toBe(false);
  });

  it("long posts come in smaller batches", async () => {
    const archive = new ArchiveLog().save(...posts(600, "слово ".repeat(600)));
    await using engine = await openIndex();
    const progress: number[] = [];
    await catchUp({ archive, engine, onProgress: (done) => progress.push(done) });
    expect(progress.length).toBeGreaterThan(2);
    expect((await engine.status()).posts).toBe(600);
  });

  it("sets a post aside that alone makes the engine fail, and all others go in", async () => {
    const archive = new ArchiveLog().save(...posts(700));
    await using real = await openIndex();
    const engine = failing(real, (ids) => ids.includes(13) || ids.includes(600));
    const { setAside } = await catchUp({ archive, engine });
    expect(setAside).toEqual([
      { channel: "lab", id: 13, why: "task failed" },
      { channel: "lab", id: 600, why: "task failed" },
    ]);
    expect(await engine.status()).toMatchObject({ position: 700, posts: 698, setAside });
    expect(await compareIndex({ archive, engine })).toEqual([]);
    expect(setAsideFindings(await engine.status())).toEqual([
      { where: "lab/13", what: "it cannot be indexed and is left out: task failed" },
      { where: "lab/600", what: "it cannot be indexed and is left out: task failed" },
    ]);
  });

  it("a post set aside is taken in once it changes, is purged, or the index is built anew", async () => {
    const archive = new ArchiveLog().save(...posts(4));
    await using engine = await openIndex();
    await catchUp({ archive, engine: failing(engine, (ids) => ids.some((id) => id < 4)) });
    expect((await engine.status()).setAside).toHaveLength(3);
    archive.save(makePost(1, { text: "пёс" })).purge("lab", 2);
    await catchUp({ archive, engine });
    expect((await engine.status()).setAside).toEqual([
      { channel: "lab", id: 3, why: "task failed" },
    ]);
    await rebuildIndex({ archive, engine });
    const { posts: kept, setAside } = await engine.status();
    expect([kept, setAside]).toEqual([3, undefined]);
  });

  it("of a post whose edit cannot be indexed the version before is not found either", async () => {
    const archive = new ArchiveLog().save(...posts(3));
    await using engine = await openIndex();
    await catchUp({ archive, engine });
    archive.save(makePost(2, { text: "пёс" }));
    await catchUp({ archive, engine: failing(engine, (ids) => ids.includes(2)) });
    expect(await new Corpus(engine).found("кот")).toEqual([1, 3]);
    expect(await compareIndex({ archive, engine })).toEqual([]);
  });

  it("reads the next batch while one is taken in, and takes in one at a time", async () => {
    const archive = new ArchiveLog().save(...posts(5_000));
    await using real = await openIndex();
    await real.apply([], 0);
    const told: string[] = [];
    const changesAfter = archive.changesAfter;
    archive.changesAfter = async (position, limit) => {
      told.push(`read ${position}`);
      return changesAfter(position, limit);
    };
    const engine: SearchEngine = {
      ...failing(real, () => false),
      prepare: (changes) => told.push(`prepare ${changes.length}`),
      apply: async (changes, to) => {
        told.push(`apply ${to}`);
        await real.apply(changes, to);
        await new Promise(setImmediate);
        told.push(`applied ${to}`);
      },
    };
    await catchUp({ archive, engine });
    expect(told.join(", ")).toBe(
      "read 0, apply 2000, read 2000, prepare 2000, applied 2000, " +
        "apply 4000, read 4000, prepare 1000, applied 4000, apply 5000, applied 5000, read 5000",
    );
  });

  it("an engine that fails altogether sets nothing aside and moves no position", async () => {
    const archive = new ArchiveLog().save(...posts(20));
    await using real = await openIndex();
    await real.apply([], 0);
    const engine = failing(real, () => true);
    await expect(catchUp({ archive, engine })).rejects.toThrow("task failed");
    expect((await real.status()).position).toBe(0);
    await catchUp({ archive, engine: real });
    expect((await real.status()).posts).toBe(20);
  });

  it("an engine that is away for one post sets nothing aside, and takes the post in once it is back", async () => {
    const archive = new ArchiveLog().save(...posts(1));
    await using real = await openIndex();
    await real.apply([], 0);
    const engine = failing(real, (ids) => ids.includes(1), new EngineAway("It does not answer."));
    await expect(catchUp({ archive, engine })).rejects.toThrow("It does not answer.");
    expect(await real.status()).toMatchObject({ position: 0, posts: 0 });
    await catchUp({ archive, engine: real });
    expect(await real.status()).toMatchObject({ position: 1, posts: 1 });
  });

  it("of two engines the one that can goes on, and what the other could not do is told", async () => {
    const archive = new ArchiveLog().save(...posts(3));
    await using first = await openIndex();
    await first.apply([], 0);
    await using second = await openIndex("a", "second.db");
    const engine = withFallback(
      failing(first, () => true),
      second,
    );
    await expect(catchUp({ archive, engine })).rejects.toThrow("task failed");
    expect([(await first.status()).posts, (await second.status()).posts]).toEqual([0, 3]);
  });

  it("stops at the signal with what is confirmed, and goes on from there", async () => {
    const archive = new ArchiveLog().save(...posts(2_100));
    await using engine = await openIndex();
    await engine.apply([], 0);
    const controller = new AbortController();
    const stopped = catchUp({
      archive,
      engine,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow("aborted");
    expect((await engine.status()).position).toBe(2_000);
    await catchUp({ archive, engine });
    expect((await engine.status()).posts).toBe(2_100);
  });

  it("an index of another archive, or ahead of its own, is built anew", async () => {
    const archive = new ArchiveLog().save(...posts(3, "пёс"));
    {
      await using foreign = await openIndex("another");
      await new Corpus(foreign).made("кот");
    }
    await using engine = await openIndex();
    await catchUp({ archive, engine });
    expect(await new Corpus(engine).found("пёс")).toEqual([1, 2, 3]);
    await engine.apply([{ kind: "put", post: makePost(9, { text: "пёс" }) }], 99);
    await catchUp({ archive, engine });
    expect(await new Corpus(engine).found("пёс")).toEqual([1, 2, 3]);
    expect((await engine.status()).position).toBe(3);
  });

  it("a rebuild that is stopped leaves the old index answering", async () => {
    const archive = new ArchiveLog().save(...posts(600));
    await using engine = await openIndex();
    await catchUp({ archive, engine });
    const signal = AbortSignal.abort();
    await expect(rebuildIndex({ archive, engine, signal })).rejects.toThrow("aborted");
    expect((await new Corpus(engine).ask("кот")).total).toBe(600);
  });

  it("a comparison tells a post the index lacks, and one the archive lacks", async () => {
    const archive = new ArchiveLog().save(...posts(20));
    await using engine = await openIndex();
    await catchUp({ archive, engine });
    await engine.apply(
      [
        { kind: "purge", channel: "lab", id: 7 },
        { kind: "put", post: makePost(30, {}) },
      ],
      21,
    );
    archive.position = 21;
    expect(await compareIndex({ archive, engine })).toEqual([
      { where: "lab/7", what: "it is not in the index" },
      { where: "lab/30", what: "the index has it, the archive does not" },
    ]);
  });
});

describe("keeping the index at the archive's heels", () => {
  it("takes in new posts each round, and an index that was removed", async () => {
    const archive = new ArchiveLog().save(...posts(2));
    await using engine = await openIndex();
    const corpus = new Corpus(engine);
    const seen: number[] = [];
    const look = async (): Promise<number> => seen.push((await corpus.found("кот")).length);
    const { errors } = await rounds({ archive, engine }, [
      async () => {
        await look();
        archive.save(makePost(3, { text: "кот" }));
      },
      async () => {
        await look();
        for (const name of ["index.db", "index.db-wal", "index.db-shm"])
          rmSync(join(folder, name), { force: true });
      },
      look,
    ]);
    expect(seen).toEqual([2, 3, 3]);
    expect(errors).toEqual([]);
  });

  it("an error is told, tried again more and more rarely, and forgotten once it is over", async () => {
    const archive = new ArchiveLog().save(...posts(2));
    await using real = await openIndex();
    let away = true;
    const engine = failing(real, () => away);
    const { errors, waits } = await rounds({ archive, engine }, [
      () => undefined,
      () => (away = false),
      () => undefined,
    ]);
    expect(errors).toEqual(["task failed", "task failed"]);
    expect(waits).toEqual([2_000, 4_000, 1_000, 1_000]);
    expect((await real.status()).posts).toBe(2);
  });

  it("once an hour it compares, tells what differs, and builds the index anew", async () => {
    const archive = new ArchiveLog().save(...posts(20));
    await using engine = await openIndex();
    let hour = 0;
    const { errors } = await rounds(
      { archive, engine },
      [
        async () => {
          await engine.apply([{ kind: "purge", channel: "lab", id: 7 }], 21);
          archive.position = 21;
        },
        () => (hour = 1),
      ],
      () => hour * 3_600_000,
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("19 posts, the archive 20");
    expect((await engine.status()).posts).toBe(20);
  });
});

/** Lets so many rounds pass, with `between` after each. */
async function rounds(
  parts: { archive: ArchiveLog; engine: SearchEngine },
  between: readonly (() => unknown)[],
  now?: () => number,
): Promise<{ errors: string[]; waits: number[] }> {
  const controller = new AbortController();
  const errors: string[] = [];
  const waits: number[] = [];
  const left = [...between];
  await keepCaughtUp({
    ...parts,
    signal: controller.signal,
    onError: (error) => errors.push((error as Error).message),
    wait: async (ms) => {
      waits.push(ms);
      const next = left.shift();
      if (next === undefined) controller.abort();
      else await next();
    },
    ...(now === undefined ? {} : { now }),
  });
  return { errors, waits };
}
