import { z } from "@hono/zod-openapi";
import { mediaKinds } from "../../scraper/post.ts";
import { count } from "./values.ts";

const keptFile = z
  .object({
    url: z.string().openapi({ example: "/media/9f86d081…" }),
    sha256: z.string(),
    type: z.string().openapi({ description: "Told by the file's own bytes." }),
    bytes: count,
  })
  .openapi("KeptFile", { description: "A file of ours: `url` is a path of this server." });

/** One photo, video, file …; addresses that are not ours lapse within days. */
export const media = z
  .object({
    kind: z.enum(mediaKinds),
    url: z.string().optional(),
    thumbnailUrl: z.string().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    durationSeconds: z.number().optional(),
    fileName: z.string().optional(),
    size: z.string().optional(),
    performer: z.string().optional(),
    title: z.string().optional(),
    emoji: z.string().optional(),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
    kept: keptFile.optional(),
    keptThumbnail: keptFile.optional(),
    notKept: z.enum(["waiting", "failed", "too-large", "refused"]).optional().openapi({
      description:
        "Why the file is not here, though it is wanted. Media without a `url` cannot be had: the public preview has no address for them.",
    }),
  })
  .openapi("Media");
