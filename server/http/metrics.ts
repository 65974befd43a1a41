import type { OpenAPIHono } from "@hono/zod-openapi";
import { needs } from "./access/access.ts";
import type { Parts } from "./parts.ts";

/** `/metrics`: the figures of this process and its archive, for Prometheus. */
export function addMetrics(app: OpenAPIHono, { metrics }: Parts): void {
  app.get("/metrics", needs("watch"), async (c) =>
    metrics
      ? c.body(await metrics.text(), 200, {
          "Content-Type": metrics.contentType,
          "Cache-Control": "no-store",
        })
      : c.notFound(),
  );
}
