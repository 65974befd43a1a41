import { brotliCompressSync } from "node:zlib";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { QuerySyntaxError } from "../../search/query/query-errors.ts";
import {
  type BuilderView,
  builderPage,
  type WidgetChoice,
  widgetParameters,
} from "../../../web/pages/widget-page.ts";
import { framePage } from "../../../web/pages/widget-frame.ts";
import {
  galleryPage,
  hostPage,
  isSite,
  sites,
  strictPolicy,
} from "../../../web/pages/widget-gallery.ts";
import { widgetHelpPage } from "../../../web/pages/widget-help.ts";
import { refuseOtherThan } from "../known-parameters.ts";
import { keyGrant } from "../access/key-grant.ts";
import { frameOf, send } from "./desk.ts";
import { needs } from "../access/access.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";
import { problemOf } from "../problems.ts";
import { worldAddress } from "../world-address.ts";
import { widgetFiles } from "./widget-files.ts";

const movingSeconds = 300;
const aYearSeconds = 31_536_000;
const brotli = new Map<string, Uint8Array<ArrayBuffer>>();
const shared = { "Access-Control-Allow-Origin": "*" };

/** The widget's files for any site, its frame, and the page that builds its tag. */
export function addWidget(app: OpenAPIHono, parts: Parts): void {
  // These move with releases: the loader, and what fits the frames of posts.
  for (const name of ["v1.js", "embed.js"])
    app.get(`/widget/${name}`, needs("open"), async (c) => {
      const { files } = await widgetFiles();
      return compressed(c, files[name] ?? "", {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": `public, max-age=${movingSeconds}`,
      });
    });
  app.get("/widget/frame", needs("open"), (c) => frameRoute(c, parts));
  app.get("/widget/help", needs("read"), async (c) =>
    send(c, widgetHelpPage(await frameOf(c, parts), await addressesOf(c, parts))),
  );
  app.get("/widget/gallery", needs("read"), async (c) =>
    send(c, galleryPage(await frameOf(c, parts))),
  );
  app.get("/widget/gallery/:site", needs("open"), gallerySite);
  app.get("/widget/:version/:file", needs("open"), async (c) => {
    const { version, files } = await widgetFiles();
    const { file } = c.req.param();
    const body = c.req.param("version") === version ? files[file] : undefined;
    if (body === undefined) return c.notFound();
    return compressed(c, body, {
      "Content-Type": file.endsWith(".d.ts")
        ? "text/plain; charset=utf-8"
        : "text/javascript; charset=utf-8",
      "Cache-Control": `public, max-age=${aYearSeconds}, immutable`,
    });
  });
  app.get("/widget", needs("read"), async (c) =>
    builder(
      c,
      parts,
      choiceOf((name) => c.req.query(name)),
    ),
  );
  app.post("/widget", needs("admin"), (c) => makeKey(c, parts));
}

/** A file for a script tag, in Brotli for browsers that take it: what is sent is what the builder says. */
function compressed(c: Context, body: string, headers: Readonly<Record<string, string>>): Response {
  const own = { ...shared, ...headers, Vary: "Accept-Encoding" };
  if (!/\bbr\b(?!\s*;\s*q=0)/i.test(c.req.header("accept-encoding") ?? ""))
    return c.body(body, 200, own);
  const small = brotli.get(body) ?? new Uint8Array(brotliCompressSync(body));
  brotli.set(body, small);
  return c.body(small, 200, { ...own, "Content-Encoding": "br" });
}

/** One of the gallery's sites, as strict as one can be, or its style. */
function gallerySite(c: Context): Response | Promise<Response> {
  const [name = "", css] = (c.req.param("site") ?? "").split(".");
  if (!isSite(name) || (css !== undefined && css !== "css")) return c.notFound();
  if (css !== undefined) return c.body(sites[name].css, 200, { "Content-Type": "text/css" });
  c.set("ownPolicy", strictPolicy("'self'"));
  const own = sites[name];
  const attributes = "attributes" in own ? own.attributes : "";
  const tag = `<script async src="/widget/v1.js" data-label="Search" ${attributes}></script>`;
  return c.html(hostPage(name, tag, `/widget/gallery/${name}.css`));
}

/** A whole page with the widget in it, for sites that allow no script of others: framed by the key's origins only. */
async function frameRoute(c: Context, parts: Parts): Promise<Response> {
  const { version } = await widgetFiles();
  const choice = choiceOf((name) => c.req.query(name));
  const secret = c.req.query("key") ?? "";
  const key = secret === "" ? undefined : await parts.archive.keys.find(secret);
  if (key) c.set("framedBy", key.origins);
  refuseOtherThan(c, [...widgetParameters, "key"]);
  const { words } = await frameOf(c, parts);
  return send(c, framePage({ choice, secret, version, lang: choice.lang || words.lang }));
}

/** Makes a key for searching the named channels from the named sites, and shows it in the tag, once. */
async function makeKey(c: Context, parts: Parts): Promise<Response> {
  const choice = choiceOf((await formOf(c)).one);
  try {
    const typed = { scopes: ["search"], channels: [choice.channels], origins: [choice.origins] };
    const { secret } = await parts.archive.keys.create(keyGrant(typed, parts.clock()));
    c.header("Cache-Control", "no-store");
    return await builder(c, parts, choice, { secret });
  } catch (error) {
    const { status, detail, id } = problemOf(error);
    if (id !== undefined || error instanceof QuerySyntaxError) throw error;
    return builder(c, parts, choice, { fault: detail, status });
  }
}

async function builder(
  c: Context,
  parts: Parts,
  choice: WidgetChoice,
  made: { readonly secret?: string; readonly fault?: string; readonly status?: number } = {},
): Promise<Response> {
  const [frame, channels] = await Promise.all([frameOf(c, parts), parts.archive.channels()]);
  const view: BuilderView = {
    frame,
    choice,
    addresses: await addressesOf(c, parts),
    known: channels.map(({ name }) => name),
    ...(made.secret !== undefined && { secret: made.secret }),
    ...(made.fault !== undefined && { fault: made.fault }),
  };
  return send(c, builderPage(view), made.status);
}

async function addressesOf(c: Context, parts: Parts): Promise<BuilderView["addresses"]> {
  const { version, integrity, sizes } = await widgetFiles();
  return { origin: worldAddress(c, parts).origin, version, integrity, sizes };
}

function choiceOf(given: (name: string) => string | undefined): WidgetChoice {
  const typed = widgetParameters.map((name) => [name, (given(name) ?? "").trim().slice(0, 1000)]);
  return Object.fromEntries(typed) as WidgetChoice;
}
