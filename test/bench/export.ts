/** `node test/bench/export.ts [posts]`: what a server's memory does while every post is exported, format by format. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Archive } from "../../server/archive/archive.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";
import { exportFormats } from "../../server/export/formats.ts";
import { post } from "../server/http/small-archive.ts";

const posts = Number(process.argv[2] ?? 200_000);
const kept = process.argv[3];
const pageSize = 1000;
const lookEveryBytes = 2_000_000;
const sentence = "Симметрия весов сети и её нарушение при обучении, заметка номер ";

const data = kept ?? (await mkdtemp(join(tmpdir(), "backscroll-export-")));
if (!existsSync(join(data, "archive.db"))) {
  await mkdir(data, { recursive: true });
  await fill();
}
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
try {
  await (await fetch(`${url}/api/v1/search`)).text();
  const rest = memoryOf(server.pid, "VmRSS");
  console.log(`${posts} posts; the server at rest holds ${rest} MB`);
  for (const format of exportFormats) {
    const began = performance.now();
    const answer = await fetch(`${url}/api/v1/export?format=${format}`, {
      headers: { "Accept-Encoding": "identity" },
    });
    let bytes = 0;
    let apart = 0;
    let nextLook = 0;
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes < nextLook) continue;
      apart = Math.max(apart, exporterMemory());
      nextLook = bytes + lookEveryBytes;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const grown = memoryOf(server.pid, "VmHWM") - rest;
    console.log(
      `${format}: ${(bytes / 1e6).toFixed(0)} MB in ${seconds} s; its process ${apart} MB at most, the server ${grown} MB above rest so far`,
    );
  }
} finally {
  server.kill();
  if (kept === undefined) await rm(data, { recursive: true, force: true });
}

/** Peak of the process that makes the export, or 0 when it has ended. */
function exporterMemory(): number {
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8");
  const exporter = children
    .split(" ")
    .filter(Boolean)
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("export-process"));
  return exporter === undefined ? 0 : memoryOf(exporter, "VmHWM");
}

function memoryOf(pid: number | string | undefined, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1000);
}

async function fill(): Promise<void> {
  await using archive = await Archive.open(join(data, "archive.db"));
  const { archiveId } = await archive.state();
  for (let from = 1; from <= posts; from += pageSize) {
    const some = Array.from({ length: pageSize }, (_, place) => {
      const id = from + place;
      const publishedAt = `${new Date(1_500_000_000_000 + id * 600_000).toISOString().slice(0, 19)}Z`;
      return post(id, {
        channel: "bench",
        publishedAt,
        text: `${sentence.repeat(5)}${id}`,
        views: id,
      });
    });
    await archive.savePage({
      channel: { name: "bench", title: "Bench", verified: false, counters: {} },
      posts: some,
      span: { from, to: from + pageSize - 1 },
      url: "https://t.me/s/bench",
      body: new Uint8Array(1),
      readAt: "2026-01-01T00:00:00Z",
      warnings: [],
    });
  }
  await using engine = await openEmbeddedEngine({
    file: join(data, "index.db"),
    archiveId,
    analyzer: createAnalyzer(),
    inProcess: true,
  });
  await catchUp({ archive, engine });
}
