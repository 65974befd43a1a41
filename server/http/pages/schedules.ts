import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { UsageError } from "../../../scraper/errors.ts";
import type { ScheduleForm, SchedulesView } from "../../../web/pages/schedules-page.ts";
import { schedulesPage } from "../../../web/pages/schedules-page.ts";
import { cadenceKinds, cadenceOf, fieldsOf } from "../../archive/runs/cadence.ts";
import type { Schedule, ScheduleDraft } from "../../archive/runs/schedules.ts";
import { BadParameter } from "../../search/query/query-errors.ts";
import { frameOf, send } from "./desk.ts";
import { needs } from "../access/access.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";
import {
  draftsOf,
  keptSchedule,
  makeSchedules,
  nextOf,
  previewOf,
  schedulesOf,
} from "../api/schedules.ts";

/** The fields of each kind. */
const cadences = Object.fromEntries(
  cadenceKinds.map((kind) => [kind, fieldsOf(kind)]),
) as SchedulesView["cadences"];
const mostMinutes = 24 * 60;
const blank: ScheduleForm = {
  channels: "",
  kind: "adaptive",
  fields: {},
  jitterMinutes: "0",
  misfire: "once",
};

/** `/schedules` for people: the list, and a form in two steps: what it will ask for, then saving it. */
export function addSchedulePages(app: OpenAPIHono, parts: Parts): void {
  app.get("/schedules", needs("read"), async (c) => drawn(c, parts, { form: blank }));
  app.post("/schedules", needs("scrape"), async (c) => formRoute(c, parts));
  const { schedules } = parts.archive;
  const does = {
    pause: async ({ id }: Schedule) => schedules.pause(id),
    resume: async (one: Schedule) => schedules.resume(one.id, nextOf(one, parts)),
    remove: async ({ id }: Schedule) => schedules.remove(id),
  };
  for (const [verb, change] of Object.entries(does))
    app.post(`/schedules/:id/${verb}`, needs("scrape"), async (c) => {
      await change(await keptSchedule(c, parts));
      return c.redirect("/schedules", 303);
    });
}

async function formRoute(c: Context, parts: Parts): Promise<Response> {
  const sent = await formOf(c);
  const typed = (key: string): string => sent.one(key) ?? "";
  const form: ScheduleForm = {
    channels: typed("channels"),
    kind: cadenceKinds.find((kind) => kind === typed("kind")) ?? "adaptive",
    fields: Object.fromEntries(
      cadenceKinds.flatMap(fieldsOf).map(({ name }) => [name, typed(name)]),
    ),
    jitterMinutes: typed("jitterMinutes"),
    misfire: typed("misfire") === "skip" ? "skip" : "once",
  };
  try {
    const drafts = await draftsIn(c, parts, form);
    if (typed("step") !== "save")
      return await drawn(c, parts, {
        form: { ...form, preview: await previewOf(c, parts, drafts) },
      });
    await makeSchedules(parts, drafts);
    return c.redirect("/schedules", 303);
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    return drawn(c, parts, { form: { ...form, fault }, status: 400 });
  }
}

async function draftsIn(
  c: Context,
  parts: Parts,
  form: ScheduleForm,
): Promise<readonly ScheduleDraft[]> {
  const named = form.channels.split(/[\s,]+/).filter((one) => one !== "");
  const isAll = named.length === 1 && named[0]?.toLowerCase() === "all";
  const channels = isAll ? (await parts.archive.channels()).map(({ name }) => name) : named;
  if (channels.length === 0) throw new UsageError("Name at least one channel.");
  const minutes = /^\d{0,4}$/.test(form.jitterMinutes) ? Number(form.jitterMinutes) : -1;
  if (minutes < 0 || minutes > mostMinutes)
    throw new BadParameter("jitterMinutes", `It must be a whole number from 0 to ${mostMinutes}.`);
  return draftsOf(c, parts, {
    channels,
    cadence: cadenceOf(form.kind, (field) => form.fields[field]),
    jitterSeconds: minutes * 60,
    misfire: form.misfire,
  });
}

function faultOf(error: unknown): ScheduleForm["fault"] {
  if (error instanceof UsageError) return { at: "channels", detail: error.message };
  if (!(error instanceof BadParameter)) return undefined;
  const at = error.parameter === "jitterMinutes" ? "jitterMinutes" : "cadence";
  return { at, detail: error.message };
}

async function drawn(
  c: Context,
  parts: Parts,
  { form, status = 200 }: { readonly form: ScheduleForm; readonly status?: number },
): Promise<Response> {
  const [frame, { schedules, plan }] = await Promise.all([
    frameOf(c, parts),
    schedulesOf(c, parts),
  ]);
  return send(c, schedulesPage({ frame, schedules, plan, form, cadences }), status);
}
