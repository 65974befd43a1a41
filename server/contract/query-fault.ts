import { z } from "@hono/zod-openapi";
import { faultCodes } from "../search/query/faults.ts";
import { count } from "./values.ts";

/** A place in a query. */
export const span = z.object({ start: count, end: count }).openapi("Span", {
  description: "Where in `q`, in UTF-16 units; the end is exclusive.",
});

/** What is wrong with a query, or odd in it, by name. */
export const faultCode = z.enum(faultCodes).openapi({
  description: "Which sentence it is; never changes.",
  example: "no-such-field",
});

/** The facts of the sentence that a fault stands for. */
export const faultData = z
  .record(z.string(), z.string())
  .readonly()
  .openapi({ description: "What the sentence speaks of.", example: { name: "foo" } });

/** A part of a query that could not count as typed. */
export const queryWarning = z.object({
  message: z.string(),
  at: span,
  code: faultCode,
  data: faultData,
});
