import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cost } from "./measured-process.ts";
import { costOf, median } from "./measured-process.ts";

/** What it costs to read a channel, in whole processes, start and end included; medians. */
export interface IngestFigures {
  readonly posts: number;
  readonly archive: Cost;
  /** One page after the other with `fetch`, default cheerio and selectors, JSON lines to a file. */
  readonly sequential: Cost;
}

const channel = "vse_vidy";
const here = import.meta.dirname;

/** Archives a stand-in's channel with the pace lifted, indexing included, in turns with the baseline. */
export async function benchIngest({ posts = 5000, rounds = 3 } = {}): Promise<IngestFigures> {
  const server = fork(join(here, "serve-stand-in.ts"), [channel, String(posts)]);
  const [origin] = (await once(server, "message")) as [string];
  const folder = mkdtempSync(join(tmpdir(), "backscroll-bench-"));
  try {
    const archive: Cost[] = [];
    const sequential: Cost[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const data = join(folder, String(round));
      const flags = ["--source", origin, "--data", data, "--rate", "1000", "--concurrency", "8"];
      const ours = costOf(join(here, "../../server/main.ts"), ["archive", channel, ...flags]);
      const theirs = costOf(join(here, "sequential-fetch.ts"), [
        origin,
        channel,
        join(folder, "posts.jsonl"),
      ]);
      if (round === 0) continue; // The stand-in makes its pages in the first.
      archive.push(ours);
      sequential.push(theirs);
    }
    return {
      posts,
      archive: medianCost(archive),
      sequential: medianCost(sequential),
    };
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function medianCost(costs: readonly Cost[]): Cost {
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
    maxRssMb: median(costs.map(({ maxRssMb }) => maxRssMb)),
  };
}

if (import.meta.main) console.log(await benchIngest());
