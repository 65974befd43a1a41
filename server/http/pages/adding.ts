import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { channelName } from "../../../scraper/channel-name.ts";
import { addingPage } from "../../../web/pages/adding-page.ts";
import { nearest } from "../../search/nearest.ts";
import { needs } from "../access/access.ts";
import { addingQuery } from "../api/adding-query.ts";
import { shownRun } from "../api/runs.ts";
import { search } from "../api/search.ts";
import type { Parts } from "../parts.ts";
import { refusalOfInput } from "../problems.ts";
import { frameOf, send } from "./desk.ts";

const firstShown = 5;

/** `/channels/add?channel=name`: how a channel that was asked for comes in. */
export function addAddingPage(app: OpenAPIHono, parts: Parts): void {
  app.get("/channels/add", needs("read"), (c) => addingRoute(c, parts));
}

async function addingRoute(c: Context, parts: Parts): Promise<Response> {
  const { archive } = parts;
  if (c.req.query("channel") === undefined) return c.redirect("/channels", 303);
  const given = addingQuery.safeParse(c.req.query());
  if (!given.success) throw refusalOfInput("query", given.error);
  const asked = channelName(given.data.channel);
  const [frame, [run], kept, schedule] = await Promise.all([
    frameOf(c, parts),
    archive.runs.list({ channel: asked, limit: 1 }),
    archive.channel(asked),
    archive.schedules.get(asked),
  ]);
  const channel = kept?.name ?? run?.channel ?? asked;
  const found = kept
    ? await search(c, parts, { channel: [channel], sort: "new", limit: firstShown })
    : undefined;
  return send(
    c,
    addingPage({
      frame,
      channel,
      run: run && shownRun(run),
      kept: kept && { channel: kept, coverage: await archive.kept(kept.name).coverage() },
      found,
      schedule,
      near:
        !kept && run?.state === "failed"
          ? nearest(
              asked.toLowerCase(),
              (await archive.channels()).map(({ name }) => name),
            )
          : undefined,
      still: given.data.still !== undefined,
    }),
  );
}
