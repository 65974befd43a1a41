import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import type { ArchivedPost } from "../../server/archive/posts/archived-post.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";
import type { SearchEngine, SearchRequest } from "../../server/search/port.ts";
import { parseQuery } from "../../server/search/query/parse.ts";
import { makePost } from "../server/search/engines/contract/make-post.ts";
import { seeded } from "../server/search/analysis/sample-lexemes.ts";
import { englishWords, russianForms, shuffled } from "../server/search/dictionary-words.ts";

/** One line of the report: what was measured, the target, and whether less or more is better. */
export interface SearchFigure {
  readonly name: string;
  readonly median: number;
  readonly p95: number;
  readonly target: number | undefined;
  readonly unit: "ms" | "posts/s" | "posts/CPU s" | "MB";
}

const seed = 20261123;
const charactersAPost = 500;
export const channels = 20;
const queriesARow = 12;
const batch = 2000;
const recentKept = 100;
const piecesKept = 50_000;
const hosts = 500;
/** An address, or a name: no word to search for. */
const mayBeOther = /[/A-ZА-ЯЁ]/;

/**
 * Builds an index of seeded posts (Zipf words of real dictionaries in their inflections, 75 % Russian, 20 % English,
 * 5 % of both) and asks it each kind of query; every query of a row has words of its own, so nothing is cached.
 */
export async function benchSearch({
  posts,
}: {
  readonly posts: number;
}): Promise<readonly SearchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-search-"));
  try {
    return [
      ...(await measured(join(folder, "index.db"), posts)),
      await diskOf(join(folder, "plain.db"), { earlier: 0 }),
      await diskOf(join(folder, "edited.db"), { earlier: 1 }),
      await diskOf(join(folder, "changed.db"), { earlier: 0, changedAt: "2026-11-20T12:00:00Z" }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measured(file: string, posts: number): Promise<readonly SearchFigure[]> {
  const corpus = new SyntheticPosts();
  const figures: SearchFigure[] = [];
  const analyzer = createAnalyzer();
  {
    await using engine = await openEmbeddedEngine({
      file,
      archiveId: "bench",
      analyzer,
      inProcess: true,
    });
    figures.push(...(await buildRates(engine, corpus, posts)));
  }
  const disk = statSync(file).size / 1e6;
  figures.push({ name: "disk", median: disk, p95: disk, target: undefined, unit: "MB" });

  const { common, mid, rare } = corpus.words(posts);
  const rows: readonly [
    name: string,
    target: number,
    queries: readonly string[],
    options?: Partial<SearchRequest>,
  ][] = [
    ["exact count of a common word", 60, common, { sort: "new", limit: 1 }],
    ["rare word, top 20", 80, rare],
    ["mid word, top 20", 80, mid],
    ["prefix, top 20", 80, mid.map((word) => `${word.slice(0, 5)}*`)],
    ["NEAR", 150, pairs(mid, common, " NEAR/5 ")],
    ["NEAR of two common words", 150, pairs(common, common, " NEAR/5 ")],
    ["* within a word", 150, mid.map((word) => `${word.slice(0, 3)}*${word.slice(-2)}`)],
    ["* at its beginning", 150, mid.map((word) => `*${word.slice(-7)}`)],
    ["earlier versions", 150, mid.map((word) => `was:${word}`)],
    ["AND of two words", 100, pairs(mid, common, " ")],
    ["AND of two common words", 100, pairs(common, common, " ")],
    ["phrase", 100, pairs(common, common, " ").map((words) => `"${words}"`)],
    ["phrase with slop", 100, pairs(mid, common, " ").map((words) => `"${words}"~3`)],
    ["common word, all ranked", 1000, common, { rankAll: true }],
    ["common word, ranked within the newest", 150, common],
    [
      "facets and histogram of a common word",
      100,
      common,
      { sort: "new", facets: ["channel", "has", "lang"], histogram: "month" },
    ],
    [
      "channel and date filter",
      25,
      mid.map((word, i) => `${word} in:channel${i % channels} during:20${18 + (i % 6)}`),
    ],
    ["word~", 80, rare.map((word) => `${misspelled(word)}~`)],
  ];
  {
    await using engine = await openEmbeddedEngine({
      file,
      archiveId: "bench",
      analyzer,
      inProcess: true,
    });
    await ask(engine, "");
    await ask(engine, "прогрев~");
    for (const [name, target, queries, options] of rows) {
      figures.push(
        await timed({ name, target }, queries, async (query) => ask(engine, query, options)),
      );
    }
    figures.push(
      await timed({ name: "suggestion for a typo", target: 5 }, rare, async (word) =>
        ask(engine, misspelled(word)),
      ),
    );
    let position = posts;
    figures.push(
      await timed({ name: "upsert of 20 posts", target: 10 }, rare, async () => {
        const changes = Array.from({ length: 20 }, () => ({
          kind: "put" as const,
          post: corpus.post(++position),
        }));
        await engine.apply(changes, position);
      }),
    );
  }
  figures.push(await stall(file, [...common, ...mid, ...rare]));
  figures.push(await besideIndexing({ file, corpus, posts }, [...common, ...mid, ...rare]));
  return figures;
}

const postsOfDisk = 20_000;

/** What an index takes whose posts have so many earlier versions each, of as much text as the newest, and a change that was seen. */
async function diskOf(
  file: string,
  { earlier, changedAt }: { readonly earlier: number; readonly changedAt?: string },
): Promise<SearchFigure> {
  const corpus = new SyntheticPosts();
  {
    await using engine = await openEmbeddedEngine({
      file,
      archiveId: "bench",
      analyzer: createAnalyzer(),
      inProcess: true,
    });
    for (let no = 1; no <= postsOfDisk; no += batch) {
      const changes = Array.from({ length: batch }, (_, i) => ({
        kind: "put" as const,
        post: corpus.post(no + i),
        earlier: Array.from({ length: earlier }, () => corpus.post(no + i)),
        ...(changedAt !== undefined && { changedAt }),
      }));
      await engine.apply(changes, no + batch - 1);
    }
  }
  const disk = statSync(file).size / 1e6;
  const name = `disk, ${postsOfDisk} posts with ${earlier} earlier versions each${changedAt === undefined ? "" : ", each with a change"}`;
  return { name, median: disk, p95: disk, target: undefined, unit: "MB" };
}

async function buildRates(
  engine: SearchEngine,
  corpus: SyntheticPosts,
  posts: number,
): Promise<readonly SearchFigure[]> {
  const rates: number[] = [];
  let ms = 0;
  let cpuMs = 0;
  for (let no = 1; no <= posts; no += batch) {
    const changes = Array.from({ length: Math.min(batch, posts - no + 1) }, (_, i) => ({
      kind: "put" as const,
      post: corpus.post(no + i),
    }));
    const start = performance.now();
    const cpu = process.cpuUsage();
    await engine.apply(changes, no + changes.length - 1);
    const { user, system } = process.cpuUsage(cpu);
    const took = performance.now() - start;
    ms += took;
    cpuMs += (user + system) / 1000;
    rates.push((changes.length / took) * 1000);
  }
  const slow = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 20)]!;
  const cpuRate = (posts / cpuMs) * 1000;
  return [
    { name: "build", median: (posts / ms) * 1000, p95: slow, target: 4000, unit: "posts/s" },
    {
      name: "build, by CPU time",
      median: cpuRate,
      p95: cpuRate,
      target: 4000,
      unit: "posts/CPU s",
    },
  ];
}

/** The longest the main thread was away while queries ran beside it. */
async function stall(file: string, queries: readonly string[]): Promise<SearchFigure> {
  await using engine = await openEmbeddedEngine({ file, archiveId: "bench" });
  await Promise.all([ask(engine, ""), ask(engine, "")]);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let i = 0; i < queries.length; i += 2) {
    await Promise.all(
      queries
        .slice(i, i + 2)
        .map(async (query) => ask(engine, query, { facets: ["channel"], histogram: "auto" })),
    );
  }
  delay.disable();
  return {
    name: "main-loop stall",
    median: delay.percentile(50) / 1e6,
    p95: delay.max / 1e6,
    target: 20,
    unit: "ms",
  };
}

