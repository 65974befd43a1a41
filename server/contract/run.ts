import { z } from "@hono/zod-openapi";
import { runStates, type Run, type RunLine } from "../archive/runs/run.ts";
import { runReasons } from "./reason.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

const tried = {
  url: z.string(),
  tries: count.openapi({ description: "How many that makes." }),
  mostTries: count,
};
const runTrouble = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("in-vain"),
      ...tried,
      why: z.string().openapi({ description: "What came, in English." }),
      reasons: runReasons.optional(),
      nextTryAt: instant.optional().openapi({ description: "Absent after the last try." }),
    }),
    z.object({ kind: z.literal("silent"), ...tried, seconds: count }),
    z.object({
      kind: z.literal("file"),
      url: z.string().openapi({ description: "Of the post." }),
      seconds: count,
      bytes: count.openapi({ description: "How much of the file is here." }),
      ofBytes: count.optional(),
      mostSeconds: count.openapi({ description: "When this try ends, whatever came." }),
    }),
  ])
  .openapi("RunTrouble", {
    description:
      "`in-vain`: a try that brought no page. `silent`: one that has got no answer yet and is waited for. `file`: a file of a post that does not come, or takes long.",
  });

/** Why a run ended, or never began. */
export const runError = z
  .object({ class: z.string(), message: z.string(), reasons: runReasons.optional() })
  .openapi("RunError");

/** One run of one channel. */
export const runAnswer = z
  .object({
    id: z.string(),
    channel: z.string(),
    scheduleId: z.string().optional(),
    cause: z.enum(["schedule", "asked", "command", "retry"]),
    state: z.enum(runStates).openapi({
      description: "`skipped` was never begun, and `error` says why; `stopped` on request.",
    }),
    dueAt: instant,
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    counts: z.object({
      media: count.optional().openapi({ description: "Files of posts that were fetched." }),
      mediaBytes: count.optional(),
      mediaTooLarge: count.optional().openapi({ description: "Files given up as too large." }),
      mediaRefused: count
        .optional()
        .openapi({ description: "Files never to be asked for: not at Telegram's hosts." }),
      mediaFailed: count
        .optional()
        .openapi({ description: "Files given up after their last try." }),
      mediaWaiting: count.optional().openapi({
        description: "Files of the channel that still wait, when the run's files end.",
      }),
      pages: count,
      new: count,
      edited: count,
      unchanged: count,
      missed: count,
      deleted: count,
      requests: count.openapi({ description: "Retries and redirects included." }),
      bytes: count.openapi({ description: "Of pages, as they came over the network." }),
      failed: count.openapi({ description: "Tries that brought no page." }),
    }),
    retryOf: z.string().optional(),
    stopRequested: z.literal(true).optional(),
    trouble: runTrouble.optional().openapi({
      description: "While it is under way and its source does not answer as it should.",
    }),
    error: runError.optional(),
  })
  .openapi("Run");

/** One page of the ledger of runs. */
export const runsAnswer = z
  .object({
    runs: list(runAnswer),
    next: z.string().optional().openapi({ description: "The `before` of the next page." }),
  })
  .openapi("Runs", { description: "Newest first." });

/** Runs that were asked for. */
export const startedAnswer = z.object({ runs: list(runAnswer) }).openapi("RunsStarted");

export const runLine = z.object({ no: count, at: instant, text: z.string() }).openapi("RunLine");

/** What a run said. */
export const runLinesAnswer = z.object({ lines: list(runLine) }).openapi("RunLines", {
  description: "What the run said, oldest first; `no` rises from 1, and `at` is when it was said.",
});

export type RunAnswer = Stating<Omit<Run, "holder">, z.infer<typeof runAnswer>>;
export type RunLineAnswer = Stating<RunLine, z.infer<typeof runLine>>;
