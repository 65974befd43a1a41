import { expect, test } from "vitest";
import { serveArchive } from "./small-archive.ts";

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: object }>>>
  >;
}

test("the document names every route under /api, and no route that is not there", async () => {
  await using served = await serveArchive([]);
  const document = (await served.json("/openapi.json")) as Document;
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const answered = served.app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(new Set(described.filter((route) => route.includes(" /api/")))).toEqual(new Set(answered));
  expect(described).toContain("GET /health");
  expect(described).toContain("GET /ready");
});

test("every route tells its good answer and its problems", async () => {
  await using served = await serveArchive([]);
  const { openapi, paths } = (await served.json("/openapi.json")) as Document;
  expect(openapi).toBe("3.1.0");
  for (const route of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    expect(Object.keys(route.responses).filter((status) => status.startsWith("2"))).not.toEqual([]);
    expect(Object.keys(route.responses)).toContain("500");
  }
});
