/** `node test/bench/widget.ts [posts] [folder to keep]`: what the widget asks while someone types, over HTTP, from a real server. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { Agent, get, type IncomingHttpHeaders } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Archive } from "../../server/archive/archive.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";
import { seeded } from "../server/search/analysis/sample-lexemes.ts";
import { channels, SyntheticPosts } from "./search.ts";

const posts = Number(process.argv[2] ?? 100_000);
const kept = process.argv[3];
const pageSize = 500;
const questionsARow = 200;
const letters = 3;
const origin = "https://site.example";
const targetMs = 30;
const ticksASecond = 100;

const data = kept ?? (await mkdtemp(join(tmpdir(), "backscroll-widget-")));
const filled = existsSync(join(data, "archive.db"));
await mkdir(data, { recursive: true });
const corpus = new SyntheticPosts();
if (!filled) await fill();
else for (let no = 1; no <= posts; no++) corpus.post(no);
const key = await newKey();

const server = spawn(process.execPath, ["server/main.ts", "serve", "--port", "0", "--data", data], {
  cwd: join(import.meta.dirname, "../.."),
  stdio: ["ignore", "ignore", "pipe"],
});
const url = await new Promise<string>((resolve) => {
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    const [, address] = /Serving (\S+)/.exec(text) ?? [];
    if (address !== undefined) resolve(address);
  });
});
const connection = new Agent({ keepAlive: true, maxSockets: 1 });

try {
  const { common, mid } = corpus.words(posts);
  const random = seeded(7);
  const typed = prefixes(random);
  const after = (word: readonly string[]) =>
    typed.map((prefix, i) => `${word[i % word.length]} ${prefix}`);
  const whole = Array.from({ length: questionsARow }, (_, i) => {
    const words = corpus.post(posts + i + 1).text.split(" ");
    return words[Math.floor(random() * words.length)]!;
  });
  for (const warm of [...common, ...mid]) await ask(question(warm));

  console.log(
    `${posts} posts, ${questionsARow} questions a row, each once, one after another; load ${loadavg()[0]!.toFixed(1)}`,
  );
  console.log(
    "the client's time, ms: p50, p95, worst; the server's CPU, ms a question; bytes of the answer, gzip: p50, most",
  );
  await row(
    "nothing: /health",
    Array.from({ length: questionsARow }, () => "/health"),
  );
  await row(
    "baseline: the same of a whole word",
    whole.map((word) => question(word)),
  );
  await row(
    `three letters (target p95 ${targetMs} ms)`,
    typed.map((word) => question(word)),
  );
  await row(
    "three letters, two channels",
    typed.map((word) => `${question(word)}&channel=channel1,channel2`),
  );
  await row(
    "three letters that a sixth to a half of the posts have",
    [...new Set(common.map((word) => word.slice(0, letters)))].map((word) => question(word)),
  );
  await row(
    "a common word and three letters",
    after(common).map((word) => question(word)),
  );
  await row(
    "three letters again, with the answer's ETag",
    typed.slice(-1).flatMap((word) => Array.from({ length: questionsARow }, () => question(word))),
    true,
  );
  console.log(`load at the end ${loadavg()[0]!.toFixed(1)}`);
} finally {
  connection.destroy();
  server.kill();
  if (kept === undefined) await rm(data, { recursive: true, force: true });
}

/** What the widget asks, to the letter. */
function question(q: string): string {
  const query = new URLSearchParams({
    q,
    prefix: "1",
    fields: "brief",
    facets: "channel",
    limit: "10",
  });
  return `/api/v1/search?${query.toString()}`;
}

/** The first letters of words as they stand in posts, common ones first met; each once, so that none is remembered. */
function prefixes(random: () => number): readonly string[] {
  const found = new Set<string>();
  for (let no = 1; found.size < questionsARow; no++) {
    const words = corpus.post(posts + 1000 + no).text.split(" ");
    const word = words[Math.floor(random() * words.length)]!;
    if (word.length > letters) found.add(word.slice(0, letters));
  }
  return [...found];
}

async function row(name: string, questions: readonly string[], again = false): Promise<void> {
  const times: number[] = [];
  const sizes: number[] = [];
  let tag: string | undefined;
  const cpu = cpuMs();
  for (const path of questions) {
    const began = performance.now();
    const { bytes, headers } = await ask(path, tag);
    times.push(performance.now() - began);
    sizes.push(bytes);
    if (again) tag = headers.etag;
  }
  const spent = (cpuMs() - cpu) / questions.length;
  const ms = (share: number): string => of(times, share).toFixed(1).padStart(7);
  console.log(
    `${name.padEnd(55)} ${ms(0.5)} ${ms(0.95)} ${ms(1)}   ${spent.toFixed(1).padStart(6)}   ${String(of(sizes, 0.5)).padStart(6)} ${String(of(sizes, 1)).padStart(6)}`,
  );
}

async function ask(
  path: string,
  tag?: string,
): Promise<{ readonly bytes: number; readonly headers: IncomingHttpHeaders }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    bytes: number;
    headers: IncomingHttpHeaders;
  }>();
  get(
    url + path,
    {
      agent: connection,
      headers: {
        Authorization: `Bearer ${key}`,
        Origin: origin,
        "Accept-Encoding": "gzip, deflate, br",
        ...(tag !== undefined && { "If-None-Match": tag }),
      },
    },
    (answer) => {
      let bytes = 0;
      if (answer.statusCode !== 200 && answer.statusCode !== 304)
        reject(new Error(`${path}: ${answer.statusCode}`));
      answer.on("data", (chunk: Buffer) => (bytes += chunk.byteLength));
      answer.on("end", () => resolve({ bytes, headers: answer.headers }));
    },
  ).on("error", reject);
  return promise;
}

function of(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** CPU of the server and of the processes it started, so far. */
function cpuMs(): number {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  let ticks = 0;
  for (const pid of processes) {
    const fields = statOf(pid);
    if (Number(pid) === server.pid || Number(fields[1]) === server.pid)
      ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / ticksASecond) * 1000;
}

/** From the state on: the name before it may hold anything. */
function statOf(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

async function newKey(): Promise<string> {
  await using archive = await Archive.open(join(data, "archive.db"));
  const { secret } = await archive.keys.create({
    scopes: ["search"],
    channels: [],
    origins: [origin],
  });
  return secret;
}

async function fill(): Promise<void> {
  await using archive = await Archive.open(join(data, "archive.db"));
  const { archiveId } = await archive.state();
  const made = Array.from({ length: posts }, (_, no) => corpus.post(no + 1));
  for (let place = 0; place < channels; place++) {
    const name = `channel${place}`;
    const own = made.filter(({ channel }) => channel === name);
    for (let from = 0; from < own.length; from += pageSize) {
      const some = own.slice(from, from + pageSize);
      await archive.savePage({
        channel: { name, title: `Channel ${place}`, verified: false, counters: {} },
        posts: some,
        span: { from: some[0]!.id, to: some.at(-1)!.id },
        url: `https://t.me/s/${name}`,
        body: new Uint8Array(1),
        readAt: "2026-11-01T00:00:00Z",
        warnings: [],
      });
    }
  }
  await using engine = await openEmbeddedEngine({
    file: join(data, "index.db"),
    archiveId,
    analyzer: createAnalyzer(),
    inProcess: true,
  });
  await catchUp({ archive, engine });
}
