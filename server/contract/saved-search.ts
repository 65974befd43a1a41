import { z } from "@hono/zod-openapi";
import { deliveryAnswer } from "./delivery.ts";
import { count, instant, list } from "./values.ts";

const savedShape = {
  id: z.string(),
  name: z.string(),
  query: z.string().openapi({ description: "Canonical." }),
  url: z.string().optional().openapi({ description: "Where new matches are sent." }),
  state: z.enum(["following", "paused", "gone"]).openapi({
    description: "`gone`: its address answered 410, and nothing is sent until it is resumed.",
  }),
  createdAt: instant,
  matches: count.openapi({ description: "Posts that matched since it was saved." }),
  matchedAt: instant.optional(),
  feeds: z.object({ atom: z.string(), json: z.string() }),
  deliveries: list(deliveryAnswer).openapi({
    description: "What is or was sent, newest first, the last 10.",
  }),
};

/** A saved search, and what was sent for it. */
export const savedAnswer = z.object(savedShape).openapi("SavedSearch");

/** Every saved search. */
export const savedListAnswer = z.object({ searches: list(savedAnswer) }).openapi("SavedSearches");

/** A search that was saved just now, with the secret of its webhook. */
export const newSavedAnswer = savedAnswer
  .extend({
    secret: z.string().optional().openapi({
      example: "whsec_…",
      description: "Signs what is sent to `url`. Shown this once.",
    }),
  })
  .openapi("NewSavedSearch");

export type SavedAnswer = z.infer<typeof savedAnswer>;
