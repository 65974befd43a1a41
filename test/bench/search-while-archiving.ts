import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a run beside it does to searches over HTTP. Times in ms. */
export interface LoadFigures {
  readonly posts: number;
  readonly searches: { readonly idle: number; readonly busy: number };
  readonly idle: { readonly p50: number; readonly p95: number };
  readonly busy: { readonly p50: number; readonly p95: number };
  /** The p95 beside a run, as a multiple of the p95 without one. */
  readonly ratio: number;
}

const here = import.meta.dirname;
const program = join(here, "../../server/main.ts");
const queries = ["и", "в", "has:photo", "это OR так", '"и в"', "sort:views", "не*"];

/** Searches a served archive one after the other: first alone, then while another process archives a channel into it. */
export async function benchSearchWhileArchiving({
  posts = 20_000,
  more = 6_000,
} = {}): Promise<LoadFigures> {
  const folder = mkdtempSync(join(tmpdir(), "backscroll-bench-"));
  const [kept, coming] = await Promise.all([
    standIn("kept_channel", posts),
    standIn("new_one", more),
  ]);
  const archive = (channel: string, origin: string) => {
    const flags = ["--source", origin, "--data", folder, "--rate", "1000", "--concurrency", "8"];
    return spawn(process.execPath, [program, "archive", channel, ...flags], { stdio: "ignore" });
  };
  let server: ReturnType<typeof spawn> | undefined;
  try {
    await once(archive("kept_channel", kept.origin), "exit");
    server = spawn(process.execPath, [program, "serve", "--port", "0", "--data", folder], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const url = await addressOf(server);
    await searched(url, { most: 100, goesOn: () => true });
    const idle = await searched(url, { most: 400, goesOn: () => true });
    const run = archive("new_one", coming.origin);
    const busy = await searched(url, { most: 100_000, goesOn: () => run.exitCode === null });
    const [alone, beside] = [figuresOf(idle), figuresOf(busy)];
    return {
      posts,
      searches: { idle: idle.length, busy: busy.length },
      idle: alone,
      busy: beside,
      ratio: beside.p95 / alone.p95,
    };
  } finally {
    server?.kill("SIGTERM");
    for (const { stop } of [kept, coming]) stop();
    if (server) await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function standIn(channel: string, posts: number) {
  const child = fork(join(here, "serve-stand-in.ts"), [channel, String(posts)]);
  const [origin] = (await once(child, "message")) as [string];
  return { origin, stop: () => child.disconnect() };
}

async function addressOf(server: ReturnType<typeof spawn>): Promise<string> {
  let said = "";
  for await (const text of server.stderr as AsyncIterable<Buffer>) {
    said += text.toString();
    const [url] = /http:\/\/\S+/.exec(said) ?? [];
    if (url !== undefined) {
      server.stderr?.resume();
      return url;
    }
  }
  throw new Error(said);
}

async function searched(
  url: string,
  { most, goesOn }: { readonly most: number; readonly goesOn: () => boolean },
): Promise<readonly number[]> {
  const took: number[] = [];
  while (took.length < most && goesOn()) {
    const q = queries[took.length % queries.length] ?? "";
    const from = performance.now();
    const answer = await fetch(`${url}/api/v1/search?q=${encodeURIComponent(q)}&facets=channel`);
    const { total } = (await answer.json()) as { readonly total?: number };
    if (total === undefined) throw new Error(`${q} was not answered: ${answer.status}`);
    took.push(performance.now() - from);
  }
  return took;
}

function figuresOf(took: readonly number[]): { readonly p50: number; readonly p95: number } {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

/** On two cores a run takes one of them, and readers of the index look at what was written: 3.8 and 4.4 at a load of 8. */
const mostRatio = 6;
/** What a search may take at all. */
const mostP95Ms = 80;

if (import.meta.main) {
  const figures = await benchSearchWhileArchiving();
  console.log(figures);
  if (!(figures.ratio <= mostRatio && figures.busy.p95 <= mostP95Ms)) process.exitCode = 1;
}
