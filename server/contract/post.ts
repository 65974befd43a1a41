import { z } from "@hono/zod-openapi";
import { entityTypes } from "../../scraper/post.ts";
import { pageMedia } from "./media.ts";
import { count, instant, list } from "./values.ts";

const entity = z
  .object({
    type: z.enum(entityTypes),
    offset: count,
    length: count,
    url: z.string().optional(),
    language: z.string().optional(),
    emojiId: z.string().optional(),
  })
  .openapi("Entity", { description: "Offset and length in UTF-16 units of `text`." });

const reaction = z
  .object({
    kind: z.enum(["emoji", "custom", "paid"]),
    emoji: z.string().optional(),
    emojiId: z.string().optional(),
    count,
  })
  .openapi("Reaction");

/** What the source shows of a page that a post links to. */
export const pagePreview = z.object({
  url: z.string(),
  site: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  imageUrl: z.string().optional(),
});

/** The parts of a post that its page says; what the archive adds stands in `kept-post.ts`. */
export const postShape = {
  channel: z.string(),
  id: z.number().int().positive(),
  ids: list(z.number().int().positive()),
  url: z.string(),
  publishedAt: instant,
  edited: z.boolean(),
  author: z.string().optional(),
  text: z.string(),
  textState: z.enum(["present", "empty", "withheld"]),
  entities: list(entity),
  media: list(pageMedia),
  mediaWithheld: z.boolean().optional().openapi({
    description: "The source says that there is media, and does not show it, or not all of it.",
  }),
  preview: pagePreview.optional(),
  viaBot: z.string().optional().openapi({ example: "@gif" }),
  forward: z
    .object({
      name: z.string(),
      url: z.string().optional(),
      channel: z.string().optional(),
      id: z.number().optional(),
      author: z.string().optional(),
    })
    .optional(),
  reply: z
    .object({
      url: z.string().optional(),
      channel: z.string().optional(),
      id: z.number().optional(),
      author: z.string().optional(),
      text: z.string().optional(),
    })
    .optional()
    .openapi({ description: "Without channel and id where what it answers cannot be seen." }),
  poll: z
    .object({
      question: z.string(),
      type: z.string(),
      options: list(z.object({ text: z.string(), percent: z.number().optional() })),
      voters: z.number().optional(),
    })
    .optional(),
  reactions: list(reaction),
  buttons: list(z.object({ text: z.string(), url: z.string().optional() })),
  views: z.number().optional().openapi({ description: "Rounded as the source shows it." }),
  service: z.string().optional(),
  language: z.string().optional(),
  notUnderstood: list(z.string()).optional(),
};
