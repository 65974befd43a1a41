import { z } from "@hono/zod-openapi";
import { runStates } from "../archive/runs/run.ts";
import { alertsAnswer } from "./alert.ts";
import { deliveryState } from "./delivery.ts";
import { engineName, indexState } from "./engine.ts";
import { journalEntry } from "./journal.ts";
import { runError } from "./run.ts";
import { count, instant, list } from "./values.ts";

/** How the server fares. */
export const statusAnswer = z
  .object({
    at: instant,
    version: z.string(),
    archive: z.object({
      posts: count,
      channels: count,
      bytes: count,
      journal: journalEntry.openapi({ description: "Its newest entry." }),
    }),
    disk: z.object({ freeBytes: count, totalBytes: count }).optional(),
    source: z
      .object({
        origin: z.string(),
        userAgent: z.string(),
        readAt: instant,
        state: z.enum(["allowed", "disallowed", "none", "unreachable"]),
        line: z.string().optional(),
        crawlDelaySeconds: z.number().optional(),
      })
      .optional()
      .openapi({ description: "Who asks the source, and what its robots.txt says to that." }),
    indexes: list(
      z.object({
        engine: engineName,
        state: indexState,
        behind: count,
        lagSeconds: count.openapi({
          description: "How long the oldest change it lacks has waited.",
        }),
      }),
    ),
    alerts: z.object({
      ...alertsAnswer.shape,
      sentTo: z.string().optional().openapi({ description: "The host of the webhook." }),
      deliveries: z.record(deliveryState, count).readonly(),
    }),
    runs: list(
      z.object({
        id: z.string(),
        channel: z.string(),
        state: z.enum(runStates),
        dueAt: instant,
        startedAt: instant.optional(),
        finishedAt: instant.optional(),
        holder: z.string().optional(),
        error: runError.optional(),
      }),
    ).openapi({ description: "The ten newest." }),
    failing: list(z.string()).openapi({
      description: "Channels that are kept or have a schedule, and whose newest run failed.",
    }),
    silent: list(z.string()).openapi({ description: "Channels silent beyond their own pace." }),
    schedules: z.object({
      active: count,
      paused: count,
      nextDueAt: instant.optional(),
      holders: list(z.string()).openapi({ description: "Processes that work on runs just now." }),
    }),
  })
  .openapi("Status");

export type StatusAnswer = z.infer<typeof statusAnswer>;
