import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopes } from "../../../../server/archive/access/keys.ts";
import { addressIn, matrixName, type MatrixRow, scopeMatrix } from "../scope-matrix.ts";
import { post, serveArchive } from "../small-archive.ts";

const reading = (name: string) => ({
  channel: { name },
  posts: [post(1, { channel: name })],
  span: { from: 1, to: 1 },
  at: "2026-01-20T00:00:00Z",
});
const kept = [reading("garden"), reading("orchard")];
const settings = { host: "0.0.0.0", limit: 1_000_000 } as const;
type Served = Awaited<ReturnType<typeof serveArchive>>;

let closed: Served;
let open: Served;
beforeAll(async () => {
  closed = await serveArchive(kept, { settings: { ...settings, read: "key" } });
  open = await serveArchive(kept, { settings });
});
afterAll(async () => {
  await closed[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

async function goodKey({ archive }: Served): Promise<string> {
  const { secret } = await archive.keys.create({ scopes: ["read"], channels: [], origins: [] });
  return secret;
}

/** Whether whoever sends these headers is turned away from an address of this route. */
async function isRefused(
  served: Served,
  row: MatrixRow,
  { key, channel = "garden" }: { readonly key?: string; readonly channel?: string } = {},
): Promise<boolean> {
  const isJson = row.path.startsWith("/api/");
  // The entrance refuses who brings no key; it is asked with a good one.
  const form = row.path === "/enter" ? { key: await goodKey(served) } : {};
  const { status, body } = await served.app.request(addressIn(row, channel), {
    method: row.method,
    headers: {
      Host: "archive.example",
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      ...(row.method !== "GET" && isJson && { "Content-Type": "application/json" }),
    },
    ...(row.method !== "GET" && { body: isJson ? "{}" : new URLSearchParams(form) }),
  });
  await body?.cancel();
  return status === 401 || status === 403;
}

test("the matrix has a row for every route, page and file, and none for what is not there", async () => {
  const answered = closed.app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => matrixName(method, path));
  const { paths } = (await open.json("/openapi.json", { headers: { Host: "x.example" } })) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
    ),
  );
  const rows = scopeMatrix.map(({ route }) => route);
  expect(rows.toSorted()).toEqual([...new Set([...answered, ...described])].toSorted());
});

describe("every route, page and file is opened as the matrix says", () => {
  test.each(scopes)("by a key of scope %s", async (scope) => {
    const { secret: key } = await closed.archive.keys.create({
      scopes: [scope],
      channels: [],
      origins: [],
    });
    for (const row of scopeMatrix)
      expect([row.route, scope, !(await isRefused(closed, row, { key }))]).toEqual([
        row.route,
        scope,
        row.scopes.includes(scope),
      ]);
  });

  test("without a key, where reading is open and where it is not", async () => {
    for (const row of scopeMatrix) {
      const answered = [await isRefused(open, row), await isRefused(closed, row)];
      const { withoutKey } = row;
      expect([row.route, ...answered]).toEqual([
        row.route,
        withoutKey === "nobody",
        withoutKey !== "anybody",
      ]);
    }
  });

  test("by a key of every scope that is limited to one of two channels", async () => {
    const grant = { scopes, channels: ["garden"], origins: [] };
    for (const served of [closed, open]) {
      const { secret: key } = await served.archive.keys.create(grant);
      for (const row of scopeMatrix) {
        const own = await isRefused(served, row, { key });
        const others = await isRefused(served, row, { key, channel: "orchard" });
        expect([row.route, own, others]).toEqual([
          row.route,
          row.limited === "no",
          row.limited !== "own",
        ]);
      }
    }
  });
});

test("a route that says nothing of what it takes is the admin's", async () => {
  await using served = await serveArchive([], { settings });
  served.app.get("/new-thing", (c) => c.text("shown"));
  const ask = async (key?: string) =>
    (
      await served.app.request("/new-thing", {
        headers: { Host: "archive.example", ...(key && { Authorization: `Bearer ${key}` }) },
      })
    ).status;
  const keyOf = async (scope: (typeof scopes)[number]) =>
    (await served.archive.keys.create({ scopes: [scope], channels: [], origins: [] })).secret;
  expect(await ask()).toBe(401);
  expect(await ask(await keyOf("scrape"))).toBe(403);
  expect(await ask(await keyOf("admin"))).toBe(200);
});
