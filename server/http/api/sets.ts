import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { changesSince, citeSet, setId } from "../../export/cite-set.ts";
import { addedSetAnswer, setAnswer, setsAnswer, type SetAnswer } from "../../contract/set.ts";
import { needs } from "../access/access.ts";
import { answers, json, refusals } from "../describe.ts";
import { setOfQuery } from "./export.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { askedShape } from "./search.ts";

const mostListed = 10_000;
const mostSets = 100;
const mostPages = 1_000;

const inPath = z.object({
  hash: z.string().openapi({
    param: { name: "hash", in: "path" },
    example: "e3b0c44298fc1c14",
    description: "SHA-256 of the set, or its first 16 digits and more",
  }),
});
const wholeNumber = (most: number) => {
  const takes = `takes a whole number from 1 to ${most}`;
  return z.coerce.number(takes).int(takes).min(1, takes).max(most, takes);
};

const listed = createRoute({
  method: "get",
  path: "/api/v1/sets",
  operationId: "listSets",
  middleware: needs("admin"),
  summary: "Every result set that is kept, the last cited first",
  request: {
    query: z.object({
      page: wholeNumber(mostPages).default(1),
      limit: wholeNumber(mostSets).default(20),
    }),
  },
  responses: answers(setsAnswer, "A page of sets", 400),
});

const removed = createRoute({
  method: "delete",
  path: "/api/v1/sets/{hash}",
  operationId: "removeSet",
  middleware: needs("admin"),
  summary: "Forgets a cited result set; its posts are not touched",
  request: {
    params: inPath,
    query: z.object({
      query: z
        .string()
        .optional()
        .openapi({ description: "Only the one of this query, where several have found the same" }),
    }),
  },
  responses: { ...refusals(404), 204: { description: "It is kept no longer" } },
});

const one = createRoute({
  method: "get",
  path: "/api/v1/sets/{hash}",
  operationId: "getSet",
  middleware: needs("read"),
  summary: "A cited result set, and what changed since",
  request: {
    params: inPath,
    query: z.object({
      query: z
        .string()
        .optional()
        .openapi({ description: "Which query, where several have found the same" }),
    }),
  },
  responses: answers(setAnswer, "The set, asked again", 404, 503),
});

const added = createRoute({
  method: "post",
  path: "/api/v1/sets",
  operationId: "citeSet",
  middleware: needs("admin"),
  summary: "Keeps what a query finds now, to be cited",
  request: { query: z.object(askedShape) },
  responses: {
    ...refusals(400, 403, 503),
    201: { description: "The set is kept", content: json(addedSetAnswer) },
  },
});

/** `/sets`: results that can be cited. */
export function addSetRoutes(app: OpenAPIHono, parts: Parts): void {
  app.openapi(listed, async (c) => {
    const { page, limit } = c.req.valid("query");
    const { total, sets } = await parts.archive.listSets({ offset: (page - 1) * limit, limit });
    return c.json({ total, sets, page, limit }, 200);
  });
  app.openapi(removed, async (c) => {
    const { hash } = c.req.valid("param");
    const { query } = c.req.valid("query");
    if ((await parts.archive.removeSets(hash.toLowerCase(), query)) === 0) throw notKept(hash);
    return c.body(null, 204);
  });
  app.openapi(one, async (c) =>
    c.json(
      await replayed(parts, c.req.valid("param").hash, {
        query: c.req.valid("query").query,
        signal: c.req.raw.signal,
      }),
      200,
    ),
  );
  app.openapi(added, async (c) => {
    const found = await setOfQuery(parts, c.req.valid("query"), {
      signal: c.req.raw.signal,
      within: c.get("onlyChannels"),
    });
    await citeSet(parts, found, parts.clock());
    const id = setId(found.sha256);
    const { sha256, query, marks } = found;
    const url = `/api/v1/sets/${id}`;
    return c.json({ id, sha256, query, posts: marks.length, url }, 201, { Location: url });
  });
}

/** A cited set, asked again now. @throws Refusal when none is kept under this hash. */
export async function replayed(
  parts: Parts,
  hash: string,
  { query, signal }: { readonly query: string | undefined; readonly signal: AbortSignal },
): Promise<SetAnswer> {
  await parts.archive.health.refuseDamaged();
  const sets = await parts.archive.sets(hash.toLowerCase());
  const set = query === undefined ? sets[0] : sets.find((some) => some.query === query);
  if (!set) throw notKept(hash);
  const {
    sha256: sha256Now,
    posts: postsNow,
    ...lists
  } = await changesSince(parts, set, {
    now: parts.clock(),
    signal,
  });
  return {
    id: setId(set.sha256),
    sha256: set.sha256,
    query: set.query,
    posts: set.posts,
    citedAt: set.citedAt,
    ...(set.journal && { journal: set.journal }),
    position: set.position,
    analyzer: set.analyzer,
    queries: sets.map((some) => some.query),
    unchanged: Object.values(lists).every((list) => list.length === 0),
    now: { sha256: sha256Now, posts: postsNow, analyzer: parts.analyzer.version },
    changes: {
      added: counted(lists.added),
      edited: counted(lists.edited),
      deleted: counted(lists.deleted),
      left: counted(lists.left),
      gone: counted(lists.gone),
    },
  };
}

const notKept = (hash: string): Refusal =>
  new Refusal({
    kind: "set-not-kept",
    status: 404,
    detail: `No result set ${hash} was cited here. Its hash has 16 to 64 hexadecimal digits.`,
  });

const counted = <T>(list: readonly T[]): { total: number; posts: readonly T[] } => ({
  total: list.length,
  posts: list.slice(0, mostListed),
});
