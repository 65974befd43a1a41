import { z } from "@hono/zod-openapi";
import { faultCode, faultData, span } from "./query-fault.ts";

/** What went wrong: the answer of every route that refuses or fails. */
export const problemAnswer = z
  .object({
    type: z.string().openapi({ example: "urn:backscroll:problem:query-syntax" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    at: span.optional(),
    parameter: z.string().optional(),
    reason: z.string().optional(),
    fault: z
      .object({ code: faultCode, data: faultData })
      .optional()
      .openapi({ description: "What is wrong with a query, for programs to say it their way." }),
    id: z.string().optional().openapi({ description: "Names an unexpected error in the log." }),
  })
  .openapi("Problem", { description: "RFC 9457." });

export type Problem = z.infer<typeof problemAnswer>;
