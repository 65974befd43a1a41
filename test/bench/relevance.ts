import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";
import { openMeilisearchEngine } from "../../server/search/engines/meilisearch/meilisearch-engine.ts";
import type { SearchEngine } from "../../server/search/port.ts";
import { Corpus } from "../server/search/engines/contract/corpus.ts";
import { realMeilisearch, startMeilisearch } from "../server/search/engines/meilisearch-server.ts";
import { judgedPosts, type Grades } from "./judged-posts.ts";
import { judgedQueries } from "./judged-queries.ts";

/*
 * nDCG@10 of both engines over 5,000 posts made from a seed, by kind of query and language. The grades are those the
 * posts were planted with. `node test/bench/relevance.ts`, with `--queries` for each query too.
 */

const depth = 10;
const { posts, grades } = judgedPosts();
const folder = mkdtempSync(join(tmpdir(), "bench-relevance-"));
const analyzer = createAnalyzer();

try {
  await using embedded = await openEmbeddedEngine({
    file: join(folder, "index.db"),
    archiveId: "bench",
    analyzer,
    inProcess: true,
  });
  await judge(embedded);
  if (realMeilisearch() === undefined) console.log("no meilisearch on the PATH");
  else {
    await using server = await startMeilisearch();
    const { url, masterKey: apiKey } = server;
    await using engine = openMeilisearchEngine({ url, apiKey, archiveId: "bench", analyzer });
    await judge(engine);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function judge(engine: SearchEngine): Promise<void> {
  const corpus = await new Corpus(engine).put(...posts);
  const sums = new Map<string, number[]>();
  for (const query of judgedQueries) {
    const ids = await corpus.ids(query.typed, { limit: depth });
    const gain = ndcg(ids, grades.get(query)!);
    if (process.argv.includes("--queries")) console.log(`${gain.toFixed(3)}  ${query.typed}`);
    for (const group of ["all", query.kind, query.tongue])
      sums.set(group, [...(sums.get(group) ?? []), gain]);
  }
  console.log(`${engine.name}: nDCG@${depth} over ${posts.length} posts`);
  for (const [group, gains] of sums) {
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    console.log(`  ${group.padEnd(6)} ${mean.toFixed(3)}  (${gains.length} queries)`);
  }
}

/** The gain of an order (2^grade − 1, less by the logarithm of its place) as a share of the best order's. */
function ndcg(ids: readonly number[], judged: Grades): number {
  const best = [...judged.values()].toSorted((a, b) => b - a).slice(0, depth);
  return gainOf(ids.map((id) => judged.get(id) ?? 0)) / gainOf(best);
}

function gainOf(found: readonly number[]): number {
  return found.reduce((sum, grade, i) => sum + (2 ** grade - 1) / Math.log2(i + 2), 0);
}
