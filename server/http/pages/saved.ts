import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { savedPage, type SavedForm } from "../../../web/pages/saved-page.ts";
import { saveSearch } from "../../search/save-search.ts";
import { frameOf, send } from "./desk.ts";
import { needs } from "../access/access.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";
import { problemOf, Refusal } from "../problems.ts";
import { found, notSaved, savedSearches, sendTest } from "../api/saved-searches.ts";

/** `/saved`: the saved searches, and forms to add, test, pause and remove them. */
export function addSavedPages(app: OpenAPIHono, parts: Parts): void {
  app.get("/saved", needs("admin"), (c) =>
    draw(c, parts, { query: c.req.query("q") ?? "", name: "", url: "" }),
  );
  app.post("/saved", needs("admin"), (c) => add(c, parts));
  app.post("/saved/:id", needs("admin"), (c) => change(c, parts));
}

async function draw(
  c: Context,
  parts: Parts,
  form: SavedForm,
  {
    made,
    status,
  }: { readonly made?: { name: string; secret: string }; readonly status?: number } = {},
): Promise<Response> {
  const [frame, searches] = await Promise.all([frameOf(c, parts), savedSearches(parts)]);
  return send(c, savedPage({ frame, searches, form, ...(made && { made }) }), status);
}

/** The form's answer: the list, with the secret of what was added, once; or the form again, with what is wrong. */
async function add(c: Context, parts: Parts): Promise<Response> {
  const sent = await formOf(c);
  const given = (name: string): string => sent.one(name) ?? "";
  const form = { name: given("name"), query: given("query"), url: given("url") };
  try {
    const { search, secret } = await saveSearch(parts, form, {
      now: parts.clock(),
      signal: c.req.raw.signal,
    });
    if (secret === undefined) return c.redirect(`/saved#saved-${search.id}`, 303);
    c.header("Cache-Control", "no-store");
    const empty = { name: "", query: "", url: "" };
    return await draw(c, parts, empty, { made: { name: search.name, secret }, status: 201 });
  } catch (error) {
    const problem = problemOf(error);
    if (problem.id !== undefined) throw error;
    return draw(c, parts, { ...form, fault: problem }, { status: problem.status });
  }
}

async function change(c: Context, parts: Parts): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const act = (await formOf(c)).one("act");
  const { saved } = parts.archive;
  if (act === "remove") {
    if (!(await saved.remove(id))) throw notSaved();
    return c.redirect("/saved", 303);
  }
  if (act === "test") await sendTest(parts, id);
  else if (act === "pause" || act === "resume") found(await saved.pause(id, act === "pause"));
  else
    throw new Refusal({
      kind: "bad-request",
      status: 400,
      detail: "What is to be done is test, pause, resume or remove.",
    });
  return c.redirect(`/saved#saved-${id}`, 303);
}
