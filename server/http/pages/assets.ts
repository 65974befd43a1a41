import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { needs } from "../access/access.ts";

const folder = join(import.meta.dirname, "../../../web/styles");
const aYearSeconds = 31_536_000;

/** In the order in which they overrule each other. */
const styles = [
  "tokens.css",
  "pages.css",
  "masthead.css",
  "search.css",
  "post.css",
  "pictures.css",
  "channel.css",
  "changes.css",
  "runs.css",
  "compare.css",
  "docs.css",
  "embed.css",
];

const files = {
  stylesheet: {
    body: styles.map(read).join(""),
    ending: "css",
    type: "text/css; charset=utf-8",
  },
  icon: { body: read("icon.svg"), ending: "svg", type: "image/svg+xml" },
};

/** Where stylesheet and icon are served; an address changes with what it serves. */
export const assets = { stylesheet: address("stylesheet"), icon: address("icon") };

/** Serves the files pages need, for good: their addresses hold a hash of them. */
export function addAssets(app: OpenAPIHono): void {
  for (const name of ["stylesheet", "icon"] as const) {
    const { body, type } = files[name];
    app.get(assets[name], needs("open"), (c) =>
      c.body(body, 200, {
        "Content-Type": type,
        "Cache-Control": `public, max-age=${aYearSeconds}, immutable`,
      }),
    );
  }
}

function address(name: keyof typeof files): string {
  const { body, ending } = files[name];
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  return `/assets/${name}-${hash}.${ending}`;
}

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}
