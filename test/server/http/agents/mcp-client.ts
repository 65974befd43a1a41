import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, onTestFinished } from "vitest";
import { startServer } from "../../../../server/http/server.ts";
import type { serveArchive } from "../small-archive.ts";

type Served = Pick<Awaited<ReturnType<typeof serveArchive>>, "app">;

/** The SDK's own client of a served archive, over HTTP; by `auto` it finds the newest revision of the protocol by itself. */
export async function clientOf(
  { app }: Served,
  options: {
    readonly key?: string | undefined;
    readonly mode?: "auto" | "legacy";
  } = {},
): Promise<Client> {
  const server = await startServer({ app, host: "127.0.0.1", port: 0 });
  const client = new Client(
    { name: "test", version: "1" },
    { versionNegotiation: { mode: options.mode ?? "legacy" } },
  );
  const headers = {
    ...(options.key !== undefined && { Authorization: `Bearer ${options.key}` }),
  };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }),
  );
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  return client;
}

type Given = Readonly<Record<string, unknown>>;

/** What a tool answers, which must be one text of one line of JSON. */
export async function call<T>(client: Client, name: string, given: Given = {}): Promise<T> {
  const { isError, text } = await outcome(client, name, given);
  expect({ isError, text }).toEqual({ isError: false, text });
  return JSON.parse(text) as T;
}

/** The problem that a tool answers with. */
export async function faultOf(client: Client, name: string, given: Given = {}) {
  const { isError, text } = await outcome(client, name, given);
  expect({ isError, text }).toEqual({ isError: true, text });
  return JSON.parse(text) as {
    readonly type: string;
    readonly status: number;
    readonly detail: string;
    readonly at?: unknown;
  };
}

export async function outcome(client: Client, name: string, given: Given) {
  const { content, isError = false } = await client.callTool({ name, arguments: given });
  const [only, ...others] = content as { type: string; text: string }[];
  expect(others).toEqual([]);
  const text = only?.text ?? "";
  expect(text).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
  return { isError, text };
}
