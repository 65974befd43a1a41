import { z } from "@hono/zod-openapi";
import type { ArchivedChannel } from "../archive/posts/archived-post.ts";
import { keptFile } from "./media.ts";
import { runAnswer } from "./run.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

/** A channel, and the figures a list of channels shows. */
export const channelAnswer = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string().optional(),
    avatarUrl: z.string().optional().openapi({ description: "Telegram's; it lapses." }),
    avatar: keptFile.optional().openapi({ description: "Its picture, where that is kept." }),
    verified: z.boolean(),
    labels: list(z.string())
      .optional()
      .openapi({ description: "Telegram's other marks: scam, fake." }),
    chatId: z.number().optional(),
    counters: z
      .partialRecord(z.enum(["subscribers", "photos", "videos", "files", "links"]), z.number())
      .readonly(),
    posts: count,
    deleted: count,
    firstId: z.number().optional(),
    newestId: z.number().optional(),
    oldest: instant.optional(),
    newest: instant.optional(),
    addedAt: instant,
    lastReadAt: instant.optional(),
    complete: z.number().openapi({
      description: "Share of ids whose fate is known, 0 to 1, imported ones among them.",
    }),
    imported: count.openapi({
      description: "Ids that only an imported file told of: kept, but spanned by no page.",
    }),
  })
  .openapi("Channel");

/** Every channel that is kept. */
export const channelsAnswer = z
  .object({
    channels: list(channelAnswer),
    runs: list(runAnswer).openapi({
      description: "The newest run of each channel, newest first.",
    }),
  })
  .openapi("Channels");

/** What adding a channel began. */
export const addedAnswer = z
  .object({ channel: z.string(), runId: z.string(), url: z.string() })
  .openapi("Added");

export type ChannelAnswer = Stating<ArchivedChannel, z.infer<typeof channelAnswer>>;
