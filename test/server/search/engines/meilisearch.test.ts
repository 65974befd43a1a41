import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import {
  facetNames,
  type EngineAnswer,
  type IndexRebuild,
  type SearchEngine,
} from "../../../../server/search/port.ts";
import { openMeilisearchEngine } from "../../../../server/search/engines/meilisearch/meilisearch-engine.ts";
import { printQuery } from "../../../../server/search/query/print.ts";
import { rewrite } from "../../../../server/search/query/rewrite.ts";
import { leavesOf } from "../../../../server/search/query/terms.ts";
import type { QueryNode } from "../../../../server/search/query/tree.ts";
import { withFallback } from "../../../../server/search/engines/with-fallback.ts";
import { describeCopies } from "./contract/copies.ts";
import { Corpus } from "./contract/corpus.ts";
import { describeEngine } from "./contract/describe-engine.ts";
import { makePost } from "./contract/make-post.ts";
import { queryTree } from "../query/arbitrary-query.ts";
import { realMeilisearch, startMeilisearch, type RealServer } from "./meilisearch-server.ts";

const analyzer = createAnalyzer();

const words =
  "кот Кот кота коты US us пёс Пёс стали сталь F1-score C++ C log-loss 10.000₽ 北京 симметрия симметрию и не 🔥".split(
    " ",
  );
const text = fc.array(fc.constantFrom(...words), { maxLength: 9 }).map((some) => some.join(" "));
const anyPost = fc.record({
  text,
  channel: fc.constantFrom("lab", "News"),
  publishedAt: fc.constantFrom(
    "2024-05-06T00:00:00Z",
    "2024-05-31T10:00:00Z",
    "2023-01-01T00:00:00Z",
  ),
  language: fc.constantFrom("ru", "en"),
  views: fc.integer({ min: 0, max: 20 }),
  edited: fc.boolean(),
  author: fc.constantFrom("Анна Иванова", "анна иванова", "Иван"),
  buttons: text.map((label) => [{ text: label }]),
});

/** Queries of the words that the posts have. */
const ourTree = queryTree
  .map((root) => {
    let next = 0;
    const word = (): string => words[(next += 5) % words.length]!;
    return rewrite(root, (leaf) => {
      if (leaf.kind === "field") return leaf;
      const some = leaf.kind === "phrase" ? leaf.text.split(" ").map(word).join(" ") : word();
      next += leaf.text.length;
      return { ...leaf, text: some };
    });
  })
  .filter((root) => !asksForCopies(root));

/** Copies are told apart by the embedded index alone. */
const asksForCopies = (root: QueryNode): boolean =>
  [...leavesOf(root)].some(({ leaf }) => leaf.kind === "field" && leaf.field === "copies");

function comparable({ hits, total, facets, histogram }: EngineAnswer): unknown {
  const ids = hits.map(({ channel, id }) => `${channel}/${id}`);
  return [total, ids.toSorted(), facets, histogram];
}

/** Two engines as one, each of which gets all that this one is given. */
function bothAtOnce(first: SearchEngine, second: SearchEngine): SearchEngine {
  let now = 0;
  const both = withFallback(first, second, { now: () => (now += 1_000) });
  return {
    name: both.name,
    search: async (...asked) => both.search(...asked),
    status: async () => both.status(),
    [Symbol.asyncDispose]: async () => both[Symbol.asyncDispose](),
    apply: async (...change: Parameters<SearchEngine["apply"]>) => {
      for (const part of [first, second]) await part.apply(...change);
    },
    rebuild: async (): Promise<IndexRebuild> => {
      const builds = [await first.rebuild(), await second.rebuild()];
      return {
        apply: async (...change) => {
          for (const build of builds) await build.apply(...change);
        },
        commit: async () => {
          for (const build of builds) await build.commit();
        },
        [Symbol.asyncDispose]: async () => {
          for (const build of builds) await build[Symbol.asyncDispose]();
        },
      };
    },
  };
}

describe.skipIf(realMeilisearch() === undefined)(
  "a real Meilisearch (not run without MEILI_URL or a meilisearch on the PATH)",
  () => {
    let server: RealServer;
    let number = 0;
    beforeAll(async () => {
      server = await startMeilisearch();
    });
    afterAll(async () => server[Symbol.asyncDispose]());
    beforeEach(() => {
      number += 1;
    });

    const open = async ({ archiveId }: { readonly archiveId: string }): Promise<SearchEngine> =>
      openMeilisearchEngine({
        url: server.url,
        apiKey: server.masterKey,
        archiveId,
        analyzer,
        index: `test_${process.pid}_${number}`,
      });

    describeEngine("the Meilisearch engine", open);

    describe("with the index beside it", () => {
      let folder = "";
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "beside-"));
      });
      afterEach(() => rmSync(folder, { recursive: true }));

      describeCopies(async ({ archiveId }) => {
        const file = join(folder, "index.db");
        const beside = await openEmbeddedEngine({ file, archiveId, analyzer, inProcess: true });
        return bothAtOnce(await open({ archiveId }), beside);
      });
    });

    it("finds what the embedded engine finds, counts the same and draws the same, whatever is asked", async () => {
      const folder = mkdtempSync(join(tmpdir(), "both-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      await using one = await open({ archiveId: "both" });
      await using other = await openEmbeddedEngine({
        file: join(folder, "index.db"),
        archiveId: "both",
        analyzer,
        inProcess: true,
      });
      const posts = fc
        .sample(anyPost, { numRuns: 100, seed: 7 })
        .map((parts, i) => makePost(i + 1, parts));
      const [left, right] = [
        await new Corpus(one).put(...posts),
        await new Corpus(other).put(...posts),
      ];
      const differ: string[] = [];
      for (const root of fc.sample(ourTree, { numRuns: 400, seed: 8 })) {
        const query = { root, warnings: [] };
        const options = {
          query,
          facets: facetNames,
          histogram: "week" as const,
          prefixLast: true,
        };
        const [ours, theirs] = [await left.ask("", options), await right.ask("", options)];
        if (JSON.stringify(comparable(ours)) !== JSON.stringify(comparable(theirs)))
          differ.push(printQuery(query));
      }
      expect(differ).toEqual([]);
    }, 180_000);
  },
);
