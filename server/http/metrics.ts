import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Parts } from "./parts.ts";

/** `/metrics`: the figures of this process and its archive, for Prometheus. */
export function addMetrics(app: OpenAPIHono, { metrics }: Parts): void {
  app.get("/metrics", async (c) =>
    metrics
      ? c.body(await metrics.text(), 200, {
          "Content-Type": metrics.contentType,
          "Cache-Control": "no-store",
        })
      : c.notFound(),
  );
}
