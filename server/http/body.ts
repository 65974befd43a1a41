import { z } from "@hono/zod-openapi";
import { nearest } from "../search/nearest.ts";

/**
 * A JSON object that a route takes. A field it does not know is refused by its name: one that is misspelt would else be
 * none, and what is done would be another thing than was asked for. `like` is said of what is no object.
 */
export function body<T extends z.core.$ZodShape>(shape: T, like?: string) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? unknownField(issue.keys[0] ?? "", names) : like,
  });
}

function unknownField(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  const instead =
    meant === undefined ? `it takes ${names.join(", ")}` : `perhaps ${meant} is meant`;
  return `has no field ${name.slice(0, longestNamed)}; ${instead}`;
}
const longestNamed = 60;
