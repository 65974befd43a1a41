import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { changesSince, citeSet, setId } from "../../export/cite-set.ts";
import { addedSetAnswer, setAnswer, type SetAnswer } from "../../contract/set.ts";
import { needs } from "../access/access.ts";
import { answers, json, refusals } from "../describe.ts";
import { setOfQuery } from "./export.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { askedShape } from "./search.ts";

const mostListed = 10_000;

const one = createRoute({
  method: "get",
  path: "/api/v1/sets/{hash}",
  middleware: needs("read"),
  summary: "A cited result set, and what changed since",
  request: {
    params: z.object({
      hash: z.string().openapi({
        param: { name: "hash", in: "path" },
        example: "e3b0c44298fc1c14",
        description: "SHA-256 of the set, or its first 16 digits and more",
      }),
    }),
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
    const found = await setOfQuery(parts, c.req.valid("query"), c.req.raw.signal);
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
  const sets = await parts.archive.sets(hash.toLowerCase());
  const set = query === undefined ? sets[0] : sets.find((some) => some.query === query);
  if (!set)
    throw new Refusal({
      kind: "set-not-kept",
      status: 404,
      detail: `No result set ${hash} was cited here. Its hash has 16 to 64 hexadecimal digits.`,
    });
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

const counted = <T>(list: readonly T[]): { total: number; posts: readonly T[] } => ({
  total: list.length,
  posts: list.slice(0, mostListed),
});
