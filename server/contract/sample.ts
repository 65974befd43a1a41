import { z } from "@hono/zod-openapi";
import type { ChannelSample, CounterSample } from "../archive/posts/archived-post.ts";
import { postShape } from "./post.ts";
import type { Stating } from "./stating.ts";
import { count, instant } from "./values.ts";

/** Counters of a post as they stood when looked at; drawn on its page. */
export const sampleAnswer = z
  .object({
    at: instant,
    views: count.optional(),
    reactions: postShape.reactions,
    voters: count.optional(),
  })
  .openapi("Sample");

/** What a channel's page said of the channel, last on a UTC day; drawn on its page. */
export const channelSampleAnswer = z
  .object({
    day: z.iso.date(),
    counters: z
      .partialRecord(z.enum(["subscribers", "photos", "videos", "files", "links"]), count)
      .readonly(),
  })
  .openapi("ChannelSample");

export type SampleAnswer = Stating<CounterSample, z.infer<typeof sampleAnswer>>;
export type ChannelSampleAnswer = Stating<ChannelSample, z.infer<typeof channelSampleAnswer>>;
