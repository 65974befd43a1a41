import { z } from "@hono/zod-openapi";
import { instant } from "./values.ts";

/** Something that is wrong, or was. */
export const alertAnswer = z
  .object({
    id: z.string(),
    kind: z.string().openapi({ example: "run-failed" }),
    subject: z.string().openapi({ description: "A channel or an engine; may be empty." }),
    facts: z.record(z.string(), z.union([z.string(), z.number()])).readonly(),
    sentence: z.string(),
    raisedAt: instant,
    clearedAt: instant.optional(),
  })
  .openapi("Alert");
