import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { channels, misspelled, pairs, SyntheticPosts } from "./search.ts";
import type { IndexRebuild, SearchRequest } from "../../server/search/port.ts";

/*
 * The embedded index of this checkout beside that of another, an older one say, in turns: posts are indexed a batch here, a batch
 * there, and each query is asked here, there, and again. `node test/bench/beside.ts OTHER_CHECKOUT 100000`; with a folder behind
 * it the indexes are kept there, and those that are there are asked. With UNTIL=2026-11-28T11:00Z no posts are indexed after that,
 * with ONLY='two words|typo' only those rows are asked.
 *
 * Posts are written as people do: capitals, addresses, copies. Times are of the processor, since other work on the machine would
 * make those of the clock another's; of each query the least of three counts.
 */
const batch = 10_000;
const rounds = 3;

type Ask =
  | { readonly verb: "build"; readonly from: number; readonly count: number }
  | { readonly verb: "finish" }
  | { readonly verb: "open" }
  | { readonly verb: "words"; readonly posts: number }
  | { readonly verb: "change"; readonly from: number }
  | {
      readonly verb: "ask";
      readonly query: string;
      readonly options: Partial<SearchRequest>;
    };

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What one of the two processes does, with the engine of its checkout. */
async function work(root: string, file: string): Promise<void> {
  const ours = async (path: string): Promise<Record<string, never>> =>
    (await import(join(root, "server/search", path))) as Record<string, never>;
  const { createAnalyzer } = (await ours(
    "analysis/analyzer.ts",
  )) as unknown as typeof import("../../server/search/analysis/analyzer.ts");
  const { openEmbeddedEngine } = (await ours(
    "engines/embedded/embedded-engine.ts",
  )) as unknown as typeof import("../../server/search/engines/embedded/embedded-engine.ts");
  const { parseQuery } = (await ours(
    "query/parse.ts",
  )) as unknown as typeof import("../../server/search/query/parse.ts");
  const open = async () =>
    openEmbeddedEngine({ file, archiveId: "bench", analyzer: createAnalyzer(), inProcess: true });
  let engine = await open();
  let building: IndexRebuild | undefined;
  const corpus = new SyntheticPosts({ asWritten: true });

  const made = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      kind: "put" as const,
      post: corpus.post(from + i),
    }));
  const answer = async (asked: Ask): Promise<unknown> => {
    switch (asked.verb) {
      case "build": {
        const parts = Array.from({ length: Math.ceil(asked.count / 2_000) }, (_, i) =>
          made(asked.from + i * 2_000, Math.min(2_000, asked.count - i * 2_000)),
        );
        return timed(async () => {
          let to = asked.from - 1;
          building ??= await engine.rebuild();
          for (const changes of parts) await building.apply(changes, (to += changes.length));
        });
      }
      case "finish":
        return timed(async () => {
          await building?.commit();
          building = undefined;
        });
      case "open":
        await engine[Symbol.asyncDispose]();
        engine = await open();
        return statSync(file).size;
      case "words":
        if (!corpus.hasCounted) made(1, Math.min(asked.posts, 50_000));
        return corpus.words(asked.posts);
      case "change": {
        const changes = made(asked.from, 20);
        return timed(async () => engine.apply(changes, asked.from + 19));
      }
      default: {
        let total = 0;
        const took = await timed(async () => {
          const request = {
            query: parseQuery(asked.query),
            sort: "relevance",
            rankAll: false,
            offset: 0,
            limit: 20,
            prefixLast: false,
            facets: [],
            ...asked.options,
          } as const;
          ({ total } = await engine.search(request, {}));
        });
        return { ...took, total };
      }
    }
  };
  process.on("message", (asked: Ask) => {
    void answer(asked).then((said) => process.send!(said));
  });
  process.on("disconnect", () => process.exit());
  process.send!("ready");
}

async function timed(run: () => Promise<unknown>): Promise<Took> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}

class Checkout {
  readonly name: string;
  readonly #child: ChildProcess;

