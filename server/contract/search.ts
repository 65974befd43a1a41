import { z } from "@hono/zod-openapi";
import { facetNames } from "../search/port.ts";
import { sorts } from "../search/query/tree.ts";
import { engineName } from "./engine.ts";
import { keptShape } from "./kept-post.ts";
import { queryWarning } from "./query-fault.ts";
import { count, instant, list } from "./values.ts";

/** A text, cut at what was searched for. */
export const textParts = list(z.object({ text: z.string(), hit: z.boolean() }));
const hit = z
  .object({
    ...keptShape,
    parts: textParts.openapi({
      description: "The text, cut at what was searched for; joined, it is `text`.",
    }),
    elsewhere: list(textParts).openapi({
      description:
        "Other texts of the post that hold it: poll, names of files, places and contacts, preview, buttons.",
    }),
    changedAt: instant.optional().openapi({
      description: "When its last edit, deletion or return was seen; absent where none was.",
    }),
    earlier: list(
      z.object({
        version: count,
        seenAt: instant,
        lastSeenAt: instant,
        parts: textParts,
        elsewhere: list(textParts),
      }),
    )
      .optional()
      .openapi({
        description: "The versions of the post in which `was:` found it, the newest first.",
      }),
    copies: z
      .object({
        posts: count,
        channels: count.openapi({ description: "How many channels they are in." }),
        first: instant.openapi({ description: "When the first of them was published." }),
        last: instant,
        query: z.string().openapi({ description: "Finds them and the hit." }),
      })
      .optional()
      .openapi({
        description: "With `fold=copies`: the later posts with its text that the query finds.",
      }),
  })
  .openapi("Hit");

const counted = list(z.object({ value: z.string(), count }));

/** What a query found. */
export const searchAnswer = z
  .object({
    query: z.string(),
    parsed: z.string().openapi({ description: "Canonical form; parses to the same query." }),
    warnings: list(queryWarning),
    readings: list(
      z.object({
        word: z.string(),
        taken: list(z.object({ lemma: z.string(), query: z.string() })),
        instead: list(z.object({ lemma: z.string(), query: z.string() }))
          .optional()
          .openapi({
            description:
              "What else the word may mean, and was not taken: `query` is the whole query with this meant instead.",
          }),
      }),
    ),
    pieces: list(z.object({ text: z.string(), negative: z.boolean(), without: z.string() })),
    total: count.openapi({ description: "Posts, copies too." }),
    groups: count.optional().openapi({
      description: "With `fold=copies`: how many hits there are, each for all of its copies.",
    }),
    totalIsExact: z.boolean(),
    rankedWithin: count.optional(),
    hits: list(hit),
    facets: z.partialRecord(z.enum(facetNames), counted).readonly(),
    histogram: list(z.object({ start: instant, count })).optional(),
    histogramStep: z.enum(["day", "week", "month", "year"]).optional(),
    suggestion: z.object({ query: z.string(), total: count }).optional(),
    page: z.number().int().positive(),
    limit: z.number().int().positive(),
    sort: z.enum(sorts),
    tookMs: z.number(),
    engine: engineName,
    analyzer: z.string(),
    archive: z.object({ posts: count, newest: instant.optional(), indexLagSeconds: z.number() }),
  })
  .openapi("SearchAnswer");

export type SearchAnswer = z.infer<typeof searchAnswer>;
export type Hit = z.infer<typeof hit>;
