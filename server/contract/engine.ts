import { z } from "@hono/zod-openapi";
import { engineNames } from "../search/port.ts";

/** The search engines, by name. */
export const engineName = z.enum(engineNames);

/** How an index stands to the archive; only a `ready` one answers. Over a damaged archive each is `damaged`. */
export const indexState = z.enum([
  "ready",
  "missing",
  "foreign",
  "outdated",
  "damaged",
  "checking",
  "away",
]);
