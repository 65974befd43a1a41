import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { channelName } from "../../../scraper/channel-name.ts";
import type { ArchivedChannel } from "../../archive/posts/archived-post.ts";
import { isOneOf, needs } from "../access/access.ts";
import { wrongChannel } from "../access/guard.ts";
import { shownRun } from "./runs.ts";
import type { Parts } from "../parts.ts";
import { addedAnswer, channelAnswer, channelsAnswer } from "../../contract/channel.ts";
import { coverageAnswer } from "../../contract/coverage.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import { Refusal } from "../problems.ts";

const inPath = z.object({
  channel: z.string().openapi({ param: { name: "channel", in: "path" }, example: "durov" }),
});

const listed = createRoute({
  method: "get",
  path: "/api/v1/channels",
  operationId: "listChannels",
  middleware: needs("read", { channels: "own" }),
  summary: "What is kept, by channel",
  responses: answers(channelsAnswer, "Every channel, in order of its name"),
});

const one = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}",
  operationId: "getChannel",
  middleware: needs("read"),
  summary: "One channel and its figures",
  request: { params: inPath },
  responses: answers(channelAnswer, "The channel", 404, 410),
});

const coverage = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}/coverage",
  operationId: "getCoverage",
  middleware: needs("read"),
  summary: "Every id of a channel, classed",
  request: { params: inPath },
  responses: answers(coverageAnswer, "Ranges of ids, ascending", 404, 410),
});

const channelToAdd = body(
  {
    channel: z
      .string("takes the name of a channel or a link to it")
      .openapi({ example: "https://t.me/durov" }),
  },
  'is an object like {"channel": "durov"}',
);

const added = createRoute({
  method: "post",
  path: "/api/v1/channels",
  operationId: "addChannel",
  middleware: needs("scrape", { channels: "own" }),
  summary: "Starts to archive a channel",
  request: {
    body: {
      required: true,
      content: json(channelToAdd),
    },
  },
  responses: {
    ...refusals(400, 403, 413, 415, 422),
    202: { description: "Reading has begun", content: json(addedAnswer) },
  },
});

/** `/channels`: what is kept, how completely, and adding one. */
export function addChannelRoutes(app: OpenAPIHono, parts: Parts): void {
  app.openapi(listed, async (c) => {
    return c.json(await listedFor(c, parts), 200);
  });
  app.openapi(one, async (c) =>
    c.json(await keptChannel(parts, c.req.valid("param").channel), 200),
  );
  app.openapi(coverage, async (c) => {
    const { name } = await keptChannel(parts, c.req.valid("param").channel);
    const known = await parts.archive.kept(name).coverage();
    return c.json(
      known ?? { channel: name, newestId: 0, counts: noIds, imported: 0, ranges: [] },
      200,
    );
  });
  app.openapi(added, async (c) => {
    const channel = channelName(c.req.valid("json").channel);
    const only = c.get("onlyChannels");
    if (only && !isOneOf(only, channel)) throw wrongChannel(only);
    const { runId } = await parts.addChannel(channel);
    const url = `/api/v1/channels/${channel}`;
    return c.json({ channel, runId, url }, 202, { Location: url });
  });
}

/** The channels that whoever asks may see, and the newest run of each. */
export async function listedFor(c: Context, { archive }: Parts) {
  const only = c.get("onlyChannels");
  const mayShow = (name: string): boolean => only === undefined || isOneOf(only, name);
  const [channels, newest] = await Promise.all([archive.channels(), archive.runs.newestOfEach()]);
  return {
    channels: channels.filter(({ name }) => mayShow(name)),
    runs: newest.filter(({ channel }) => mayShow(channel)).map(shownRun),
  };
}

/** The channel of this name in any case. @throws Refusal when it is not kept. */
export async function keptChannel(parts: Parts, name: string): Promise<ArchivedChannel> {
  const channel = await parts.archive.channel(name);
  if (channel) return channel;
  await refusePurged(parts, { channel: name });
  throw new Refusal({
    kind: "channel-not-kept",
    status: 404,
    detail: `@${name} is not kept here. Add it, or check the spelling.`,
  });
}

/** @throws Refusal (410) when it was kept here and purged. */
export async function refusePurged(
  { archive }: Parts,
  key: { readonly channel: string; readonly id?: number },
): Promise<void> {
  const at = await archive.purges.purgedAt(key);
  if (at === undefined) return;
  const what = key.id === undefined ? `@${key.channel}` : `${key.channel}/${key.id}`;
  throw new Refusal({
    kind: "purged",
    status: 410,
    detail: `${what} was removed here for good on ${at.slice(0, 10)}, and is not kept again.`,
  });
}

const noIds = { kept: 0, part: 0, service: 0, deleted: 0, absent: 0, unread: 0, purged: 0 };
