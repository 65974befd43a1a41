/* oxlint-disable unicorn/consistent-function-scoping -- a helper stands beside the tests that use it */
import { describe, expect, onTestFinished, test } from "vitest";
import type { KeyGrant } from "../../../../server/archive/access/keys.ts";
import { scopes } from "../../../../server/archive/access/keys.ts";
import { addressIn, scopeMatrix } from "../scope-matrix.ts";
import { post, serveArchive } from "../small-archive.ts";

const Host = "archive.example";
const own = `http://${Host}`;
const overTls = `https://${Host}`;
const garden = {
  channel: { name: "garden" },
  posts: [post(1)],
  span: { from: 1, to: 1 },
  at: "2026-01-20T00:00:00Z",
};

/** A server on a public address, and a browser that keeps its cookies as browsers do. */
async function visit(settings: object = {}, start = "2026-02-01T00:00:00Z") {
  let now = new Date(start);
  const served = await serveArchive([garden], {
    settings: { host: "0.0.0.0", limit: 100_000, ...settings },
    clock: () => now,
    now: () => now,
  });
  onTestFinished(async () => served[Symbol.asyncDispose]());
  const jar = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await served.app.request(path, {
      ...init,
      headers: { Host, ...(cookie && { Cookie: cookie }), ...(init.headers as object) },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const send = async (path: string, form: Record<string, string> = {}, headers: object = {}) =>
    ask(path, {
      method: "POST",
      body: new URLSearchParams(form),
      headers: { Origin: own, ...headers },
    });
  const keyFor = async (grant: Partial<KeyGrant> = {}) => {
    const { secret } = await served.archive.keys.create({
      scopes: ["admin"],
      channels: [],
      origins: [],
      ...grant,
    });
    return secret;
  };
  const enter = async (grant: Partial<KeyGrant> = {}) => {
    const key = await keyFor(grant);
    const answer = await send("/enter", { key, next: "/channels" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/channels"]);
    return key;
  };
  const later = (hours: number): void => {
    now = new Date(now.getTime() + hours * 3_600_000);
  };
  return { ...served, ask, send, keyFor, enter, later, jar };
}
const add = { channel: "@orchard" };

describe("whoever enters with a key on a public address", () => {
  test("adds channels, keeps sets and makes keys on the pages, and leaves again", async () => {
    const { ask, send, enter, added } = await visit();
    expect((await send("/channels", add)).status).toBe(401);
    expect(await (await ask("/channels")).text()).toContain('href="/enter?next=%2Fchannels"');
    await enter();
    const page = await (await ask("/channels")).text();
    expect(page).toContain('action="/channels"');
    expect(page).toContain('action="/leave"');
    expect((await send("/channels", add)).status).toBe(303);
    expect(added).toEqual(["orchard"]);
    expect((await send("/sets", { q: "post" })).status).toBe(303);
    const built = await send("/widget", { channels: "garden", origins: "https://blog.example" });
    expect(await built.text()).toMatch(/bs_\w{43}/);
    expect((await ask("/keys")).status).toBe(200);
    expect((await ask("/api/v1/keys")).status).toBe(200);
    expect((await send("/leave")).status).toBe(303);
    expect((await send("/channels", add)).status).toBe(401);
    expect((await ask("/keys")).status).toBe(401);
  });

  test("gets a cookie that no script reads and no other site sends, under TLS bound to the host", async () => {
    const { send, keyFor, jar, ask, added } = await visit();
    const key = await keyFor();
    const plain = await send("/enter", { key });
    expect(plain.headers.getSetCookie().join()).toMatch(
      /^backscroll=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const secure = await send("/enter", { key }, { Origin: overTls });
    expect(secure.headers.getSetCookie()).toEqual([
      expect.stringContaining("backscroll=; Max-Age=0"),
      expect.stringMatching(
        /^__Host-backscroll=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
    expect([...jar.keys()]).toEqual(["__Host-backscroll"]);
    expect((await ask("/keys")).status).toBe(200);
    expect((await send("/channels", add, { Origin: own })).status).toBe(401);
    expect((await send("/channels", add, { Origin: overTls })).status).toBe(303);
    expect(added).toEqual(["orchard"]);
  });

  test("behind a trusted proxy is told from the network by what the proxy says, and by nobody else", async () => {
    const { app, keyFor } = await visit({ host: "127.0.0.1", trustedProxies: ["10.0.0.1"] });
    const key = await keyFor();
    const cookieVia = async (remoteAddress: string) => {
      const answer = await app.request(
        "/enter",
        {
          method: "POST",
          body: new URLSearchParams({ key }),
          headers: { Host, Origin: own, "X-Forwarded-Proto": "https" },
        },
        { incoming: { socket: { remoteAddress } } },
      );
      return answer.headers.getSetCookie().join();
    };
    expect(await cookieVia("10.0.0.1")).toContain("__Host-backscroll=");
    expect(await cookieVia("10.0.0.2")).toMatch(/^backscroll=/);
  });

  test("is warned where others can read along", async () => {
    const { ask } = await visit();
    expect(await (await ask("/enter")).text()).toContain("plain HTTP");
    const told = { headers: { "Sec-Fetch-Site": "none" } };
    expect(await (await ask("/enter", told)).text()).not.toContain("plain HTTP");
    const russian = { headers: { "Accept-Language": "ru" } };
    expect(await (await ask("/enter", russian)).text()).toContain("обычному HTTP");
  });

  test("gets another session each time, and the one before is over", async () => {
    const { send, keyFor, jar, ask } = await visit();
    const key = await keyFor();
    await send("/enter", { key });
    const first = jar.get("backscroll") ?? "";
    await send("/enter", { key });
    const second = jar.get("backscroll") ?? "";
    expect(second).not.toBe(first);
    expect((await ask("/keys")).status).toBe(200);
    jar.set("backscroll", first);
    expect((await ask("/keys")).status).toBe(401);
  });

  test("is out when the session or its key is over: by time, by hand, by a rotation at once", async () => {
    const { ask, send, enter, later, archive } = await visit();
    const status = async () => (await ask("/keys")).status;
    await enter();
    later(11.9);
    expect(await status()).toBe(200);
    later(0.2);
    expect(await status()).toBe(401);
    const key = await enter();
    await archive.keys.revoke(key);
    expect(await status()).toBe(401);
    await enter({ expiresAt: "2026-02-01T14:00:00Z" });
    expect(await status()).toBe(200);
    later(2);
    expect(await status()).toBe(401);
    const rotated = await enter();
    const other = await archive.keys.rotate(rotated, { graceMs: 3_600_000 });
    expect(await status()).toBe(200);
    await archive.keys.rotate(other?.key.id ?? "", { graceMs: 0 });
    expect(await status()).toBe(401);
    expect((await send("/enter", { key: rotated })).status).toBe(401);
  });

  test("goes on only to a place on this server", async () => {
    const { send, keyFor } = await visit();
    const key = await keyFor();
    for (const [next, place] of [
      ["/..//evil.example", "/evil.example"],
      ["/.//evil.example/x", "/evil.example/x"],
      ["/x/..//evil.example", "/evil.example"],
      ["/..\\\\evil.example", "/evil.example"],
      ["/%2e%2e//evil.example", "/evil.example"],
      ["///evil.example", "/"],
      ["/..//enter", "/"],
      ["/enter?next=/enter", "/"],
      ["/c/garden?q=a%26b", "/c/garden?q=a%26b"],
      ["//evil.example/", "/"],
      ["/\\evil.example", "/"],
      ["https://evil.example/", "/"],
      ["javascript:alert(1)", "/"],
      ["/\t/evil.example", "/"],
    ] as const)
      expect([next, (await send("/enter", { key, next })).headers.get("location")]).toEqual([
        next,
        place,
      ]);
  });

  test("is not let in by a key that is wrong or for programs, and none is repeated to the page", async () => {
    const { send, keyFor, jar } = await visit();
    const search = await keyFor({ scopes: ["search"], origins: ["https://blog.example"] });
    for (const key of ["bs_wrong", search, "x".repeat(5000)]) {
      const answer = await send("/enter", { key });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(key);
    }
    expect(jar.size).toBe(0);
  });

  test("on a closed server reads with a key that may read, and without sees no figures", async () => {
    const { ask, enter } = await visit({ read: "key" });
    const refused = await ask("/");
    expect(refused.status).toBe(401);
    const page = await refused.text();
    expect(page).toContain('href="/enter?next=%2F"');
    expect(page).not.toContain("1 channel");
    await enter({ scopes: ["read"] });
    expect((await ask("/")).status).toBe(200);
    expect((await ask("/keys")).status).toBe(403);
  });

  test("with a key for one channel adds that channel only, and reads what anybody reads", async () => {
    const { ask, send, enter, added } = await visit();
    await enter({ scopes: ["scrape"], channels: ["garden"] });
    expect((await ask("/")).status).toBe(200);
    expect((await send("/channels", add)).status).toBe(403);
    expect((await send("/channels", { channel: "t.me/garden" })).status).toBe(303);
    expect(added).toEqual(["garden"]);
  });
});

test("a session opens each page and route that its key opens, and no other", async () => {
  for (const scope of scopes) {
    const { ask, jar, archive } = await visit({ read: "key" });
    const { key } = await archive.keys.create({ scopes: [scope], channels: [], origins: [] });
    const { secret } = await archive.sessions.begin(key, undefined);
    for (const row of scopeMatrix) {
      if (row.withoutKey === "anybody") continue;
      jar.set("backscroll", secret);
      const answer = await ask(addressIn(row, "garden"), {
        method: row.method,
        headers: { Origin: own },
        ...(row.method === "POST" && { body: new URLSearchParams() }),
      });
      await answer.body?.cancel();
      const opened = answer.status !== 401 && answer.status !== 403;
      expect([row.route, scope, opened]).toEqual([row.route, scope, row.scopes.includes(scope)]);
    }
  }
});

describe("a session is never taken", () => {
  const foreign = [
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: "http://archive.example:8081" },
    { Origin: "https://archive.example.evil.example" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { Origin: own, "Sec-Fetch-Site": "cross-site" },
    {},
  ];
  test.each(foreign)("for a change from %j", async (headers) => {
    const { ask, enter, added, archive } = await visit();
    await enter();
    const kept = (await archive.keys.list()).length;
    for (const [path, body, type] of [
      ["/channels", "channel=orchard", "application/x-www-form-urlencoded"],
      ["/api/v1/channels", '{"channel":"orchard"}', "application/json"],
      ["/keys", "scope=admin", "application/x-www-form-urlencoded"],
      ["/api/v1/keys", '{"scopes":["admin"]}', "text/plain"],
    ] as const) {
      const answer = await ask(path, {
        method: "POST",
        body,
        headers: { "Content-Type": type, ...headers },
      });
      expect([path, [401, 403].includes(answer.status)]).toEqual([path, true]);
    }
    expect(added).toEqual([]);
    expect(await archive.keys.list()).toHaveLength(kept);
  });

  test("for a call of another site's page, though some key names that site", async () => {
    const { ask, enter, keyFor } = await visit({ read: "key" });
    const site = "https://blog.example";
    await keyFor({ scopes: ["search"], origins: [site] });
    await enter();
    const answer = await ask("/api/v1/keys", { headers: { Origin: site } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    const neighbour = { "Sec-Fetch-Site": "same-site" };
    expect((await ask("/api/v1/keys", { headers: neighbour })).status).toBe(401);
  });

  test("in place of a key that is sent", async () => {
    const { ask, enter } = await visit();
    await enter();
    const headers = { Authorization: "Bearer bs_wrong" };
    expect((await ask("/api/v1/keys", { headers })).status).toBe(401);
  });

  test("on a loopback address, where there is nothing to enter", async () => {
    const { app, archive } = await visit({ host: "127.0.0.1" });
    const here = { Host: "127.0.0.1:8080", Origin: "http://127.0.0.1:8080" };
    const { secret, key } = await archive.keys.create({
      scopes: ["admin"],
      channels: [],
      origins: [],
    });
    const body = new URLSearchParams({ key: secret });
    const entered = await app.request("/enter", { method: "POST", body, headers: here });
    expect(entered.headers.getSetCookie()).toEqual([]);
    const { secret: session } = await archive.sessions.begin(key, undefined);
    const forged = await app.request("/channels", {
      method: "POST",
      body: new URLSearchParams(add),
      headers: { ...here, Origin: "http://127.0.0.1:8081", Cookie: `backscroll=${session}` },
    });
    expect(forged.status).toBe(403);
    expect((await app.request("/channels", { headers: { Host: here.Host } })).status).toBe(200);
  });

  test("in a frame: the pages that take it may not be framed", async () => {
    const { ask, enter } = await visit();
    await enter();
    for (const path of ["/enter", "/keys", "/channels", "/widget"]) {
      const { headers } = await ask(path);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
    }
  });
});

describe("the page of keys", () => {
  test("makes a key and shows it once, rotates it with and without grace, and revokes it", async () => {
    const { ask, send, enter, archive, later } = await visit();
    await enter();
    const shown = async (answer: Response) => /bs_\w{43}/.exec(await answer.text())?.[0] ?? "";
    const made = await send("/keys", {
      scope: "search",
      channels: "garden",
      origins: "https://blog.example",
      expires: "2027",
    });
    expect(made.headers.get("cache-control")).toBe("no-store");
    const first = await shown(made);
    const key = await archive.keys.find(first);
    expect(key).toMatchObject({
      scopes: ["search"],
      channels: ["garden"],
      origins: ["https://blog.example"],
    });
    expect(await (await ask("/keys")).text()).not.toContain("bs_");
    const second = await shown(await send(`/keys/${key?.id}/rotate`));
    expect(await archive.keys.find(first)).toMatchObject({ id: key?.id });
    expect(await archive.keys.find(second)).toMatchObject({ id: key?.id });
    later(24.1);
    expect(await archive.keys.find(first)).toBeUndefined();
    await send("/leave");
    await enter();
    const third = await shown(await send(`/keys/${key?.id}/rotate`, { grace: "0" }));
    expect(await archive.keys.find(second)).toBeUndefined();
    expect(await archive.keys.find(third)).toMatchObject({ id: key?.id });
    expect((await send(`/keys/${key?.id}/revoke`)).headers.get("location")).toBe("/keys");
    expect(await archive.keys.find(third)).toBeUndefined();
    expect((await send(`/keys/${key?.id}/rotate`)).status).toBe(404);
  });

  test("says what is wrong with a form and keeps what was typed, in both languages", async () => {
    const { ask, send, enter } = await visit();
    await enter();
    const wrong = await send("/keys", { scope: "read", origins: "https://*.example" });
    expect(wrong.status).toBe(400);
    const page = await wrong.text();
    expect(page).toContain("no origin of a site");
    expect(page).toContain('value="https://*.example"');
    const russian = await ask("/keys", { headers: { "Accept-Language": "ru" } });
    expect(await russian.text()).toContain("Создать ключ");
  });
});

test("a key is rotated over the API, and the answer says until when the old one is good", async () => {
  const { ask, keyFor, archive } = await visit();
  const headers = { Authorization: `Bearer ${await keyFor()}` };
  const old = await keyFor({ scopes: ["search"] });
  const { id = "" } = (await archive.keys.find(old)) ?? {};
  const rotate = async (query: string) =>
    ask(`/api/v1/keys/${id}/rotate${query}`, { method: "POST", headers });
  const answer = await rotate("?grace=2");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.json()).toMatchObject({ id, previousUntil: "2026-02-01T02:00:00Z" });
  expect((await rotate("?grace=721")).status).toBe(400);
  expect((await rotate("?grace=soon")).status).toBe(400);
});
