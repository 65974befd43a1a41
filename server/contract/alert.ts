import { z } from "@hono/zod-openapi";
import { alertKinds } from "../jobs/alerts.ts";
import { toldReasons } from "./reason.ts";
import { instant, list } from "./values.ts";

/** How long a reason to dismiss an alert may be, in characters. */
export const longestDismissalReason = 500;

/** Something that is wrong, or was. */
export const alertAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(alertKinds),
    subject: z.string().openapi({ description: "A channel or an engine; may be empty." }),
    facts: z.record(z.string(), z.union([z.string(), z.number()])).readonly(),
    reasons: toldReasons.optional(),
    sentence: z.string(),
    raisedAt: instant,
    clearedAt: instant.optional(),
    dismissed: z
      .object({ at: instant, reason: z.string() })
      .optional()
      .openapi({ description: "Somebody said that it need not be told of, and why." }),
  })
  .openapi("Alert");

/** What is wrong, what need not be told of, and what was wrong lately. */
export const alertsAnswer = z
  .object({
    open: list(alertAnswer),
    dismissed: list(alertAnswer).openapi({ description: "They last, and need not be told of." }),
    cleared: list(alertAnswer).openapi({ description: "The ten cleared last." }),
  })
  .openapi("Alerts");

export type AlertAnswer = z.infer<typeof alertAnswer>;
