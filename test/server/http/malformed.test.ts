import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startServer } from "../../../server/http/server.ts";
import { addressIn, scopeMatrix } from "./scope-matrix.ts";
import { post, serveArchive } from "./small-archive.ts";

let unexpected: string[] = [];
let served: Awaited<ReturnType<typeof serveArchive>>;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  served = await serveArchive(
    [
      {
        channel: { name: "garden" },
        posts: [post(1), post(2)],
        span: { from: 1, to: 2 },
        at: "2026-01-20T00:00:00Z",
      },
    ],
    { onUnexpected: (error) => unexpected.push(String(error)) },
  );
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  await (await fetch(`${server.url}/widget/v1.js`)).text();
}, 120_000);
afterAll(async () => {
  await server.close();
  await served[Symbol.asyncDispose]();
});
beforeEach(() => {
  unexpected = [];
});

/** Sends these bytes as they are, and gives the answer's bytes once the server has closed. */
async function sent(bytes: string, { leave = false } = {}): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
  const closed = once(socket, "close");
  socket.write(bytes, "latin1");
  if (leave) setTimeout(() => socket.destroy(), 50);
  await closed;
  return Buffer.concat(chunks).toString("latin1");
}

interface Asked {
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

const request = (
  line: string,
  { host = "127.0.0.1", headers = [], body = "" }: Asked = {},
): string =>
  [
    `${line} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: close",
    ...headers,
    ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body, "latin1")}`]),
    "",
    body,
  ].join("\r\n");

const statusOf = (answer: string): number => Number(answer.split(" ", 2)[1]);
const status = async (line: string, asked: Asked = {}): Promise<number> =>
  statusOf(await sent(request(line, asked)));

