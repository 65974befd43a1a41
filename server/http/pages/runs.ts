import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { runPage, runsPage } from "../../../web/pages/runs-page.ts";
import { isOneOf, needs } from "../access/access.ts";
import { frameOf, send } from "./desk.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";
import { again, keepTo, keptRun, runsOf, runsQuery, shownRun, startRuns } from "../api/runs.ts";
import { Refusal, refusalOfInput } from "../problems.ts";
import { schedulesOf } from "../api/schedules.ts";

const mostOpenShown = 50;
const dueShown = 5;
const lastShown = 5;

/** What the page of a run takes: to stay as it is where no script runs. */
const runQuery = z.object({ still: z.enum(["1"], "takes 1").optional() });

/** `/runs` for people: what goes on, what is due, what became of it. */
export function addRunPages(app: OpenAPIHono, parts: Parts): void {
  app.get("/runs", needs("read"), async (c) => runsRoute(c, parts));
  app.post("/runs", needs("scrape"), async (c) => {
    const sent = await formOf(c);
    const channel = sent.one("channel");
    if (channel === undefined && sent.one("all") !== "true") throw noChannelNamed();
    const all = (await parts.archive.channels()).map(({ name }) => name);
    const channels = channel !== undefined ? all.filter((one) => isOneOf([channel], one)) : all;
    keepTo(c, channels);
    await startRuns(parts, channels);
    return c.redirect("/runs", 303);
  });
  app.get("/runs/:id", needs("read"), async (c) => {
    const asked = runQuery.safeParse(c.req.query());
    if (!asked.success) throw refusalOfInput("query", asked.error);
    const run = shownRun(await keptRun(c, parts));
    const { runs } = parts.archive;
    const [frame, lines, last, underWay] = await Promise.all([
      frameOf(c, parts),
      runs.lines(run.id),
      runs.list({ channel: run.channel, limit: lastShown + 1 }),
      runs.list({ state: "running", limit: mostOpenShown }),
    ]);
    const othersWait = underWay.filter(({ id, trouble }) => id !== run.id && trouble).length;
    const still = asked.data.still !== undefined;
    const others = last
      .filter(({ id }) => id !== run.id)
      .slice(0, lastShown)
      .map(shownRun);
    return send(c, runPage({ frame, run, lines, last: others, othersWait, still }));
  });
  app.post("/runs/:id/stop", needs("scrape"), async (c) => {
    const { id } = await keptRun(c, parts);
    await parts.archive.runs.stop(id);
    return c.redirect(`/runs/${id}`, 303);
  });
  app.post("/runs/:id/retry", needs("scrape"), async (c) => {
    const { id } = await again(parts, await keptRun(c, parts));
    return c.redirect(`/runs/${id}`, 303);
  });
}

/** A field that is misspelt must not bring up to date all there is. */
const noChannelNamed = (): Refusal =>
  new Refusal({
    kind: "bad-request",
    status: 400,
    detail: "Name a channel (channel=durov), or ask for all of them (all=true).",
  });

async function runsRoute(c: Context, parts: Parts): Promise<Response> {
  const query = runsQuery.safeParse(c.req.query());
  if (!query.success) throw refusalOfInput("query", query.error);
  const { channel, state, before } = query.data;
  const only = channel === undefined ? {} : { channel };
  const listed = async (of: "running" | "waiting") =>
    (await runsOf(c, parts, { ...only, state: of, limit: mostOpenShown })).runs;
  const [frame, running, waiting, page, { schedules, plan }] = await Promise.all([
    frameOf(c, parts),
    before === undefined ? listed("running") : [],
    before === undefined ? listed("waiting") : [],
    runsOf(c, parts, query.data),
    schedulesOf(c, parts),
  ]);
  const due = schedules
    .flatMap(({ channel: name, next }) => next.map((at) => ({ at, channel: name })))
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(0, dueShown);
  const older = new URLSearchParams({
    ...only,
    ...(state !== undefined && { state }),
    before: page.next ?? "",
  });
  return send(
    c,
    runsPage({
      frame,
      open: [...running, ...waiting],
      ended: page.runs.filter((run) => run.state !== "running" && run.state !== "waiting"),
      ...(page.next !== undefined && { olderAt: `/runs?${older.toString()}` }),
      asked: { channel, failedOnly: state === "failed" },
      due,
      plan,
    }),
  );
}
