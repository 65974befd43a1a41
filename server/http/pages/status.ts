import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { instant } from "../../../scraper/instant.ts";
import { version } from "../../../scraper/version.ts";
import { statusPage } from "../../../web/pages/status-page.ts";
import { takeSnapshot } from "../../jobs/snapshot.ts";
import { longestDismissalReason } from "../../contract/alert.ts";
import { statusAnswer, type StatusAnswer } from "../../contract/status.ts";
import { needs } from "../access/access.ts";
import { alertsOf, dismissAlert, dismissalReason, reopenAlert } from "../api/alerts.ts";
import { answers } from "../describe.ts";
import { BadParameter } from "../../search/query/query-errors.ts";
import { frameOf, send } from "./desk.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";

const mostShown = 10;
const mostRunning = 100;

const route = createRoute({
  method: "get",
  path: "/api/v1/status",
  operationId: "getStatus",
  middleware: needs("watch"),
  summary: "How the server fares: indexes, disk, runs, alerts",
  responses: answers(statusAnswer, "As of now"),
});

/** `/status`, for people and for programs. */
export function addStatus(app: OpenAPIHono, parts: Parts): void {
  app.openapi(route, async (c) =>
    c.json(await statusOf(parts), 200, { "Cache-Control": "no-store" }),
  );
  app.get("/status", needs("watch"), async (c) => {
    const [frame, status] = await Promise.all([frameOf(c, parts), statusOf(parts)]);
    return send(c, statusPage({ frame, status, longestReason: longestDismissalReason }));
  });
  app.post("/status/alerts/:id/dismiss", needs("admin"), async (c) => {
    const reason = dismissalReason.safeParse((await formOf(c)).one("reason"));
    if (!reason.success)
      throw new BadParameter("reason", `reason ${reason.error.issues[0]?.message ?? ""}.`);
    await dismissAlert(parts, c.req.param("id"), reason.data);
    return c.redirect("/status", 303);
  });
  app.post("/status/alerts/:id/reopen", needs("admin"), async (c) => {
    await reopenAlert(parts, c.req.param("id"));
    return c.redirect("/status", 303);
  });
}

async function statusOf({
  archive,
  engine,
  clock,
  alertsSentTo,
  robots,
}: Parts): Promise<StatusAnswer> {
  const [snapshot, journal, alerts, deliveries, newest, running, schedules] = await Promise.all([
    takeSnapshot({ archive, engine, now: clock }),
    archive.journal(),
    alertsOf(archive),
    archive.deliveries.counts(),
    archive.runs.list({ limit: mostShown }),
    archive.runs.list({ limit: mostRunning, state: "running" }),
    archive.schedules.list(),
  ]);
  const { at, archive: kept, disk, indexes, runs, wanted } = snapshot;
  const [nextDueAt] = schedules.flatMap(({ nextDueAt: due }) => due ?? []).toSorted();
  return {
    at: instant(at),
    version,
    archive: {
      posts: kept.posts,
      channels: kept.channels,
      bytes: kept.bytes,
      journal,
    },
    ...(disk && { disk }),
    source: robots?.(),
    indexes,
    alerts: {
      ...alerts,
      ...(alertsSentTo !== undefined && { sentTo: alertsSentTo }),
      deliveries,
    },
    runs: newest.map(({ id, channel, state, dueAt, startedAt, finishedAt, holder, error }) => ({
      id,
      channel,
      state,
      dueAt,
      startedAt,
      finishedAt,
      holder,
      error,
    })),
    failing: runs
      .filter(({ state, channel }) => state === "failed" && wanted.has(channel.toLowerCase()))
      .map(({ channel }) => channel),
    silent: alerts.open
      .filter(({ kind }) => kind === "channel-silent")
      .map(({ subject }) => subject),
    schedules: {
      active: schedules.filter(({ paused }) => !paused).length,
      paused: schedules.filter(({ paused }) => paused).length,
      ...(nextDueAt !== undefined && { nextDueAt }),
      holders: [...new Set(running.flatMap(({ holder }) => holder ?? []))],
    },
  };
}
