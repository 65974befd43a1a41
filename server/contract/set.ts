import { z } from "@hono/zod-openapi";
import { journalEntry } from "./journal.ts";
import { count, instant, list } from "./values.ts";

/** Names a result set by what is in it. */
export const sha256 = z.string().openapi({
  description:
    "SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id: names the result set.",
});

const keys = z.object({
  total: count,
  posts: list(z.object({ channel: z.string(), id: count })).openapi({
    description: "The first 10,000.",
  }),
});
const setShape = {
  id: z.string().openapi({ description: "The first 16 digits of `sha256`: its address." }),
  sha256,
  query: z.string(),
  posts: count,
};

/** Every kept result set, a page at a time. */
export const setsAnswer = z
  .object({
    total: count,
    sets: list(
      z.object({
        ...setShape,
        citedAt: instant,
        position: count.openapi({ description: "Of the archive that was asked." }),
        analyzer: z.string(),
      }),
    ).openapi({ description: "The last cited first." }),
    page: count,
    limit: count,
  })
  .openapi("ResultSets");

/** A result set that was kept just now. */
export const addedSetAnswer = z.object({ ...setShape, url: z.string() }).openapi("AddedSet");

/** A cited result set, and what became of it. */
export const setAnswer = z
  .object({
    ...setShape,
    citedAt: instant,
    position: count.openapi({ description: "Of the archive that was asked." }),
    analyzer: z.string(),
    journal: journalEntry.optional().openapi({
      description:
        "The entry that tells of it; absent where it was cited before there was a journal.",
    }),
    queries: list(z.string()).openapi({ description: "Every query cited with this very result." }),
    unchanged: z.boolean(),
    now: z.object({ sha256: z.string(), posts: count, analyzer: z.string() }),
    changes: z
      .object({ added: keys, edited: keys, deleted: keys, left: keys, gone: keys })
      .openapi({
        description:
          "Since it was cited. Each post stands in one list: found now only; found with other content; marked deleted; kept but no longer found; no longer kept.",
      }),
  })
  .openapi("ResultSet");

export type SetAnswer = z.infer<typeof setAnswer>;
