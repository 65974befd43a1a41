import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import type { Schedule, ScheduleDraft } from "../../archive/runs/schedules.ts";
import { checkCadence, dueAfter, firstDue, paceOf } from "../../jobs/cadence.ts";
import { instant } from "../../../scraper/instant.ts";
import { planOf } from "../../jobs/plan.ts";
import { BadParameter } from "../../search/query/query-errors.ts";
import { isOneOf, needs } from "../access/access.ts";
import type { PlanAnswer } from "../../contract/plan.ts";
import {
  cadence,
  madeSchedulesAnswer,
  planAnswer,
  type PlanPreviewAnswer,
  scheduleAnswer,
  type ScheduleAnswer,
  schedulesAnswer,
} from "../../contract/schedule.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { channelsToDo, keepTo } from "./runs.ts";

const longestJitterSeconds = 86_400;
const dueTimesShown = 5;

const inPath = z.object({
  id: z.string().openapi({
    param: { name: "id", in: "path" },
    description: "The schedule's id, or its channel.",
  }),
});
const wholeSeconds = `takes a whole number of seconds from 0 to ${longestJitterSeconds}`;
const when = {
  cadence,
  jitterSeconds: z
    .number(wholeSeconds)
    .int(wholeSeconds)
    .min(0, wholeSeconds)
    .max(longestJitterSeconds, wholeSeconds)
    .openapi({
      description: "Each due time is put off by a part of this, always the same for one channel.",
    }),
  misfire: z.enum(["skip", "once"], "takes skip or once").openapi({
    description:
      "What becomes of due times that passed while no server ran: left out, or one run for all.",
  }),
};
const typedDraft = body(
  {
    channels: channelsToDo,
    cadence: when.cadence,
    jitterSeconds: when.jitterSeconds.default(0),
    misfire: when.misfire.default("once"),
  },
  'is an object like {"channels": ["durov"], "cadence": {"kind": "adaptive"}}',
);
export type TypedDraft = z.infer<typeof typedDraft>;

const listed = createRoute({
  method: "get",
  path: "/api/v1/schedules",
  operationId: "listSchedules",
  middleware: needs("read", { channels: "own" }),
  summary: "When channels are read, and what that will ask of the source in 24 hours",
  responses: answers(schedulesAnswer, "Every schedule, by channel"),
});

const one = createRoute({
  method: "get",
  path: "/api/v1/schedules/{id}",
  operationId: "getSchedule",
  middleware: needs("read", { channels: "own" }),
  summary: "One schedule",
  request: { params: inPath },
  responses: answers(scheduleAnswer, "The schedule", 404),
});

const draft = { required: true, content: json(typedDraft) };
const made = createRoute({
  method: "post",
  path: "/api/v1/schedules",
  operationId: "createSchedules",
  middleware: needs("scrape", { channels: "own" }),
  summary: "Makes schedules; a channel that has one gets this in its place",
  request: { body: draft },
  responses: {
    ...refusals(400, 403, 413, 415),
    201: { description: "The schedules", content: json(madeSchedulesAnswer) },
  },
});

const planned = createRoute({
  method: "post",
  path: "/api/v1/schedules/plan",
  operationId: "planSchedules",
  middleware: needs("scrape", { channels: "own" }),
  summary: "What schedules would ask of the source; saves nothing",
  request: { body: draft },
  responses: answers(planAnswer, "The plan of the next 24 hours", 400, 403, 413, 415),
});

const changed = createRoute({
  method: "patch",
  path: "/api/v1/schedules/{id}",
  operationId: "changeSchedule",
  middleware: needs("scrape", { channels: "own" }),
  summary: "Pauses or resumes a schedule, or changes when it is due",
  request: {
    params: inPath,
    body: {
      required: true,
      content: json(
        body({ ...when, paused: z.boolean("takes true or false") })
          .partial()
          .refine((given) => Object.keys(given).length > 0, "names nothing to change"),
      ),
    },
  },
  responses: answers(scheduleAnswer, "The schedule as it is now", 400, 403, 404, 413, 415),
});

const removed = createRoute({
  method: "delete",
  path: "/api/v1/schedules/{id}",
  operationId: "removeSchedule",
  middleware: needs("scrape", { channels: "own" }),
  summary: "Takes a schedule away; what is kept of the channel stays",
  request: { params: inPath },
  responses: answers(scheduleAnswer, "The schedule that was", 403, 404),
});

