import type { OpenAPIHono } from "@hono/zod-openapi";
import { version } from "../../scraper/version.ts";
import { refusalsMade } from "./describe.ts";
import { guardedRoutes, type Rule } from "./access/access.ts";

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** The document of the whole API, made from its routes: what each takes and answers, and which scope a key needs for it. */
export function describeApi(app: OpenAPIHono) {
  const made = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Backscroll",
      version,
      description: "Public Telegram channels, kept and searched. Times are UTC.",
      license: { name: "MIT" },
    },
  });
  const taken = new Map(
    guardedRoutes(app.routes).map(({ method, path, rule }) => [`${method} ${path}`, rule]),
  );
  const paths = Object.entries(made.paths ?? {}).map(([path, item]) => {
    const routed = path.replaceAll(/\{(\w+)\}/g, ":$1");
    const operations = methods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const rule = taken.get(`${method.toUpperCase()} ${routed}`) ?? "admin";
      const responses = {
        ...unknownParameter,
        ...(method === "get" ? unchanged : {}),
        ...(rule === "open" ? {} : refusedByGuard),
        ...operation.responses,
      };
      return [[method, { ...operation, responses, security: securityOf(rule) }] as const];
    });
    return [path, { ...item, ...Object.fromEntries(operations) }] as const;
  });
  return {
    ...made,
    paths: Object.fromEntries(paths),
    components: {
      ...made.components,
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description:
            "A key of `backscroll keys create`. The scope it needs stands with each route.",
        },
      },
    },
  };
}

/** Every answer has a tag, and who sends it back is told when nothing has changed. */
const unchanged = { 304: { description: "As it was: what `If-None-Match` names is still good" } };

/** A parameter that is not described is refused on every route. */
const unknownParameter = refusalsMade(400);

/** What the guard may say before a route is asked. */
const refusedByGuard = refusalsMade(401, 403, 429);

/** Reading takes a key only where the server is set so, or when the key is a limited one. */
function securityOf(rule: Rule) {
  if (rule === "open") return [];
  // How the server fares takes a key that may read, wherever it is not this machine that asks.
  if (rule === "watch") return [{ key: ["read"] }];
  const key = { key: [rule] };
  return rule === "scrape" || rule === "admin" ? [key] : [{}, key];
}
