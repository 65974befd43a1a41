import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { lookApart } from "../../../server/archive/purge/scrub.ts";
import { createApp } from "../../../server/http/app.ts";
import { startServer } from "../../../server/http/server.ts";
import { backUpChecked } from "../../../server/jobs/backups.ts";
import { openLog } from "../../../server/log.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { openWatch } from "../../../server/wiring/open-watch.ts";
import { holdToContract } from "./held-to-contract.ts";
import { post, serveArchive } from "./small-archive.ts";

const posts = Array.from({ length: 300 }, (_, index) => post(index + 1));
const reading = {
  channel: { name: "garden" },
  posts,
  span: { from: 1, to: 300 },
  at: "2026-01-31T00:00:00Z",
};
const pageBytes = 4096;

async function served() {
  const here = await serveArchive([reading]);
  const log = openLog({ level: "error" }, { write: () => {}, isTerminal: false, secrets: [] });
  const app = createApp({
    ...here,
    analyzer: createAnalyzer(),
    addChannel: async () => ({ runId: "run-1" }),
    settings: { host: "127.0.0.1" },
    clock: () => new Date("2026-02-01T00:00:00Z"),
    ...openWatch(here, log).http,
  });
  holdToContract(app);
  const server = await startServer({ app, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await server.close();
    await here[Symbol.asyncDispose]();
  });
  return { ...here, url: server.url };
}

/** Noise in every ninth page of the file, with nothing left in the log beside it. */
function damage(file: string): void {
  const other = new DatabaseSync(file);
  other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  other.close();
  const bytes = readFileSync(file);
  for (let at = 8 * pageBytes; at < bytes.length; at += 9 * pageBytes)
    bytes.fill(0xa5, at, at + pageBytes);
  writeFileSync(file, bytes);
}

/** Noise in the first page of an index of this table: no post is touched. */
function damageIndex(file: string, table = "post"): void {
  const other = new DatabaseSync(file);
  const index = "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?";
  const page = Number(other.prepare(index).get(table)?.["rootpage"]);
  other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  other.close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, (page - 1) * pageBytes, page * pageBytes);
  writeFileSync(file, bytes);
}

const refused = [
  "/api/v1/search?q=number",
  "/api/v1/channels/garden/posts/7",
  "/api/v1/feed.atom",
  "/api/v1/feed.json",
  "/api/v1/export",
  "/api/v1/export?format=manifest",
  "/api/v1/sets",
  "/api/v1/channels",
  "/api/v1/status",
];

