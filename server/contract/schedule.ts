import { z } from "@hono/zod-openapi";
import type { Instant } from "../../scraper/post.ts";
import { type Cadence, type CadenceKind, cadenceKinds, fieldsOf } from "../archive/runs/cadence.ts";
import type { Schedule } from "../archive/runs/schedules.ts";
import { plan } from "./plan.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

/** When a channel is due. */
export const cadence = z
  .discriminatedUnion(
    "kind",
    cadenceKinds.map(schemaOf) as [z.ZodObject, ...z.ZodObject[]],
    `takes ${examples()}`,
  )
  .openapi("Cadence") as unknown as z.ZodType<Cadence>;

function schemaOf(kind: CadenceKind): z.ZodObject {
  const fields = fieldsOf(kind).map(({ name, example, otherwise }) => {
    const text = z.string().openapi({ example });
    return [name, otherwise === undefined ? text : text.default(otherwise)];
  });
  return z.strictObject({ kind: z.literal(kind), ...Object.fromEntries(fields) });
}

/** Each kind with the fields that must be written. */
function examples(): string {
  const written = cadenceKinds.map((kind) => {
    const needed = fieldsOf(kind).filter(({ otherwise }) => otherwise === undefined);
    const members = needed.map(({ name, example }) => `, "${name}": "${example}"`);
    return `{"kind": "${kind}"${members.join("")}}`;
  });
  return written.join(" or ");
}

/** The schedule of one channel. */
export const scheduleAnswer = z
  .object({
    id: z.string(),
    channel: z.string(),
    cadence,
    jitterSeconds: count,
    misfire: z.enum(["skip", "once"]),
    paused: z.boolean(),
    createdAt: instant,
    nextDueAt: instant.optional(),
    next: list(instant).openapi({ description: "The next five due times." }),
  })
  .openapi("Schedule");

/** Every schedule, and what they will ask of the source. */
export const schedulesAnswer = z
  .object({ schedules: list(scheduleAnswer), plan })
  .openapi("Schedules");

/** Schedules that were made just now. */
export const madeSchedulesAnswer = z
  .object({ schedules: list(scheduleAnswer) })
  .openapi("SchedulesMade");

/** What a schedule would ask of the source, before it is saved. */
export const planAnswer = z
  .object({
    plan: plan.openapi({ description: "Of what was sent alone." }),
    all: plan.openapi({ description: "Of all schedules, once it is saved." }),
    next: list(instant).openapi({ description: "The next five due times." }),
  })
  .openapi("PlanPreview");

export type ScheduleAnswer = Stating<
  Schedule & { readonly next: readonly Instant[] },
  z.infer<typeof scheduleAnswer>
>;
export type PlanPreviewAnswer = z.infer<typeof planAnswer>;
export type { Cadence, CadenceField, CadenceKind } from "../archive/runs/cadence.ts";