describe("an address that is none leads nowhere, and nothing breaks", () => {
  test.each([
    ["///", 404],
    ["//", 404],
    ["//[", 404],
    ["//%/x", 404],
    ["////evil.example", 404],
    ["//evil.example/..", 404],
    ["/\\evil", 400],
    ["/..//evil.example", 404],
    ["/%2f%2fevil.example", 404],
    ["/%", 404],
    ["/%zz", 404],
    ["/%E0%A4%A", 404],
    ["/?%", 400],
    ["/?q=%ff", 200],
    ["/?q=%00", 200],
    ["/?__proto__=1&constructor=2", 400],
    ["/?q=__proto__&view=constructor", 400],
    ["/?ui=%00", 200],
    ["//?ui=ru", 404],
    ["/c/%", 404],
    ["/c/%E0%A4%A/1", 404],
    ["/c/__proto__", 404],
    ["/c/garden/%31", 200],
    ["/c/garden/1.json.json", 404],
    ["/c/garden/99999999999999999999", 404],
    ["/c/garden/1?v=__proto__", 400],
    ["/runs/%00", 404],
    ["/sets/%00", 404],
    ["/media/..%2f..%2farchive.db", 404],
    ["/assets/..%2f..%2fpackage.json", 404],
    ["/widget/constructor/toString", 404],
    ["/api//v1/search", 404],
    ["/api/v1/channels/%00", 404],
    ["/api/v1/channels/garden/posts/0", 400],
    ["/api/v1/channels/garden/posts/1/context?before=1e9", 400],
    ["/api/v1/runs?limit=1e1", 200],
    ["/api/v1/feed.atom?archive=9999-99", 404],
    ["/api/v1/search?q=a&q=b", 400],
    ["http://evil.example/health", 200],
    ["http://[", 400],
    ["x", 400],
    ["", 400],
  ])("%s is answered %i", async (address, expected) => {
    expect([await status(`GET ${address}`), unexpected]).toEqual([expected, []]);
    const head = await status(`HEAD ${address}`);
    expect([head, unexpected]).toEqual([expected, []]);
  });

  test("however it is written, a page links to no other host", async () => {
    for (const address of ["//evil.example/x", "///evil.example", "/..//evil.example/x?a=1"]) {
      const page = await sent(request(`GET ${address}`));
      expect(page).toContain("There is nothing at this address");
      expect(page).not.toMatch(/(href|action)="[/\\]{2}/);
      expect(page).not.toContain("next=%2F%2F");
    }
  });

  test("in any part of any route", async () => {
    const odd = ["%", "%00", "%ff%fe", "%0d%0aX:1", "..%2f..%2f", "__proto__", "a".repeat(9_000)];
    for (const row of scopeMatrix)
      for (const part of odd) {
        const path = row.path.replaceAll(/:\w+/g, part);
        const headers = row.method === "GET" ? [] : ["Content-Type: application/json"];
        if (path === row.path) continue;
        const body = row.method === "GET" ? "" : "{}";
        const answer = await status(`${row.method} ${path}`, { headers, body });
        expect([row.route, part.slice(0, 20), answer < 500, unexpected]).toEqual([
          row.route,
          part.slice(0, 20),
          true,
          [],
        ]);
      }
  }, 120_000);
});

test("what is too long is refused by its length", async () => {
  const long = "a".repeat(15_000);
  expect(await status(`GET /api/v1/search?q=${long}`)).toBe(400);
  expect(await status(`GET /?q=${long}`)).toBe(400);
  expect(await status(`GET /${long}`)).toBe(404);
  expect(await status(`GET /?q=${long}${long}`)).toBe(431);
  expect(await status("GET /", { headers: [`X: ${long}${long}`] })).toBe(431);
  expect(
    await status("GET /", { headers: Array.from({ length: 3_000 }, (_, i) => `X${i}: 1`) }),
  ).toBe(431);
  const body = "x".repeat(70_000);
  const headers = ["Content-Type: application/json"];
  expect(await status("POST /api/v1/runs", { headers, body })).toBe(413);
  const chunked = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
  const chunks = `11170\r\n${"x".repeat(70_000)}\r\n0\r\n\r\n`;
  expect(statusOf(await sent(request("POST /api/v1/runs", { headers: chunked }) + chunks))).toBe(
    413,
  );
  expect(unexpected).toEqual([]);
});

test("a method that no route takes is named as such", async () => {
  for (const method of ["TRACE", "PROPFIND", "QUERY", "PUT", "PURGE", "M-SEARCH", "OPTIONS"])
    for (const path of ["/", "/api/v1/search", "/c/garden"])
      expect([method, path, await status(`${method} ${path}`)]).toEqual([method, path, 405]);
  for (const method of ["get", "FOO", "G\0T"]) expect(await status(`${method} /`)).toBe(400);
  expect(unexpected).toEqual([]);
});

test("a body that is not what its type says is refused, by every route that takes one", async () => {
  const json = "application/json";
  const bodies = [
    [json, "{"],
    [json, "[]"],
    [json, "null"],
    [json, '{"__proto__":{"channel":"x"}}'],
    [json, "[".repeat(30_000)],
    [json, "\x00"],
    [json, "{}garbage"],
    [json, '{"channel":"\\ud800","channels":["\\ud800"],"name":"\\u0000","query":"\\u0000"}'],
    [`${json}; charset="`, "{}"],
    ["multipart/form-data", "{}"],
    ["multipart/form-data; boundary=x", "--x\r\n"],
    ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="channel"'],
    ["application/x-www-form-urlencoded", "channel=%&q=%ff&act=%00&next=%&key=%00"],
    ["////", "x"],
    ["", "x"],
  ] as const;
  for (const row of scopeMatrix) {
    if (row.method === "GET") continue;
    for (const [type, body] of bodies) {
      const headers = type === "" ? [] : [`Content-Type: ${type}`];
      const answer = await status(`${row.method} ${addressIn(row, "garden")}`, { headers, body });
      expect([row.route, type, body.slice(0, 20), answer < 500, unexpected]).toEqual([
        row.route,
        type,
        body.slice(0, 20),
        true,
        [],
      ]);
    }
  }
}, 120_000);

test("a form that is cut off or not there is refused by every page that takes one", async () => {
  for (const page of [
    "/channels",
    "/enter",
    "/keys",
    "/keys/none/rotate",
    "/runs",
    "/saved",
    "/saved/none",
    "/schedules",
    "/sets",
    "/widget",
  ]) {
    const sentAs = { headers: ["Content-Type: multipart/form-data"], body: "{}" };
    expect([page, await status(`POST ${page}`, sentAs), unexpected]).toEqual([page, 400, []]);
  }
});

test.each([
  "Accept: ///",
  "Accept-Language: ,;q=x",
  "Cookie: =;; ui=%; backscroll=%zz",
  "Authorization: Bearer",
  "Authorization: Bearer \xff\xfe",
  'If-None-Match: "',
  "Range: bytes=9-1",
  "Origin: http://[",
  "Referer: http://[",
  "Sec-Fetch-Site: x",
  "X-Forwarded-For: ,,,",
  "X-Request-Id: a b\tc",
  "Last-Event-ID: 99999999999999",
  "Accept-Encoding: gzip;q=x, ,",
  "Expect: x",
])("a header that says %s is no trouble", async (header) => {
  for (const path of ["/", "/c/garden/1", "/api/v1/search", "/nothing", "/api/v1/runs/x/events"])
    for (const method of ["GET", "HEAD", "POST"]) {
      const answer = await status(`${method} ${path}`, { headers: [header] });
      expect([method, path, answer < 500, unexpected]).toEqual([method, path, true, []]);
    }
});

test("a host that is none is refused", async () => {
  for (const host of ["[", "a b", "127.0.0.1/x", "127.0.0.1@evil.example", "\xff", "127.0.0.1:x"]) {
    const answer = await status("GET /api/v1/search", { host });
    expect([host, answer === 400 || answer === 421]).toEqual([host, true]);
  }
  expect(unexpected).toEqual([]);
});

test("what cannot be asked for at all is refused in words, as a problem", async () => {
  const answer = await sent(request("GET /\\evil"));
  expect(answer).toContain("application/problem+json");
  expect(answer).toContain("urn:backscroll:problem:bad-request");
});

/** The problem in an answer, which is whole: its length is what it says. */
function problemIn(answer: string): { status: number; type: string; detail: string } {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toContain("Content-Type: application/problem+json");
  expect(head).toContain(`Content-Length: ${body.length}`);
  return JSON.parse(Buffer.from(body, "latin1").toString()) as ReturnType<typeof problemIn>;
}

test("letters that are not encoded are refused with what to do", async () => {
  const raw = Buffer.from("/api/v1/search?q=симметрией").toString("latin1");
  const answer = await sent(request(`GET ${raw}`));
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(problemIn(answer)).toMatchObject({
    status: 400,
    type: "urn:backscroll:problem:bad-request",
    detail: expect.stringContaining("Percent-encode them as UTF-8"),
  });
  expect(await status("GET /health")).toBe(200);
});

test.each([
  ["FOO / HTTP/1.1\r\n\r\n", 400, "This is no HTTP request: Invalid method encountered."],
  [
    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    400,
    "This is no HTTP request: Invalid character in Content-Length.",
  ],
  [
    `GET /?q=${"a".repeat(20_000)} HTTP/1.1\r\n\r\n`,
    431,
    "The address and headers are too long together.",
  ],
])("%.20s is no request, and the answer says why", async (bytes, expected, detail) => {
  const answer = await sent(bytes);
  expect(statusOf(answer)).toBe(expected);
  expect(problemIn(answer)).toMatchObject({ status: expected, detail });
});

test("a request that names no host is told so in our words", async () => {
  const answer = await sent("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*content-type: application\/problem\+json/is);
  expect(answer).toContain("Missing host header.");
});

test("who leaves in the middle of a body breaks nothing", async () => {
  for (const path of ["/api/v1/runs", "/channels", "/keys", "/api/v1/keys"]) {
    const headers = ["Content-Type: application/json", "Content-Length: 99"];
    await sent(request(`POST ${path}`, { headers }) + "{", { leave: true });
    const chunked = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
    await sent(`${request(`POST ${path}`, { headers: chunked })}1\r\n{\r\n`, { leave: true });
  }
  expect(await status("GET /health")).toBe(200);
  expect(unexpected).toEqual([]);
});

test("a form that names nothing to do is refused", async () => {
  const headers = ["Content-Type: application/x-www-form-urlencoded"];
  for (const id of ["none", "%0d%0aX:1", "%E2%82%AC"])
    expect(await status(`POST /saved/${id}`, { headers, body: "act=jump" })).toBe(400);
  expect(unexpected).toEqual([]);
});
