import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { citeSet } from "../../export/cite-set.ts";
import { exportApart } from "../../export/export-apart.ts";
import { exportFormats, manifestOf, type ExportFormat } from "../../export/export-posts.ts";
import { findSet, type FoundSet } from "../../search/result-set.ts";
import { askedQuery, type SearchParams } from "../../search/search-posts.ts";
import { manifestAnswer } from "../../contract/manifest.ts";
import { needs } from "../access/access.ts";
import { answers } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { streamed } from "../streams.ts";
import { askedShape } from "./search.ts";

const types: Readonly<Record<ExportFormat, string>> = {
  jsonl: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
  parquet: "application/vnd.apache.parquet",
  atom: "application/atom+xml; charset=utf-8",
};

const route = createRoute({
  method: "get",
  path: "/api/v1/export",
  middleware: needs("export"),
  summary: "Every post a query finds, as one file; `format=manifest` says what it holds",
  request: {
    query: z.object({
      ...askedShape,
      format: z
        .enum([...exportFormats, "manifest"], `one of ${exportFormats.join(", ")}, manifest`)
        .default("jsonl")
        .openapi({ type: "string", enum: [...exportFormats, "manifest"] }),
    }),
  },
  responses: answers(manifestAnswer, "The file, or its manifest", 400, 503),
});

/** `/export`: the file streams; its manifest is at the same address with `format=manifest`. */
export function addExportRoute(app: OpenAPIHono, parts: Parts): void {
  app.openapi(route, async (c) => {
    const { format, ...asked } = c.req.valid("query");
    const { signal } = c.req.raw;
    const found = await setOfQuery(parts, asked, signal);
    // A citation is a note of what was asked, made where changes are open.
    if (parts.changesOpen) await citeSet(parts, found, parts.clock());
    if (format === "manifest") return c.json(manifestOf(found, { now: parts.clock() }), 200);
    const manifest = new URL(c.req.url);
    manifest.searchParams.set("format", "manifest");
    const { pathname, search } = manifest;
    return streamed(c, parts, {
      headers: {
        "Content-Type": types[format],
        "Content-Disposition": `attachment; filename="backscroll-${found.sha256.slice(0, 16)}.${format}"`,
        Link: `<${pathname}${search}>; rel="describedby"; type="application/json"`,
        "Backscroll-Posts": String(found.marks.length),
        "Backscroll-Set": found.sha256,
        // Its own tag, so that nobody reads the whole file to make one.
        ETag: `W/"${found.sha256.slice(0, 32)}-${found.archive.position}-${format}"`,
      },
      chunks: (stopped) =>
        exportApart(parts.archive, found, { format, self: c.req.url, signal: stopped }),
    }) as never;
  });
}

/** All that the parameters find. @throws QuerySyntaxError, BadParameter, QueryTooSlow */
export async function setOfQuery(
  parts: Parts,
  params: SearchParamsGiven,
  signal: AbortSignal,
): Promise<FoundSet> {
  const given = Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  ) as SearchParams;
  const query = askedQuery(given, { analyzer: parts.analyzer, now: parts.clock() });
  return findSet(parts, query, { signal });
}
type SearchParamsGiven = { readonly [K in keyof SearchParams]: SearchParams[K] | undefined };
