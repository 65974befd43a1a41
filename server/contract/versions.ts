import { z } from "@hono/zod-openapi";
import type { PostVersion } from "../archive/posts/archived-post.ts";
import { rawHtml } from "./kept-post.ts";
import { postShape } from "./post.ts";
import type { Stating } from "./stating.ts";
import { instant, list } from "./values.ts";

/** Every version of a post that was seen. */
export const versionsAnswer = z
  .object({
    versions: list(
      z.object({
        version: z.number().int().positive(),
        hash: z.string(),
        seenAt: instant,
        lastSeenAt: instant,
        post: z.object({ ...postShape, rawHtml }),
        current: z.boolean(),
      }),
    ),
  })
  .openapi("Versions", { description: "Oldest first; the first and the current are among them." });

export type VersionsAnswer = Stating<
  { readonly versions: readonly PostVersion[] },
  z.infer<typeof versionsAnswer>
>;
