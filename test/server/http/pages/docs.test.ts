import { expect, test } from "vitest";
import { problemTitles } from "../../../../server/http/problems.ts";
import { type MatrixRow, scopeMatrix } from "../scope-matrix.ts";
import { serveArchive } from "../small-archive.ts";

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly summary: string;
            readonly parameters?: readonly { readonly name: string }[];
            readonly responses: Readonly<Record<string, unknown>>;
            readonly security: readonly { readonly key?: readonly string[] }[];
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  readonly webhooks: Readonly<Record<string, unknown>>;
}

const decoded = (page: string): string =>
  page
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll("<wbr />", "");

test("/docs shows every route with its parameters, answers and an example, every schema, problem and webhook", async () => {
  await using served = await serveArchive([]);
  const document = (await served.json("/openapi.json")) as Document;
  const page = decoded(await served.page("/docs"));
  const articles = page.split("<article").slice(1);
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  expect(routes.length).toBeGreaterThan(20);
  expect(articles).toHaveLength(routes.length + Object.keys(document.webhooks).length);
  for (const [place, { path, method, operation }] of routes.entries()) {
    const article = articles[place] ?? "";
    expect(article).toContain(path);
    expect(article).toContain(method.toUpperCase());
    expect(article).toContain(operation.summary.split("`")[0]);
    expect(article).toContain("curl");
    for (const { name } of operation.parameters ?? [])
      expect(article).toContain(`<code>${name}</code>`);
    for (const status of Object.keys(operation.responses))
      expect(article).toContain(`<code>${status}</code>`);
  }
  for (const name of Object.keys(document.components.schemas))
    expect(page).toContain(`id="schema-${name}"`);
  for (const kind of Object.keys(problemTitles))
    expect(page).toContain(`urn:backscroll:problem:${kind}`);
  for (const name of Object.keys(document.webhooks)) expect(page).toContain(name);
});

test("every link within /docs leads somewhere, and no two parts share a name", async () => {
  await using served = await serveArchive([]);
  const page = await served.page("/docs");
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.length).toBeGreaterThan(60);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
});

test("/docs needs no script but for the reader's clock and the help on keys, and speaks Russian around the API's English", async () => {
  await using served = await serveArchive([]);
  const page = await served.page("/docs?ui=ru");
  expect(page).not.toMatch(
    /<script(?! type="module" src="\/assets\/(local-time|keys-help|menus)-)/,
  );
  expect(page).toContain("Маршруты");
  expect(page).toContain("Posts that match a query, with exact totals");
});

const nameOf = ({ withoutKey, scopes }: MatrixRow): readonly string[] =>
  withoutKey === "anybody" ? [] : [scopes[0]!];

test("the document tells of each route which scope it takes", async () => {
  await using served = await serveArchive([]);
  const { paths } = (await served.json("/openapi.json")) as Document;
  const told = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { security }]) =>
        [`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`, security] as const,
    ),
  );
  expect(told.length).toBeGreaterThan(40);
  for (const [route, security] of told) {
    const row = scopeMatrix.find((one) => one.route === route)!;
    const named = security.flatMap(({ key = [] }) => key);
    expect([route, named]).toEqual([route, nameOf(row)]);
  }
});
