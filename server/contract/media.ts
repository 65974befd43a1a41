import { z } from "@hono/zod-openapi";
import { mediaKinds } from "../../scraper/post.ts";
import { mediaTypes } from "../archive/media/media-type.ts";
import { count } from "./values.ts";

export const keptFile = z
  .object({
    url: z.string().openapi({ example: "/media/9f86d081…" }),
    sha256: z.string(),
    type: z.enum(mediaTypes).openapi({ description: "Told by the file's own bytes." }),
    bytes: count,
  })
  .openapi("KeptFile", { description: "A file of ours: `url` is a path of this server." });

/** One photo, video, file … as a page shows it; its addresses lapse within days. */
export const pageMedia = z
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
    address: z.string().optional().openapi({ description: "Of a place, whose name is `title`." }),
    phone: z.string().optional().openapi({ description: "Of a contact, whose name is `title`." }),
    price: z
      .string()
      .optional()
      .openapi({ description: "Of what is for sale.", example: "$10.00" }),
  })
  .openapi("PageMedia");

/** The same with what is kept of it. */
export const media = pageMedia
  .extend({
    kept: keptFile.optional(),
    keptThumbnail: keptFile.optional(),
    notKept: z.enum(["waiting", "failed", "too-large", "refused"]).optional().openapi({
      description:
        "Why the file is not here, though it is wanted. Media without a `url` cannot be had: the public preview has no address for them.",
    }),
  })
  .openapi("Media");
