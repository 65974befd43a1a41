import type { Scope } from "../../../server/archive/access/keys.ts";

/**
 * Who may ask each route, written out by hand so that no rule of the server tells what is right. First who needs no
 * key beyond this machine: `anybody`, `reader` (where reading is open), `nobody`; then the scopes that open it; then
 * what a key limited to channels may do there: `own` (it sees those), `named` (where the address names one of them),
 * `no`.
 */
const table = `
GET    /health                                          anybody  search read export scrape admin  own
GET    /ready                                           anybody  search read export scrape admin  own
GET    /openapi.json                                    anybody  search read export scrape admin  own
GET    /docs                                            anybody  search read export scrape admin  own
GET    /assets/*                                        anybody  search read export scrape admin  own
GET    /enter                                           anybody  search read export scrape admin  own
POST   /enter                                           anybody  search read export scrape admin  own
POST   /leave                                           anybody  search read export scrape admin  own
GET    /widget/v1.js                                    anybody  search read export scrape admin  own
GET    /widget/embed.js                                 anybody  search read export scrape admin  own
GET    /widget/frame                                    anybody  search read export scrape admin  own
GET    /widget/gallery/:site                            anybody  search read export scrape admin  own
GET    /widget/:version/:file                           anybody  search read export scrape admin  own

GET    /api/v1/search                                   reader   search read admin  own
GET    /api/v1/completions                              reader   search read admin  own
GET    /embed/:name/:id                                 reader   search read admin  own
POST   /mcp                                             reader   search read admin  own
GET    /oembed                                          reader   read admin         own
GET    /api/v1/channels                                 reader   read admin         own
GET    /api/v1/channels/:channel                        reader   read admin         named
GET    /api/v1/channels/:channel/coverage               reader   read admin         named
GET    /api/v1/channels/:channel/media                  reader   read admin         named
GET    /api/v1/channels/:channel/posts/:id              reader   read admin         named
GET    /api/v1/channels/:channel/posts/:id/versions     reader   read admin         named
GET    /api/v1/channels/:channel/posts/:id/context      reader   read admin         named
GET    /api/v1/channels/:channel/posts/:id/raw          reader   read admin         named
GET    /api/v1/feed.atom                                reader   read admin         own
GET    /api/v1/feed.json                                reader   read admin         own
GET    /api/v1/changes                                  reader   read admin         own
GET    /api/v1/changes.atom                             reader   read admin         own
GET    /api/v1/sets/:hash                               reader   read admin         no
GET    /api/v1/runs                                     reader   read admin         own
GET    /api/v1/runs/:id                                 reader   read admin         own
GET    /api/v1/runs/:id/lines                           reader   read admin         own
GET    /api/v1/runs/:id/events                          reader   read admin         own
GET    /api/v1/schedules                                reader   read admin         own
GET    /api/v1/schedules/:id                            reader   read admin         own
GET    /                                                reader   read admin         no
GET    /channels                                        reader   read admin         no
GET    /channels/add                                    reader   read admin         no
GET    /c/:channel                                      reader   read admin         named
GET    /c/:channel/:id                                  reader   read admin         named
GET    /changes                                         reader   read admin         no
POST   /changes                                         reader   read admin         no
GET    /compare                                         reader   read admin         no
GET    /compare.csv                                     reader   read admin         no
GET    /compare.svg                                     reader   read admin         no
GET    /runs                                            reader   read admin         no
GET    /runs/:id                                        reader   read admin         no
GET    /schedules                                       reader   read admin         no
GET    /sets/:hash                                      reader   read admin         no
GET    /media/:sha256                                   reader   read admin         own
GET    /widget                                          reader   read admin         no
GET    /widget/help                                     reader   read admin         no
GET    /widget/gallery                                  reader   read admin         no

GET    /api/v1/export                                   reader   export admin       own

GET    /metrics                                         nobody   read admin         no
GET    /status                                          nobody   read admin         no
GET    /api/v1/status                                   nobody   read admin         no
GET    /api/v1/alerts                                   nobody   read admin         no

POST   /api/v1/channels                                 nobody   scrape admin       own
POST   /channels                                        nobody   scrape admin       own
POST   /api/v1/runs                                     nobody   scrape admin       own
POST   /api/v1/runs/:id/stop                            nobody   scrape admin       own
POST   /api/v1/runs/:id/resume                          nobody   scrape admin       own
POST   /api/v1/runs/:id/retry                           nobody   scrape admin       own
POST   /api/v1/schedules                                nobody   scrape admin       own
POST   /api/v1/schedules/plan                           nobody   scrape admin       own
PATCH  /api/v1/schedules/:id                            nobody   scrape admin       own
DELETE /api/v1/schedules/:id                            nobody   scrape admin       own
POST   /runs                                            nobody   scrape admin       no
POST   /runs/:id/stop                                   nobody   scrape admin       no
POST   /runs/:id/retry                                  nobody   scrape admin       no
POST   /schedules                                       nobody   scrape admin       no
POST   /schedules/:id/pause                             nobody   scrape admin       no
POST   /schedules/:id/resume                            nobody   scrape admin       no
POST   /schedules/:id/remove                            nobody   scrape admin       no

GET    /api/v1/sets                                     nobody   admin              no
POST   /api/v1/sets                                     nobody   admin              no
DELETE /api/v1/sets/:hash                               nobody   admin              no
POST   /sets                                            nobody   admin              no
POST   /widget                                          nobody   admin              no
POST   /api/v1/alerts/:id/dismiss                       nobody   admin              no
POST   /api/v1/alerts/:id/reopen                        nobody   admin              no
POST   /status/alerts/:id/dismiss                       nobody   admin              no
POST   /status/alerts/:id/reopen                        nobody   admin              no
POST   /api/v1/purge                                    nobody   admin              no
PUT    /api/v1/channels/:channel/media                  nobody   admin              named
GET    /api/v1/keys                                     nobody   admin              no
POST   /api/v1/keys                                     nobody   admin              no
DELETE /api/v1/keys/:id                                 nobody   admin              no
POST   /api/v1/keys/:id/rotate                          nobody   admin              no
GET    /keys                                            nobody   admin              no
POST   /keys                                            nobody   admin              no
POST   /keys/:id/rotate                                 nobody   admin              no
POST   /keys/:id/revoke                                 nobody   admin              no
GET    /api/v1/saved-searches                           nobody   admin              no
POST   /api/v1/saved-searches                           nobody   admin              no
GET    /api/v1/saved-searches/:id                       nobody   admin              no
PATCH  /api/v1/saved-searches/:id                       nobody   admin              no
DELETE /api/v1/saved-searches/:id                       nobody   admin              no
POST   /api/v1/saved-searches/:id/test                  nobody   admin              no
GET    /api/v1/targets                                  nobody   admin              no
POST   /api/v1/targets                                  nobody   admin              no
GET    /api/v1/targets/:id                              nobody   admin              no
PATCH  /api/v1/targets/:id                              nobody   admin              no
DELETE /api/v1/targets/:id                              nobody   admin              no
POST   /api/v1/targets/:id/test                         nobody   admin              no
GET    /saved                                           nobody   admin              no
POST   /saved                                           nobody   admin              no
POST   /saved/:id                                       nobody   admin              no
`;

