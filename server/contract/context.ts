import { z } from "@hono/zod-openapi";
import { postAnswer } from "./kept-post.ts";
import { list } from "./values.ts";

/** A post between its neighbours, by id. */
export const contextAnswer = z
  .object({ before: list(postAnswer), post: postAnswer, after: list(postAnswer) })
  .openapi("Context");

export type ContextAnswer = z.infer<typeof contextAnswer>;
