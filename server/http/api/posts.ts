import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ArchivedPost } from "../../archive/posts/archived-post.ts";
import { needs } from "../access/access.ts";
import { maySee } from "../access/may-see.ts";
import type { Parts } from "../parts.ts";
import { contextAnswer } from "../../contract/context.ts";
import { postAnswer } from "../../contract/kept-post.ts";
import { versionsAnswer } from "../../contract/versions.ts";
import { answers, refusals, text } from "../describe.ts";
import { refusePurged } from "./channels.ts";
import { Refusal } from "../problems.ts";

const mostNeighbours = 50;

/** How the number of a post is written in an address. */
export const postNumber = /^[1-9]\d{0,14}$/;

const inPath = z.object({
  channel: z.string().openapi({ param: { name: "channel", in: "path" }, example: "durov" }),
  id: z
    .string()
    .regex(postNumber, "is a whole number from 1")
    .transform(Number)
    .openapi({ param: { name: "id", in: "path" }, example: 12, type: "integer" }),
});
const neighbours = (side: string) =>
  z
    .stringFormat("count", /^\d{1,4}$/, `takes a whole number from 0 to ${mostNeighbours}`)
    .transform(Number)
    .refine((many) => many <= mostNeighbours, `takes a whole number from 0 to ${mostNeighbours}`)
    .default(5)
    .openapi({ param: { name: side, in: "query" }, type: "integer" });

const one = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}/posts/{id}",
  operationId: "getPost",
  middleware: needs("read"),
  summary: "One post as it is now; an id inside an album finds the album",
  request: { params: inPath },
  responses: answers(postAnswer, "The post", 400, 404, 410),
});

const versions = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}/posts/{id}/versions",
  operationId: "listVersions",
  middleware: needs("read"),
  summary: "Every version of a post that was seen",
  request: { params: inPath },
  responses: answers(versionsAnswer, "Oldest first", 400, 404, 410),
});

const context = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}/posts/{id}/context",
  operationId: "getContext",
  middleware: needs("read"),
  summary: "A post between its neighbours",
  request: {
    params: inPath,
    query: z.object({ before: neighbours("before"), after: neighbours("after") }),
  },
  responses: answers(contextAnswer, "Posts in order of their ids", 400, 404, 410),
});

const raw = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}/posts/{id}/raw",
  operationId: "getRawPage",
  middleware: needs("read"),
  summary: "The stored page on which a version was first seen, as plain text to be saved",
  request: {
    params: inPath,
    query: z.object({
      version: z.coerce
        .number("a version has a number")
        .int("a version has a whole number")
        .positive("versions begin with 1")
        .optional()
        .openapi({ param: { name: "version", in: "query" }, type: "integer" }),
    }),
  },
  responses: {
    ...refusals(400, 404, 410),
    200: {
      description: "The page, byte for byte but for what was purged",
      content: { "text/plain": { schema: text } },
    },
  },
});

/** `/channels/{channel}/posts/{id}`: a post, its versions, its neighbours. */
export function addPostRoutes(app: OpenAPIHono, parts: Parts): void {
  app.openapi(one, async (c) => c.json(shown(await keptPost(parts, c.req.valid("param"))), 200));
  app.openapi(versions, async (c) => {
    const post = await keptPost(parts, c.req.valid("param"));
    return c.json({ versions: await parts.archive.versions(post) }, 200);
  });
  app.openapi(
    raw,
    async (c) =>
      rawPage(parts, c.req.valid("param"), c.req.valid("query").version) as Promise<never>,
  );
  app.openapi(context, async (c) => {
    const post = await keptPost(parts, c.req.valid("param"));
    const { before, after } = await parts.archive.context(post, c.req.valid("query"));
    return c.json({ before: before.map(shown), post: shown(post), after: after.map(shown) }, 200);
  });
}

/** The page on which this version was first seen; never shown as a page. @throws Refusal when none is kept. */
async function rawPage(
  parts: Parts,
  key: { readonly channel: string; readonly id: number },
  version: number | undefined,
): Promise<Response> {
  const post = await keptPost(parts, key);
  const page = await parts.archive.pageBody(post, version);
  if (!page)
    throw new Refusal({
      kind: "not-found",
      status: 404,
      detail:
        "No page is kept of which this was read: it was imported, or something purged stood on that page.",
    });
  return new Response(new Uint8Array(page.body), {
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Disposition": `attachment; filename="${post.channel}-${post.id}.html.txt"`,
      "Backscroll-Page": encodeURI(page.url),
      "Backscroll-Read-At": page.readAt,
      ...(page.cutAt !== undefined && { "Backscroll-Cut-At": page.cutAt }),
    },
  });
}

/** The post, or the album that holds this id. @throws Refusal when it is not kept. */
export async function keptPost(parts: Parts, key: PostKey): Promise<ArchivedPost> {
  const post = await parts.archive.post(key);
  if (post) return post;
  await refusePurged(parts, key);
  throw postNotKept(key);
}

/** The same, where a post of a channel that the key may not see is one that is not kept. @throws Refusal */
export async function seenPost(c: Context, parts: Parts, key: PostKey): Promise<ArchivedPost> {
  if (!maySee(c, key.channel)) throw postNotKept(key);
  return keptPost(parts, key);
}

interface PostKey {
  readonly channel: string;
  readonly id: number;
}

const postNotKept = ({ channel, id }: PostKey): Refusal =>
  new Refusal({
    kind: "post-not-kept",
    status: 404,
    detail: `${channel}/${id} is not kept here. The channel's coverage says what is known of this id.`,
  });

/** A post as the world sees it: its number inside this archive stays inside. */
export function shown<T extends { readonly no: number }>(post: T): Omit<T, "no"> {
  const { no: _, ...rest } = post;
  return rest;
}