export interface MatrixRow {
  /** As the router names it; files of the pages are one row, `GET /assets/*`. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly withoutKey: "anybody" | "reader" | "nobody";
  readonly scopes: readonly Scope[];
  readonly limited: "own" | "named" | "no";
}

/** One row a route. */
export const scopeMatrix: readonly MatrixRow[] = table
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const [method = "", path = "", withoutKey, ...rest] = line.split(/ +/);
    return {
      route: `${method} ${path}`,
      method,
      path,
      withoutKey: withoutKey as MatrixRow["withoutKey"],
      scopes: rest.slice(0, -1) as Scope[],
      limited: rest.at(-1) as MatrixRow["limited"],
    };
  });

/** How the matrix names a route of the application. */
export const matrixName = (method: string, path: string): string =>
  `${method} ${path.replace(/^\/assets\/.*/, "/assets/*")}`;

/** An address of the route, about this channel. What changes something finds nothing to change. */
export function addressIn({ method, path }: MatrixRow, channel: string): string {
  return path
    .replace(/:channel|:name/, channel)
    .replace(":id", method === "GET" ? "1" : "none")
    .replace(":hash", "e3b0c44298fc1c14")
    .replace(":sha256", "0".repeat(64))
    .replace(":site", "plain")
    .replace(":version", "none")
    .replace(":file", "none.js")
    .replace("/assets/*", "/assets/none.css");
}
