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

/** Whether searches are answered, and how far the index is behind the archive. */
export const readyAnswer = z
  .object({
    ready: z.boolean(),
    archive: z.object({
      open: z.boolean(),
      posts: count,
      channels: count,
      newest: instant.optional(),
      position: count,
    }),
    index: z.object({
      state: indexState,
      position: count,
      behind: count.openapi({ description: "Changes of the archive not yet in the index." }),
      posts: count,
      setAside,
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