test("an archive damaged while it is served is noticed, and then nothing is answered from it", async () => {
  const { archive, url } = await served();
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const said: string[] = [];
  void archive.health.keepLooking({
    signal: stopping.signal,
    everyMs: 50,
    onDamage: ({ message }) => said.push(message),
  });
  await sleep(200);
  for (const path of ["/ready", ...refused]) expect((await fetch(url + path)).status).toBe(200);

  damage(archive.file);
  for (let waited = 0; said.length === 0 && waited < 10_000; waited += 50) await sleep(50);
  const ready = await fetch(`${url}/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    ready: false,
    archive: {
      open: false,
      why: expect.stringMatching(/archive\.db is damaged .* restore FILE$/s),
    },
  });
  for (const path of refused) {
    const answer = await fetch(url + path);
    expect([path, answer.status]).toEqual([path, 503]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      type: "urn:backscroll:problem:archive-damaged",
      detail: expect.stringMatching(/archive\.db is damaged .* restore FILE$/s),
    });
  }
  const kept = await fetch(`${url}/api/v1/sets?q=number`, { method: "POST" });
  expect(kept.status).toBe(503);
  const page = await fetch(`${url}/`);
  expect([page.status, await page.text()]).toEqual([503, expect.stringContaining("restore FILE")]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(said).toHaveLength(1);
});

test("an export looks before its first byte, and what it finds holds for everybody", async () => {
  const { archive, url } = await served();
  damage(archive.file);
  const file = await fetch(`${url}/api/v1/export`);
  expect(file.status).toBe(503);
  expect(await file.json()).toMatchObject({ type: "urn:backscroll:problem:archive-damaged" });
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  expect((await fetch(`${url}/api/v1/search?q=number`)).status).toBe(503);
});

const form = { method: "POST", body: new URLSearchParams({ q: "number" }) };
test.each<[string, string, RequestInit]>([
  ["a set", "/api/v1/sets?q=number", { method: "POST" }],
  ["a citation by the page", "/sets", form],
  ["a manifest", "/api/v1/export?format=manifest&q=number", {}],
  ["what became of a cited set", "/api/v1/sets/CITED", {}],
  ["the page of a cited set", "/sets/CITED", {}],
])("so does %s, though no post is touched and nobody looked before", async (_, path, init) => {
  const { archive, url } = await served();
  const cited = await fetch(`${url}/api/v1/sets?q=number`, { method: "POST" });
  const { id } = (await cited.json()) as { readonly id: string };
  damageIndex(archive.file, "alert");
  const asked = await fetch(url + path.replace("CITED", id), init);
  expect([asked.status, await asked.text()]).toEqual([
    503,
    expect.stringMatching(/archive\.db is damaged/),
  ]);
});

/** What Prometheus reads of archive, index and what waits: each series with its value, without those of the file and its disk. */
async function figures(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.status).toBe(200);
  const ofArchive = /^backscroll_(archive|index|runs_open|deliveries|alerts)/;
  const ofFile = /^backscroll_archive_bytes \d{4,}$/;
  const lines = (await answer.text()).split("\n");
  return lines.filter((line) => ofArchive.test(line) && !ofFile.test(line)).toSorted();
}

test("neither Prometheus nor whoever asks whether it is ready is told a figure of a damaged archive", async () => {
  const { archive, url } = await served();
  const sound = await figures(url);
  expect(sound).toEqual(
    expect.arrayContaining([
      "backscroll_archive_channels 1",
      "backscroll_archive_damaged 0",
      "backscroll_archive_posts 300",
      'backscroll_index_behind_changes{engine="embedded"} 0',
      'backscroll_index_ready{engine="embedded"} 1',
      'backscroll_runs_open{state="waiting"} 0',
    ]),
  );
  damageIndex(archive.file, "alert");
  await archive.health.refuseDamaged().catch(() => {});
  expect(await figures(url)).toEqual([
    "backscroll_archive_damaged 1",
    'backscroll_index_ready{engine="embedded"} 0',
  ]);
  const ready = await fetch(`${url}/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    {
      ready: false,
      archive: { open: false, why: expect.stringMatching(/archive\.db is damaged/) },
      index: { state: "damaged" },
    },
  ]);
});

test("a request that meets damage condemns the archive at once", async () => {
  const { archive, url } = await served();
  archive.health.condemn(new Error("database disk image is malformed")); // an index says so too
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const other = new DatabaseSync(archive.file);
  other.exec("UPDATE post SET content = '{}' WHERE id = 7");
  other.close();
  expect((await fetch(`${url}/api/v1/channels/garden/posts/7`)).status).toBe(503);
  const ready = await fetch(`${url}/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    archive: { why: expect.stringContaining("Post garden/7 in ") },
  });
  expect((await fetch(`${url}/api/v1/channels/garden/posts/8`)).status).toBe(503);
});

test("so does another process that met it", async () => {
  const { archive, url } = await served();
  const why = `${archive.file} is damaged or no archive (database disk image is malformed). Restore it.`;
  archive.health.condemn(new Error(why));
  const ready = await fetch(`${url}/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { archive: { why } }]);
});

async function looked() {
  const { archive, url } = await served();
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const told: string[] = [];
  void archive.health.keepLooking({
    signal: stopping.signal,
    everyMs: 50,
    wholeUpTo: 0,
    onDamage: ({ message }) => told.push(message),
    onMended: () => told.push("mended"),
  });
  const until = async (many: number): Promise<void> => {
    for (let waited = 0; told.length < many && waited < 30_000; waited += 50) await sleep(50);
  };
  return { archive, url, told, until };
}

