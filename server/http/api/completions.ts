import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { completionsAnswer } from "../../contract/completions.ts";
import { completeWord } from "../../search/complete-word.ts";
import { needs } from "../access/access.ts";
import { answers } from "../describe.ts";
import type { Parts } from "../parts.ts";

const route = createRoute({
  method: "get",
  path: "/api/v1/completions",
  operationId: "complete",
  middleware: needs("search", { channels: "own" }),
  summary: "How the last word of a query may go on, and what it then finds",
  request: {
    query: z.object({
      q: z.string("can be given once only").openapi({
        description: "What is typed so far; its last word has at least three letters.",
        example: "симм",
      }),
    }),
  },
  responses: answers(completionsAnswer, "Words of the posts that are kept", 400, 503),
});

/** `/completions`: for a search box, as one types. */
export function addCompletions(app: OpenAPIHono, parts: Parts): void {
  app.openapi(route, async (c) => {
    const { q } = c.req.valid("query");
    const { signal } = c.req.raw;
    const asked = { q, within: c.get("onlyChannels") };
    const completions = await completeWord({ ...parts, now: parts.clock }, asked, { signal });
    return c.json({ completions }, 200, { "Cache-Control": "private, max-age=10" });
  });
}
