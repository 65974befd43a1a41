import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { compress } from "hono/compress";
import { createMiddleware } from "hono/factory";
import { etag } from "hono/etag";
import { methodNotAllowed } from "hono/method-not-allowed";
import { systemClock } from "../../scraper/clock.ts";
import type { Problem } from "../contract/problem.ts";
import { askAgainSeconds, EngineAway } from "../search/port.ts";
import { guard, type GuardSettings, headers, opensToThisMachine } from "./access/guard.ts";
import { addAgents } from "./agents/route.ts";
import { addAlerts } from "./api/alerts.ts";
import { addChangesRoutes } from "./api/changes.ts";
import { addCompletions } from "./api/completions.ts";
import { addChannelRoutes } from "./api/channels.ts";
import { addExportRoute } from "./api/export.ts";
import { addFeedRoutes } from "./api/feeds.ts";
import { addKeyRoutes } from "./api/keys.ts";
import { addMediaRoutes } from "./api/media.ts";
import { addPostRoutes } from "./api/posts.ts";
import { addPurgeRoute } from "./api/purge.ts";
import { addRunEvents } from "./api/run-events.ts";
import { addRunRoutes } from "./api/runs.ts";
import { addSavedRoutes } from "./api/saved-searches.ts";
import { addTargetRoutes } from "./api/targets.ts";
import { addScheduleRoutes } from "./api/schedules.ts";
import { addSearchRoute } from "./api/search.ts";
import { addSetRoutes } from "./api/sets.ts";
import { addHealthRoutes } from "./health.ts";
import { type PageParameters, refuseUnknownParameters } from "./known-parameters.ts";
import { addMetrics } from "./metrics.ts";
import { type Answered, observe } from "./observe.ts";
import type { Parts } from "./parts.ts";
import { asJson, problemOf, Refusal, refusalOfInput } from "./problems.ts";
import { noBodyForHead } from "./streams.ts";

const compressFromBytes = 1024;

export interface AppOptions extends Omit<
  Parts,
  "clock" | "changesOpen" | "mediaPolicy" | "sleep" | "stopping" | "onBroken"
> {
  readonly clock?: () => Date;
  readonly sleep?: Parts["sleep"];
  readonly stopping?: AbortSignal;
  /** None are fetched without. */
  readonly mediaPolicy?: Parts["mediaPolicy"];
  readonly settings: GuardSettings;
  /** Told of every error nobody foresaw, with the id its answer carries and that of the request. */
  readonly onUnexpected?: (error: unknown, id: string, requestId: string) => void;
  /** Told of every request and its answer. */
  readonly onAnswered?: (answered: Answered) => void;
}

/** What pages bring to the application that the API makes. */
export interface PageSide {
  /** A refusal as a page. */
  readonly refuse: (c: Context, parts: Parts, problem: Problem) => Promise<Response>;
  /** What each page takes in its address. */
  readonly parameters: PageParameters;
}

/**
 * The API as an application of requests and answers; listens to nothing by itself. Pages may be added to what it gives; without
 * them every address is one for programs.
 */
export function createApi(
  options: AppOptions,
  pages?: PageSide,
): { readonly app: OpenAPIHono; readonly parts: Parts } {
  const {
    clock = () => new Date(),
    settings,
    onUnexpected = () => {},
    onAnswered = () => {},
    ...rest
  } = options;
  const parts: Parts = {
    sleep: async (ms, signal) => systemClock.sleep(ms, signal),
    stopping: new AbortController().signal,
    mediaPolicy: { kinds: [], maxBytes: 0 },
    ...rest,
    clock,
    onBroken: (error, requestId) => {
      rest.archive.health.condemn(error);
      onUnexpected(error, crypto.randomUUID(), requestId);
    },
    changesOpen: opensToThisMachine(settings),
  };
  const { keys, sessions, health } = parts.archive;
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw refusalOfInput(result.target, result.error);
    },
  });
  const refuse = (c: Context, problem: Problem): Response | Promise<Response> =>
    !pages || isForPrograms(c.req.path) ? asJson(problem) : pages.refuse(c, parts, problem);

  app.use(noBodyForHead);
  app.use(observe({ onAnswered, trustedProxies: settings.trustedProxies ?? [] }));
  app.use("/api/*", noPage);
  app.use("/media/*", noPage);
  app.use(headers);
  app.use(compress({ threshold: compressFromBytes }));
  app.use(guard({ settings, keys, sessions, now: () => clock().getTime() }));
  app.use(
    createMiddleware(async (c, next) => {
      if (health.damage && !answersDamaged.test(c.req.path)) throw health.damage;
      await next();
    }),
  );
  app.use(refuseUnknownParameters(app, pages?.parameters));
  app.use(fresh, etag({ weak: true }));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: async (c, methods) => {
        const allow = methods.join(", ");
        const detail = `${c.req.method} is not answered at this address. It takes ${allow}.`;
        const kind = "method-not-allowed";
        const answer = await refuse(c, problemOf(new Refusal({ kind, status: 405, detail })));
        answer.headers.set("Allow", allow);
        return answer;
      },
    }),
  );

  addSearchRoute(app, parts);
  addCompletions(app, parts);
  addExportRoute(app, parts);
  addSetRoutes(app, parts);
  addFeedRoutes(app, parts);
  addPostRoutes(app, parts);
  addChangesRoutes(app, parts);
  addChannelRoutes(app, parts);
  addMediaRoutes(app, parts);
  addKeyRoutes(app, parts);
  addPurgeRoute(app, parts);
  addSavedRoutes(app, parts);
  addTargetRoutes(app, parts);
  addRunRoutes(app, parts);
  addRunEvents(app, parts);
  addScheduleRoutes(app, parts);
  addHealthRoutes(app, parts);
  addMetrics(app, parts);
  addAlerts(app, parts);
  addAgents(app, parts);

  app.notFound((c) => {
    const detail = "No page and no route has this address.";
    return refuse(c, problemOf(new Refusal({ kind: "not-found", status: 404, detail })));
  });
  app.onError(async (error, c) => {
    health.condemn(error);
    const problem = problemOf(error);
    if (problem.id !== undefined) onUnexpected(error, problem.id, c.get("requestId"));
    const answer = await refuse(c, problem);
    if (error instanceof Refusal)
      for (const [name, value] of Object.entries(error.headers)) answer.headers.set(name, value);
    if (error instanceof EngineAway) answer.headers.set("Retry-After", String(askAgainSeconds));
    return answer;
  });
  return { app, parts };
}

const isForPrograms = (path: string): boolean =>
  /^\/(api(\/|$)|media\/|oembed$|openapi\.json$|mcp$|health$|ready$|metrics$)/.test(path);

/** What is answered over a damaged archive as well: how the server fares, and what a page is drawn with. */
const answersDamaged = /^\/(health$|ready$|metrics$|openapi\.json$|assets\/)/;

/** No answer of the API and no file of a post is a page, whatever a browser takes it for. */
const noPage = createMiddleware(async (c, next) => {
  await next();
  c.res.headers.set(
    "Content-Security-Policy",
    "default-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; sandbox",
  );
});

/** What is kept changes at any time: answers may be stored, but are asked for again before use. */
const fresh = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-cache");
});
