import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import type { Run } from "../../archive/runs/run.ts";
import { runStates } from "../../archive/runs/run.ts";
import { isOneOf, needs } from "../access/access.ts";
import {
  runAnswer,
  type RunAnswer,
  runLinesAnswer,
  runsAnswer,
  startedAnswer,
} from "../../contract/run.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import { wrongChannel } from "../access/guard.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const mostRuns = 100;
const mostChannels = 1_000;
const fewSeconds = "10";

export const runInPath = z.object({
  id: z.string().openapi({ param: { name: "id", in: "path" } }),
});

/** Names of channels to do something with, as people type them. */
export const channelsToDo = z
  .array(z.string("takes names of channels or links to them"))
  .min(1, "takes at least one channel")
  .max(mostChannels, `takes at most ${mostChannels} channels`)
  .openapi({ example: ["durov"] });

export const runsQuery = z.object({
  channel: z.string().optional(),
  state: z
    .enum(runStates, `takes one of ${runStates.join(", ")}`)
    .optional()
    .openapi({ description: "Only runs in this state." }),
  limit: z.coerce
    .number(`takes a whole number from 1 to ${mostRuns}`)
    .int(`takes a whole number from 1 to ${mostRuns}`)
    .min(1, `takes a whole number from 1 to ${mostRuns}`)
    .max(mostRuns, `takes a whole number from 1 to ${mostRuns}`)
    .default(20),
  before: z.string().optional().openapi({ description: "Runs older than the one of this id." }),
});
export type RunsQuery = z.infer<typeof runsQuery>;

const listed = createRoute({
  method: "get",
  path: "/api/v1/runs",
  operationId: "listRuns",
  middleware: needs("read", { channels: "own" }),
  summary: "Every run, newest first",
  request: { query: runsQuery },
  responses: answers(runsAnswer, "Runs, and where the next page begins", 400),
});

const one = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}",
  operationId: "getRun",
  middleware: needs("read", { channels: "own" }),
  summary: "One run, as far as it is",
  request: { params: runInPath },
  responses: answers(runAnswer, "The run", 404),
});

const lines = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}/lines",
  operationId: "listRunLines",
  middleware: needs("read", { channels: "own" }),
  summary: "What a run said",
  request: {
    params: runInPath,
    query: z.object({
      after: z.coerce
        .number("takes the number of a line")
        .int("takes the number of a line")
        .min(0, "takes the number of a line")
        .default(0),
    }),
  },
  responses: answers(runLinesAnswer, "Its lines, oldest first", 400, 404),
});

const asked = createRoute({
  method: "post",
  path: "/api/v1/runs",
  operationId: "startRuns",
  middleware: needs("scrape", { channels: "own" }),
  summary: "Asks for runs of channels; one that is open already is given instead",
  request: {
    body: {
      required: true,
      content: json(body({ channels: channelsToDo }, 'is an object like {"channels": ["durov"]}')),
    },
  },
  responses: {
    ...refusals(400, 403, 413, 415, 503),
    202: { description: "The runs, in the order asked", content: json(startedAnswer) },
  },
});

const change = (verb: "stop" | "resume" | "retry", summary: string) =>
  createRoute({
    method: "post",
    path: `/api/v1/runs/{id}/${verb}`,
    operationId: `${verb}Run`,
    middleware: needs("scrape", { channels: "own" }),
    summary,
    request: { params: runInPath },
    responses: {
      ...refusals(403, 404, 409, 503),
      202: { description: "The run that stops, or the one that goes on", content: json(runAnswer) },
    },
  });

/** `/runs`: what was read when, what came of it, and doing it again. */
export function addRunRoutes(app: OpenAPIHono, parts: Parts): void {
  const { runs } = parts.archive;
  app.openapi(listed, async (c) => c.json(await runsOf(c, parts, c.req.valid("query")), 200));
  app.openapi(one, async (c) => c.json(shownRun(await keptRun(c, parts)), 200));
  app.openapi(lines, async (c) => {
    const { id } = await keptRun(c, parts);
    return c.json({ lines: await runs.lines(id, c.req.valid("query").after) }, 200);
  });
  app.openapi(asked, async (c) => {
    const channels = c.req.valid("json").channels.map(channelName);
    keepTo(c, channels);
    return c.json({ runs: (await startRuns(parts, channels)).map(shownRun) }, 202);
  });
  app.openapi(change("stop", "Stops a run after the page in hand"), async (c) => {
    const run = await keptRun(c, parts);
    return c.json(shownRun((await runs.stop(run.id)) ?? run), 202);
  });
  app.openapi(change("resume", "Goes on with a run that was stopped"), async (c) => {
    const run = await keptRun(c, parts);
    if (run.state === "stopped") return c.json(shownRun(await again(parts, run)), 202);
    throw new Refusal({
      kind: "run-not-stopped",
      status: 409,
      detail: `This run is ${run.state}. Only one that was stopped can go on; any other can be retried.`,
    });
  });
  app.openapi(
    change("retry", "The same channel again; what is kept is not read twice"),
    async (c) => c.json(shownRun(await again(parts, await keptRun(c, parts))), 202),
  );
}

/** A page of runs, of the channels that whoever asks may see. */
export async function runsOf(
  c: Context,
  { archive }: Parts,
  { channel, state, limit, before }: RunsQuery,
): Promise<{ readonly runs: readonly RunAnswer[]; readonly next?: string }> {
  const within = c.get("onlyChannels");
  const found = await archive.runs.list({
    limit: limit + 1,
    ...(channel !== undefined && { channel }),
    ...(state !== undefined && { state }),
    ...(before !== undefined && { before }),
    ...(within && { within }),
  });
  const runs = found.slice(0, limit);
  const last = runs.at(-1)?.id;
  return {
    runs: runs.map(shownRun),
    ...(found.length > limit && last !== undefined && { next: last }),
  };
}

/** The run of the address. @throws Refusal when there is none, or none that whoever asks may see */
export async function keptRun(c: Context, { archive }: Parts): Promise<Run> {
  const run = await archive.runs.get(c.req.param("id") ?? "");
  const only = c.get("onlyChannels");
  if (!run || (only && !isOneOf(only, run.channel)))
    throw new Refusal({
      kind: "run-not-kept",
      status: 404,
      detail: "No run has this id. Runs are kept for some 400 days.",
    });
  return run;
}

/** A run as the API tells it: all but which machine and process had it. */
export function shownRun({ holder: _holder, ...run }: Run): RunAnswer {
  return run;
}

/** Asks for a run of each channel. @throws Refusal when too many wait already */
export async function startRuns(
  { archive }: Parts,
  channels: readonly string[],
): Promise<readonly Run[]> {
  const started: Run[] = [];
  for (const channel of channels)
    started.push(await orTooMany(archive.runs.start({ channel, cause: "asked" })));
  return started;
}

/** The same channel again. */
export async function again({ archive }: Parts, run: Run): Promise<Run> {
  return (await orTooMany(archive.runs.retry(run.id))) ?? run;
}

async function orTooMany<T>(starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new Refusal(
      { kind: "too-many-runs", status: 503, detail: error.message },
      { "Retry-After": fewSeconds },
    );
  }
}

/** @throws Refusal when the key is for other channels */
export function keepTo(c: Context, channels: readonly string[]): void {
  const only = c.get("onlyChannels");
  if (only && !channels.every((channel) => isOneOf(only, channel))) throw wrongChannel(only);
}
