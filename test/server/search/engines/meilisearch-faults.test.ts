import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Meilisearch } from "meilisearch";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import {
  catchUp,
  compareIndex,
  keepCaughtUp,
  rebuildIndex,
} from "../../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import { EngineAway, type EngineGroup, type SearchEngine } from "../../../../server/search/port.ts";
import { openMeilisearchEngine } from "../../../../server/search/engines/meilisearch/meilisearch-engine.ts";
import { serverKey } from "../../../../server/search/engines/meilisearch/server-key.ts";
import { withFallback } from "../../../../server/search/engines/with-fallback.ts";
import { ArchiveLog } from "../archive-log.ts";
import { ask, Corpus } from "./contract/corpus.ts";
import { makePost } from "./contract/make-post.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { realMeilisearch, startMeilisearch, type RealServer } from "./meilisearch-server.ts";

const analyzer = createAnalyzer();
const problem = (code: string) => ({
  message: `scripted: ${code}`,
  code,
  type: "scripted",
  link: "",
});
const archiveOf = (count: number, text = "кот"): ArchiveLog =>
  new ArchiveLog().save(...Array.from({ length: count }, (_, i) => makePost(i + 1, { text })));
const isDocuments = (path: string): boolean => path.endsWith("/documents");

describe.skipIf(realMeilisearch() === undefined)(
  "Meilisearch in trouble (not run without MEILI_URL or a meilisearch on the PATH)",
  () => {
    let server: RealServer;
    let proxy: FaultProxy;
    let number = 0;
    beforeAll(async () => {
      server = await startMeilisearch();
    });
    afterAll(async () => server[Symbol.asyncDispose]());
    beforeEach(async () => {
      number += 1;
      proxy = await FaultProxy.before(server.url);
    });
    afterEach(async () => proxy[Symbol.asyncDispose]());

    const indexName = (): string => `faults_${process.pid}_${number}`;
    const open = (options: { deadlineMs?: number } = {}): SearchEngine =>
      openMeilisearchEngine({
        url: proxy.url,
        apiKey: server.masterKey,
        archiveId: "a",
        analyzer,
        index: indexName(),
        ...options,
      });
    const admin = (): Meilisearch =>
      new Meilisearch({ host: server.url, ...(server.masterKey && { apiKey: server.masterKey }) });

    it("a task accepted and then failed leaves out the post it fails for, and tells of it; the others go in", async () => {
      const archive = archiveOf(40).save(
        makePost(41, { text: "яд" }),
        makePost(42, { text: "кот" }),
      );
      proxy.fault = ({ method, path, body }) => {
        if (method === "POST" && isDocuments(path) && body.includes("яд"))
          return { status: 202, body: { taskUid: 4_000_000, status: "enqueued" } };
        if (path === "/tasks/4000000")
          return {
            status: 200,
            body: { uid: 4_000_000, status: "failed", error: problem("internal") },
          };
        return undefined;
      };
      await using engine = open();
      const { setAside } = await catchUp({ archive, engine });
      expect(setAside).toEqual([{ channel: "lab", id: 41, why: "scripted: internal" }]);
      expect(await engine.status()).toMatchObject({ position: 42, posts: 41, setAside });
      expect(await compareIndex({ archive, engine })).toEqual([]);
      await using another = open();
      expect((await another.status()).setAside).toEqual(setAside);
      proxy.fault = () => undefined;
      await rebuildIndex({ archive, engine });
      expect(await engine.status()).not.toHaveProperty("setAside");
      expect(await new Corpus(engine).found("яд")).toEqual([41]);
    });

    it("a payload too large is cut until it passes", async () => {
      const archive = archiveOf(30);
      let refused = 0;
      proxy.fault = ({ method, path, body }) => {
        if (method !== "POST" || !isDocuments(path) || body.split("\n").length <= 12)
          return undefined;
        refused += 1;
        return { status: 413, body: problem("payload_too_large") };
      };
      await using engine = open();
      expect((await catchUp({ archive, engine })).setAside).toEqual([]);
      expect(refused).toBeGreaterThan(0);
      expect((await engine.status()).posts).toBe(30);
    });

    it.each([
      ["asked to wait (429)", { status: 429, body: problem("too_many_search_requests") }],
      ["failing (503)", { status: 503, body: problem("internal") }],
      ["hanging", "hang" as const],
    ])(
      "a server %s is away: nothing is set aside, the position stays, and all goes on later",
      async (_, fault) => {
        const archive = archiveOf(3);
        await using engine = open({ deadlineMs: 500 });
        await catchUp({ archive, engine });
        archive.save(makePost(4, { text: "кот" }));
        proxy.fault = ({ method, path }) =>
          method === "POST" && isDocuments(path) ? fault : undefined;
        await expect(catchUp({ archive, engine })).rejects.toThrow(EngineAway);
        proxy.fault = () => undefined;
        expect((await engine.status()).position).toBe(3);
        await catchUp({ archive, engine });
        expect(await compareIndex({ archive, engine })).toEqual([]);
      },
    );

    it("a wiped volume is filled again", async () => {
      const archive = archiveOf(5);
      await using engine = open();
      await catchUp({ archive, engine });
      await admin().deleteIndex(indexName()).waitTask({ timeout: 0 });
      expect((await engine.status()).state).toBe("missing");
      await catchUp({ archive, engine });
      expect(await compareIndex({ archive, engine })).toEqual([]);
    });

    it("lost settings are seen by whoever starts, and the index is built anew", async () => {
      const archive = archiveOf(5);
      {
        await using engine = open();
        await catchUp({ archive, engine });
      }
      await admin().index(indexName()).resetSettings().waitTask({ timeout: 0 });
      await using engine = open();
      expect((await engine.status()).state).toBe("outdated");
      await catchUp({ archive, engine });
      expect(await compareIndex({ archive, engine })).toEqual([]);
      expect(await new Corpus(engine).found("кот")).toHaveLength(5);
    });

    it("an index of somebody else under our name is foreign, and gives way to ours", async () => {
      const theirs = admin().index(indexName());
      await theirs.addDocuments([{ id: 1, title: "film" }]).waitTask({ timeout: 0 });
      const archive = archiveOf(2);
      await using engine = open();
      expect((await engine.status()).state).toBe("foreign");
      await catchUp({ archive, engine });
      expect(await compareIndex({ archive, engine })).toEqual([]);
    });

    it("posts lost or left over in the index are noticed at the start, and healed", async () => {
      const archive = archiveOf(6);
      await using engine = open();
      await catchUp({ archive, engine });
      await admin().index(indexName()).deleteDocument("lab-3").waitTask({ timeout: 0 });
      const stopped = new AbortController();
      const said: string[] = [];
      await keepCaughtUp({
        archive,
        engine,
        signal: stopped.signal,
        onError: (error) => said.push(String(error)),
        wait: async () => stopped.abort(),
      });
      expect(said.join()).toContain("it has 5 posts, the archive 6");
      expect(await compareIndex({ archive, engine })).toEqual([]);
    });

    it("a version that does not know our settings is refused with what to do", async () => {
      proxy.fault = ({ method, path }) =>
        method === "PATCH" && path.endsWith("/settings")
          ? { status: 400, body: problem("invalid_settings_ranking_rules") }
          : undefined;
      await using engine = open();
      await expect(catchUp({ archive: archiveOf(1), engine })).rejects.toThrow(/version 1\.50/);
    });

    it("a key the server does not know is made with few rights, also after all was wiped", async () => {
      const key = serverKey(server.url, server.masterKey!);
      await using engine = openMeilisearchEngine({
        url: proxy.url,
        ...key,
        archiveId: "a",
        analyzer,
        index: `backscroll_${indexName()}`,
      });
      const archive = archiveOf(2);
      await catchUp({ archive, engine });
      expect((await engine.status()).posts).toBe(2);
      const { results } = await admin().getKeys();
      const ours = results.find(({ name }) => name === "Backscroll");
      expect(ours?.indexes).toEqual(["backscroll*"]);
      expect(ours?.actions).not.toContain("*");
      await admin().deleteKey(ours!.uid);
      archive.save(makePost(3, { text: "кот" }));
      await catchUp({ archive, engine });
      expect((await engine.status()).posts).toBe(3);
    });

    describe("with the embedded engine behind it", () => {
      let folder = "";
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "fallback-"));
      });
      afterEach(() => rmSync(folder, { recursive: true }));
      const both = async (): Promise<EngineGroup> =>
        withFallback(
          open({ deadlineMs: 500 }),
          await openEmbeddedEngine({
            file: join(folder, "index.db"),
            archiveId: "a",
            analyzer,
            inProcess: true,
          }),
          { now: () => (time += 1_000) },
        );
      let time = 0;

      it("answers by Meilisearch while it is there, and by the other while it is away or behind", async () => {
        const archive = archiveOf(4);
        await using engine = await both();
        await catchUp({ archive, engine });
        expect(await ask(engine, "кот")).toMatchObject({ total: 4, engine: "meilisearch" });

        proxy.fault = () => "hang";
        expect(await ask(engine, "кот")).toMatchObject({ total: 4, engine: "embedded" });
        expect((await engine.status()).engines?.[0]).toMatchObject({ state: "away" });
        archive.save(makePost(5, { text: "кот" }));
        await expect(catchUp({ archive, engine })).rejects.toThrow(EngineAway);
        expect(await ask(engine, "кот")).toMatchObject({ total: 5, engine: "embedded" });

        proxy.fault = () => undefined;
        expect(await ask(engine, "кот")).toMatchObject({ total: 5, engine: "embedded" });
        await catchUp({ archive, engine });
        expect(await ask(engine, "кот")).toMatchObject({ total: 5, engine: "meilisearch" });
      });

      it("a phrase that Meilisearch would have to look for in very many posts is answered by the other", async () => {
        const archive = archiveOf(600, "кот и пёс");
        archive.save(makePost(601, { text: "кот и рыба" }));
        await using engine = await both();
        await catchUp({ archive, engine });
        expect(await ask(engine, '"кот пёс"~1')).toMatchObject({ total: 600, engine: "embedded" });
        expect(await ask(engine, '"кот и рыба"')).toMatchObject({
          total: 1,
          engine: "meilisearch",
        });
      });
    });

    it.skipIf(realMeilisearch() === "url")(
      "killed while 20,000 posts are indexed, it has counts and ids equal afterwards without help",
      async () => {
        const archive = archiveOf(20_000, "кот и пёс");
        await using engine = open();
        const stopped = new AbortController();
        let payloads = 0;
        let killed: Promise<void> | undefined;
        proxy.fault = ({ method, path }) => {
          if (method === "POST" && isDocuments(path)) payloads += 1;
          // The second payload has all the posts: it was taken, and its task is asked for.
          if (payloads === 2 && path.startsWith("/tasks/")) killed ??= server.kill();
          return undefined;
        };
        const said: unknown[] = [];
        await keepCaughtUp({
          archive,
          engine,
          signal: stopped.signal,
          onError: (error) => said.push(error),
          wait: async () => {
            await killed;
            if (server.isRunning()) stopped.abort();
            else await server.start();
          },
        });
        expect(said[0]).toBeInstanceOf(EngineAway);
        expect(await engine.status()).toMatchObject({ position: 20_000, posts: 20_000 });
        const corpus = new Corpus(engine);
        const ids: number[] = [];
        for (let offset = 0; offset < 20_000; offset += 5_000)
          ids.push(...(await corpus.ids("sort:old", { offset, limit: 5_000 })));
        expect(ids).toEqual(Array.from({ length: 20_000 }, (_, i) => i + 1));
      },
      120_000,
    );
  },
);
