import { createHash } from "node:crypto";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { facetNames } from "../../search/port.ts";
import { folds } from "../../search/query/fields.ts";
import { sorts } from "../../search/query/tree.ts";
import { searchPosts, type SearchParams, type SearchResult } from "../../search/search-posts.ts";
import type { Parts } from "../parts.ts";
import { isOneOf, needs } from "../access/access.ts";
import { briefly } from "./brief.ts";
import { briefAnswer } from "../../contract/brief.ts";
import { searchAnswer, type SearchAnswer } from "../../contract/search.ts";
import type { Stating } from "../../contract/stating.ts";
import { answers } from "../describe.ts";
import { wrongChannel } from "../access/guard.ts";

const mostHits = 100;
const tagLetters = 22;
const briefHeaders = { "Cache-Control": "private, max-age=10" };
const mostPages = 1_000_000;
const steps = ["auto", "day", "week", "month", "year"] as const;

const nothing = z.literal("").transform(() => undefined);

/** A comma list; a parameter given several times is one list. */
export const commaList = (description: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => {
      const values = [given]
        .flat()
        .flatMap((one) => one.split(","))
        .map((one) => one.trim());
      const named = values.filter((one) => one !== "");
      return named.length > 0 ? named : undefined;
    })
    .optional()
    .openapi({ type: "string", description });

const oneOf = <T extends readonly [string, ...string[]]>(values: T) =>
  z
    .union([nothing, z.enum(values)], `takes one of ${values.join(", ")}`)
    .optional()
    .openapi({ type: "string", enum: [...values] });

export const wholeNumber = (most: number) => {
  const rule = `takes a whole number from 1 to ${most}`;
  return z
    .union([nothing, z.stringFormat("whole", /^\s*[1-9]\d{0,6}\s*$/).transform(Number)], rule)
    .refine((given) => (given ?? 1) <= most, rule)
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum: most });
};

const text = (description: string) =>
  z
    .string("can be given once only")
    .transform((given) => (given === "" ? undefined : given))
    .optional()
    .openapi({ type: "string", description });

/** What a query is made of, the same for search, export, feed and set. */
export const askedShape = {
  q: text("What is searched for, in the grammar of the search box").openapi({
    example: "симметрия has:photo",
  }),
  channel: commaList("Names of channels"),
  after: text("From this date on"),
  before: text("Up to this date, not included"),
  has: commaList("Kinds of content"),
  is: commaList("Kinds of post"),
  lang: commaList("Languages, ISO 639-1"),
  sort: oneOf(sorts).openapi({
    description:
      "`changed`: by the last edit, deletion or return seen; posts without any follow, newest first",
  }),
  fold: oneOf(folds).openapi({
    description: "Of posts with one text only the earliest is a hit, with what it stands for",
  }),
};

/** The parameters of a search. */
export const searchQuery = z.object({
  ...askedShape,
  rank: oneOf(["full"]),
  page: wholeNumber(mostPages),
  limit: wholeNumber(mostHits),
  prefix: z
    .union([nothing, z.enum(["1", "true", "0", "false"])], "takes true or false")
    .optional()
    .openapi({ type: "boolean", description: "The last word may go on" }),
  facets: commaList(`Any of ${facetNames.join(", ")}`).pipe(
    z.array(z.enum(facetNames, `takes any of ${facetNames.join(", ")}`)).optional(),
  ),
  histogram: oneOf(steps),
  fields: oneOf(["all", "brief"]),
});

/** Those of its page: without what would show other hits than its links and files lead to, and with the ways of showing them. */
export const pageQuery = searchQuery.omit({ prefix: true, facets: true, fields: true }).extend({
  view: oneOf(["posts", "context", "table", "gallery"]),
  cols: commaList("Columns of the table"),
  timeline: oneOf(["off"]),
});

/** The page of results that a post's page was opened from, and the post's place among its hits, from 1. */
export const hitQuery = pageQuery.omit({ page: true }).extend({ hit: wholeNumber(mostPages) });

const route = createRoute({
  method: "get",
  path: "/api/v1/search",
  operationId: "search",
  middleware: needs("search", { channels: "own" }),
  summary: "Posts that match a query, with exact totals",
  request: { query: searchQuery },
  responses: answers(z.union([searchAnswer, briefAnswer]), "What was found", 400, 503),
});

/** `/search`: the answer of the search, for programs. */
export function addSearchRoute(app: OpenAPIHono, parts: Parts): void {
  app.openapi(route, async (c) => {
    const params = toParams(c.req.valid("query"));
    refuseOthers(c.get("onlyChannels"), params.channel);
    const answer = await search(c, parts, params);
    const brief = c.req.valid("query").fields === "brief";
    if (brief) return c.json(briefly(answer, await titles(parts)), 200, briefHeaders);
    // How long it took is no part of what was found: equal answers have equal tags.
    const { tookMs: _, ...found } = answer;
    const tag = createHash("sha256").update(JSON.stringify(found)).digest("base64url");
    return c.json(answer, 200, { ETag: `W/"${tag.slice(0, tagLetters)}"` });
  });
}

/** The only channels that whoever asks may see; all of them without. */
export type Within = readonly string[] | undefined;

/** A query finds nothing of other channels; a program that asks for one by name is told why. @throws Refusal */
export function refuseOthers(within: Within, named: readonly string[] = []): void {
  if (within && !named.every((channel) => isOneOf(within, channel))) throw wrongChannel(within);
}

async function titles({ archive }: Parts): Promise<ReadonlyMap<string, string>> {
  return new Map((await archive.channels()).map(({ name, title }) => [name, title]));
}

/**
 * One search, as the contract shapes it, of the channels that whoever asks may see.
 * @throws QuerySyntaxError, BadParameter, QueryTooSlow
 */
export async function search(
  c: Context,
  parts: Parts,
  params: SearchParams,
): Promise<Stating<SearchResult, SearchAnswer>> {
  const within = c.get("onlyChannels");
  const answer = await searchPosts(
    { ...parts, now: parts.clock },
    { ...params, ...(within && { within }) },
    { signal: c.req.raw.signal },
  );
  parts.onSearched?.({ engine: answer.engine, ms: answer.tookMs });
  return answer;
}

/** What the address asks for, as a search takes it. */
export function toParams(query: z.output<typeof searchQuery>): SearchParams {
  const { rank, prefix, fields: _, ...rest } = query;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(rank && { rankAll: true }),
    ...((prefix === "1" || prefix === "true") && { prefix: true }),
  };
}