/** `/schedules`: when channels are read. */
export function addScheduleRoutes(app: OpenAPIHono, parts: Parts): void {
  const { schedules } = parts.archive;
  const told = async (schedule: Schedule): Promise<ScheduleAnswer> =>
    shownSchedule(parts, schedule);
  app.openapi(listed, async (c) => c.json(await schedulesOf(c, parts), 200));
  app.openapi(one, async (c) => c.json(await told(await keptSchedule(c, parts)), 200));
  app.openapi(made, async (c) => {
    const drafts = draftsOf(c, parts, c.req.valid("json"));
    const kept = await makeSchedules(parts, drafts);
    return c.json({ schedules: await Promise.all(kept.map(told)) }, 201);
  });
  app.openapi(planned, async (c) =>
    c.json(await previewOf(c, parts, draftsOf(c, parts, c.req.valid("json"))), 200),
  );
  app.openapi(changed, async (c) => {
    const schedule = await keptSchedule(c, parts);
    const { paused = schedule.paused, ...edits } = c.req.valid("json");
    const draft: ScheduleDraft = {
      channel: schedule.channel,
      cadence: edits.cadence ?? schedule.cadence,
      jitterSeconds: edits.jitterSeconds ?? schedule.jitterSeconds,
      misfire: edits.misfire ?? schedule.misfire,
    };
    const isEdited = Object.keys(edits).length > 0;
    if (isEdited) {
      check(draft, parts.clock());
      await schedules.set(draft, nextOf(draft, parts));
    }
    // What is set anew is not paused, whatever it was before.
    const isPaused = isEdited ? false : schedule.paused;
    if (paused && !isPaused) await schedules.pause(schedule.id);
    if (!paused && isPaused) await schedules.resume(schedule.id, nextOf(draft, parts));
    return c.json(await told((await schedules.get(schedule.id)) ?? schedule), 200);
  });
  app.openapi(removed, async (c) => {
    const schedule = await keptSchedule(c, parts);
    await schedules.remove(schedule.id);
    return c.json(await told(schedule), 200);
  });
}

/** The schedules that whoever asks may see, and their plan. */
export async function schedulesOf(
  c: Context,
  parts: Parts,
): Promise<{ readonly schedules: readonly ScheduleAnswer[]; readonly plan: PlanAnswer }> {
  const only = c.get("onlyChannels");
  const kept = (await parts.archive.schedules.list()).filter(
    ({ channel }) => only === undefined || isOneOf(only, channel),
  );
  const plan = await planOf(parts.archive, kept, { now: parts.clock() });
  return {
    schedules: await Promise.all(kept.map(async (each) => shownSchedule(parts, each))),
    plan,
  };
}

/** The schedule of the address, by id or channel. @throws Refusal */
export async function keptSchedule(c: Context, { archive }: Parts): Promise<Schedule> {
  const schedule = await archive.schedules.get(c.req.param("id") ?? "");
  const only = c.get("onlyChannels");
  if (!schedule || (only && !isOneOf(only, schedule.channel)))
    throw new Refusal({
      kind: "schedule-not-kept",
      status: 404,
      detail: "No schedule has this id, and no channel of this name has one.",
    });
  return schedule;
}

/** What was typed, checked, as a draft for each channel. @throws UsageError, BadParameter, Refusal */
export function draftsOf(
  c: Context,
  { clock }: Pick<Parts, "clock">,
  { channels, cadence: own, jitterSeconds, misfire }: TypedDraft,
): readonly ScheduleDraft[] {
  const names = [...new Set(channels.map(channelName))];
  keepTo(c, names);
  const drafts = names.map((channel) => ({ channel, cadence: own, jitterSeconds, misfire }));
  for (const draft of drafts.slice(0, 1)) check(draft, clock());
  return drafts;
}

/** Keeps drafts, each first due as its cadence says. */
export async function makeSchedules(
  parts: Parts,
  drafts: readonly ScheduleDraft[],
): Promise<readonly Schedule[]> {
  const kept: Schedule[] = [];
  for (const draft of drafts)
    kept.push(await parts.archive.schedules.set(draft, nextOf(draft, parts)));
  return kept;
}

/** What drafts would ask for alone, and all schedules that whoever asks may see together once they are kept. */
export async function previewOf(
  c: Context,
  { archive, clock }: Parts,
  drafts: readonly ScheduleDraft[],
): Promise<PlanPreviewAnswer> {
  const now = clock();
  const names = drafts.map(({ channel }) => channel);
  const only = c.get("onlyChannels");
  const others = (await archive.schedules.list()).filter(
    ({ channel }) => !isOneOf(names, channel) && (only === undefined || isOneOf(only, channel)),
  );
  const [draft] = drafts;
  return {
    plan: await planOf(archive, drafts, { now }),
    all: await planOf(archive, [...others, ...drafts], { now }),
    next: draft ? await dueTimesOf(archive, draft, { from: firstDue(draft, now) }) : [],
  };
}

async function shownSchedule({ archive }: Parts, schedule: Schedule): Promise<ScheduleAnswer> {
  const { nextDueAt } = schedule;
  const from = nextDueAt === undefined ? undefined : new Date(nextDueAt);
  return { ...schedule, next: await dueTimesOf(archive, schedule, { from }) };
}

/** The next five due times; of an adaptive schedule as its channel goes now. */
async function dueTimesOf(
  archive: Parts["archive"],
  timing: ScheduleDraft,
  { from }: { readonly from: Date | undefined },
): Promise<readonly string[]> {
  const interval = await paceOf(archive, timing);
  const times: string[] = [];
  for (let due = from; due && times.length < dueTimesShown; due = dueAfter(timing, due, interval))
    times.push(instant(due));
  return times;
}

/** When a draft is first due, from now on. */
export function nextOf(draft: ScheduleDraft, { clock }: Pick<Parts, "clock">): string | undefined {
  const due = firstDue(draft, clock());
  return due && instant(due);
}

function check(draft: ScheduleDraft, now: Date): void {
  try {
    checkCadence(draft.cadence, now);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new BadParameter("cadence", error.message, { cause: error });
  }
}