  constructor(name: string, root: string, file: string) {
    this.name = name;
    this.#child = fork(import.meta.filename, ["--of", root, file], {
      cwd: root,
      serialization: "advanced",
    });
  }

  async ready(): Promise<void> {
    await once(this.#child, "message");
  }

  async ask<Answer>(asked: Ask): Promise<Answer> {
    const answered = once(this.#child, "message");
    this.#child.send(asked);
    const [answer] = (await answered) as [Answer];
    return answer;
  }

  end(): void {
    this.#child.disconnect();
  }
}

async function compare(other: string, most: number, kept: string | undefined): Promise<void> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), "bench-beside-"));
  const isMade = existsSync(join(folder, "here.db"));
  const here = resolve(import.meta.dirname, "../..");
  const both = [
    new Checkout("there", other, join(folder, "there.db")),
    new Checkout("here", here, join(folder, "here.db")),
  ] as const;
  try {
    for (const one of both) await one.ready();
    const built = new Map(both.map((one) => [one, { ms: 0, cpuMs: 0 }]));
    const add = (one: Checkout, { ms, cpuMs }: Took): void => {
      const sum = built.get(one)!;
      sum.ms += ms;
      sum.cpuMs += cpuMs;
    };
    const until = Date.parse(process.env["UNTIL"] ?? "9999-01-01");
    let posts = isMade ? most : 0;
    for (let from = posts + 1; from <= most && Date.now() < until; from += batch)
      for (const one of both) {
        const count = Math.min(batch, most - from + 1);
        posts = from + count - 1;
        add(one, await one.ask<Took>({ verb: "build", from, count }));
      }
    for (const one of both) {
      add(one, await one.ask<Took>({ verb: "finish" }));
      const { ms, cpuMs } = built.get(one)!;
      const bytes = await one.ask<number>({ verb: "open" });
      say(
        `${one.name}: ${posts} posts, ${(cpuMs / posts).toFixed(3)} ms of CPU a post, ${(ms / posts).toFixed(3)} ms by the clock, ${(bytes / 1e6).toFixed(1)} MB`,
      );
    }
    say(
      `load ${loadavg()
        .map((load) => load.toFixed(1))
        .join(" ")}`,
    );
    await askBoth(both, posts);
    say(
      `load ${loadavg()
        .map((load) => load.toFixed(1))
        .join(" ")}`,
    );
  } finally {
    for (const one of both) one.end();
    if (kept === undefined) rmSync(folder, { recursive: true });
  }
}

interface Row {
  readonly name: string;
  readonly queries: readonly string[];
  readonly options?: Partial<SearchRequest>;
  /** The other checkout does not know it. */
  readonly isNew?: boolean;
}

type Words = ReturnType<SyntheticPosts["words"]>;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function rowsOf({ common, mid, rare }: Words): readonly Row[] {
  const three = mid.map((word, i) => `${word} ${common[i]} ${common[(i + 1) % common.length]}`);
  const whole = { facets: ["channel", "has", "lang"], histogram: "month" } as const;
  return [
    { name: "count of a common word", queries: common, options: { sort: "new", limit: 1 } },
    { name: "rare word", queries: rare },
    { name: "mid word", queries: mid },
    { name: "common word", queries: common },
    { name: "common word, all ranked", queries: common, options: { rankAll: true } },
    { name: "exact form", queries: common.map((word) => `=${word}`) },
    { name: "prefix", queries: mid.map((word) => `${word.slice(0, 5)}*`) },
    { name: "two words", queries: pairs(mid, common, " ") },
    { name: "two common words", queries: pairs(common, common, " ") },
    { name: "three words", queries: three },
    { name: "OR", queries: pairs(mid, common, " OR ") },
    { name: "exclusion", queries: pairs(common, mid, " -") },
    {
      name: "group",
      queries: three.map((words) => words.replace(/(\S+) (\S+) (\S+)/, "$1 ($2 OR $3)")),
    },
    {
      name: "twelve words with OR",
      queries: mid.map((_, i) => [...mid.slice(i), ...mid.slice(0, i)].join(" OR ")),
    },
    { name: "phrase", queries: pairs(common, common, " ").map((words) => `"${words}"`) },
    { name: "phrase of three", queries: three.map((words) => `"${words}"`) },
    { name: "exact phrase", queries: pairs(common, common, " ").map((words) => `="${words}"`) },
    { name: "phrase with slop", queries: pairs(mid, common, " ").map((words) => `"${words}"~3`) },
    { name: "word~", queries: rare.map((word) => `${misspelled(word)}~`) },
    {
      name: "channel and date",
      queries: mid.map((word, i) => `${word} in:channel${i % channels} during:20${18 + (i % 6)}`),
    },
    { name: "by views", queries: common, options: { sort: "views" } },
    { name: "by age", queries: common, options: { sort: "old" } },
    { name: "page 100", queries: common, options: { offset: 1_980 } },
    { name: "facets and histogram", queries: common, options: { sort: "new", ...whole } },
    { name: "suggestion for a typo", queries: rare.map(misspelled) },
    { name: "link to a host", queries: mid.map((_, i) => `link:example${i}.org`) },
    {
      name: "link to an address",
      queries: mid.map((_, i) => `link:example${i}.org/a`),
      isNew: true,
    },
    { name: "common word as a name", queries: common.map(capital), isNew: true },
    { name: "==word", queries: common.map((word) => `==${capital(word)}`), isNew: true },
    { name: "NEAR", queries: pairs(mid, common, " NEAR/5 "), isNew: true },
    { name: "NEAR of two common", queries: pairs(common, common, " NEAR/5 "), isNew: true },
    {
      name: "* within a word",
      queries: mid.map((word) => `${word.slice(0, 3)}*${word.slice(-2)}`),
      isNew: true,
    },
    { name: "* at its beginning", queries: mid.map((word) => `*${word.slice(-7)}`), isNew: true },
    { name: "was:", queries: mid.map((word) => `was:${word}`), isNew: true },
    { name: "by the last change", queries: common, options: { sort: "changed" }, isNew: true },
    {
      name: "suggestion: split",
      queries: mid.map((word, i) => word + mid[(i + 1) % mid.length]!),
      isNew: true,
    },
    {
      name: "suggestion: transliterated",
      queries: [
        "bakhmut",
        "privet",
        "novosti",
        "pozhar",
        "vybory",
        "sobaka",
        "knigami",
        "gorodskoy",
        "molokom",
        "obyavlenie",
        "premer",
        "zavod",
      ],
      isNew: true,
    },
    {
      name: "fold: common word",
      queries: common.map((word) => `${word} fold:copies`),
      isNew: true,
    },
    { name: "fold: mid word", queries: mid.map((word) => `${word} fold:copies`), isNew: true },
  ];
}

