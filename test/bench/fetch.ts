import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { chromium, request } from "playwright";
import { findChromium } from "../../scraper/reading/chromium.ts";
import { Gate } from "../../scraper/reading/gate.ts";
import { readHistory, readNewest } from "../../scraper/reading/history.ts";
import { httpSource } from "../../scraper/reading/http-source.ts";
import { pageReader } from "../../scraper/reading/page-reader.ts";
import { median } from "./measured-process.ts";
import { readBySelectors } from "./selector-parser.ts";

/** What one way of reading a channel costs once its process runs: pages fetched and read, nothing stored. */
export interface FetchFigures {
  readonly pages: number;
  readonly pagesPerSecond: number;
  /** The browser's processes included, where the system tells (Linux). */
  readonly cpuMsPer1000Posts: number;
}

/** Reads a stand-in's channel in each way, in turns, each time in a fresh process; medians. */
export async function benchFetch({ posts = 4_000, gotoPages = 10, rounds = 3 } = {}): Promise<
  Readonly<Record<Way, FetchFigures>>
> {
  const server = fork(join(import.meta.dirname, "serve-stand-in.ts"), [channel, String(posts)]);
  const [origin] = (await once(server, "message")) as [string];
  try {
    const all: Record<Way, FetchFigures[]> = { reader: [], requests: [], goto: [] };
    for (let round = 0; round <= rounds; round += 1)
      for (const way of Object.keys(ways) as Way[]) {
        const figures = inFreshProcess(way, origin, way === "goto" ? gotoPages : Infinity);
        if (round > 0) all[way].push(figures); // The stand-in makes its pages in the first.
      }
    return { reader: middle(all.reader), requests: middle(all.requests), goto: middle(all.goto) };
  } finally {
    server.disconnect();
  }
}

type Way = "reader" | "requests" | "goto";
interface Done {
  readonly pages: number;
  readonly posts: number;
}

const channel = "vse_vidy";

const ways: Readonly<Record<Way, (origin: string, most: number) => Promise<Done>>> = {
  /** Ours: Playwright's request context, four at a time, the strict parser. */
  async reader(origin) {
    await using source = await httpSource({ origin });
    const reader = pageReader({ source, gate: new Gate({ rate: 1000, concurrency: 4 }) });
    const newest = await readNewest(reader, channel);
    let pages = 1;
    let posts = newest.posts.length;
    const ranges = [{ from: 1, to: (newest.span?.from ?? 1) - 1 }];
    for await (const page of readHistory(reader, channel, { ranges })) {
      pages += 1;
      posts += page.posts.length;
    }
    return { pages, posts };
  },
  /** Playwright's request context as its manual shows it, one page after the other, default cheerio. */
  async requests(origin) {
    const context = await request.newContext();
    const done = await walk(async (path) => (await context.get(origin + path)).text());
    await context.dispose();
    return done;
  },
  /** `page.goto` for each page, everything loaded, default cheerio on what the browser holds. */
  async goto(origin, most) {
    const root = process.getuid?.() === 0;
    const browser = await chromium.launch({
      executablePath: findChromium(),
      chromiumSandbox: !root,
      // Pictures of other hosts fail at once, as they would load at once from a near cache.
      args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
    const page = await browser.newPage();
    const done = await walk(async (path) => {
      await page.goto(origin + path);
      return page.content();
    }, most);
    await browser.close();
    return done;
  },
};

async function walk(fetch: (path: string) => Promise<string>, most = Infinity): Promise<Done> {
  let path = `/s/${channel}`;
  let posts = 0;
  for (let pages = 1; ; pages += 1) {
    const read = readBySelectors(await fetch(path));
    posts += read.length;
    const oldest = Math.min(...read.map(({ id }) => id));
    if (read.length === 0 || oldest <= 1 || pages >= most) return { pages, posts };
    path = `/s/${channel}?before=${oldest}`;
  }
}

function inFreshProcess(way: Way, origin: string, most: number): FetchFigures {
  const program = fileURLToPath(import.meta.url);
  const said = execFileSync(process.execPath, [program, way, origin, String(most)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(said.toString()) as FetchFigures;
}

async function measure(way: Way, origin: string, most: number): Promise<FetchFigures> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { pages, posts } = await ways[way](origin, most);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000 + cpuMsOfEndedChildren();
  return { pages, pagesPerSecond: pages / seconds, cpuMsPer1000Posts: (cpuMs / posts) * 1000 };
}

/** CPU time of this process's children that have ended, theirs included. */
function cpuMsOfEndedChildren(): number {
  if (!existsSync("/proc/self/stat")) return 0;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  const [user = 0, system = 0] = [fields[13], fields[14]].map(Number);
  return (user + system) * MS_PER_TICK;
}
const MS_PER_TICK = 10;

function middle(figures: readonly FetchFigures[]): FetchFigures {
  return {
    pages: median(figures.map(({ pages }) => pages)),
    pagesPerSecond: median(figures.map(({ pagesPerSecond }) => pagesPerSecond)),
    cpuMsPer1000Posts: median(figures.map(({ cpuMsPer1000Posts }) => cpuMsPer1000Posts)),
  };
}

if (import.meta.main) {
  const [way, origin = "", most = "Infinity"] = process.argv.slice(2);
  if (way === undefined) console.table(await benchFetch());
  else console.log(JSON.stringify(await measure(way as Way, origin, Number(most))));
}
