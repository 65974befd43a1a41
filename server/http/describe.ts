import type { z } from "@hono/zod-openapi";
import { problemAnswer } from "../contract/problem.ts";

/** A JSON body of this shape, for a route's description. */
export const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });

/** The answers of a route: its good one, and problems by status; an unexpected one can always happen. */
export function answers<T extends z.ZodType>(
  schema: T,
  description: string,
  ...problems: readonly number[]
) {
  return { ...refusals(...problems), 200: { description, content: json(schema) } };
}

/** The problems a route may answer with. */
export function refusals(...problems: readonly number[]): object {
  const each = [...problems, 421, 500].map((status) => [
    status,
    {
      description: "A problem",
      content: { "application/problem+json": { schema: problemAnswer } },
    },
  ]);
  return Object.fromEntries(each) as object;
}
