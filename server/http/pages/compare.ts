import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { comparePage, type CompareView } from "../../../web/pages/compare-page.ts";
import { compareSvg } from "../../../web/parts/compare-svg.ts";
import { mostCompared, valuesOf } from "../../../web/parts/series.ts";
import { csvRow } from "../../export/csv-file.ts";
import { BadParameter, QuerySyntaxError } from "../../search/query/query-errors.ts";
import { askedResult } from "../../search/search-posts.ts";
import { needs } from "../access/access.ts";
import { search } from "../api/search.ts";
import { tooManyCompared } from "../api/too-many-compared.ts";
import { unreadPeriods } from "../api/unread.ts";
import type { Parts } from "../parts.ts";
import { problemOf } from "../problems.ts";
import { frameOf, mostChannelsHatched, send, allFaces } from "./desk.ts";

/** `/compare`, and the same as figures and as a picture. */
export function addComparePage(app: OpenAPIHono, parts: Parts): void {
  app.get("/compare", needs("read"), async (c) => {
    const [frame, compared] = await Promise.all([frameOf(c, parts), comparedIn(c, parts)]);
    return send(c, comparePage({ frame, ...compared }), compared.fault ? 400 : 200);
  });
  app.get("/compare.csv", needs("read"), async (c) => {
    const compared = await soundIn(c, parts);
    const values = compared.lines.map(({ bars }) => valuesOf(bars, compared));
    const rows = compared.all.map(({ start, count }, place) => [
      start,
      ...values.map((line) => line[place] ?? 0),
      count,
    ]);
    const head = ["start", ...compared.lines.map(({ query }) => query), "posts"];
    return c.body([head, ...rows].map(csvRow).join(""), 200, {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="compared.csv"',
    });
  });
  app.get("/compare.svg", needs("read"), async (c) => {
    const [frame, compared] = await Promise.all([frameOf(c, parts), soundIn(c, parts)]);
    const unit = frame.words.text.compare.units[compared.scale][compared.step];
    return c.body(String(await compareSvg(compared, unit)), 200, {
      "Content-Type": "image/svg+xml",
      "Content-Disposition": 'attachment; filename="compared.svg"',
    });
  });
}

/** For a file: half a comparison is none. @throws the fault that a page would show */
async function soundIn(c: Context, parts: Parts): Promise<Omit<CompareView, "frame">> {
  const compared = await comparedIn(c, parts);
  if (compared.error) throw compared.error;
  return compared;
}

/** Up to five queries, each in the steps of all posts. */
async function comparedIn(
  c: Context,
  parts: Parts,
): Promise<Omit<CompareView, "frame"> & { readonly error?: unknown }> {
  const given = (c.req.queries("q") ?? []).filter((q) => q.trim() !== "");
  const asked = given.slice(0, mostCompared);
  const sixth = given[mostCompared];
  const scale = scaleOf(c.req.query("scale") ?? "share");
  const everything = await search(c, parts, { limit: 1, histogram: "auto" });
  const step = everything.histogramStep ?? "month";
  const lines = [];
  const found = new Set<string>();
  let error: unknown = sixth === undefined ? undefined : tooManyCompared(mostCompared);
  let fault = sixth === undefined ? undefined : { query: sixth, problem: problemOf(error) };
  for (const query of asked) {
    try {
      askedResult({ q: query }, { analyzer: parts.analyzer, now: parts.clock() });
      const { total, warnings, histogram, hits, facets } = await search(c, parts, {
        q: query,
        limit: 1,
        sort: "new",
        histogram: step,
        facets: ["channel"],
      });
      lines.push({ query, total, warnings, bars: histogram ?? [], newest: hits[0] });
      for (const { value } of facets.channel ?? []) found.add(value);
    } catch (thrown) {
      if (!(thrown instanceof QuerySyntaxError)) throw thrown;
      error = thrown;
      fault = { query, problem: problemOf(thrown) };
    }
  }
  const [faces, unread] = await Promise.all([
    allFaces(parts),
    unreadPeriods(parts.archive, [...found].slice(0, mostChannelsHatched)),
  ]);
  const all = everything.histogram ?? [];
  return { step, all, lines, faces, unread, scale, fault, ...(error !== undefined && { error }) };
}

function scaleOf(typed: string): "share" | "count" {
  if (typed === "share" || typed === "count") return typed;
  throw new BadParameter("scale", "scale: takes share or count.");
}
