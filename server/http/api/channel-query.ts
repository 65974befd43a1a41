import { z } from "@hono/zod-openapi";
import { tabs } from "../../../web/pages/channel-page.ts";

const id = z.coerce.number("takes the id of a post").int().positive().max(Number.MAX_SAFE_INTEGER);

/** What can be asked of a channel's page: a tab, and where its posts begin. */
export const channelQuery = z.object({
  tab: z.enum(tabs, `takes one of ${tabs.join(", ")}`).default("posts"),
  /** The day whose posts are shown, and older ones below. */
  on: z.iso.date("takes a day, such as 2024-03-08").optional(),
  /** Nothing is older than the first id. */
  before: id.min(2, "takes the id of a post above 1").optional(),
  after: id.optional(),
  page: z.coerce.number("takes a whole number").int().positive().max(100_000).default(1),
});
