import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { needs } from "../access/access.ts";
import type { Island } from "../../../web/parts/layout.ts";

const folder = join(import.meta.dirname, "../../../web/islands");
const aYearSeconds = 31_536_000;
const names = [
  "query-box",
  "copy-link",
  "time-brush",
  "live-run",
] as const satisfies readonly Island[];

/** The scripts of the pages: modules as they are written, without their types. */
const scripts = names.map((name) => {
  const body = withoutTypes(readFileSync(join(folder, `${name}.ts`), "utf8"));
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  return { name, body, address: `/assets/${name}-${hash}.js` };
});

/** Node runs our own sources the same way without a word; only its function for it warns that it is new. */
function withoutTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

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