/** Searches of all kinds while posts come in, page after page, as fast as they are taken. */
async function besideIndexing(
  { file, corpus, posts }: { file: string; corpus: SyntheticPosts; posts: number },
  queries: readonly string[],
): Promise<SearchFigure> {
  await using engine = await openEmbeddedEngine({ file, archiveId: "bench" });
  await Promise.all([ask(engine, ""), ask(engine, "")]);
  const over = new AbortController();
  const writing = (async () => {
    for (let page = 1; !over.signal.aborted; page++) {
      const from = posts + (batch + page) * 20;
      const changes = Array.from({ length: 20 }, (_, i) => ({
        kind: "put" as const,
        post: corpus.post(from + i),
      }));
      await engine.apply(changes, from + 20);
    }
  })();
  const name = "search while a channel is being indexed";
  const figure = await timed({ name, target: undefined }, queries, async (query) =>
    ask(engine, query),
  );
  over.abort();
  await writing;
  return figure;
}

async function ask(
  engine: SearchEngine,
  query: string,
  options: Partial<SearchRequest> = {},
): Promise<unknown> {
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

async function timed(
  { name, target }: Pick<SearchFigure, "name" | "target">,
  queries: readonly string[],
  run: (query: string) => Promise<unknown>,
): Promise<SearchFigure> {
  const times: number[] = [];
  for (const query of queries) {
    const start = performance.now();
    await run(query);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { name, median: at(0.5), p95: at(0.95), target, unit: "ms" };
}

export function misspelled(word: string): string {
  const at = Math.floor(word.length / 2);
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}

/** Posts by number, the same for the same seed. */
export class SyntheticPosts {
  readonly #random = seeded(seed);
  readonly #russian = shuffled(russianForms(25_000, this.#random), this.#random);
  readonly #english = englishWords(30_000, this.#random);
  readonly #counted = new Map<string, number>();
  #posts = 0;
  static readonly #counting = 50_000;
  readonly #asWritten: boolean;
  /** Texts of late, for who repeats them. */
  readonly #recent: string[] = [];
  /** Pieces that texts are put together from, by language: quicker than word by word. */
  readonly #pieces: Record<"ru" | "en", string[]> = { ru: [], en: [] };

  /**
   * @param asWritten every tenth word with a capital, an address in every fifth post, every twentieth post a copy of one of
   * the hundred before
   */
  constructor({ asWritten = false }: { readonly asWritten?: boolean } = {}) {
    this.#asWritten = asWritten;
  }

  post(no: number): ArchivedPost {
    const random = this.#random;
    const language = random();
    const words: string[] = [];
    if (this.#asWritten) words.push(...this.#written(language < 0.75 ? "ru" : "en").split(" "));
    for (let length = 0; !this.#asWritten && length < charactersAPost * (0.4 + 1.2 * random());) {
      const russian = language < 0.75 || (language > 0.95 && random() < 0.5);
      const list = russian ? this.#russian : this.#english;
      const word = list[Math.floor(list.length ** random()) - 1]!;
      words.push(word);
      length += word.length + 1;
    }
    if (++this.#posts <= SyntheticPosts.#counting) {
      for (const word of new Set(words.filter((word) => !mayBeOther.test(word))))
        this.#counted.set(word, (this.#counted.get(word) ?? 0) + 1);
    }
    return makePost(no, {
      channel: `channel${Math.floor(random() * channels)}`,
      text: words.join(" "),
      publishedAt: new Date(Date.UTC(2018, 0, 1) + no * 60_000 * 4)
        .toISOString()
        .replace(".000Z", "Z"),
      views: Math.floor(1000 / (random() + 0.001)),
      language: language < 0.75 ? "ru" : "en",
      media: random() < 0.4 ? [{ kind: "photo" }] : [],
    });
  }

  /** About as much of a language as one of the other posts. */
  #written(language: "ru" | "en"): string {
    const random = this.#random;
    if (this.#recent.length === recentKept && random() < 0.05)
      return this.#recent[Math.floor(random() * recentKept)]!;
    const pieces = this.#pieces[language];
    if (pieces.length === 0)
      pieces.push(...Array.from({ length: piecesKept }, () => this.#piece(language)));
    const text: string[] = [];
    for (let length = 0; length < charactersAPost * (0.4 + 1.2 * random());) {
      const piece = pieces[Math.floor(random() * piecesKept)]!;
      text.push(piece);
      length += piece.length + 1;
    }
    if (random() < 0.2)
      text.push(
        `https://example${Math.floor(random() * hosts)}.org/${"abcdef"[Math.floor(random() * 6)]}/${Math.floor(random() * 1e6)}`,
      );
    const written = text.join(" ");
    this.#recent[this.#posts % recentKept] = written;
    return written;
  }

  /** Some words that stand together. */
  #piece(language: "ru" | "en"): string {
    const random = this.#random;
    const list = language === "ru" ? this.#russian : this.#english;
    return Array.from({ length: 8 }, () => {
      const word = list[Math.floor(list.length ** random()) - 1]!;
      return random() < 0.1 ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    }).join(" ");
  }

  /** Whether posts were made of which `words` may tell. */
  get hasCounted(): boolean {
    return this.#posts > 0;
  }

  /** Words in about a third, a hundredth and a few of the posts. */
  words(posts: number): {
    common: readonly string[];
    mid: readonly string[];
    rare: readonly string[];
  } {
    const counted = Math.min(posts, SyntheticPosts.#counting);
    const near = (share: number): readonly string[] =>
      [...this.#counted]
        .filter(([word]) => word.length >= 6)
        .toSorted((a, b) => Math.abs(a[1] / counted - share) - Math.abs(b[1] / counted - share))
        .slice(0, queriesARow)
        .map(([word]) => word);
    return { common: near(0.33), mid: near(0.01), rare: near(3 / counted) };
  }
}

export function pairs(a: readonly string[], b: readonly string[], join: string): readonly string[] {
  return a.map((word, i) => `${word}${join}${b[(i + 1) % b.length]}`);
}

function number(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toString();
}

/** The figures as lines for people. */
export function searchReport(figures: readonly SearchFigure[]): readonly string[] {
  return figures.map(({ name, median, p95, target, unit }) => {
    const aim = target === undefined ? "" : `  target ${target} ${unit}`;
    return `${name.padEnd(40)} ${number(median).padStart(8)} ${number(p95).padStart(8)} ${unit}${aim}`;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const full = process.argv.includes("--full");
  const posts = Number(
    process.argv.find((argument) => /^\d+$/.test(argument)) ?? (full ? 1_000_000 : 100_000),
  );
  console.log(
    `${posts} posts: median and p95 (build: overall and slowest twentieth; stall: median and worst)`,
  );
  for (const line of searchReport(await benchSearch({ posts }))) console.log(line);
}