async function askBoth(both: readonly [Checkout, Checkout], posts: number): Promise<void> {
  const [there, here] = both;
  const words = await here.ask<Words>({ verb: "words", posts });
  const first = { query: "", options: {} };
  for (const one of both) await one.ask({ verb: "ask", ...first });
  for (const one of both) await one.ask({ verb: "ask", query: "прогрев~", options: {} });
  const folding = await here.ask<Took>({
    verb: "ask",
    query: "fold:copies",
    options: { sort: "new" },
  });
  say(`first to fold: ${folding.cpuMs.toFixed(0)} ms`);
  say(
    `${"ms of CPU: p50 p95".padEnd(32)}${"there".padStart(16)}${"here".padStart(16)}  p50 p95 here of there`,
  );
  const only = new RegExp(process.env["ONLY"] ?? "");
  const rows = rowsOf(words).filter(({ name }) => only.test(name));
  for (const { name, queries, options = {}, isNew = false } of rows) {
    const asked = isNew ? [here] : both;
    const least = new Map(asked.map((one) => [one, queries.map(() => Infinity)]));
    for (let round = 0; round < rounds; round++)
      for (const [i, query] of queries.entries())
        for (const one of round % 2 === 0 ? asked : asked.toReversed()) {
          const { cpuMs } = await one.ask<Took>({ verb: "ask", query, options });
          const times = least.get(one)!;
          times[i] = Math.min(times[i]!, cpuMs);
        }
    const [before, after] = [there, here].map((one) => quantiles(least.get(one)));
    const ratio =
      before === undefined || after === undefined
        ? ""
        : `${(after[0] / before[0]).toFixed(2)} ${(after[1] / before[1]).toFixed(2)}`;
    say(`${name.padEnd(32)}${shown(before).padStart(16)}${shown(after).padStart(16)}  ${ratio}`);
  }
  const changes = new Map(both.map((one) => [one, [] as number[]]));
  for (let i = 0; i < 12; i++)
    for (const one of both)
      changes
        .get(one)!
        .push((await one.ask<Took>({ verb: "change", from: posts + 1 + i * 20 })).cpuMs);
  const [before, after] = both.map((one) => quantiles(changes.get(one)));
  say(`${"20 posts changed".padEnd(32)}${shown(before).padStart(16)}${shown(after).padStart(16)}`);
  const again = await here.ask<Took>({
    verb: "ask",
    query: "fold:copies",
    options: { sort: "new" },
  });
  say(`to fold after a change: ${again.cpuMs.toFixed(0)} ms`);
}

function quantiles(times: readonly number[] | undefined): readonly [number, number] | undefined {
  if (times === undefined) return undefined;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return [at(0.5), at(0.95)];
}

function shown(pair: readonly [number, number] | undefined): string {
  return pair === undefined ? "" : `${pair[0].toFixed(1)} ${pair[1].toFixed(1)}`;
}

function say(line: string): void {
  console.log(line);
}

if (process.argv[2] === "--of") await work(process.argv[3]!, process.argv[4]!);
else
  await compare(
    resolve(process.argv[2] ?? "."),
    Number(process.argv[3] ?? 100_000),
    process.argv[4],
  );
