/** `node test/bench/first-html.ts [posts] [folder to keep]`: how long a page of a large archive takes to be there, over HTTP. */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { Post } from "../../scraper/post.ts";
import { channels, pairs, SyntheticPosts } from "./search.ts";
import { fillArchive, serveArchive } from "./served-archive.ts";

const posts = Number(process.argv[2] ?? 1_000_000);
const kept = process.argv[3];
const targetMs = 150;
const rounds = 3;
const ticksASecond = 100;
/** Posts that are told from what is counted: enough to know which words are common. */
const countedPosts = 50_000;

const data = kept ?? (await mkdtemp(join(tmpdir(), "backscroll-html-")));
const corpus = new SyntheticPosts();
if (existsSync(join(data, "archive.db")))
  for (let no = 1; no <= countedPosts; no++) corpus.post(no);
else await fillArchive(data, posts, (no) => inChannels(no));
const { common, mid, rare } = corpus.words(posts);

try {
  using server = await serveArchive(data);
  const rows: readonly (readonly [name: string, paths: readonly string[]])[] = [
    ["baseline, nothing asked: /health", ["/health"]],
    ["the search page, nothing typed", ["/"]],
    ["rare word", search(rare)],
    ["mid word", search(mid)],
    ["common word", search(common)],
    ["common word, newest first", search(common, "&sort=new")],
    ["two words", search(pairs(mid, common, " "))],
    ["two common words", search(pairs(common, common, " "))],
    ["prefix", search(mid.map((word) => `${word.slice(0, 5)}*`))],
    ["phrase", search(pairs(common, common, " ").map((words) => `"${words}"`))],
    [
      "channel and date",
      search(mid.map((word, i) => `${word} in:channel${i % channels} during:2020`)),
    ],
    [
      "nothing found, with a suggestion",
      search(rare.map((word) => `${word.slice(0, 3)}${word.slice(4)}`)),
    ],
    ["page 50 of a common word", search(common, "&page=50")],
    ["context view of a common word", search(common, "&view=context")],
    [
      "compare three queries",
      common.map(
        (word, i) =>
          `/compare?q=${encodeURIComponent(word)}&q=${encodeURIComponent(mid[i]!)}&q=${encodeURIComponent(rare[i]!)}`,
      ),
    ],
    ["a channel", Array.from({ length: 12 }, (_, i) => `/c/channel${i}`)],
    ["a post", Array.from({ length: 12 }, (_, i) => `/c/channel0/${i + 1}`)],
    ["channels", ["/channels"]],
  ];
  for (const [, paths] of rows)
    for (const path of paths.slice(0, 2)) await timed(server.url + path);
  console.log(
    `${posts} posts; load ${loadavg()[0]!.toFixed(1)}; whole page over HTTP, ms: p50, p95, worst (target p95 ${targetMs}); CPU of all processes, ms a page`,
  );
  for (const [name, paths] of rows) {
    const times: number[] = [];
    let status = 0;
    const cpu = cpuMs(server.pid);
    for (let round = 0; round < rounds; round++)
      for (const path of paths) {
        const answer = await timed(server.url + path);
        times.push(answer.ms);
        status = answer.status;
      }
    times.sort((a, b) => a - b);
    const at = (share: number): string =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(0).padStart(6);
    console.log(
      `${name.padEnd(36)} ${at(0.5)} ${at(0.95)} ${at(1)}   CPU ${((cpuMs(server.pid) - cpu) / times.length).toFixed(0).padStart(4)}   status ${status}, ${times.length} requests`,
    );
  }
} finally {
  if (kept === undefined) await rm(data, { recursive: true, force: true });
}

function search(queries: readonly string[], more = ""): readonly string[] {
  return queries.map((query) => `/?q=${encodeURIComponent(query)}${more}`);
}

/** The corpus in channels whose ids have no holes, as channels have them. */
function inChannels(no: number): Post {
  const id = Math.ceil(no / channels);
  return { ...corpus.post(no), channel: `channel${no % channels}`, id, ids: [id] };
}

/** Of the server and the processes that search for it. */
function cpuMs(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return [String(pid), ...children.filter(Boolean)].reduce((sum, one) => {
    const [, after = ""] = readFileSync(`/proc/${one}/stat`, "utf8").split(") ");
    const fields = after.split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * (1000 / ticksASecond);
  }, 0);
}

async function timed(url: string): Promise<{ readonly ms: number; readonly status: number }> {
  const began = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return { ms: performance.now() - began, status: answer.status };
}
