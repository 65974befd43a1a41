import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import type { PurgeTarget } from "../../archive/purge/purges.ts";
import { purgedAnswer } from "../../contract/purged.ts";
import { needs } from "../access/access.ts";
import { body } from "../body.ts";
import { answers, json } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const asked = body(
  {
    channel: z.string("takes a channel's name").optional().openapi({ example: "durov" }),
    id: z.number("takes the number of a post").int().positive().optional(),
    author: z.string("takes a name").trim().min(1, "takes a name").optional(),
  },
  'is an object like {"channel": "durov", "id": 12}',
);

const purged = createRoute({
  method: "post",
  path: "/api/v1/purge",
  operationId: "purge",
  middleware: needs("admin"),
  summary: "Removes a post, a channel or an author for good, and keeps them out",
  request: { body: { required: true, content: json(asked) } },
  responses: answers(purgedAnswer, "No byte of it is left in the archive", 400, 404, 413, 415),
});

/** `/purge`: answers once the archive's files are written anew; the index follows within seconds. */
export function addPurgeRoute(app: OpenAPIHono, { archive: { purges } }: Parts): void {
  app.openapi(purged, async (c) => {
    const no = await purges.order(targetOf(c.req.valid("json"))).catch(refused);
    return c.json(await purges.carryOut(no), 200);
  });
}

function targetOf({ author, channel: typed, id }: z.infer<typeof asked>): PurgeTarget {
  const channel = typed === undefined ? undefined : channelName(typed);
  if (author !== undefined && id === undefined)
    return { kind: "author", author, ...(channel !== undefined && { channel }) };
  if (author === undefined && channel !== undefined)
    return id === undefined ? { kind: "channel", channel } : { kind: "post", channel, id };
  throw new Refusal({
    kind: "bad-request",
    status: 400,
    detail: 'It takes {"channel"}, {"channel", "id"}, {"author"} or {"author", "channel"}.',
  });
}

/** @throws Refusal when what is to be purged is not kept */
function refused(error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  throw new Refusal({ kind: "not-found", status: 404, detail: error.message });
}
