import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../server/search/embedded/embedded-engine.ts";
import type { EngineAnswer, SearchEngine, SearchRequest } from "../../server/search/engine.ts";
import { openMeilisearchEngine } from "../../server/search/meilisearch/meilisearch-engine.ts";
import { withFallback } from "../../server/search/with-fallback.ts";
import { parseQuery } from "../../server/search/query/parse.ts";
import { startMeilisearch } from "../server/search/meilisearch-server.ts";
import { channels, misspelled, pairs, SyntheticPosts } from "./search.ts";

/*
 * The two engines beside each other in one run, over the same seeded posts: build, disk, memory, each class of query,
 * and whether both find the same. `node test/bench/engines.ts 100000`
 */

const posts = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const warmUp = 3;
const most = 10_000;
const folder = mkdtempSync(join(tmpdir(), "bench-engines-"));
const analyzer = createAnalyzer();

try {
  await using server = await startMeilisearch();
  await using embedded = await openEmbeddedEngine({
    file: join(folder, "index.db"),
    archiveId: "bench",
    analyzer,
    inProcess: true,
  });
  await using meilisearch = openMeilisearchEngine({
    url: server.url,
    apiKey: server.masterKey,
    archiveId: "bench",
    analyzer,
  });
  const corpus = new SyntheticPosts();
  await build(corpus, [embedded, meilisearch], server.pid);
  say(`embedded disk ${megabytes(statSync(join(folder, "index.db")).size)}`);
  const { folder: data, pid } = server;
  if (data !== undefined && pid !== undefined) {
    const [kilobytes] = execFileSync("du", ["-sk", data], { encoding: "utf8" }).split("\t");
    say(`meilisearch disk ${megabytes(Number(kilobytes) * 1024)}`);
    const [, held] = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    say(`meilisearch memory of its own ${megabytes(Number(held) * 1024)}`);
  }
  await compare(corpus, withFallback(meilisearch, embedded), embedded);
} finally {
  rmSync(folder, { recursive: true });
}

async function build(
  corpus: SyntheticPosts,
  engines: readonly SearchEngine[],
  server: number | undefined,
): Promise<void> {
  const took = new Map(engines.map(({ name }) => [name, 0]));
  const worked = new Map(engines.map(({ name }) => [name, 0]));
  const serverBefore = cpuMs(server);
  for (let no = 1; no <= posts; no += most) {
    const changes = Array.from({ length: Math.min(most, posts - no + 1) }, (_, i) => ({
      kind: "put" as const,
      post: corpus.post(no + i),
    }));
    for (const engine of engines) {
      const { batch = { posts: 2_000 } } = engine;
      const start = performance.now();
      const before = process.cpuUsage();
      for (let from = 0; from < changes.length; from += batch.posts) {
        const some = changes.slice(from, from + batch.posts);
        await engine.apply(some, no + from + some.length - 1);
      }
      took.set(engine.name, took.get(engine.name)! + performance.now() - start);
      const { user, system } = process.cpuUsage(before);
      worked.set(engine.name, worked.get(engine.name)! + (user + system) / 1000);
    }
  }
  for (const [name, ms] of took) {
    const beside = name === "meilisearch" ? cpuMs(server) - serverBefore : 0;
    const cpu = worked.get(name)! + beside;
    say(
      `${name} build ${rate(ms)} posts/s, ${rate(cpu)} posts a second of CPU (${(beside / posts).toFixed(2)} ms a post in the server)`,
    );
  }
}

