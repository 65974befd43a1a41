import { z } from "@hono/zod-openapi";
import { changeKinds } from "../archive/posts/post-change.ts";
import { alertAnswer } from "./alert.ts";
import { instant, list } from "./values.ts";

const match = z.object({
  channel: z.string().openapi({ example: "durov" }),
  id: z.number().int().openapi({ example: 12 }),
  url: z.string().openapi({ example: "https://t.me/durov/12" }),
  publishedAt: instant,
  text: z.string().openapi({ description: "The first 2,000 characters." }),
  textIsCut: z.literal(true).optional().openapi({ description: "Where there is more." }),
  edited: z.boolean(),
  deletedAt: instant.optional(),
  hash: z.string().openapi({ description: "Of this version." }),
});

/** A message to a webhook: what happened, when, and what of it is to be known. */
const message = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), timestamp: instant, data });

const search = z.object({ id: z.string(), name: z.string(), query: z.string() });

/** Posts that a saved search found anew. */
export const matchedMessage = message(
  "search.matched",
  z.object({ search, matches: list(match) }),
).openapi("SearchMatched");

/** The same without posts, to try the way. */
export const testMessage = message(
  "search.test",
  z.object({ search, matches: list(match) }),
).openapi("SearchTest");

/** What was seen to happen to posts. */
export const changedMessage = message(
  "posts.changed",
  z.object({
    changes: list(
      match.pick({ channel: true, id: true, url: true, text: true, textIsCut: true }).extend({
        kind: z.enum(changeKinds),
        at: instant.openapi({ description: "When it was seen." }),
      }),
    ),
  }),
).openapi("PostsChanged");

/** To a target, to try the way. */
export const targetTestMessage = message(
  "target.test",
  z.object({ name: z.string().openapi({ description: "The target's." }) }),
).openapi("TargetTest");

/** Something is wrong with the server or a channel. */
export const raisedMessage = message("alert.raised", alertAnswer).openapi("AlertRaised");

/** It is no longer. */
export const clearedMessage = message("alert.cleared", alertAnswer).openapi("AlertCleared");
