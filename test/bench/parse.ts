import { deepStrictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { makeTruth } from "../../demo/make-truth.ts";
import { historyPage } from "../../demo/page-markup.ts";
import type { Post } from "../../scraper/post.ts";
import { readPage } from "../../scraper/markup/page.ts";
import { readBySelectors } from "./selector-parser.ts";

/** CPU milliseconds to read one page: the parser's and a selector-by-selector one's, medians. */
export interface ParseFigures {
  readonly pageBytes: number;
  readonly posts: number;
  readonly parserMs: number;
  readonly selectorsMs: number;
  /** How many times less CPU the parser takes. */
  readonly ratio: number;
}

/** What `ratio` should reach. */
const targetRatio = 5;

/**
 * Measures both ways on one page, each in fresh processes of its own, in turns.
 * @throws when the two do not read the same posts.
 */
export function benchParse({ turns = 3 } = {}): ParseFigures {
  const { body, posts } = benchPage();
  deepStrictEqual(ways.selectors(body), ways.parser(body));
  const times: Record<Way, number[]> = { parser: [], selectors: [] };
  for (let turn = 0; turn < turns; turn += 1)
    for (const way of ["parser", "selectors"] as const) times[way].push(inFreshProcess(way));
  const parserMs = median(times.parser);
  const selectorsMs = median(times.selectors);
  const ratio = selectorsMs / parserMs;
  return { pageBytes: body.length, posts, parserMs, selectorsMs, ratio };
}

type Way = "parser" | "selectors";
const ways: Readonly<Record<Way, (body: Buffer) => readonly Post[]>> = {
  parser(body) {
    const fetched = { url: "https://t.me/s/vse_vidy", status: 200, headers: {}, body };
    const page = readPage(fetched, { channel: "vse_vidy", readAt: "2026-01-01T00:00:00Z" });
    return page.kind === "posts" ? page.posts : [];
  },
  selectors: (body) => readBySelectors(body.toString()),
};

function benchPage(): { body: Buffer; posts: number } {
  const truth = makeTruth({ posts: 20, seed: 7, kinds: everydayKinds });
  const asked = truth.profile.name;
  const view = { truth, asked, posts: truth.posts };
  const html = historyPage(view, { year: 2026, weight: "real" });
  return { body: Buffer.from(html), posts: truth.posts.length };
}

function inFreshProcess(way: Way): number {
  return Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), way]).toString());
}

/** CPU milliseconds a page, the median of rounds, once the code is warm. */
function measure(way: Way, { rounds = 9, pagesARound = 10, warmUpPages = 60 } = {}): number {
  const { body } = benchPage();
  const read = ways[way];
  for (let i = 0; i < warmUpPages; i += 1) read(body);
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < pagesARound; i += 1) read(body);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000 / pagesARound;
  });
  return median(times);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** What a channel posts on most days, with one of the rarer kinds here and there. */
const everydayKinds = [
  "russian",
  "photo",
  "long",
  "links",
  "custom emoji",
  "video",
  "reactions",
  "preview",
  "photo album",
  "forward of a post",
  "signed",
  "emoji",
  "edited",
  "reply",
  "quiz",
  "tags",
  "voice",
  "english",
  "buttons",
  "file",
];

if (import.meta.main) {
  const [way] = process.argv.slice(2);
  if (way === "parser" || way === "selectors") console.log(measure(way));
  else report(benchParse());
}

function report({ pageBytes, posts, parserMs, selectorsMs, ratio }: ParseFigures): void {
  console.table({
    "default cheerio, a selector a field": { "CPU ms a page": selectorsMs.toFixed(2) },
    "this parser": { "CPU ms a page": parserMs.toFixed(2) },
  });
  const verdict = ratio >= targetRatio ? "met" : "missed";
  console.log(
    `${posts} posts, ${pageBytes} bytes, equal results: ${ratio.toFixed(1)} times less CPU (target ${targetRatio}: ${verdict}).`,
  );
}
