/** `npm run bench`: every figure beside its target, each from fresh processes; `-- --full` searches 1,000,000 posts too. */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { benchFetch } from "./fetch.ts";
import { benchIngest } from "./ingest.ts";
import { benchParse } from "./parse.ts";

type Row = readonly [what: string, measured: string, target: string];

const ms = (value: number): string => `${Math.round(value).toLocaleString("en-US")} ms`;
const times = (ratio: number): string => `${ratio.toFixed(1)}×`;

function print(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}\n`);
  for (const [what, measured, target] of rows)
    console.log(`  ${what.padEnd(62)} ${measured.padStart(18)}   ${target}`);
}

console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`);

const parse = benchParse();
print("Parse: CPU a page of 20 posts, medians", [
  ["this parser", `${parse.parserMs.toFixed(2)} ms`, ""],
  ["default cheerio, a selector a field, equal posts", `${parse.selectorsMs.toFixed(2)} ms`, ""],
  ["times less CPU", times(parse.ratio), "target 5×"],
]);

const fetched = await benchFetch();
print("Read: a stand-in's channel, posts parsed, nothing kept, medians", [
  ["our reader, 4 at a time", `${fetched.reader.pagesPerSecond.toFixed(0)} pages/s`, ""],
  [
    "request after request, default cheerio",
    `${fetched.requests.pagesPerSecond.toFixed(0)} pages/s`,
    "",
  ],
  ["naive page.goto", `${fetched.goto.pagesPerSecond.toFixed(1)} pages/s`, ""],
  [
    "times the pages of page.goto",
    times(fetched.reader.pagesPerSecond / fetched.goto.pagesPerSecond),
    "",
  ],
  [
    "times less CPU than page.goto",
    times(fetched.goto.cpuMsPer1000Posts / fetched.reader.cpuMsPer1000Posts),
    "",
  ],
]);

const { archive, sequential, posts } = await benchIngest();
print(
  `Ingest: ${posts.toLocaleString("en-US")} posts, whole processes, indexing included, medians`,
  [
    ["archive: CPU, time", `${ms(archive.cpuMs)}, ${ms(archive.wallMs)}`, ""],
    [
      "sequential fetch, default cheerio, JSON lines: CPU, time",
      `${ms(sequential.cpuMs)}, ${ms(sequential.wallMs)}`,
      "",
    ],
    ["times less CPU", times(sequential.cpuMs / archive.cpuMs), "target 1×, aim 3×"],
    ["times less time", times(sequential.wallMs / archive.wallMs), "target 1×, aim 3×"],
    ["posts a second", `${Math.round(posts / (archive.wallMs / 1000))}`, ""],
  ],
);

const sizes = process.argv.includes("--full") ? [100_000, 1_000_000] : [100_000];
for (const size of sizes) {
  console.log(`\nSearch: ${size.toLocaleString("en-US")} posts`);
  const out = execFileSync(
    process.execPath,
    [join(import.meta.dirname, "search.ts"), String(size)],
    { encoding: "utf8" },
  );
  console.log(out.replaceAll(/^/gm, "  "));
}
