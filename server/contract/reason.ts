import { z } from "@hono/zod-openapi";
import { runCodes } from "../archive/reasons.ts";
import { list } from "./values.ts";

const facts = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .readonly()
  .openapi({ description: "What the sentence speaks of.", example: { tries: 8 } });

/** Why a run ended, or why a page did not come, for programs to say it their way. */
export const runReasons = list(
  z
    .object({
      code: z
        .enum(runCodes)
        .openapi({ description: "Which sentence it is; never changes.", example: "gave-up" }),
      facts,
    })
    .openapi("Reason"),
).openapi({
  description:
    "What the sentence is made of: the end, then what it came of, each behind the next. Absent in old archives, and where the sentence is all there is.",
});
export type RunReason = z.infer<typeof runReasons>[number];

/** The same of what an alert tells, where it may also be the fault of a query. */
export const toldReasons = list(
  z.object({ code: z.string(), facts }).openapi("ToldReason"),
).openapi({
  description:
    "What a sentence among the facts is made of: reasons as a run has them, or the fault of a query.",
});
