/* oxlint-disable unicorn/consistent-function-scoping -- a helper stands beside the tests that use it */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyGrant } from "../../../../server/archive/access/keys.ts";
import { networkOf } from "../../../../server/http/access/limiter.ts";
import { post, serveArchive } from "../small-archive.ts";

const at = "2026-01-20T00:00:00Z";
const reading = (name: string) => ({
  channel: { name },
  posts: [post(1, { channel: name, text: "symmetry" })],
  span: { from: 1, to: 1 },
  at,
});
const Host = "archive.example";
const site = "https://blog.example";
const beyond = { settings: { host: "0.0.0.0", limit: 100_000 } } as const;
const closed = { settings: { ...beyond.settings, read: "key" } } as const;
const posted = { method: "POST", headers: { "Content-Type": "application/json" } };

type Served = Awaited<ReturnType<typeof serveArchive>>;
let served: Served;
beforeAll(async () => {
  served = await serveArchive([reading("garden"), reading("orchard")], closed);
});
afterAll(() => served[Symbol.asyncDispose]());

const keyFor = async (grant: Partial<KeyGrant>, of: Served = served): Promise<string> => {
  const { secret } = await of.archive.keys.create({
    scopes: ["search"],
    channels: [],
    origins: [],
    ...grant,
  });
  return secret;
};
const bearer = (key: string) => ({ Host, Authorization: `Bearer ${key}` });
const ask = async (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
  served.app.request(path, { ...init, headers: { Host, ...headers, ...(init.headers as object) } });
const cors = (answer: Response) => answer.headers.get("access-control-allow-origin");

describe("a key", () => {
  test("is 256 random bits in letters and digits, and nothing of it is kept", async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, async () => keyFor({})));
    expect(new Set(keys).size).toBe(20);
    for (const key of keys) expect(key).toMatch(/^bs_[A-Za-z0-9]{43}$/);
    expect(JSON.stringify(await served.archive.keys.list())).not.toContain(keys[0]?.slice(3));
  });

  test("that is missing, mistyped, revoked or expired opens nothing", async () => {
    const revoked = await keyFor({});
    await served.archive.keys.revoke(revoked);
    const expired = await keyFor({ expiresAt: "2026-01-31T23:59:59Z" });
    const good = await keyFor({ expiresAt: "2026-02-02T00:00:00Z" });
    const status = async (headers: Record<string, string>) =>
      (await ask("/api/v1/search", headers)).status;
    expect(await status({})).toBe(401);
    for (const key of [revoked, expired, `${good}x`, "bs_", good.toLowerCase()])
      expect(await status(bearer(key))).toBe(401);
    expect(await status(bearer(good))).toBe(200);
  });

  test("that is not known opens nothing that is open to everybody", async () => {
    await using open = await serveArchive([reading("garden")], beyond);
    const ask = async (headers: object) =>
      open.app.request("/api/v1/search", { headers: { Host, ...headers } });
    expect((await ask({})).status).toBe(200);
    const answer = await ask(bearer(`bs_${"a".repeat(43)}`));
    expect([answer.status, await answer.json()]).toMatchObject([
      401,
      { type: "urn:backscroll:problem:unknown-key" },
    ]);
  });

  test("that was rotated is good beside the new one until its time is up", async () => {
    let now = Date.parse("2026-02-01T00:00:00Z");
    await using here = await serveArchive([reading("garden")], {
      ...closed,
      now: () => new Date(now),
    });
    const old = await keyFor({}, here);
    const { secret = "" } = (await here.archive.keys.rotate(old, { graceMs: 3_600_000 })) ?? {};
    const statuses = async (): Promise<readonly number[]> =>
      Promise.all(
        [old, secret].map(
          async (key) =>
            (await here.app.request("/api/v1/search", { headers: bearer(key) })).status,
        ),
      );
    now += 3_599_000;
    expect(await statuses()).toEqual([200, 200]);
    now += 1_000;
    expect(await statuses()).toEqual([401, 200]);
  });

  test("sees its own channels only, whatever the query says", async () => {
    const key = bearer(await keyFor({ scopes: ["read"], channels: ["Garden"] }));
    for (const asked of ["q=symmetry", "q=in:orchard", "channel=garden", "q=a+OR+in:orchard"]) {
      const answer = (await (await ask(`/api/v1/search?${asked}&facets=channel`, key)).json()) as {
        hits: { channel: string }[];
        facets: { channel: { value: string }[] };
      };
      expect(answer.hits.map(({ channel }) => channel)).not.toContain("orchard");
      expect(answer.facets.channel.map(({ value }) => value)).not.toContain("orchard");
    }
    for (const asked of ["channel=orchard", "channel=garden,orchard", "channel=ORCHARD"])
      expect((await ask(`/api/v1/search?${asked}`, key)).status).toBe(403);
    expect((await ask("/api/v1/channels/GARDEN/posts/1", key)).status).toBe(200);
    for (const path of ["", "/coverage", "/posts/1", "/posts/1/versions", "/posts/1/context"]) {
      expect((await ask(`/api/v1/channels/orchard${path}`, key)).status).toBe(403);
      expect((await ask(`/api/v1/channels/%6Frchard${path}`, key)).status).toBe(403);
    }
    const { channels } = (await (await ask("/api/v1/channels", key)).json()) as {
      channels: { name: string }[];
    };
    expect(channels.map(({ name }) => name)).toEqual(["garden"]);
    for (const page of ["/", "/channels", "/c/orchard", "/c/orchard/1"])
      expect((await ask(page, key)).status).toBe(403);
  });

  test("that may scrape one channel may not add another", async () => {
    const key = await keyFor({ scopes: ["scrape"], channels: ["garden"] });
    const add = async (channel: string) =>
      ask("/api/v1/channels", bearer(key), { ...posted, body: JSON.stringify({ channel }) });
    expect((await add("t.me/orchard")).status).toBe(403);
    expect((await add("@garden")).status).toBe(202);
  });

  test("is made, listed and taken back over the API by the admin", async () => {
    const admin = bearer(await keyFor({ scopes: ["admin"] }));
    const made = await ask("/api/v1/keys", admin, {
      ...posted,
      body: JSON.stringify({ scopes: ["search"], origins: [`${site}/`], channels: ["@garden"] }),
    });
    expect(made.status).toBe(201);
    expect(made.headers.get("cache-control")).toBe("no-store");
    const { key, id } = (await made.json()) as { key: string; id: string };
    expect((await ask("/api/v1/search", bearer(key))).status).toBe(200);
    const list = await (await ask("/api/v1/keys", admin)).text();
    expect(list).toContain(id);
    expect(list).not.toContain(key);
    expect((await ask(`/api/v1/keys/${id}`, admin, { method: "DELETE" })).status).toBe(200);
    expect((await ask("/api/v1/search", bearer(key))).status).toBe(401);
    for (const wrong of [
      { scopes: [] },
      { scopes: ["root"] },
      { scopes: ["search"], origins: ["https://*.example"] },
      { scopes: ["search"], origins: ["null"] },
      { scopes: ["search"], origins: ["https://a.example/page"] },
      { scopes: ["search"], expires: "2020" },
      { scopes: ["search"], channels: ["не канал"] },
    ]) {
      const answer = await ask("/api/v1/keys", admin, { ...posted, body: JSON.stringify(wrong) });
      expect([wrong, answer.status]).toEqual([wrong, 400]);
    }
  });
});

