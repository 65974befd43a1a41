import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { createApp } from "../../../../server/http/app.ts";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { findUkrainian } from "../../../../server/search/analysis/ukrainian.ts";
import { catchUp } from "../../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import { openMeilisearchEngine } from "../../../../server/search/engines/meilisearch/meilisearch-engine.ts";
import type { SearchEngine } from "../../../../server/search/port.ts";
import {
  realMeilisearch,
  startMeilisearch,
  type RealServer,
} from "../../search/engines/meilisearch-server.ts";
import { holdToContract } from "../held-to-contract.ts";

/*
 * Small channels as files of Telegram Desktop, and what queries find in them, through the whole program: import, archive,
 * index and API. Each line of the table is a case, a query and the ids of its hits.
 */
const folder = fileURLToPath(new URL("../../../fixtures/cases/search/", import.meta.url));
const [, ...lines] = readFileSync(join(folder, "expected.tsv"), "utf8").trimEnd().split("\n");
const rows = lines.map((line) => {
  const [name = "", query = "", ids = ""] = line.split("\t");
  return { name, query, ids: ids === "" ? [] : ids.split(",").map(Number) };
});
/** In these the order counts. */
const ranked = new Set(["17-ranking"]);
/** In these nothing is found, and the ids are of what is suggested. */
const suggested = new Set(["18-typos-layout"]);

const analyzer = createAnalyzer();

/** The API over an archive with the posts of one case. */
async function served(
  name: string,
  openEngine: (archiveId: string, folder: string) => Promise<SearchEngine>,
) {
  const own = mkdtempSync(join(tmpdir(), "backscroll-case-"));
  const archive = await Archive.open(join(own, "archive.db"));
  await importFile(archive, join(folder, `${name}.json`));
  const engine = await openEngine((await archive.state()).archiveId, own);
  await catchUp({ archive, engine });
  const app = createApp({
    archive,
    engine,
    analyzer,
    addChannel: async () => Promise.resolve({ runId: "none" }),
    settings: { host: "127.0.0.1" },
  });
  holdToContract(app);
  const answer = async (query: string): Promise<Answer> => {
    const response = await app.request(`/api/v1/search?q=${encodeURIComponent(query)}`);
    expect([query, response.status]).toEqual([query, 200]);
    return (await response.json()) as Answer;
  };
  return {
    answer,
    async [Symbol.asyncDispose](): Promise<void> {
      await engine[Symbol.asyncDispose]();
      await archive[Symbol.asyncDispose]();
      rmSync(own, { recursive: true });
    },
  };
}

interface Answer {
  readonly total: number;
  readonly hits: readonly { readonly id: number }[];
  readonly suggestion?: { readonly query: string; readonly total: number };
}

async function found(
  name: string,
  query: string,
  answer: (query: string) => Promise<Answer>,
): Promise<readonly number[]> {
  const first = await answer(query);
  if (!suggested.has(name)) {
    const ids = first.hits.map(({ id }) => id);
    return ranked.has(name) ? ids : ids.toSorted((a, b) => a - b);
  }
  expect([query, first.total]).toEqual([query, 0]);
  const { hits, total } = await answer(first.suggestion?.query ?? "nothing was suggested");
  expect([query, first.suggestion?.total]).toEqual([query, total]);
  return hits.map(({ id }) => id);
}

/** Words that only a Ukrainian dictionary joins. */
const needsUkrainian = (name: string): boolean => name.startsWith("08-") || name.startsWith("09-");

function describeCases(
  engine: string,
  openEngine: (archiveId: string, folder: string) => Promise<SearchEngine>,
): void {
  const names = [...new Set(rows.map(({ name }) => name))];
  const known = names.filter((name) => findUkrainian() !== undefined || !needsUkrainian(name));
  test.each(known)(`%s, with ${engine}`, { timeout: 60_000 }, async (name) => {
    await using server = await served(name, openEngine);
    const own = rows.filter((row) => row.name === name);
    const actual: typeof rows = [];
    for (const { query } of own)
      actual.push({ name, query, ids: [...(await found(name, query, server.answer))] });
    expect(actual).toEqual(own);
  });
}

describe("what queries find in small channels", () => {
  test("there is a channel for every case, and a case for every channel", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    expect(rows.length).toBeGreaterThan(60);
    expect(new Set(rows.map(({ name }) => name))).toEqual(
      new Set(files.map((file) => basename(file, ".json"))),
    );
  });

  describeCases("the embedded engine", async (archiveId, own) =>
    openEmbeddedEngine({ file: join(own, "index.db"), archiveId, analyzer, inProcess: true }),
  );

  describe.skipIf(realMeilisearch() === undefined)(
    "a real Meilisearch (not run without MEILI_URL or a meilisearch on the PATH)",
    () => {
      let server: RealServer;
      let number = 0;
      beforeAll(async () => {
        server = await startMeilisearch();
      });
      afterAll(async () => server[Symbol.asyncDispose]());
      describeCases("Meilisearch", async (archiveId) =>
        openMeilisearchEngine({
          url: server.url,
          apiKey: server.masterKey,
          archiveId,
          analyzer,
          index: `cases_${process.pid}_${(number += 1)}`,
        }),
      );
    },
  );
});
