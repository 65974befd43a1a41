import { z } from "@hono/zod-openapi";

/** What the page of a channel that comes in takes. */
export const addingQuery = z.object({
  channel: z.string("can be given once only"),
  still: z.enum(["1"], "takes 1").optional(),
});