describe("a page of another site", () => {
  const preflight = async (origin: string) =>
    ask(
      "/api/v1/search",
      {
        Origin: origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
      },
      { method: "OPTIONS" },
    );

  test("may search with a key that names it, and is told so before it asks", async () => {
    const key = await keyFor({ origins: [site] });
    const before = await preflight(site);
    expect(before.status).toBe(204);
    expect(cors(before)).toBe(site);
    expect(before.headers.get("access-control-allow-headers")).toContain("Authorization");
    const answer = await ask("/api/v1/search", { ...bearer(key), Origin: site });
    expect(answer.status).toBe(200);
    expect(cors(answer)).toBe(site);
    expect(answer.headers.get("access-control-expose-headers")).toContain("Retry-After");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("vary")).toContain("Origin");
    const known = answer.headers.get("etag") ?? "";
    const again = await ask("/api/v1/search?q=symmetry&fields=brief", {
      ...bearer(key),
      Origin: site,
      "If-None-Match": known,
    });
    expect(cors(again)).toBe(site);
  });

  test("is refused aloud when some key names it, and without a word when none does", async () => {
    await keyFor({ origins: [site] });
    const key = await keyFor({ origins: ["https://other.example"] });
    const limited = await keyFor({ origins: [site], scopes: ["export"] });
    for (const [headers, status, reader] of [
      [{ Origin: site }, 401, site],
      [{ Origin: site, Authorization: "Bearer bs_wrong" }, 401, site],
      [{ Origin: site, Authorization: `Bearer ${limited}` }, 403, site],
      [{ Origin: site, Authorization: `Bearer ${key}` }, 403, null],
      [{ Origin: "https://evil.example", Authorization: `Bearer ${key}` }, 403, null],
      [{ Origin: "https://evil.example" }, 403, null],
      [{ Origin: "null", Authorization: `Bearer ${key}` }, 403, null],
    ] as const) {
      const answer = await ask("/api/v1/search", headers);
      expect([headers, answer.status, cors(answer)]).toEqual([headers, status, reader]);
    }
  });

  test("that no live key names is refused whatever its origin looks like", async () => {
    await keyFor({ origins: [site] });
    const revoked = await keyFor({ origins: ["https://gone.example"] });
    await served.archive.keys.revoke(revoked);
    await keyFor({ origins: ["https://late.example"], expiresAt: "2026-01-31T00:00:00Z" });
    const near = fc.constantFrom(
      "null",
      "http://blog.example",
      "https://blog.example.evil.example",
      "https://evilblog.example",
      "https://blog.example:444",
      "https://blog.example.",
      "HTTPS://BLOG.EXAMPLE",
      "https://gone.example",
      "https://late.example",
      "*",
    );
    const any = fc.webUrl().map((url) => new URL(url).origin);
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, any), async (origin) => {
        const answer = await preflight(origin);
        expect([origin, answer.status, cors(answer)]).toEqual([origin, 403, null]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("beyond its own machine", () => {
  test("reading is open unless set otherwise, and changes take a key", async () => {
    await using open = await serveArchive([reading("garden")], beyond);
    const status = async (path: string, init: RequestInit = {}) =>
      (await open.app.request(path, { ...init, headers: { Host, ...(init.headers as object) } }))
        .status;
    expect(await status("/api/v1/search")).toBe(200);
    expect(await status("/c/garden/1")).toBe(200);
    expect(await status("/api/v1/keys")).toBe(401);
    expect(await status("/api/v1/channels", { ...posted, body: '{"channel":"durov"}' })).toBe(401);
    expect((await ask("/c/garden/1", {})).status).toBe(401);
  });

  test("the first start makes the one admin key, and no other start another", async () => {
    await using open = await serveArchive([], beyond);
    const first = await open.archive.keys.createFirstAdmin();
    expect(first).toMatch(/^bs_/);
    expect(await open.archive.keys.createFirstAdmin()).toBeUndefined();
    await open.archive.keys.revoke(first ?? "");
    expect(await open.archive.keys.createFirstAdmin()).toBeUndefined();
  });
});

describe("whoever asks too often", () => {
  const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });
  const status = async (of: Served, address: string, headers: Record<string, string> = {}) =>
    (await of.app.request("/api/v1/search", { headers: { Host, ...headers } }, from(address)))
      .status;

  test("waits as long as it is told, while others go on", async () => {
    await using open = await serveArchive([], { settings: { host: "0.0.0.0", limit: 3 } });
    const asked = [];
    for (let turn = 0; turn < 4; turn += 1) asked.push(await status(open, "192.0.2.1"));
    expect(asked).toEqual([200, 200, 200, 429]);
    expect(await status(open, "192.0.2.2")).toBe(200);
    for (const last of ["1", "2", "ffff:3"]) await status(open, `2001:db8:1:2::${last}`);
    expect(await status(open, "2001:db8:1:2:aaaa::9")).toBe(429);
    expect(await status(open, "2001:db8:1:3::1")).toBe(200);
    const forged = { "X-Forwarded-For": "203.0.113.9" };
    expect(await status(open, "192.0.2.1", forged)).toBe(429);
    const answer = await open.app.request(
      "/api/v1/search",
      { headers: { Host } },
      from("192.0.2.1"),
    );
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.headers.get("content-type")).toContain("problem+json");
    expect((await open.app.request("/health", {}, from("192.0.2.1"))).status).toBe(200);
  });

  test("is told so in words that its page may read", async () => {
    await using open = await serveArchive([], { settings: { host: "0.0.0.0", limit: 1 } });
    const key = await keyFor({ origins: [site] }, open);
    const headers = { ...bearer(key), Origin: site };
    await open.app.request("/api/v1/search", { headers }, from("192.0.2.1"));
    const refused = await open.app.request("/api/v1/search", { headers }, from("192.0.2.1"));
    expect(refused.status).toBe(429);
    expect(cors(refused)).toBe(site);
    expect(refused.headers.get("access-control-expose-headers")).toContain("Retry-After");
  });

  test("is known behind a trusted proxy by what that proxy adds, not by what it is sent", async () => {
    const settings = { host: "127.0.0.1", limit: 2, trustedProxies: ["10.0.0.0/8"] };
    await using open = await serveArchive([], { settings });
    const via = (chain: string) => status(open, "10.1.2.3", { "X-Forwarded-For": chain });
    expect(await via("1.1.1.1, 198.51.100.7")).toBe(200);
    expect(await via("2.2.2.2, 198.51.100.7, 10.9.9.9")).toBe(200);
    expect(await via("3.3.3.3, 198.51.100.7")).toBe(429);
    expect(await via("198.51.100.8")).toBe(200);
  });

  test("on a loopback address is not counted unless so set", async () => {
    await using here = await serveArchive([]);
    const headers = { Host: "127.0.0.1" };
    for (let turn = 0; turn < 200; turn += 1)
      expect((await here.app.request("/openapi.json", { headers })).status).toBe(200);
    expect((await here.app.request("/api/v1/search", { headers })).status).toBe(200);
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
