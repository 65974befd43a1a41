import type { OpenAPIHono, z } from "@hono/zod-openapi";
import {
  changedMessage,
  clearedMessage,
  matchedMessage,
  raisedMessage,
  targetTestMessage,
  testMessage,
} from "../../contract/webhook.ts";
import { json } from "../describe.ts";

const signed =
  "Signed as Standard Webhooks are (`webhook-id`, `webhook-timestamp`, `webhook-signature`); any 2xx is success, all else is tried again, 410 ends it.";

const messages: readonly (readonly [string, z.ZodType, string, string])[] = [
  ["search.matched", matchedMessage, "Posts that a saved search found anew, 20 at most", signed],
  [
    "search.test",
    testMessage,
    "The same without posts, when a test is asked for",
    "Sent by `POST /api/v1/saved-searches/{id}/test`.",
  ],
  [
    "posts.changed",
    changedMessage,
    "Posts that were edited, deleted or are there again, 20 at most",
    "Sent to targets of the kind `webhook`.",
  ],
  [
    "target.test",
    targetTestMessage,
    "A message that tells nothing, when a test is asked for",
    "Sent by `POST /api/v1/targets/{id}/test`.",
  ],
  [
    "alert.raised",
    raisedMessage,
    "Something is wrong",
    "Sent to `BACKSCROLL_ALERT_WEBHOOK`, and to targets.",
  ],
  [
    "alert.cleared",
    clearedMessage,
    "It is right again",
    "Sent to `BACKSCROLL_ALERT_WEBHOOK`, and to targets.",
  ],
];

/** Adds what is sent to webhooks to the description of the API. */
export function describeWebhooks({ openAPIRegistry }: OpenAPIHono): void {
  for (const [path, schema, summary, description] of messages)
    openAPIRegistry.registerWebhook({
      path,
      method: "post",
      operationId: path.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()),
      summary,
      description,
      request: { body: { required: true, content: json(schema) } },
      responses: { "2XX": { description: "It arrived" }, 410: { description: "Send no more" } },
    });
}
