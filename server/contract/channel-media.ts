import { z } from "@hono/zod-openapi";
import { count } from "./values.ts";

/** Which files of a channel are wanted, and how many are here. */
export const channelMediaAnswer = z
  .object({
    channel: z.string(),
    kinds: z.string().openapi({ description: "`off`, `all`, or kinds with commas." }),
    maxMegabytes: z.number(),
    own: z.object({ kinds: z.string().optional(), maxMegabytes: z.number().optional() }).openapi({
      description: "What the channel has of its own; the rest is as the settings say.",
    }),
    files: z.object({
      kept: count,
      waiting: count,
      failed: count,
      tooLarge: count,
      refused: count,
      bytes: count,
    }),
  })
  .openapi("ChannelMedia");
