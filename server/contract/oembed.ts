import { z } from "@hono/zod-openapi";

/** What another site shows of an address of ours (oEmbed 1.0). */
export const oembedAnswer = z
  .object({
    version: z.literal("1.0"),
    type: z.enum(["rich", "link"]).openapi({
      description:
        "A post is `rich`: `html` is it. A search, a channel or a cited set is a `link`.",
    }),
    title: z.string(),
    author_name: z.string().optional(),
    author_url: z.string().optional(),
    provider_name: z.literal("Backscroll"),
    provider_url: z.string(),
    html: z.string().optional(),
    width: z.number().int().positive().optional(),
    height: z.number().int().positive().optional(),
    thumbnail_url: z.string().optional().openapi({ description: "A picture that is kept here." }),
    thumbnail_width: z.number().int().positive().optional(),
    thumbnail_height: z.number().int().positive().optional(),
  })
  .openapi("OEmbed");

export type OEmbedAnswer = z.infer<typeof oembedAnswer>;