describe("an archive that is looked at part by part", () => {
  test("is found damaged though nobody asked for what is damaged, and nothing is told from it", async () => {
    const { archive, url, told, until } = await looked();
    await sleep(500);
    expect(told).toEqual([]);
    damage(archive.file);
    await until(1);
    expect(told).toEqual([expect.stringMatching(/archive\.db is damaged .* restore FILE$/s)]);
    expect((await fetch(`${url}/api/v1/export`)).status).toBe(503);
    expect((await fetch(`${url}/api/v1/sets?q=number`, { method: "POST" })).status).toBe(503);
  });

  test("is found damaged where only an index is, and every post is what was kept", async () => {
    const { archive, told, until } = await looked();
    damageIndex(archive.file);
    await until(1);
    expect(told).toEqual([expect.stringMatching(/archive\.db is damaged .* restore FILE$/s)]);
  });

  test("is refused for one post that is not what was kept, by its name, and answers again when it is put right", async () => {
    const { archive, url, told, until } = await looked();
    using other = new DatabaseSync(archive.file);
    const post = "SELECT content FROM post WHERE id = 7";
    const content = other.prepare(post).get()?.["content"] ?? null;
    other.exec("UPDATE post SET content = replace(content, 'number', 'figure') WHERE id = 7");
    await until(1);
    expect(told).toEqual([expect.stringContaining("Post garden/7 in ")]);
    expect((await fetch(`${url}/api/v1/search?q=number`)).status).toBe(503);

    other.prepare("UPDATE post SET content = ? WHERE id = 7").run(content);
    await until(2);
    expect(told[1]).toBe("mended");
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect(await figures(url)).toContain("backscroll_archive_posts 300");
    expect(await figures(url)).toContain("backscroll_archive_damaged 0");
    expect((await fetch(`${url}/api/v1/channels/garden/posts/7`)).status).toBe(200);
  });

  test("says so when another file was put in a damaged one's place: that takes a new start", async () => {
    const { archive, url, until } = await looked();
    const sound = readFileSync(archive.file);
    damage(archive.file);
    await until(1);
    writeFileSync(`${archive.file}.sound`, sound);
    renameSync(`${archive.file}.sound`, archive.file);
    let why = "";
    for (let waited = 0; !why.includes("not the file that was opened") && waited < 5_000;) {
      await sleep(50);
      waited += 50;
      const ready = (await (await fetch(`${url}/ready`)).json()) as { archive: { why: string } };
      ({ why } = ready.archive);
    }
    expect(why).toMatch(/not the file that was opened.*Start anew/);
  });
});

/** A row with its marks packed as one writes them who changes a byte of them. */
const changed = (file: string, change: string, marks: (text: string) => string): void => {
  using other = new DatabaseSync(file);
  other.exec(`UPDATE result_set SET ${change}`);
  const bytes = other.prepare("SELECT marks FROM result_set").get()?.["marks"] as Uint8Array;
  const text = marks(zstdDecompressSync(bytes).toString());
  other.prepare("UPDATE result_set SET marks = ?").run(zstdCompressSync(text));
};
const same = (text: string): string => text;

describe("a cited set of which something was changed", () => {
  test.each<[string, string, (text: string) => string]>([
    ["the content of a post", "posts = posts", (text) => text.replace(/ [0-9a-f]{4}/, " 0bad")],
    ["that a post was deleted", "posts = posts", (text) => `${text}-`],
    ["which posts there were", "posts = posts", (text) => text.replace(/\n1 /, "\n2 ")],
    ["how many there were", "posts = 9", same],
    ["what was asked", "query = 'другое'", same],
    ["when it was cited", "cited_at = '2020-01-01T00:00:00Z'", same],
  ])(
    "is refused, found by verify and the look, and not backed up: %s",
    async (_, change, marks) => {
      const { archive, url } = await served();
      const cited = await fetch(`${url}/api/v1/sets?q=number`, {
        method: "POST",
      });
      const { id, sha256 } = (await cited.json()) as Record<"id" | "sha256", string>;
      expect((await fetch(`${url}/api/v1/sets/${id}`)).status).toBe(200);
      expect(await archive.verify()).toEqual([]);

      changed(archive.file, change, marks);
      expect(await archive.verify()).toEqual([
        { where: `set ${sha256}`, what: "what was cited is not what was kept" },
      ]);
      await expect(lookApart(archive.file, { rests: 0 })).rejects.toThrow(`cited set ${sha256}`);
      const copy = `${archive.file}.copy`;
      await expect(backUpChecked(archive, copy)).rejects.toThrow(`set ${sha256}`);
      expect(existsSync(copy)).toBe(false);
      const asked = await fetch(`${url}/api/v1/sets/${id}`);
      expect([asked.status, await asked.json()]).toEqual([
        503,
        expect.objectContaining({
          type: "urn:backscroll:problem:archive-damaged",
          detail: expect.stringMatching(/^The cited set \w{64} in .*restore FILE$/),
        }),
      ]);
      expect((await fetch(`${url}/ready`)).status).toBe(503);
    },
  );
});

test("a cited set from before sets had checksums is answered", async () => {
  const { archive, url } = await served();
  const cited = await fetch(`${url}/api/v1/sets?q=number`, { method: "POST" });
  const { id } = (await cited.json()) as { readonly id: string };
  changed(archive.file, "posts = posts", (text) => text.slice(text.indexOf("\n") + 1));
  const asked = await fetch(`${url}/api/v1/sets/${id}`);
  expect([asked.status, await asked.json()]).toMatchObject([200, { posts: 300, unchanged: true }]);
  expect(await archive.verify()).toEqual([]);
});
