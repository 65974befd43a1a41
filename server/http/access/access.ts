import type { MiddlewareHandler, RouterRoute } from "hono/types";
import type { Scope } from "../../archive/access/keys.ts";

/**
 * What a request takes: nothing (`open`), or a key with this scope; `watch`, how the server fares, takes a key that may
 * read and is never open beyond this machine. A route that says nothing is the admin's.
 */
export type Rule = "open" | "watch" | Scope;

interface Access {
  readonly rule: Rule;
  /** `own`: it answers with a key's channels only. Of all others a limited key may use those that name its channel. */
  readonly channels?: "own";
}

const said = new WeakMap<object, Access>();

/**
 * Says beside a route what it takes; the guard reads it before anything of the route runs. Beyond the machine itself
 * all but `watch`, `scrape` and `admin` is open unless set otherwise.
 */
export function needs(rule: Rule, rest: Omit<Access, "rule"> = {}): MiddlewareHandler {
  // A function of its own each time: it is what the rule is known by.
  const handler: MiddlewareHandler = goOn.bind(undefined);
  said.set(handler, { rule, ...rest });
  return handler;
}

const goOn: MiddlewareHandler = async (_, next) => next();

/** A route, as the router names it, and what it takes. */
export interface GuardedRoute extends Access {
  readonly method: string;
  readonly path: string;
}

/** The route that answers, of all that match: the first that was added, middleware aside. */
export function guardedRoute(matching: readonly RouterRoute[]): GuardedRoute | undefined {
  const route = matching.find(({ method }) => method !== "ALL");
  if (route === undefined) return undefined;
  const { method, path, handler } = route;
  return { method, path, ...(said.get(handler) ?? { rule: "admin" }) };
}

/** Every route there is, and what it takes. */
export function guardedRoutes(all: readonly RouterRoute[]): readonly GuardedRoute[] {
  const byAddress = Map.groupBy(all, ({ method, path }) => `${method} ${path}`);
  return [...byAddress.values()].flatMap((same) => guardedRoute(same) ?? []);
}

/** Whether a key limited to `channels` may ask `route` at this path. */
export function isWithin(channels: readonly string[], route: GuardedRoute, path: string): boolean {
  const at = route.path.split("/").indexOf(":channel");
  if (at < 0) return route.channels === "own";
  return isOneOf(channels, decoded(path.split("/")[at] ?? ""));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Names of channels differ in more than case. */
export const isOneOf = (channels: readonly string[], name: string): boolean =>
  channels.some((one) => one.toLowerCase() === name.toLowerCase());

/** Whether a key of these scopes may do what the rule asks: `read` includes searching, `admin` everything. */
export const allows = (scopes: readonly Scope[], rule: Rule): boolean =>
  rule === "open" ||
  scopes.includes("admin") ||
  (rule !== "watch" && scopes.includes(rule)) ||
  ((rule === "search" || rule === "watch") && scopes.includes("read"));
