import type { Scope } from "../../archive/access/keys.ts";

/**
 * What a request takes: nothing (`open`), or a key with this scope; `watch`, how the server fares, takes a key that may
 * read and is never open beyond this machine. A route without a rule is the admin's.
 */
export type Rule = "open" | "watch" | Scope;

/** Every route and what it takes, in one table. Beyond the machine itself all but `scrape` and `admin` is open unless set otherwise. */
export const rules: Readonly<Record<string, Rule>> = {
  "GET /health": "open",
  "GET /ready": "open",
  "GET /openapi.json": "open",
  "GET /docs": "open",
  "GET /assets/*": "open",
  "GET /enter": "open",
  "POST /enter": "open",
  "POST /leave": "open",
  "GET /widget/v1.js": "open",
  "GET /widget/frame": "open",
  "GET /widget/:version/:file": "open",

  "GET /api/v1/search": "search",
  "GET /api/v1/channels": "read",
  "GET /api/v1/channels/:channel": "read",
  "GET /api/v1/channels/:channel/coverage": "read",
  "GET /api/v1/channels/:channel/media": "read",
  "GET /api/v1/channels/:channel/posts/:id": "read",
  "GET /api/v1/channels/:channel/posts/:id/versions": "read",
  "GET /api/v1/channels/:channel/posts/:id/context": "read",
  "GET /api/v1/channels/:channel/posts/:id/raw": "read",
  "GET /api/v1/feed.atom": "read",
  "GET /api/v1/feed.json": "read",
  "GET /api/v1/sets/:hash": "read",
  "GET /api/v1/runs": "read",
  "GET /api/v1/runs/:id": "read",
  "GET /api/v1/runs/:id/lines": "read",
  "GET /api/v1/runs/:id/events": "read",
  "GET /api/v1/schedules": "read",
  "GET /api/v1/schedules/:id": "read",
  "GET /": "read",
  "GET /channels": "read",
  "GET /c/:channel": "read",
  "GET /c/:channel/:id": "read",
  "GET /compare": "read",
  "GET /runs": "read",
  "GET /runs/:id": "read",
  "GET /schedules": "read",
  "GET /sets/:hash": "read",
  "GET /media/:sha256": "read",
  "GET /widget": "read",
  "GET /widget/help": "read",
  "GET /widget/gallery": "read",
  "GET /widget/gallery/:site": "open",

  "GET /api/v1/export": "export",

  "GET /metrics": "watch",
  "GET /status": "watch",
  "GET /api/v1/status": "watch",

  "POST /api/v1/channels": "scrape",
  "POST /channels": "scrape",
  "POST /api/v1/runs": "scrape",
  "POST /api/v1/runs/:id/stop": "scrape",
  "POST /api/v1/runs/:id/resume": "scrape",
  "POST /api/v1/runs/:id/retry": "scrape",
  "POST /api/v1/schedules": "scrape",
  "POST /api/v1/schedules/plan": "scrape",
  "PATCH /api/v1/schedules/:id": "scrape",
  "DELETE /api/v1/schedules/:id": "scrape",
  "POST /runs": "scrape",
  "POST /runs/:id/stop": "scrape",
  "POST /runs/:id/retry": "scrape",
  "POST /schedules": "scrape",
  "POST /schedules/:id/pause": "scrape",
  "POST /schedules/:id/resume": "scrape",
  "POST /schedules/:id/remove": "scrape",

  "POST /api/v1/sets": "admin",
  "POST /sets": "admin",
  "POST /widget": "admin",
  "POST /api/v1/purge": "admin",
  "PUT /api/v1/channels/:channel/media": "admin",
  "GET /api/v1/keys": "admin",
  "POST /api/v1/keys": "admin",
  "DELETE /api/v1/keys/:id": "admin",
  "POST /api/v1/keys/:id/rotate": "admin",
  "GET /keys": "admin",
  "POST /keys": "admin",
  "POST /keys/:id/rotate": "admin",
  "POST /keys/:id/revoke": "admin",
  "GET /api/v1/saved-searches": "admin",
  "POST /api/v1/saved-searches": "admin",
  "GET /api/v1/saved-searches/:id": "admin",
  "PATCH /api/v1/saved-searches/:id": "admin",
  "DELETE /api/v1/saved-searches/:id": "admin",
  "POST /api/v1/saved-searches/:id/test": "admin",
  "GET /saved": "admin",
  "POST /saved": "admin",
  "POST /saved/:id": "admin",
};

/** Routes that answer with a key's channels only. Of all others a limited key may use those that name its channel. */
const keepToChannels = [
  "GET /api/v1/search",
  "GET /api/v1/channels",
  "POST /api/v1/channels",
  "GET /media/:sha256",
  "GET /api/v1/runs",
  "GET /api/v1/runs/:id",
  "GET /api/v1/runs/:id/lines",
  "GET /api/v1/runs/:id/events",
  "POST /api/v1/runs",
  "POST /api/v1/runs/:id/stop",
  "POST /api/v1/runs/:id/resume",
  "POST /api/v1/runs/:id/retry",
  "GET /api/v1/schedules",
  "GET /api/v1/schedules/:id",
  "POST /api/v1/schedules",
  "POST /api/v1/schedules/plan",
  "PATCH /api/v1/schedules/:id",
  "DELETE /api/v1/schedules/:id",
  "POST /channels",
];

/** Whether a key limited to `channels` may ask this route at this address. */
export function isWithin(
  channels: readonly string[],
  asked: { readonly route: string; readonly pattern: string; readonly path: string },
): boolean {
  const at = asked.pattern.split("/").indexOf(":channel");
  if (at < 0) return keepToChannels.includes(asked.route);
  const named = asked.path.split("/")[at] ?? "";
  return isOneOf(channels, decoded(named));
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

/** The rule of a route as the router names it. */
export const ruleOf = (method: string, path: string): Rule =>
  rules[`${method} ${path.startsWith("/assets/") ? "/assets/*" : path}`] ?? "admin";

/** Whether a key of these scopes may do what the rule asks: `read` includes searching, `admin` everything. */
export const allows = (scopes: readonly Scope[], rule: Rule): boolean =>
  rule === "open" ||
  scopes.includes("admin") ||
  (rule !== "watch" && scopes.includes(rule)) ||
  ((rule === "search" || rule === "watch") && scopes.includes("read"));
