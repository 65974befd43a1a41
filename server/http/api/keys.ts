import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { graceOf, keyGrant, usualGraceHours } from "../access/key-grant.ts";
import { keyAnswer, keysAnswer, newKeyAnswer } from "../../contract/key.ts";
import { needs } from "../access/access.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const list = z.array(z.string()).readonly().default([]);

const listed = createRoute({
  method: "get",
  path: "/api/v1/keys",
  operationId: "listKeys",
  middleware: needs("admin"),
  summary: "Every key ever made, without itself",
  responses: answers(keysAnswer, "Oldest first"),
});

const created = createRoute({
  method: "post",
  path: "/api/v1/keys",
  operationId: "createKey",
  middleware: needs("admin"),
  summary: "Makes a key, which this answer alone shows",
  request: {
    body: {
      required: true,
      content: json(
        body({
          scopes: list.openapi({ example: ["search"] }),
          channels: list.openapi({ example: ["durov"] }),
          origins: list.openapi({ example: ["https://example.org"] }),
          expires: z.string().optional().openapi({ example: "2027-01-01" }),
        }),
      ),
    },
  },
  responses: {
    ...refusals(400, 413, 415),
    201: { description: "The key", content: json(newKeyAnswer) },
  },
});

const revoked = createRoute({
  method: "delete",
  path: "/api/v1/keys/{id}",
  operationId: "revokeKey",
  middleware: needs("admin"),
  summary: "Takes a key back for good",
  request: {
    params: z.object({
      id: z.string().openapi({ param: { name: "id", in: "path" }, example: "5f1c0a9b72de" }),
    }),
  },
  responses: answers(keyAnswer, "The key, revoked", 404),
});

const rotated = createRoute({
  method: "post",
  path: "/api/v1/keys/{id}/rotate",
  operationId: "rotateKey",
  middleware: needs("admin"),
  summary: "Gives a key another secret, which this answer alone shows",
  request: {
    params: z.object({ id: z.string().openapi({ param: { name: "id", in: "path" } }) }),
    query: z.object({
      grace: z
        .string()
        .optional()
        .openapi({
          param: { name: "grace", in: "query" },
          description: `For how many hours the old secret stays good, 0 to 720; ${usualGraceHours} unless said.`,
        }),
    }),
  },
  responses: answers(newKeyAnswer, "The key with its new secret", 400, 404),
});

/** `/keys`: who may ask what. */
export function addKeyRoutes(app: OpenAPIHono, { archive, clock }: Parts): void {
  app.openapi(listed, async (c) => c.json({ keys: await archive.keys.list() }, 200));
  app.openapi(created, async (c) => {
    const { secret, key } = await archive.keys.create(keyGrant(c.req.valid("json"), clock()));
    return c.json({ key: secret, ...key }, 201, { "Cache-Control": "no-store" });
  });
  app.openapi(revoked, async (c) => {
    const key = await archive.keys.revoke(c.req.valid("param").id);
    if (key) return c.json(key, 200);
    throw keyNotKept();
  });
  app.openapi(rotated, async (c) => {
    const graceMs = graceOf(c.req.valid("query").grace);
    const made = await archive.keys.rotate(c.req.valid("param").id, { graceMs });
    if (!made) throw keyNotKept();
    return c.json({ key: made.secret, ...made.key }, 200, { "Cache-Control": "no-store" });
  });
}

/** No key that could be changed has this id. */
export const keyNotKept = (): Refusal =>
  new Refusal({
    kind: "key-not-kept",
    status: 404,
    detail: "No good key has this id. The list of keys names them all.",
  });
