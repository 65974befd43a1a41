import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { keysPage, type KeyForm, type KeysView } from "../../../web/pages/keys-page.ts";
import { scopes } from "../../archive/access/keys.ts";
import { graceOf, keyGrant, keyStateOf } from "../access/key-grant.ts";
import { keyNotKept } from "../api/keys.ts";
import { frameOf, send } from "./desk.ts";
import { needs } from "../access/access.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";
import { problemOf } from "../problems.ts";

const blank: KeyForm = { scopes: ["search"], channels: "", origins: "", expires: "" };

/** `/keys`: every key, and forms to make, rotate and revoke one. */
export function addKeysPage(app: OpenAPIHono, parts: Parts): void {
  const { keys } = parts.archive;
  app.get("/keys", needs("admin"), (c) => show(c, parts, { form: blank }));
  app.post("/keys", needs("admin"), (c) => make(c, parts));
  app.post("/keys/:id/revoke", needs("admin"), async (c) => {
    if (!(await keys.revoke(c.req.param("id")))) throw keyNotKept();
    return c.redirect("/keys", 303);
  });
  app.post("/keys/:id/rotate", needs("admin"), async (c) => {
    const graceMs = graceOf((await formOf(c)).one("grace"));
    const rotated = await keys.rotate(c.req.param("id"), { graceMs });
    if (!rotated) throw keyNotKept();
    const { secret, key } = rotated;
    return show(c, parts, { form: blank, made: { secret, id: key.id } });
  });
}

async function make(c: Context, parts: Parts): Promise<Response> {
  const sent = await formOf(c);
  const one = (name: string): string => sent.one(name)?.trim() ?? "";
  const form: KeyForm = {
    scopes: sent.all("scope"),
    channels: one("channels"),
    origins: one("origins"),
    expires: one("expires"),
  };
  try {
    const grant = keyGrant(
      {
        scopes: form.scopes,
        channels: [form.channels],
        origins: [form.origins],
        expires: form.expires || undefined,
      },
      parts.clock(),
    );
    const { secret, key } = await parts.archive.keys.create(grant);
    return await show(c, parts, { form: blank, made: { secret, id: key.id } });
  } catch (error) {
    const { status, detail, id } = problemOf(error);
    if (id !== undefined) throw error;
    return show(c, parts, { form, fault: detail }, status);
  }
}

async function show(
  c: Context,
  parts: Parts,
  own: Pick<KeysView, "form" | "fault" | "made">,
  status = 200,
): Promise<Response> {
  const [frame, kept] = await Promise.all([frameOf(c, parts), parts.archive.keys.list()]);
  const now = parts.clock();
  const keys = kept.map((key) => Object.assign({ state: keyStateOf(key, now) }, key)).toReversed();
  c.header("Cache-Control", "no-store");
  return send(c, keysPage({ frame, keys, scopes, ...own }), status);
}
