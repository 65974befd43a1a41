import { z } from "@hono/zod-openapi";
import { mediaKinds } from "../../scraper/post.ts";
import { facetNames } from "../search/port.ts";
import { searchAnswer, textParts } from "./search.ts";
import { count, instant, list } from "./values.ts";

/** What the widget asks for: the hits of a search, cut short. */
export const briefAnswer = searchAnswer
  .pick({
    query: true,
    parsed: true,
    total: true,
    totalIsExact: true,
    suggestion: true,
    page: true,
    limit: true,
  })
  .extend({
    facets: z
      .partialRecord(
        z.enum(facetNames),
        list(z.object({ value: z.string(), title: z.string().optional(), count })),
      )
      .readonly()
      .openapi({ description: "With the titles of channels." }),
    hits: list(
      z.object({
        channel: z.string(),
        title: z.string().optional().openapi({ description: "The channel's." }),
        id: z.number().int().positive(),
        url: z.string(),
        publishedAt: instant,
        language: z.string().optional(),
        parts: textParts.openapi({ description: "What surrounds the first hit." }),
        media: list(z.enum(mediaKinds)).optional(),
        deleted: z.literal(true).optional(),
      }),
    ),
  })
  .openapi("BriefAnswer", { description: "The answer to `fields=brief`: small, and cacheable." });

export type BriefAnswer = z.infer<typeof briefAnswer>;
