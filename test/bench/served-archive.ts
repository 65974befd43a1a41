import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Post } from "../../scraper/post.ts";
import { Archive } from "../../server/archive/archive.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";

const postsAPage = 1000;

/** Keeps and indexes `posts` posts, numbered from 1, in a new data folder; each goes to the channel it names. */
export async function fillArchive(
  data: string,
  posts: number,
  postOf: (no: number) => Post,
): Promise<void> {
  await mkdir(data, { recursive: true });
  await using archive = await Archive.open(join(data, "archive.db"));
  for (let from = 1; from <= posts; from += postsAPage) {
    const length = Math.min(postsAPage, posts - from + 1);
    const some = Array.from({ length }, (_, place) => postOf(from + place));
    for (const [name, page] of Map.groupBy(some, ({ channel }) => channel))
      await archive.savePage({
        channel: { name, title: name, verified: false, counters: {} },
        posts: page,
        span: { from: page[0]!.id, to: page.at(-1)!.id },
        url: `https://t.me/s/${name}`,
        body: new Uint8Array(1),
        readAt: "2026-01-01T00:00:00Z",
        warnings: [],
      });
  }
  const { archiveId } = await archive.state();
  const file = join(data, "index.db");
  await using engine = await openEmbeddedEngine({
    file,
    archiveId,
    analyzer: createAnalyzer(),
    inProcess: true,
  });
  await catchUp({ archive, engine });
}

/** The real program serving a data folder, on a free port of this machine. */
export async function serveArchive(
  data: string,
): Promise<{ readonly url: string; readonly pid: number } & Disposable> {
  const server = spawn(
    process.execPath,
    ["server/main.ts", "serve", "--port", "0", "--data", data],
    { cwd: join(import.meta.dirname, "../.."), stdio: ["ignore", "ignore", "pipe"] },
  );
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const [, address] = /Serving (\S+)/.exec(said) ?? [];
    if (address !== undefined) resolve(address);
  });
  server.once("exit", () => reject(new Error(said)));
  const url = await promise;
  return { url, pid: server.pid!, [Symbol.dispose]: () => void server.kill() };
}
