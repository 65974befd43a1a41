import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { type ApiDescription, Described, type Operation } from "./described.ts";
import { serveArchive } from "./small-archive.ts";

async function documentOf(): Promise<ApiDescription> {
  await using served = await serveArchive([]);
  return (await served.json("/openapi.json")) as ApiDescription;
}

/** Every operation as `GET /api/v1/search`. */
const operationsIn = ({ paths }: ApiDescription): readonly (readonly [string, Operation])[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );

test("the document names every route under /api, and no route that is not there", async () => {
  await using served = await serveArchive([]);
  const document = (await served.json("/openapi.json")) as ApiDescription;
  const described = operationsIn(document).map(([route]) => route);
  const answered = served.app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(new Set(described.filter((route) => route.includes(" /api/")))).toEqual(new Set(answered));
  expect(described).toContain("GET /health");
  expect(described).toContain("GET /ready");
});

test("the document is sound to a validator that we did not write", async () => {
  const document = await documentOf();
  expect(document.openapi).toBe("3.1.0");
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  const { openapi, paths } = document;
  expect((await new Validator().validate({ openapi, paths })).valid).toBe(false);
});

test("every operation and message has a name of its own, a summary, and the statuses it can give", async () => {
  const document = await documentOf();
  const operations = operationsIn(document);
  const messages = Object.values(document.webhooks).map(({ post }) => post);
  const names = [...operations.map(([, one]) => one), ...messages].map((one) => one.operationId);
  expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]+)*$/.test(name ?? ""))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  for (const [route, { summary, responses, requestBody, security = [] }] of operations) {
    const statuses = Object.keys(responses);
    expect({ route, summary }).toEqual({ route, summary: expect.stringMatching(/\S/) });
    expect({ route, statuses }).toEqual({
      route,
      statuses: expect.arrayContaining([
        "421",
        "500",
        "507",
        ...(security.length > 0 ? ["401", "403", "429"] : []),
        ...(requestBody ? ["400", "413", "415"] : []),
        ...(route.startsWith("GET") ? ["304"] : []),
      ]),
    });
    expect({ route, good: statuses.some((status) => status.startsWith("2")) }).toEqual({
      route,
      good: true,
    });
  }
});

test("answers that are no JSON have their own content types", async () => {
  const { paths } = await documentOf();
  const typesOf = (path: string): readonly string[] =>
    Object.keys(paths[`/api/v1${path}`]?.["get"]?.responses["200"]?.content ?? {});
  expect(typesOf("/export")).toEqual([
    "application/json",
    "application/x-ndjson",
    "text/csv",
    "application/vnd.apache.parquet",
    "application/atom+xml",
  ]);
  expect(typesOf("/feed.atom")).toEqual(["application/atom+xml"]);
  expect(typesOf("/feed.json")).toEqual(["application/feed+json"]);
  expect(typesOf("/channels/{channel}/posts/{id}/raw")).toEqual(["text/plain"]);
  expect(typesOf("/runs/{id}/events")).toEqual(["text/event-stream"]);
  expect(typesOf("/search")).toEqual(["application/json"]);
});

test("every example is what its own schema allows", async () => {
  const document = await documentOf();
  const judge = new Described(document);
  const examples: { readonly schema: object; readonly example: unknown }[] = [];
  const look = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if ("example" in part) {
      // Of a parameter it stands beside the schema, of a value within it.
      const { example, ...rest } = part;
      const beside = "schema" in rest ? (rest.schema as object) : rest;
      examples.push({ schema: beside, example });
    }
    Object.values(part).forEach(look);
  };
  look(document);
  expect(examples.length).toBeGreaterThan(20);
  const wrong = examples.flatMap(({ schema, example }) =>
    judge.faults(schema, example).map((fault) => `${JSON.stringify(example)}: ${fault}`),
  );
  expect(wrong).toEqual([]);
});
