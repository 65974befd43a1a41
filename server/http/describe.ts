import { z } from "@hono/zod-openapi";
import { problemAnswer } from "../contract/problem.ts";

/** A JSON body of this shape, for a route's description. */
export const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });

/** The body of a file that is no JSON: characters, or with `binary` bytes. */
export const text = z.string();
export const binary = z.string().openapi({ format: "binary" });

/** The answers of a route: its good one, and problems by status. */
export function answers<T extends z.ZodType>(
  schema: T,
  description: string,
  ...problems: readonly number[]
) {
  return { ...refusals(...problems), 200: { description, content: json(schema) } };
}

/**
 * The problems a route may answer with; an unexpected one, a name that is not the server's, a damaged archive or a full disk, on
 * which not even a reader's share of the log has room, can always happen.
 */
export function refusals(...statuses: readonly number[]): object {
  const content = { "application/problem+json": { schema: problemAnswer } };
  return Object.fromEntries(
    [...new Set([...statuses, 421, 500, 503, 507])].map((status) => [
      status,
      { description: descriptionOf(status), content },
    ]),
  );
}

/** The same for a document that is made already. */
export function refusalsMade(...statuses: readonly number[]): object {
  const schema = { $ref: "#/components/schemas/Problem" };
  const content = { "application/problem+json": { schema } };
  return Object.fromEntries(
    statuses.map((status) => [status, { description: descriptionOf(status), content }]),
  );
}

const descriptionOf = (status: number): string => problems.get(status) ?? "A problem";

const problems: ReadonlyMap<number, string> = new Map([
  [400, "A parameter or the body has a value it cannot have"],
  [401, "It takes a key, or the one sent is not known"],
  [403, "The key is for something else, or a page of another site may not ask this"],
  [404, "There is no such thing here"],
  [409, "Not as things stand"],
  [410, "It was removed here for good"],
  [413, "The body is too large"],
  [415, "The body is of a kind that is not read here"],
  [421, "The server does not answer to the name it was asked by"],
  [422, "The channel cannot be read"],
  [429, "Too many requests; `Retry-After` says when to ask again"],
  [500, "Something unexpected; the log names its cause under `id`"],
  [501, "It is not offered in this form"],
  [503, "Not now; ask again later, or mend what it names"],
  [507, "The disk is full; nothing was half-written"],
]);
