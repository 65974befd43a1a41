import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { call, faultOf } from "../http/agents/mcp-client.ts";
import { post } from "../http/small-archive.ts";

const program = join(import.meta.dirname, "../../../server/main.ts");
const data = mkdtempSync(join(tmpdir(), "backscroll-mcp-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

beforeAll(async () => {
  await using archive = await Archive.open(join(data, "archive.db"));
  for (const name of ["garden", "orchard"])
    await archive.savePage({
      channel: { name, title: name, verified: false, counters: {} },
      posts: [
        post(1, { channel: name, text: `Tulips of the ${name}` }),
        post(3, { channel: name }),
      ],
      span: { from: 1, to: 3 },
      url: `https://t.me/s/${name}`,
      body: new TextEncoder().encode("a page"),
      readAt: "2026-01-20T00:00:00Z",
      warnings: [],
    });
});

/** The SDK's own client of `backscroll mcp` over this archive. */
async function clientOf(
  env: Readonly<Record<string, string>> = {},
  mode: "auto" | "legacy" = "legacy",
) {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, "mcp", "--data", data],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stderr: "pipe",
  });
  await client.connect(transport);
  onTestFinished(async () => client.close());
  return client;
}

describe("backscroll mcp", () => {
  test.each(["legacy", "auto"] as const)(
    "answers each tool on standard input and output (%s)",
    async (mode) => {
      const client = await clientOf({ BACKSCROLL_URL: "https://archive.example" }, mode);
      const { tools } = await client.listTools();
      const key = { channel: "garden", id: 1 };
      const answers: Readonly<Record<string, readonly [Record<string, unknown>, object]>> = {
        search: [
          { q: "tulip garden" },
          { total: 1, totalIsExact: true, hits: [{ text: "Tulips of the garden" }] },
        ],
        histogram: [{ q: "tulips" }, { total: 2, histogram: [{ count: 2 }] }],
        post: [
          key,
          { post: { url: "https://t.me/garden/1", page: "https://archive.example/c/garden/1" } },
        ],
        context: [key, { before: [], after: [{ id: 3 }] }],
        channels: [{}, { total: 2 }],
        coverage: [{ channel: "garden" }, { counts: { kept: 2, absent: 1 } }],
        changes: [{}, { changes: [] }],
        cite: [
          { q: "tulips", keep: true },
          { posts: 2, query: "tulips" },
        ],
      };
      expect(tools.map(({ name }) => name)).toEqual(Object.keys(answers));
      for (const [name, [given, answer]] of Object.entries(answers))
        expect(await call(client, name, given)).toMatchObject(answer);
      expect(await faultOf(client, "search", { q: "views:many" })).toMatchObject({
        type: "urn:backscroll:problem:query-syntax",
      });
      await expect(client.callTool({ name: "restart" })).rejects.toThrow(
        "There is no tool restart.",
      );
    },
  );

  test("by a key of one channel of two sees that one", async () => {
    const { out } = await backscroll([
      "keys",
      "create",
      "--data",
      data,
      "--scope",
      "read",
      "--channel",
      "garden",
    ]);
    const client = await clientOf({ BACKSCROLL_MCP_KEY: out.trim() });
    expect(await call(client, "search", { q: "tulips" })).toMatchObject({
      total: 1,
      hits: [{ channel: "garden" }],
    });
    expect(await call(client, "channels")).toMatchObject({ total: 1 });
    expect(await faultOf(client, "post", { channel: "orchard", id: 1 })).toMatchObject({
      detail: "This key is for @garden only.",
    });
    expect(await faultOf(client, "cite", { q: "tulips", keep: true })).toMatchObject({
      status: 403,
    });
  });

  test("answers what was asked before its input ends, says nothing else on its output, and ends", async () => {
    const child = spawn(process.execPath, [program, "mcp", "--data", data], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    const ask = (id: number, method: string, params: object = {}) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    ask(1, "initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    child.stdin.write("this is no message\n");
    ask(2, "tools/call", { name: "search", arguments: { q: "tulips" } });
    child.stdin.end();
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: number; jsonrpc: string });
    expect(lines.map(({ id, jsonrpc }) => [id, jsonrpc])).toEqual([
      [1, "2.0"],
      [2, "2.0"],
    ]);
  });

  test("ends when told to, and when what it is sent has no end", async () => {
    for (const stop of [
      (child: ReturnType<typeof spawn>) => void child.kill("SIGTERM"),
      (child: ReturnType<typeof spawn>) => void child.stdin?.write("x".repeat(200_000)),
    ]) {
      const child = spawn(process.execPath, [program, "mcp", "--data", data]);
      child.stdin.on("error", () => {});
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`);
      await once(child.stdout, "data");
      stop(child);
      const [code] = (await once(child, "close")) as [number];
      expect(code).toBe(0);
    }
  });

  test("refuses a folder without an archive, in words, with nothing on its output", async () => {
    const { code, out, said } = await backscroll(["mcp", "--data", emptyFolder()]);
    expect([code, out]).toEqual([2, ""]);
    expect(said).toContain("There is no archive in");
  });
});

const hangUp = (child: ReturnType<typeof spawn>): void => void child.stdin?.end();

test("what speaks with agents is loaded by no other command", async () => {
  const tell = `import { registerHooks } from "node:module";
    const load = (url, context, next) => {
      if (url.includes("@modelcontextprotocol")) process.stderr.write("loaded " + url);
      return next(url, context);
    };
    registerHooks({ load });`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}` };
  const loads = async (...command: string[]) =>
    (await backscroll([...command, "--data", data], { env, started: hangUp })).said.includes(
      "loaded ",
    );
  expect([await loads("search", "tulips"), await loads("mcp")]).toEqual([false, true]);
});
