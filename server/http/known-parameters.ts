import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { isTracking } from "../search/addresses.ts";
import { nearest } from "../search/nearest.ts";
import { Refusal } from "./problems.ts";
import { guardedRoute } from "./access/access.ts";

/** What pages take in their address, by their route. */
export type PageParameters = ReadonlyMap<string, readonly string[]>;

/** The language of every page. */
const language = "ui";

/** What else sites and mailing programs put into the links to a page; a page shows what it would without. */
const added =
  /^(?:ref|srsltid|epik|roistat|irclickid|li_fat_id|rb_clickid|wickedid|s_cid|ml_subscriber\w*|(?:gad|hsa|pk|mtm|vero|oly|guce|_branch)_\w+|_hs\w+|__hs\w+|hsCtaTracking)$/i;

/**
 * Refuses a parameter that its route or page does not know: a condition that is misspelt would else be none, and what is
 * answered would be more than was asked for.
 */
export function refuseUnknownParameters(
  app: OpenAPIHono,
  ofPages: PageParameters = new Map(),
): MiddlewareHandler {
  let known: ReadonlyMap<string, readonly string[]> | undefined;
  return createMiddleware(async (c, next) => {
    const given = Object.keys(c.req.queries());
    if (given.length > 0) {
      known ??= parametersOf(app);
      const names = namesFor(c, { known, ofPages });
      const unknown =
        names &&
        given.find(
          (name) => !names.includes(name) && (c.req.path.startsWith("/api/") || !isAdded(name)),
        );
      if (unknown !== undefined) throw unknownParameter(unknown, names ?? []);
    }
    await next();
  });
}

function namesFor(
  c: Context,
  {
    known,
    ofPages,
  }: { readonly known: ReadonlyMap<string, readonly string[]>; readonly ofPages: PageParameters },
): readonly string[] | undefined {
  const route = guardedRoute(matchedRoutes(c));
  if (!route) return undefined;
  const page = ofPages.get(route.path);
  if (page && route.method === "GET") return [...page, language];
  return c.req.path.startsWith("/api/") ? known.get(`${route.method} ${route.path}`) : undefined;
}

const isAdded = (name: string): boolean => isTracking(name) || added.test(name);

/** @throws Refusal for a parameter that a page with these does not know. */
export function refuseOtherThan(c: Context, own: readonly string[]): void {
  const names = [...own, language];
  const unknown = Object.keys(c.req.queries()).find(
    (name) => !names.includes(name) && !isAdded(name),
  );
  if (unknown !== undefined) throw unknownParameter(unknown, names);
}

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

/** Refuses a name that is not one of these, with the nearest of them. */
export function unknownParameter(name: string, names: readonly string[]): Refusal {
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
