import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { changesAnswer } from "../../contract/changes.ts";
import { needs } from "../access/access.ts";
import { answers, refusals, text } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { worldAddress } from "../world-address.ts";
import { changesFeed } from "./changes-feed.ts";
import {
  askedShape,
  changeFilter,
  changesAPage,
  changesQuery,
  mostPages,
} from "./changes-asked.ts";
import { shown } from "./posts.ts";

const listed = createRoute({
  method: "get",
  path: "/api/v1/changes",
  operationId: "listChanges",
  middleware: needs("read", { channels: "own" }),
  summary: "Edits, deletions and returns of kept posts, by when they were seen",
  request: { query: changesQuery },
  responses: answers(changesAnswer, "The last seen first", 400, 404, 410),
});

const followed = createRoute({
  method: "get",
  path: "/api/v1/changes.atom",
  operationId: "getChangesFeed",
  middleware: needs("read", { channels: "own" }),
  summary: "The newest changes, as an Atom feed",
  request: { query: z.object(askedShape) },
  responses: {
    ...refusals(400, 404, 410),
    200: { description: "RFC 4287", content: { "application/atom+xml": { schema: text } } },
  },
});

/** `/changes`: what was seen to happen to posts, as a list and as a feed. */
export function addChangesRoutes(app: OpenAPIHono, parts: Parts): void {
  app.openapi(listed, async (c) => {
    const { page = 1, ...asked } = c.req.valid("query");
    const filter = await changeFilter(parts, asked, c.get("onlyChannels"));
    const offset = (page - 1) * changesAPage;
    // One more tells whether there is a page behind this one.
    const found = await parts.archive.postChanges(filter, { offset, limit: changesAPage + 1 });
    const goesOn = found.length > changesAPage && page < mostPages;
    const changes = found.slice(0, changesAPage).map(shown);
    return c.json({ changes, ...(goesOn && { next: page + 1 }) }, 200);
  });
  app.openapi(followed, async (c) => {
    const asked = c.req.valid("query");
    const filter = await changeFilter(parts, asked, c.get("onlyChannels"));
    const changes = await parts.archive.postChanges(filter, { offset: 0, limit: changesAPage });
    const { archiveId, createdAt } = await parts.archive.state();
    const feed = changesFeed(changes, { url: worldAddress(c, parts), asked, archiveId, createdAt });
    return c.body(feed, 200, { "Content-Type": "application/atom+xml; charset=utf-8" });
  });
}
