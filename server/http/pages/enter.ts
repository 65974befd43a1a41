import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { enterPage } from "../../../web/pages/enter-page.ts";
import { allows, needs } from "../access/access.ts";
import { frameOf, send } from "./desk.ts";
import { formOf } from "./form.ts";
import { ownAddress } from "../own-address.ts";
import type { Parts } from "../parts.ts";
import { forgetSession, giveSession, sessionOf } from "../access/session-cookie.ts";

const longestKey = 200;

/** `/enter` takes a key and gives the browser a session; `/leave` ends it. */
export function addEntrance(app: OpenAPIHono, parts: Parts): void {
  app.get("/enter", needs("open"), (c) => show(c, parts, { next: placeOf(c.req.query("next")) }));
  app.post("/enter", needs("open"), (c) => enter(c, parts));
  app.post("/leave", needs("open"), async (c) => {
    const session = sessionOf(c);
    if (session !== undefined) await parts.archive.sessions.end(session);
    forgetSession(c);
    return c.redirect("/", 303);
  });
}

async function enter(c: Context, parts: Parts): Promise<Response> {
  const sent = await formOf(c);
  const given = (name: string): string => sent.one(name)?.trim() ?? "";
  const next = placeOf(given("next"));
  if (parts.changesOpen) return c.redirect(next, 303);
  const key = await parts.archive.keys.find(given("key").slice(0, longestKey));
  if (!key) return show(c, parts, { next, fault: "unknown" });
  const opens = (["read", "scrape"] as const).some((rule) => allows(key.scopes, rule));
  if (!opens) return show(c, parts, { next, fault: "forPrograms" });
  const { secret } = await parts.archive.sessions.begin(key, sessionOf(c));
  giveSession(c, secret);
  c.header("Cache-Control", "no-store");
  return c.redirect(next, 303);
}

async function show(
  c: Context,
  parts: Parts,
  asked: { readonly next: string; readonly fault?: "unknown" | "forPrograms" },
): Promise<Response> {
  const view = { ...asked, frame: await frameOf(c, parts), readable: isReadable(c) };
  return send(c, enterPage(view), asked.fault === undefined ? 200 : 401);
}

/** Whether others on the way can read what is typed: browsers tell where a request came from only when they cannot. */
const isReadable = (c: Context): boolean =>
  c.get("overTls") !== true && c.req.header("sec-fetch-site") === undefined;

/** A place on this server to go on to; whatever else was asked for is the front page. */
function placeOf(asked = "/"): string {
  const here = "http://here.invalid";
  const url = asked.startsWith("/") && URL.canParse(asked, here) ? new URL(asked, here) : undefined;
  const place = url?.origin === here ? ownAddress(url) : "/";
  return /^\/enter(\?|$)/.test(place) ? "/" : place;
}
