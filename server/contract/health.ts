import { z } from "@hono/zod-openapi";
import { engineName, indexState } from "./engine.ts";
import { count, instant, list } from "./values.ts";

/** The process is alive. */
export const healthAnswer = z.object({ status: z.literal("ok") }).openapi("Health");

const setAside = list(
  z.object({ channel: z.string(), id: z.number().int(), why: z.string() }),
).openapi({
  description: "Posts the engine would not take; building the index anew tries them again.",
});

/**
 * Whether searches are answered, and how far the index is behind the archive; to who may not read all that is kept, no
 * number of it.
 */
export const readyAnswer = z
  .object({
    ready: z.boolean(),
    archive: z.object({
      open: z.boolean(),
      why: z.string().optional().openapi({
        description: "What is wrong with the archive, once it was found damaged.",
      }),
      posts: count.optional(),
      channels: count.optional(),
      newest: instant.optional(),
      position: count.optional(),
    }),
    index: z.object({
      state: indexState,
      position: count.optional(),
      behind: count
        .optional()
        .openapi({ description: "Changes of the archive not yet in the index." }),
      posts: count.optional(),
      setAside: setAside.optional(),
      engines: z
        .array(
          z.object({
            engine: engineName,
            state: indexState,
            position: count,
            behind: count,
            setAside,
          }),
        )
        .optional()
        .openapi({ description: "Where several engines keep an index, how each stands." }),
    }),
  })
  .openapi("Ready");

export type ReadyAnswer = z.infer<typeof readyAnswer>;
