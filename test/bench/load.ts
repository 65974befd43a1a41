/**
 * Fifty clients at once on a server of this machine, for minutes: no error, and memory that stays flat. `npm run test:load`;
 * `npm run test:load -- --minutes 2 --clients 10` for a shorter one. Prints a line a minute; exit code 1 when it does not hold.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makeTruth } from "../../demo/make-truth.ts";
import { Random } from "../../demo/random.ts";
import { median } from "./measured-process.ts";
import { fillArchive, serveArchive } from "./served-archive.ts";

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    clients: { type: "string", default: "50" },
    posts: { type: "string", default: "20000" },
  },
});
const [minutes, clients, posts] = [flags.minutes, flags.clients, flags.posts].map(Number) as [
  number,
  number,
  number,
];
const minuteMs = 60_000;
const sampleEveryMs = 1_000;
/** Of the last minute's median memory to the second's. */
const mostGrowth = 1.1;
const longestAnswerMs = 60_000;
/** Of a client between two questions. */
const pauseMs = 500;

const words = ["и", "в", "это", "ссылка", "музыка", "has:photo", '"и в"', "не*", "это OR так"];
const orders = ["relevance", "new", "old", "views"];

/** What one client asks for: pages, searches with all that is counted, posts, feeds; every tenth client exports too. */
function pathFor(client: number, random: Random, ids: readonly number[]): string {
  const q = encodeURIComponent(random.pick(words));
  const id = random.pick(ids);
  const sort = random.pick(orders);
  const asks = [
    `/?q=${q}&sort=${sort}&page=${random.whole(1, 5)}`,
    `/api/v1/search?q=${q}&facets=channel,has,is,lang&histogram=auto&sort=${sort}&limit=100`,
    `/api/v1/search?q=${q}%20-x${random.whole(1, 1_000_000)}`,
    `/api/v1/channels/load_channel/posts/${id}`,
    `/api/v1/channels/load_channel/posts/${id}/context`,
    `/c/load_channel/${id}`,
    `/c/load_channel?tab=media`,
    `/api/v1/feed.atom?q=${q}`,
    "/status",
    "/metrics",
  ];
  if (client % 10 === 0) asks.push(`/api/v1/export?q=has:photo&format=csv`);
  return random.pick(asks);
}

interface Minute {
  readonly took: number[];
  readonly errors: string[];
  readonly server: number[];
  readonly children: number[];
}
const byMinute: readonly Minute[] = Array.from({ length: minutes }, () => ({
  took: [],
  errors: [],
  server: [],
  children: [],
}));

const data = mkdtempSync(join(tmpdir(), "backscroll-load-"));
try {
  const truth = makeTruth({ channel: "load_channel", posts, seed: 5 });
  await fillArchive(data, posts, (no) => truth.posts[no - 1]!);
  const ids = truth.posts.filter(({ service }) => service === undefined).map(({ id }) => id);
  using server = await serveArchive(data);
  const began = performance.now();
  const now = (): Minute | undefined =>
    byMinute[Math.floor((performance.now() - began) / minuteMs)];
  await Promise.all([
    sample(server.pid, now),
    ...Array.from({ length: clients }, async (_, client) => ask(client, { ...server, ids, now })),
  ]);
} finally {
  rmSync(data, { recursive: true, force: true });
}
const growth = report();
const errors = byMinute.flatMap((minute) => minute.errors);
console.log(
  `memory, last minute to second: ${growth.toFixed(3)} (at most ${mostGrowth}); errors: ${errors.length}`,
);
for (const error of new Set(errors)) console.log(`  ${error}`);
if (!(growth <= mostGrowth) || errors.length > 0) process.exitCode = 1;

/** One question after another until the minutes are over. */
async function ask(
  client: number,
  {
    url,
    ids,
    now,
  }: {
    readonly url: string;
    readonly ids: readonly number[];
    readonly now: () => Minute | undefined;
  },
): Promise<void> {
  const random = new Random(client + 1);
  for (let minute = now(); minute; minute = now()) {
    const path = pathFor(client, random, ids);
    const from = performance.now();
    try {
      const answer = await fetch(url + path, { signal: AbortSignal.timeout(longestAnswerMs) });
      const body = await answer.text();
      const [, what = ""] = /"title":"([^"]*)"/.exec(body) ?? [];
      if (!answer.ok) minute.errors.push(`${answer.status} ${path.split("?")[0]} ${what}`);
    } catch (error) {
      minute.errors.push(`${String(error)} ${path.split("?")[0]}`);
    }
    minute.took.push(performance.now() - from);
    await wait(pauseMs);
  }
}

/** Resident memory of the server and of all processes below it, once a second, in MB. */
async function sample(pid: number, now: () => Minute | undefined): Promise<void> {
  for (let minute = now(); minute; minute = now()) {
    minute.server.push(residentMb(pid));
    minute.children.push(descendants(pid).reduce((sum, child) => sum + residentMb(child), 0));
    await wait(sampleEveryMs);
  }
}

function residentMb(pid: number): number {
  try {
    const [, kilobytes = "0"] =
      /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

function descendants(pid: number): readonly number[] {
  const running = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const below = new Set([pid]);
  // A child is listed after its parent, unless numbers have come round: then the next look has it.
  for (const one of running.toSorted((a, b) => a - b)) if (below.has(parentOf(one))) below.add(one);
  below.delete(pid);
  return [...below];
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Prints a line a minute; answers how the last minute's memory stands to the second's. */
function report(): number {
  const totals = byMinute.map(({ server, children }) =>
    median(server.map((mb, place) => mb + (children[place] ?? 0))),
  );
  console.table(
    byMinute.map(({ took, errors, server, children }, place) => {
      const sorted = took.toSorted((a, b) => a - b);
      return {
        minute: place + 1,
        requests: took.length,
        errors: errors.length,
        "p50 ms": Math.round(median(sorted)),
        "p95 ms": Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN),
        "server MB": Math.round(median(server)),
        "children MB": Math.round(median(children)),
        "all MB": Math.round(totals[place] ?? Number.NaN),
      };
    }),
  );
  return (totals.at(-1) ?? Number.NaN) / (totals[1] ?? totals[0] ?? Number.NaN);
}
