import { z } from "@hono/zod-openapi";
import { count, instant } from "./values.ts";

/** What was removed for good. */
export const purgedAnswer = z
  .object({
    kind: z.enum(["post", "channel", "author"]),
    channel: z.string().optional(),
    posts: count,
    pagesCut: count.openapi({ description: "Kept pages that something was cut out of." }),
    pagesDropped: count.openapi({ description: "Kept pages that had to go as a whole." }),
    askedAt: instant,
    doneAt: instant.optional(),
  })
  .openapi("Purged");
