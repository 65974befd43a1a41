import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer } from "../../../server/http/server.ts";
import { fullAddress, serveTwoChannels, type TwoChannels } from "./two-channels.ts";

let served: TwoChannels;
let server: Awaited<ReturnType<typeof startServer>>;
let routes: readonly string[];
beforeAll(async () => {
  served = await serveTwoChannels();
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  const documented = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const described = Object.entries(documented.paths)
    .filter(([, methods]) => "get" in methods)
    .map(([path]) => path.replaceAll(/\{(\w+)\}/g, ":$1"));
  const answered = served.app.routes.filter(({ method }) => method === "GET");
  routes = [...new Set([...described, ...answered.map(({ path }) => path)])];
  // What is made when it is first asked for, once for good, is made before.
  for (const path of ["/widget/v1.js", "/openapi.json"])
    await (await fetch(server.url + path)).text();
}, 120_000);
afterAll(async () => {
  await server.close();
  await served[Symbol.asyncDispose]();
});

/** Marks of last use and sessions: the only rows that reading may change. */
const excepted = ["session"];

/** Every row of every table, as one hash a table. */
function rows(): Record<string, string> {
  using db = new DatabaseSync(served.archive.file, { readOnly: true });
  const tables = db
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'")
    .all() as { name: string }[];
  const kept = tables.filter(({ name }) => !excepted.includes(name));
  expect(kept.length).toBeGreaterThan(15);
  return Object.fromEntries(
    kept.map(({ name }) => {
      const all = db.prepare(`select * from "${name}"`).all();
      const hash = createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 12);
      return [name, `${all.length} rows ${hash}`];
    }),
  );
}

/** Processes that this one has started and that live, by their ids. */
const processes = (): readonly string[] =>
  execFileSync("ps", ["--ppid", String(process.pid), "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("ps --ppid"));

const openFiles = (): number => readdirSync("/dev/fd").length;

const formats = ["jsonl", "csv", "parquet", "atom", "manifest"];
const addresses = (): readonly string[] =>
  routes.flatMap((path) => {
    const address = fullAddress(path, "garden", served);
    if (path === "/api/v1/export") return formats.map((one) => `${address}?format=${one}`);
    if (/^\/(c\/|sets|media|runs|schedules|api)/.test(path)) return [address];
    return [address, `${address}?q=tulips`];
  });

/** Asks, reads to the end (of a stream that waits for more: what is there), and leaves. */
async function ask(method: string, address: string): Promise<string> {
  const leave = new AbortController();
  const answer = await fetch(server.url + address, { method, signal: leave.signal });
  if (address.endsWith("/events")) leave.abort();
  else await answer.arrayBuffer();
  return `${answer.status} ${answer.headers.get("content-type")}`;
}

test("GET changes no row, HEAD starts nothing and says what GET says, on every route and page", async () => {
  const before = { rows: rows(), processes: processes(), open: openFiles() };
  expect(addresses().length).toBeGreaterThan(60);
  for (const address of addresses()) {
    // Often enough that what each left behind would be seen.
    const heads = [await ask("HEAD", address), await ask("HEAD", address)];
    expect([address, processes()]).toEqual([address, before.processes]);
    const got = await ask("GET", address);
    expect([address, heads]).toEqual([address, [got, got]]);
    expect([address, Number(got.split(" ")[0]) < 500]).toEqual([address, true]);
    expect([address, rows()]).toEqual([address, before.rows]);
  }
  await expect.poll(processes, { timeout: 10_000 }).toEqual(before.processes);
  // Two connections of this test may be kept alive.
  await expect.poll(openFiles, { timeout: 10_000 }).toBeLessThan(before.open + 20);
}, 180_000);
