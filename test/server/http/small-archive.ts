import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Channel, Post } from "../../../scraper/post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import type { AppOptions } from "../../../server/http/api-app.ts";
import { createApp } from "../../../server/http/app.ts";
import type { RunCounts } from "../../../server/archive/runs/run.ts";
import type { RunEnd } from "../../../server/archive/runs/run-ledger.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../server/search/catch-up.ts";
import { expectFaults } from "../../answer-faults.ts";
import { holdToContract } from "./held-to-contract.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";

const analyzer = createAnalyzer();

/** A page as it was read: what it showed, and which ids it spanned. */
export interface Reading {
  readonly channel: Partial<Channel> & { readonly name: string };
  readonly posts: readonly Post[];
  readonly span: IdRange;
  readonly at: string;
}

/** What the server is made of, where a test wants it otherwise; `now` is the archive's clock. */
export interface ServeOptions extends Partial<AppOptions> {
  readonly now?: () => Date;
  /** `false`: what is kept is damaged on purpose, and no answer of this test file is held to its description. */
  readonly isSound?: boolean;
}

/** A real archive and a real index in a folder of their own, with these readings in them, served. */
export async function serveArchive(
  readings: readonly Reading[],
  { now = () => new Date("2026-02-01T00:00:00Z"), isSound = true, ...options }: ServeOptions = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "backscroll-http-"));
  const archive = await Archive.open(join(folder, "archive.db"), {
    now,
  });
  for (const reading of readings)
    await archive.savePage({
      channel: { title: reading.channel.name, verified: false, counters: {}, ...reading.channel },
      posts: reading.posts,
      span: reading.span,
      url: `https://t.me/s/${reading.channel.name}`,
      body: new TextEncoder().encode(`page read at ${reading.at}`),
      readAt: reading.at,
      warnings: [],
    });
  const { archiveId } = await archive.state();
  const engine = await openEmbeddedEngine({
    file: join(folder, "index.db"),
    archiveId,
    analyzer,
    inProcess: true,
  });
  await catchUp({ archive, engine });
  const added: string[] = [];
  const app = createApp({
    archive,
    engine,
    analyzer,
    addChannel: (name) => {
      added.push(name);
      return Promise.resolve({ runId: "run-1" });
    },
    settings: { host: "127.0.0.1" },
    clock: () => new Date("2026-02-01T00:00:00Z"),
    ...options,
  });
  if (isSound) holdToContract(app);
  else expectFaults();
  return {
    app,
    archive,
    engine,
    added,
    /** A run in the ledger that has ended so, or is under way with these counts. */
    async hasRun(channel: string, so: RunEnd | { readonly counts: RunCounts }): Promise<void> {
      await archive.runs.start({ channel, cause: "asked" });
      for (const { lease } of await archive.runs.claim({ holder: "test", limit: 1 }))
        await ("state" in so
          ? archive.runs.finish(lease, so)
          : archive.runs.renew(lease, so.counts));
    },
    json: async (path: string, init?: RequestInit): Promise<unknown> =>
      (await app.request(path, init)).json(),
    page: async (path: string, init?: RequestInit): Promise<string> =>
      (await app.request(path, init)).text(),
    async [Symbol.asyncDispose](): Promise<void> {
      await engine[Symbol.asyncDispose]();
      await archive[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A post of `garden`, an hour after the one before it, with what the test speaks of. */
export function post(id: number, own: Partial<Post> = {}): Post {
  const channel = own.channel ?? "garden";
  const text = own.text ?? `Post number ${id}`;
  return {
    channel,
    id,
    ids: [id],
    url: `https://t.me/${channel}/${id}`,
    publishedAt: `2026-01-${String(1 + Math.floor(id / 24)).padStart(2, "0")}T${String(id % 24).padStart(2, "0")}:00:00Z`,
    edited: false,
    text,
    textState: text === "" ? "empty" : "present",
    entities: [],
    media: [],
    reactions: [],
    buttons: [],
    ...own,
  };
}
