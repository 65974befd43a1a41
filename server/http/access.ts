import type { Scope } from "../archive/keys.ts";

/**
 * What a request may need: nothing (`open`), or a scope. `page` is reading by a person, whose page may also carry
 * the name of an opened session. Without a rule a route is nobody's but the admin's.
 */
export type Rule = "open" | Scope;

/** Every route and what it takes, in one table. Beyond the machine itself `search` and `read` are open unless set otherwise. */
export const rules: Readonly<Record<string, Rule>> = {
  "GET /health": "open",
  "GET /ready": "open",
  "GET /openapi.json": "open",
  "GET /assets/*": "open",
  "GET /widget/v1.js": "open",
  "GET /widget/frame": "open",
  "GET /widget/:version/:file": "open",
  "GET /enter": "open",
  "POST /enter": "open",

  "GET /api/v1/search": "search",
  "GET /api/v1/channels": "read",
  "GET /api/v1/channels/:channel": "read",
  "GET /api/v1/channels/:channel/coverage": "read",
  "GET /api/v1/channels/:channel/posts/:id": "read",
  "GET /api/v1/channels/:channel/posts/:id/versions": "read",
  "GET /api/v1/channels/:channel/posts/:id/context": "read",
  "GET /": "read",
  "GET /channels": "read",
  "GET /c/:channel": "read",
  "GET /c/:channel/:id": "read",
  "GET /widget": "read",
  "GET /widget/help": "read",

  "POST /api/v1/channels": "scrape",
  "POST /channels": "scrape",

  "GET /api/v1/keys": "admin",
  "POST /api/v1/keys": "admin",
  "DELETE /api/v1/keys/:id": "admin",
  "POST /widget": "admin",
};

/** The rule of a route as the router names it. */
export const ruleOf = (method: string, path: string): Rule =>
  rules[`${method} ${path.startsWith("/assets/") ? "/assets/*" : path}`] ?? "admin";

/** Whether a key of these scopes may do what the rule asks: `read` includes searching, `admin` everything. */
export const allows = (scopes: readonly Scope[], rule: Rule): boolean =>
  rule === "open" ||
  scopes.includes("admin") ||
  scopes.includes(rule) ||
  (rule === "search" && scopes.includes("read"));
