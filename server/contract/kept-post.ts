import { z } from "@hono/zod-openapi";
import type { ArchivedPost } from "../archive/posts/archived-post.ts";
import { keptFile, media } from "./media.ts";
import { pagePreview, postShape } from "./post.ts";
import type { Stating } from "./stating.ts";
import { instant, list } from "./values.ts";

/** What the archive adds to a post: its hash, and what is known of its history. */
export const keptShape = {
  ...postShape,
  media: list(media),
  preview: pagePreview
    .extend({
      kept: keptFile.optional().openapi({ description: "Its picture, where that is kept." }),
    })
    .optional(),
  hash: z.string().openapi({ description: "SHA-256 of what makes a version (RFC 8785)." }),
  firstSeenAt: instant,
  lastSeenAt: instant,
  versions: z.number().int().positive(),
  deleted: z
    .object({ firstAbsentAt: instant, confirmedAt: instant, checks: z.number() })
    .optional(),
};

/** Beside `notUnderstood` only. */
export const rawHtml = z.string().optional().openapi({
  description: "The post's own markup, only where a part of it was not understood.",
});

/** A post as the archive keeps it. */
export const postAnswer = z.object({ ...keptShape, rawHtml }).openapi("Post");

export type PostAnswer = Stating<Omit<ArchivedPost, "no">, z.infer<typeof postAnswer>>;
