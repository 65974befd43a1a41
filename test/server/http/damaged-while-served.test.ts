import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../../server/http/server.ts";
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
  const server = await startServer({ app: here.app, host: "127.0.0.1", port: 0 });
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
