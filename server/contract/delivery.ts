import { z } from "@hono/zod-openapi";
import { count, instant } from "./values.ts";

/** Whether a message arrived: tried again while `waiting`, for good once `given-up`. */
export const deliveryState = z.enum(["waiting", "sent", "given-up"]);

/** One message to a webhook, and what came of it. */
export const deliveryAnswer = z
  .object({
    id: z.string().openapi({ description: "The message's `webhook-id`." }),
    event: z.string(),
    state: deliveryState,
    tries: count,
    addedAt: instant,
    nextTryAt: instant.optional(),
    triedAt: instant.optional(),
    answer: z.string().optional().openapi({ description: "What the last try came to." }),
  })
  .openapi("Delivery");
