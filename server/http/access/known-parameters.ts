import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { nearest } from "../../search/nearest.ts";
import { runsQuery } from "../api/runs.ts";
import { pageQuery } from "../api/search.ts";
import { Refusal } from "../problems.ts";
import { guardedRoute } from "./access.ts";

/** What pages take in their address; pages that are not here take nothing, and pass over what is there. */
const ofPages: ReadonlyMap<string, readonly string[]> = new Map([
  ["/", [...Object.keys(pageQuery.shape), "view"]],
  ["/compare", ["q", "scale"]],
  ["/runs", Object.keys(runsQuery.shape)],
  ["/c/:channel/:id", ["v"]],
  ["/sets/:hash", ["query"]],
]);
/** The language of every page. */
const language = "ui";

/** What other sites put into the links to a page; a page shows what it would without. */
const tracking =
  /^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|ysclid|igshid|mc_[ce]id|_openstat|ref|from)$/;

/**
 * Refuses a parameter that its route or page does not know: a condition that is misspelt would else be none, and what is
 * answered would be more than was asked for.
 */
export function refuseUnknownParameters(app: OpenAPIHono): MiddlewareHandler {
  let known: ReadonlyMap<string, readonly string[]> | undefined;
  return createMiddleware(async (c, next) => {
    const given = Object.keys(c.req.queries());
    if (given.length > 0) {
      known ??= parametersOf(app);
      const names = namesFor(c, known);
      const unknown =
        names && given.find((name) => !names.includes(name) && !isPassedOver(c, name));
      if (unknown !== undefined) throw unknownParameter(unknown, names ?? []);
    }
    await next();
  });
}

function namesFor(
  c: Context,
  known: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const route = guardedRoute(matchedRoutes(c));
  if (!route) return undefined;
  const page = ofPages.get(route.path);
  if (page && route.method === "GET") return [...page, language];
  return c.req.path.startsWith("/api/") ? known.get(`${route.method} ${route.path}`) : undefined;
}

const isPassedOver = (c: Context, name: string): boolean =>
  !c.req.path.startsWith("/api/") && tracking.test(name);

function parametersOf(app: OpenAPIHono): ReadonlyMap<string, readonly string[]> {
  return new Map(
    app.openAPIRegistry.definitions.flatMap((one) => {
      if (one.type !== "route") return [];
      const { method, path, request } = one.route;
      const query = request?.query as z.ZodObject | undefined;
      const routed = path.replaceAll(/\{(\w+)\}/g, ":$1");
      return [[`${method.toUpperCase()} ${routed}`, Object.keys(query?.shape ?? {})] as const];
    }),
  );
}

function unknownParameter(name: string, names: readonly string[]): Refusal {
  const meant = nearest(name, names);
  const instead =
    meant !== undefined
      ? ` Did you mean ${meant}?`
      : names.length > 0
        ? ` There are ${names.join(", ")}.`
        : " None is taken here.";
  return new Refusal({
    kind: "unknown-parameter",
    status: 400,
    detail: `There is no parameter ${name.slice(0, longestNamed)} here.${instead}`,
    parameter: name,
  });
}
const longestNamed = 60;
