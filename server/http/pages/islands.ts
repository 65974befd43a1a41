import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { codeEnding } from "../../../scraper/code-ending.ts";
import { withoutTypes } from "../../../web/bundle/without-types.ts";
import { needs } from "../access/access.ts";
import type { Island } from "../../../web/parts/layout.ts";

const folder = join(import.meta.dirname, "../../../web/islands");
const aYearSeconds = 31_536_000;
const names = [
  "query-box",
  "copy-link",
  "time-brush",
  "live-page",
  "picture-viewer",
  "year-calendar",
  "hit-list",
  "hit-trail",
  "local-time",
  "frame-height",
  "keys-help",
  "menus",
] as const satisfies readonly Island[];

/** The scripts of the pages: modules as they are written, without their types; a package holds them so. */
const scripts = names.map((name) => {
  const written = readFileSync(join(folder, name + codeEnding), "utf8");
  const body = codeEnding === ".ts" ? withoutTypes(written) : written;
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  return { name, body, address: `/assets/${name}-${hash}.js` };
});

/** Where each is served; an address changes with what it serves. */
export const islands = Object.fromEntries(
  scripts.map(({ name, address }) => [name, address]),
) as Readonly<Record<Island, string>>;

/** Serves the islands, for good. */
export function addIslands(app: OpenAPIHono): void {
  for (const { address, body } of scripts)
    app.get(address, needs("open"), (c) =>
      c.body(body, 200, {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": `public, max-age=${aYearSeconds}, immutable`,
      }),
    );
}
