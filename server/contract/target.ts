import { z } from "@hono/zod-openapi";
import { kindNames } from "../jobs/targets/kind-names.ts";
import { deliveryAnswer } from "./delivery.ts";
import { count, instant, list } from "./values.ts";

/** What is chosen of a target when it is added or changed. */
export const targetChoice = {
  name: z.string().openapi({ example: "Desk" }),
  fields: z.record(z.string(), z.string()).openapi({
    description:
      "What its kind asks for, by name. When changed, an absent one stays; an empty one goes.",
    example: { token: "123456:ABC-DEF1234ghIkl", chat: "-1001234567890" },
  }),
  hears: list(z.string()).openapi({
    description:
      "Of `alerts`, `changes`, `changes:durov` (one channel's), `searches`, `search:5f1c0a9b72de` (one saved search's).",
    example: ["alerts", "searches"],
  }),
  digest: z.string().optional().openapi({
    description:
      "Empty: at once. Else `hourly`, or the time of day at which all that came since is told.",
    example: "09:00",
  }),
  quiet: z.string().optional().openapi({
    description: "Hours in which nothing is told; it waits for their end. Empty: none.",
    example: "22:00-07:00",
  }),
  zone: z.string().optional().openapi({ description: "Of both.", example: "Europe/Berlin" }),
};

export const targetKindName = z.enum(kindNames);

/** A target, and what was sent to it; its secrets by their names alone. */
export const targetAnswer = z
  .object({
    id: z.string(),
    kind: z.enum([...kindNames, "unknown"]).openapi({
      description: "`unknown`: one that this program does not know.",
    }),
    name: z.string(),
    fields: z.record(z.string(), z.string()).openapi({ description: "Without its secrets." }),
    secrets: list(z.string()).openapi({
      description: "The names of those that are set. They are shown by nothing.",
    }),
    hears: list(z.string()),
    digest: z.string(),
    quiet: z.string(),
    zone: z.string(),
    state: z.enum(["following", "paused", "gone"]).openapi({
      description: "`gone`: it answered 410, and nothing is sent until it is resumed.",
    }),
    createdAt: instant,
    missed: count.openapi({
      description: "Messages that were not kept, because 500 waited for it already.",
    }),
    deliveries: list(deliveryAnswer).openapi({
      description: "What is or was sent, newest first, the last 10.",
    }),
  })
  .openapi("Target");

/** Every target. */
export const targetListAnswer = z.object({ targets: list(targetAnswer) }).openapi("Targets");

/** A target that was added just now; of a webhook with its secret. */
export const newTargetAnswer = targetAnswer
  .extend({
    secret: z.string().optional().openapi({
      example: "whsec_…",
      description: "Of a webhook: signs what is sent. Shown this once.",
    }),
  })
  .openapi("NewTarget");

export type TargetAnswer = z.infer<typeof targetAnswer>;
