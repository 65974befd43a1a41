import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, serveArchive } from "../small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive([]);
});
afterAll(() => served[Symbol.asyncDispose]());

const add = (headers: Record<string, string>) => ({
  method: "POST",
  body: '{"channel":"durov"}',
  headers: { "Content-Type": "application/json", Host: "127.0.0.1:8080", ...headers },
});
const status = async (path: string, init: RequestInit): Promise<number> =>
  (await served.app.request(path, init)).status;

describe("on a loopback address", () => {
  test.each(["127.0.0.1", "127.0.0.1:8080", "localhost:8080", "[::1]:8080", "LOCALHOST"])(
    "%s is one of its names",
    async (Host) => {
      expect(await status("/health", { headers: { Host } })).toBe(200);
    },
  );

  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8080",
    "10.0.0.1",
    "127.0.0.1@evil.example",
  ])("%s is refused, though it may resolve here", async (Host) => {
    for (const path of ["/", "/api/v1/search", "/health"])
      expect([path, await status(path, { headers: { Host } })]).toEqual([path, 421]);
  });

  test("a page of another site can change nothing and read nothing", async () => {
    const origin = fc.oneof(
      fc.constantFrom(
        "null",
        "http://localhost.evil.example",
        "http://127.0.0.1:8081",
        "https://127.0.0.1",
        "file://",
        "http://127.0.0.1:80800",
        "http://user@127.0.0.1.example",
      ),
      fc.webUrl({ validSchemes: ["http", "https"] }).map((url) => new URL(url).origin),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(origin, async (Origin) => {
        if (!/^[\x21-\x7E]+$/.test(Origin)) return;
        expect(await status("/api/v1/channels", add({ Origin }))).toBe(403);
        const read = await served.app.request("/api/v1/channels", {
          headers: { Origin, Host: "127.0.0.1:8080" },
        });
        expect(read.status).toBe(403);
        expect(read.headers.get("access-control-allow-origin")).toBeNull();
      }),
    );
  });

  test("its own page and programs of this machine can add a channel", async () => {
    expect(
      await status(
        "/api/v1/channels",
        add({ Origin: "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-origin" }),
      ),
    ).toBe(202);
    expect(await status("/api/v1/channels", add({}))).toBe(202);
  });

  test.each(["cross-site", "same-site"])("a form sent from a %s page is refused", async (site) => {
    const form = {
      method: "POST",
      body: "channel=durov",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        Host: "127.0.0.1:8080",
        "Sec-Fetch-Site": site,
      },
    };
    expect(await status("/channels", form)).toBe(403);
  });
});

test("beyond its own machine, reading is open and nothing can be changed without a key", async () => {
  await using open = await serveArchive([], { settings: { host: "0.0.0.0" } });
  const Host = "archive.example:8080";
  expect((await open.app.request("/api/v1/search", { headers: { Host } })).status).toBe(200);
  const refused = await open.app.request("/api/v1/channels", add({ Host }));
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ type: "urn:backscroll:problem:key-needed" });
  expect(open.added).toEqual([]);
});

test("beyond its own machine pages have no form that would be refused", async () => {
  const kept = { channel: { name: "garden" }, posts: [post(1)], span: { from: 1, to: 1 } };
  const at = "2026-01-01T10:00:00Z";
  for (const [host, forms] of [
    ["127.0.0.1", true],
    ["0.0.0.0", false],
  ] as const) {
    await using empty = await serveArchive([], { settings: { host } });
    await using full = await serveArchive([{ ...kept, at }], { settings: { host } });
    const pages = [
      await empty.page("/"),
      await full.page("/channels"),
      await full.page("/c/garden"),
    ];
    expect(pages.map((page) => page.includes('method="post"'))).toEqual([forms, forms, forms]);
  }
});

test("every answer forbids scripts from elsewhere, inline code, frames and guessing of types", async () => {
  for (const path of [
    "/",
    "/channels",
    "/nothing",
    "/api/v1/search",
    "/api/v1/nothing",
    "/openapi.json",
    "/?q=has:x",
  ]) {
    const { headers } = await served.app.request(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  }
});
