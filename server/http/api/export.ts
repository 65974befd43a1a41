import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { exportApart } from "../../export/export-apart.ts";
import { exportFormats, type ExportFormat, formatOf } from "../../export/formats.ts";
import { faultInTable, manifestOf, type TableOptions } from "../../export/export-posts.ts";
import { columnNames } from "../../export/post-table.ts";
import { BadParameter } from "../../search/query/query-errors.ts";
import { findSet, type FoundSet } from "../../search/result-set.ts";
import { askedResult, type SearchParams } from "../../search/search-posts.ts";
import { manifestAnswer } from "../../contract/manifest.ts";
import { needs } from "../access/access.ts";
import { binary, json, refusals, text } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { NoPlace, Places } from "../places.ts";
import { Refusal } from "../problems.ts";
import { streamed } from "../streams.ts";
import { worldAddress } from "../world-address.ts";
import { askedShape, refuseOthers, type Within } from "./search.ts";
import { ownCommand } from "../../../scraper/own-command.ts";

/** What each file is described as; for the compiler any one of them will do. */
const contents = Object.fromEntries(
  exportFormats.map((format) => {
    const { type, isText } = formatOf(format);
    return [type.replace(/;.*$/, ""), { schema: isText ? text : binary }];
  }),
) as Readonly<Record<"text/csv", { readonly schema: typeof text }>>;

const route = createRoute({
  method: "get",
  path: "/api/v1/export",
  operationId: "exportPosts",
  middleware: needs("export", { channels: "own" }),
  summary: "Every post a query finds, as one file; `format=manifest` says what it holds",
  request: {
    query: z.object({
      ...askedShape,
      format: z
        .enum([...exportFormats, "manifest"], `one of ${exportFormats.join(", ")}, manifest`)
        .default("jsonl")
        .openapi({ type: "string", enum: [...exportFormats, "manifest"] }),
      columns: z
        .string()
        .max(2_000, "2,000 characters at most")
        .transform((names) => names.split(","))
        .optional()
        .openapi({
          type: "string",
          description: `Of csv and parquet, in this order: ${columnNames}`,
          example: "id,date,text",
        }),
      excel: z
        .enum(["true", "false"], "true or false")
        .transform((said) => said === "true")
        .optional()
        .openapi({
          type: "string",
          enum: ["true", "false"],
          description:
            "A csv for Microsoft Excel: with a mark of byte order, and texts that it would take for numbers or dates led by an apostrophe",
        }),
    }),
  },
  responses: {
    ...refusals(400, 503),
    200: {
      description: "The file, or its manifest",
      content: {
        ...json(manifestAnswer),
        ...contents,
      },
    },
  },
});

/** Exports that are made at once; each is a process of some 100 MB. */
const mostAtOnce = 2;
const mostWaiting = 16;
/** Longer than a reader may take nothing: whoever waits outlasts one who does not read. */
const waitMs = 60_000;

/** `/export`: the file streams; its manifest is at the same address with `format=manifest`. Nothing is kept. */
export function addExportRoute(app: OpenAPIHono, parts: Parts): void {
  const places = new Places({ most: mostAtOnce, mostWaiting, waitMs, sleep: parts.sleep });
  app.openapi(route, async (c) => {
    const { format, columns, excel, ...asked } = c.req.valid("query");
    const table = { ...(columns && { columns }), ...(excel && { excel }) };
    const fault = format === "manifest" ? undefined : faultInTable(format, table);
    if (fault !== undefined) throw new BadParameter(excel ? "excel" : "columns", fault);
    const { signal } = c.req.raw;
    const isMade = format !== "manifest" && c.req.method !== "HEAD";
    const onEnd = isMade ? await placeIn(places, signal) : () => {};
    const within = c.get("onlyChannels");
    const found = await setOfQuery(parts, asked, { signal, within }).catch((error: unknown) => {
      onEnd();
      throw error;
    });
    if (format === "manifest")
      return c.json(manifestOf(found, { now: parts.clock(), typed: asked.q ?? "" }), 200);
    return streamed(c, parts, {
      headers: headersOf(found, { format, table, url: c.req.url }),
      chunks: (stopped) =>
        exportApart(parts.archive, found, {
          format,
          ...table,
          self: worldAddress(c, parts).href,
          signal: stopped,
        }),
      onEnd,
    });
  });
}

/** A place among those for whom a file is made. @throws Refusal when none is free in time */
async function placeIn(places: Places, signal: AbortSignal): Promise<() => void> {
  try {
    return await places.take(signal);
  } catch (error) {
    if (!(error instanceof NoPlace)) throw error;
    const detail = `${mostAtOnce} exports are made here at once, and others wait. Ask again later, or use the command line: ${ownCommand} export.`;
    throw new Refusal({ kind: "too-many-exports", status: 503, detail }, { "Retry-After": "30" });
  }
}

function headersOf(
  { sha256, marks, archive }: FoundSet,
  {
    format,
    table,
    url,
  }: { readonly format: ExportFormat; readonly table: TableOptions; readonly url: string },
): Record<string, string> {
  const manifest = new URL(url);
  manifest.searchParams.set("format", "manifest");
  for (const name of ["columns", "excel"]) manifest.searchParams.delete(name);
  const { columns = [], excel = false } = table;
  const shape = [format, ...(excel ? ["excel"] : []), ...columns].join("-");
  const { pathname, search } = manifest;
  return {
    "Content-Type": formatOf(format).type,
    "Content-Disposition": `attachment; filename="backscroll-${sha256.slice(0, 16)}.${format}"`,
    Link: `<${pathname}${search}>; rel="describedby"; type="application/json"`,
    "Backscroll-Posts": String(marks.length),
    "Backscroll-Set": sha256,
    // Its own tag, so that nobody reads the whole file to make one.
    ETag: `W/"${sha256.slice(0, 32)}-${archive.position}-${shape}"`,
  };
}

/** All that the parameters find, of the channels that whoever asks may see. @throws ArchiveDamaged, QuerySyntaxError, BadParameter, QueryTooSlow */
export async function setOfQuery(
  parts: Parts,
  params: SearchParamsGiven,
  { signal, within }: { readonly signal: AbortSignal; readonly within: Within },
): Promise<FoundSet> {
  refuseOthers(within, params.channel);
  // Before any of it: a file that has begun can only break off, and what is cited stays.
  await parts.archive.health.refuseDamaged();
  const given = Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  ) as SearchParams;
  const query = askedResult(
    { ...given, ...(within && { within }) },
    { analyzer: parts.analyzer, now: parts.clock() },
  );
  return findSet(parts, query, { signal, within });
}
type SearchParamsGiven = { readonly [K in keyof SearchParams]: SearchParams[K] | undefined };
