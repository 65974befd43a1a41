import { z } from "@hono/zod-openapi";
import type { Plan } from "../jobs/plan.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

/** Requests to come, added up. */
export const plan = z
  .object({
    from: instant,
    hours: count,
    requests: count,
    runs: count,
    channels: count,
    each: list(
      z.object({
        channel: z.string(),
        runs: count,
        requests: z.number().nonnegative(),
        from: z.enum(["past runs", "what is kept", "nothing"]),
      }),
    ),
  })
  .openapi("Plan", {
    description: "What schedules will ask of the source, as far as can be told.",
  });

export type PlanAnswer = Stating<Plan, z.infer<typeof plan>>;
