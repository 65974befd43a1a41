import { z } from "@hono/zod-openapi";
import { changeKinds } from "../archive/posts/post-change.ts";
import type { PostChange } from "../archive/posts/read-changes.ts";
import { rawHtml } from "./kept-post.ts";
import { postShape } from "./post.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

const version = z.object({ ...postShape, rawHtml }).optional();

/** Something that was seen to happen to a kept post. */
export const changeAnswer = z
  .object({
    kind: z.enum(changeKinds),
    at: instant.openapi({ description: "When it was seen; it happened after `lastSeenAt`." }),
    channel: z.string(),
    id: z.number().int().positive(),
    version: z.number().int().positive().openapi({ description: "The version after it." }),
    lastSeenAt: instant.openapi({ description: "When the post was last seen as it was before." }),
    checks: count.optional().openapi({
      description: "Of a deletion and a return: how many looks did not find the post.",
    }),
    deletedAt: instant.optional().openapi({
      description: "Of a return: since when the post counted as deleted.",
    }),
    before: version.openapi({ description: "Of an edit and a deletion: the post before it." }),
    after: version.openapi({ description: "Of an edit and a return: the post after it." }),
  })
  .openapi("Change");

export type ChangeAnswer = Stating<Omit<PostChange, "no">, z.infer<typeof changeAnswer>>;

/** Some of the changes that were seen, and the page that goes on. */
export const changesAnswer = z
  .object({
    changes: list(changeAnswer),
    next: z.number().int().positive().optional().openapi({
      description: "The `page` that goes on from here; absent on the last.",
    }),
  })
  .openapi("Changes", { description: "The last seen first." });
