import { z } from "@hono/zod-openapi";
import type { Coverage } from "../archive/posts/archived-post.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

const idClass = z.enum(["kept", "part", "service", "deleted", "absent", "unread", "purged"]);

/** What is known of every id of a channel. */
export const coverageAnswer = z
  .object({
    channel: z.string(),
    newestId: count,
    counts: z.record(idClass, count).readonly(),
    imported: count.openapi({
      description:
        "Of these ids those that only an imported file told of: kept, but spanned by no page.",
    }),
    ranges: list(
      z.object({
        from: z.number(),
        to: z.number(),
        class: idClass,
        imported: z.literal(true).optional(),
        asOf: instant.optional(),
      }),
    ),
  })
  .openapi("Coverage", { description: "Every id from 1 to the newest, ranges ascending." });

/** A stretch of time in which a channel may hold posts that were never read; open at an end that is not known. */
export const unreadPeriod = z
  .object({
    channel: z.string(),
    from: instant.optional(),
    to: instant.optional(),
    firstId: count,
    lastId: count,
  })
  .openapi("UnreadPeriod");

export type UnreadPeriod = Readonly<z.infer<typeof unreadPeriod>>;
export type CoverageAnswer = Stating<Coverage, z.infer<typeof coverageAnswer>>;
