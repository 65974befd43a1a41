import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDocument } from "../../../web/parts/docs-schema.ts";
import { docsPage } from "../../../web/pages/docs-page.ts";
import { describeWebhooks } from "../api/webhook-messages.ts";
import { describeApi } from "../openapi.ts";
import { frameOf, send } from "./desk.ts";
import { needs } from "../access/access.ts";
import type { Parts } from "../parts.ts";
import { problemTitles } from "../problems.ts";
import { worldAddress } from "../world-address.ts";

/** `/openapi.json`, and `/docs`, which draws it. */
export function addDocs(app: OpenAPIHono, parts: Parts): void {
  describeWebhooks(app);
  let made: ReturnType<typeof describeApi> | undefined;
  // Made once: the routes are what they are.
  const api = (): ReturnType<typeof describeApi> => (made ??= describeApi(app));
  app.get("/openapi.json", needs("open"), (c) => c.json(api()));
  app.get("/docs", needs("open"), async (c) => {
    const frame = await frameOf(c, parts);
    // The page reads the very document that programs get.
    const read = JSON.parse(JSON.stringify(api())) as ApiDocument;
    const { origin } = worldAddress(c, parts);
    return send(c, docsPage({ frame, api: read, problems: problemTitles, origin }));
  });
}
