import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { ArchivedPost } from "../../server/archive/posts/archived-post.ts";
import { catchUp, type CatchUpParts } from "../../server/search/catch-up.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";
import type {
  EngineAnswer,
  SearchEngine,
  Searcher,
  SearchRequest,
} from "../../server/search/port.ts";
import { openMeilisearchEngine } from "../../server/search/engines/meilisearch/meilisearch-engine.ts";
import { withFallback } from "../../server/search/engines/with-fallback.ts";
import { parseQuery } from "../../server/search/query/parse.ts";
import { startMeilisearch } from "../server/search/engines/meilisearch-server.ts";
import { channels, misspelled, pairs, SyntheticPosts } from "./search.ts";

/*
 * The two engines beside each other in one run, over the same seeded posts: build, disk, memory, each class of query,
 * and whether both find the same. `node test/bench/engines.ts 100000`
 */

const posts = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const warmUp = 3;
const most = 100_000;
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
  say(
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")} as the building ended`,
  );
  await compare(corpus, meilisearch, embedded);
} finally {
  rmSync(folder, { recursive: true });
}

/** Through the catch-up, as it is done for a new index; making the posts is not counted. */
async function build(
  corpus: SyntheticPosts,
  engines: readonly SearchEngine[],
  server: number | undefined,
): Promise<void> {
  const took = new Map(engines.map(({ name }) => [name, { ms: 0, cpu: 0, beside: 0 }]));
  for (let from = 0; from < posts; from += most) {
    const made = Array.from({ length: Math.min(most, posts - from) }, (_, i) =>
      corpus.post(from + i + 1),
    );
    const archive = archiveOf(made, from);
    for (const engine of engines) {
      const sums = took.get(engine.name)!;
      const start = performance.now();
      const [before, serverBefore] = [process.cpuUsage(), cpuMs(server)];
      await catchUp({ archive, engine });
      const { user, system } = process.cpuUsage(before);
      sums.ms += performance.now() - start;
      sums.cpu += (user + system) / 1000;
      if (engine.name === "meilisearch") sums.beside += cpuMs(server) - serverBefore;
    }
  }
  for (const [name, { ms, cpu, beside }] of took) {
    say(
      `${name} build ${rate(ms)} posts/s, ${rate(cpu + beside)} posts a second of CPU (a post: ${(cpu / posts).toFixed(2)} ms here, ${(beside / posts).toFixed(2)} ms in the server)`,
    );
  }
}

/** As much of an archive as the catch-up reads, of these posts after the first so many. */
function archiveOf(made: readonly ArchivedPost[], before: number): CatchUpParts["archive"] {
  const position = before + made.length;
  const createdAt = "2026-01-01T00:00:00Z";
  return {
    state: async () => ({ archiveId: "bench", createdAt, posts: position, channels, position }),
    changesAfter: async (after, limit) => {
      const some = made.slice(after - before, after - before + limit);
      return { to: after + some.length, posts: some, purged: [] };
    },
    earlierVersions: async () => new Map(),
    lastChanges: async () => new Map(),
    channels: async () => [],
    posts: async () => [],
  };
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
  const both = withFallback(meilisearch, embedded);
  const heads = ["as asked", "meilisearch itself", "embedded"];
  say(`${"ms: p50 p95".padEnd(30)}${heads.map((head) => head.padStart(20)).join("")}  same`);
  for (const [name, queries, options] of rows) {
    const asked = await timed(both, queries, options);
    const own = queries.filter((_, i) => asked.answers[i]!.engine === "meilisearch");
    const itself = await timed(meilisearch, own, options);
    const other = await timed(embedded, queries, options);
    const differ = queries.filter((_, i) => !isSame(asked.answers[i]!, other.answers[i]!));
    const columns = [asked.times, `${itself.times} (${own.length}/${queries.length})`, other.times];
    say(
      `${name.padEnd(30)}${columns.map((times) => times.padStart(20)).join("")}  ${differ.length === 0 ? "yes" : `NO: ${differ[0]}`}`,
    );
  }
  say(`(n/m): queries of the class that Meilisearch answered; the others were left to embedded.`);
}

/** Totals, facets and histogram; and the hits, where their order is not one of relevance. */
function isSame(one: EngineAnswer, other: EngineAnswer): boolean {
  return (
    one.total === other.total &&
    JSON.stringify([one.facets, one.histogram]) === JSON.stringify([other.facets, other.histogram])
  );
}

async function timed(
  engine: Searcher,
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
  return { times: times.length === 0 ? "-" : `${at(0.5)} ${at(0.95)}`, answers };
}

async function ask(
  engine: Searcher,
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