async function compare(
  corpus: SyntheticPosts,
  meilisearch: SearchEngine,
  embedded: SearchEngine,
): Promise<void> {
  const { common, mid, rare } = corpus.words(posts);
  const three = mid.map((word, i) => `${word} ${common[i]} ${common[(i + 1) % common.length]}`);
  const rows: readonly [string, readonly string[], Partial<SearchRequest>?][] = [
    ["exact count of a common word", common, { sort: "new", limit: 1 }],
    ["rare word", rare],
    ["mid word", mid],
    ["common word, by relevance", common],
    ["exact form", common.map((word) => `=${word}`)],
    ["prefix", mid.map((word) => `${word.slice(0, 5)}*`)],
    ["AND of two", pairs(mid, common, " ")],
    ["AND of two common", pairs(common, common, " ")],
    ["AND of three", three],
    ["OR of two", pairs(mid, common, " OR ")],
    ["exclusion", pairs(common, mid, " -")],
    ["group", three.map((words) => words.replace(/(\S+) (\S+) (\S+)/, "$1 ($2 OR $3)"))],
    ["twelve words with OR", mid.map((_, i) => [...mid.slice(i), ...mid.slice(0, i)].join(" OR "))],
    ["phrase of two", pairs(common, common, " ").map((words) => `"${words}"`)],
    ["phrase of three", three.map((words) => `"${words}"`)],
    ["exact phrase", pairs(common, common, " ").map((words) => `="${words}"`)],
    ["phrase with slop", pairs(mid, common, " ").map((words) => `"${words}"~3`)],
    ["word~", rare.map((word) => `${misspelled(word)}~`)],
    [
      "channel and date",
      mid.map((word, i) => `${word} in:channel${i % channels} during:20${18 + (i % 6)}`),
    ],
    ["sorted by views", common, { sort: "views" }],
    ["sorted by age", common, { sort: "old" }],
    ["page 100", common, { offset: 1_980 }],
    [
      "facets and histogram",
      common,
      { sort: "new", facets: ["channel", "has", "lang"], histogram: "month" },
    ],
    ["every post", common.map(() => ""), { sort: "new", facets: ["channel"], histogram: "auto" }],
  ];
  say(
    `${"ms: p50 and p95".padEnd(32)} ${"meilisearch".padStart(15)} ${"embedded".padStart(15)}  same`,
  );
  for (const [name, queries, options] of rows) {
    const [one, other] = [
      await timed(meilisearch, queries, options),
      await timed(embedded, queries, options),
    ];
    const differ = queries.filter((_, i) => !isSame(one.answers[i]!, other.answers[i]!));
    const by = one.answers.filter(({ engine }) => engine === "embedded").length;
    say(
      `${name.padEnd(32)} ${one.times.padStart(15)} ${other.times.padStart(15)}  ${differ.length === 0 ? "yes" : `NO: ${differ[0]}`}${by > 0 ? ` (${by} of ${queries.length} answered by embedded)` : ""}`,
    );
  }
}

/** Totals, facets and histogram; and the hits, where their order is not one of relevance. */
function isSame(one: EngineAnswer, other: EngineAnswer): boolean {
  return (
    one.total === other.total &&
    JSON.stringify([one.facets, one.histogram]) === JSON.stringify([other.facets, other.histogram])
  );
}

async function timed(
  engine: SearchEngine,
  queries: readonly string[],
  options: Partial<SearchRequest> = {},
): Promise<{ readonly times: string; readonly answers: readonly EngineAnswer[] }> {
  const times: number[] = [];
  const answers: EngineAnswer[] = [];
  for (const query of queries.slice(0, warmUp))
    await ask(engine, query, { ...options, offset: 20 });
  for (const query of queries) {
    const start = performance.now();
    answers.push(await ask(engine, query, options));
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1);
  return { times: `${at(0.5)} ${at(0.95)}`, answers };
}

async function ask(
  engine: SearchEngine,
  query: string,
  options: Partial<SearchRequest>,
): Promise<EngineAnswer> {
  const request = {
    sort: "relevance",
    rankAll: false,
    offset: 0,
    limit: 20,
    prefixLast: false,
    facets: [],
    ...options,
  } as const;
  return engine.search({ query: parseQuery(query), ...request }, {});
}

function rate(ms: number): number {
  return Math.round((posts / ms) * 1000);
}

/** What a process has worked so far, in ms. */
function cpuMs(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function say(line: string): void {
  console.log(line);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
