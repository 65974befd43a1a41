import { z } from "@hono/zod-openapi";
import { instant, list } from "./values.ts";

/** JSON Feed 1.1, as far as our feeds use it. */
export const jsonFeedAnswer = z
  .object({
    version: z.literal("https://jsonfeed.org/version/1.1"),
    title: z.string(),
    home_page_url: z.string(),
    feed_url: z.string(),
    next_url: z.string().optional(),
    items: list(
      z.object({
        id: z.string(),
        url: z.string(),
        external_url: z.string(),
        title: z.string(),
        content_html: z.string(),
        content_text: z.string(),
        date_published: instant,
        date_modified: instant,
        authors: list(z.object({ name: z.string() })),
        tags: list(z.string()),
      }),
    ),
  })
  .openapi("JsonFeed");
