import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { callerOf } from "./access/caller.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** Names this request in the log and in its answer. */
    requestId: string;
    /** The key it was asked with, by its id. */
    keyId?: string;
  }
}

/** One request and its answer, for the log and the figures: neither what was searched for nor any secret. */
export interface Answered {
  readonly requestId: string;
  readonly method: string;
  /** As the router names it, like `/c/:channel`; `none` where there is no such address. */
  readonly route: string;
  /** Without its query. */
  readonly path: string;
  readonly status: number;
  /** Until the headers of the answer were made. */
  readonly ms: number;
  /** Who asked. */
  readonly from: string;
  readonly keyId?: string | undefined;
}

const goodId = /^[\w.:-]{1,64}$/;
const longestPath = 200;

/** Names each request, by the name it came with if that is a plain one, and tells of each answer. */
export function observe(options: {
  readonly onAnswered: (answered: Answered) => void;
  readonly trustedProxies: readonly string[];
}) {
  const caller = callerOf(options.trustedProxies);
  return createMiddleware(async (c, next) => {
    const began = performance.now();
    const given = c.req.header("x-request-id") ?? "";
    const requestId = goodId.test(given) ? given : randomUUID();
    c.set("requestId", requestId);
    await next();
    c.res.headers.set("X-Request-Id", requestId);
    options.onAnswered({
      requestId,
      method: c.req.method,
      route: routeOf(c),
      path: c.req.path.slice(0, longestPath),
      status: c.res.status,
      ms: Math.round((performance.now() - began) * 10) / 10,
      from: caller(c),
      keyId: c.get("keyId"),
    });
  });
}

function routeOf(c: Context): string {
  const path = matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "none";
  return path.startsWith("/assets/") ? "/assets/*" : path;
}
