import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { aboutPost } from "../../../web/parts/about-post.ts";
import { frameSnippet } from "../../../web/parts/embed-snippets.ts";
import { frameHeight, widestPx } from "../../../web/parts/frame-height.ts";
import { quoteSnippet } from "../../../web/parts/quote-snippet.ts";
import { wordsIn } from "../../../web/words/words.ts";
import { json, refusals, text } from "../describe.ts";
import { oembedAnswer, type OEmbedAnswer } from "../../contract/oembed.ts";
import { escaped } from "../../export/atom.ts";
import { BadParameter, QuerySyntaxError } from "../../search/query/query-errors.ts";
import { needs } from "../access/access.ts";
import { maySee } from "../access/may-see.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { worldAddress } from "../world-address.ts";
import { postNumber, seenPost, shown } from "./posts.ts";
import { pageQuery, search, toParams } from "./search.ts";

const pixels = (what: string) =>
  z
    .stringFormat("pixels", /^[1-9]\d{0,4}$/, "takes a whole number of pixels")
    .transform(Number)
    .optional()
    .openapi({ type: "integer", description: what });

const route = createRoute({
  method: "get",
  path: "/oembed",
  operationId: "getOembed",
  middleware: needs("read", { channels: "own" }),
  summary: "What another site shows of an address of this server (oEmbed 1.0)",
  request: {
    query: z.object({
      url: z.string().max(2_000).openapi({ description: "Of a post, a search or a channel here." }),
      format: z
        .string()
        .optional()
        .openapi({ description: "`json`, which it is without, or `xml`" }),
      maxwidth: pixels("`html` is no wider."),
      maxheight: pixels("A frame is no higher; what does not fit is scrolled in it."),
    }),
  },
  responses: {
    ...refusals(400, 401, 404, 501),
    200: {
      description: "As the format says",
      content: { ...json(oembedAnswer), "text/xml": { schema: text } },
    },
  },
});

/** `/oembed`: a link to here becomes the post, or the name of what it leads to. */
export function addOEmbed(app: OpenAPIHono, parts: Parts): void {
  app.openapi(route, async (c) => {
    const { url, format = "json", ...most } = c.req.valid("query");
    if (format !== "json" && format !== "xml")
      throw new Refusal({
        kind: "not-offered",
        status: 501,
        detail: "format: there are json and xml.",
        parameter: "format",
      });
    const answer = await answerFor(c, parts, { url, ...most });
    if (format === "json") return c.json(answer, 200);
    return c.body(xml(answer), 200, { "Content-Type": "text/xml; charset=utf-8" });
  });
}

interface Asked {
  readonly url: string;
  readonly maxwidth?: number | undefined;
  readonly maxheight?: number | undefined;
}

/** @throws Refusal (404) for what is no address of ours, or leads to nothing that whoever asks may see */
async function answerFor(c: Context, parts: Parts, asked: Asked): Promise<OEmbedAnswer> {
  const url = URL.canParse(asked.url) ? new URL(asked.url) : undefined;
  const ours = [worldAddress(c, parts).origin, new URL(c.req.url).origin];
  if (!url || !ours.includes(url.origin)) throw nothingThere();
  const [, first, channel, id] = /^\/(c|embed)\/([^/]+)(?:\/([^/]+))?\/?$/.exec(url.pathname) ?? [];
  if (channel !== undefined && id !== undefined && postNumber.test(id))
    return postAnswer(c, parts, { key: { channel, id: Number(id) }, asked });
  if (first === "c" && channel !== undefined && id === undefined)
    return channelAnswer(c, parts, channel);
  if (url.pathname === "/") return searchAnswer(c, parts, url);
  throw nothingThere();
}

async function postAnswer(
  c: Context,
  parts: Parts,
  { key, asked }: { readonly key: { channel: string; id: number }; readonly asked: Asked },
): Promise<OEmbedAnswer> {
  const kept = await seenPost(c, parts, key).catch((error: unknown) => {
    throw error instanceof Refusal ? nothingThere() : error;
  });
  const post = shown(kept);
  const title = (await parts.archive.channel(post.channel))?.title ?? post.channel;
  const { origin } = worldAddress(c, parts);
  const words = wordsIn("en");
  const about = aboutPost(post, { title, origin, words });
  const mostWidthPx = Math.min(asked.maxwidth ?? widestPx, widestPx);
  const high = frameHeight(post, mostWidthPx, words);
  const isFramed = (parts.embeddedBy ?? []).length > 0;
  const at = { title, origin, words };
  const size = about.image?.size;
  return {
    version: "1.0",
    type: "rich",
    title: about.title,
    author_name: title,
    author_url: `${origin}/c/${post.channel}`,
    ...provider(origin),
    html: isFramed
      ? frameSnippet(post, { ...at, theme: "auto", mostWidthPx, mostHeightPx: asked.maxheight })
      : quoteSnippet(post, at),
    width: mostWidthPx,
    height: Math.min(high, asked.maxheight ?? high),
    // All three or none, and within what was asked for.
    ...(about.image &&
      size &&
      size.width <= (asked.maxwidth ?? size.width) &&
      size.height <= (asked.maxheight ?? size.height) && {
        thumbnail_url: origin + about.image.address,
        thumbnail_width: size.width,
        thumbnail_height: size.height,
      }),
  };
}

async function channelAnswer(c: Context, parts: Parts, name: string): Promise<OEmbedAnswer> {
  const channel = maySee(c, name) ? await parts.archive.channel(name) : undefined;
  if (!channel) throw nothingThere();
  const { origin } = worldAddress(c, parts);
  return { version: "1.0", type: "link", title: channel.title, ...provider(origin) };
}

async function searchAnswer(c: Context, parts: Parts, url: URL): Promise<OEmbedAnswer> {
  const given = Object.fromEntries(url.searchParams);
  const asked = pageQuery.safeParse(given);
  if (!asked.success) throw nothingThere();
  const { view: _view, cols: _cols, timeline: _timeline, ...query } = asked.data;
  const found = await search(c, parts, { ...toParams(query), limit: 1 }).catch((error: unknown) => {
    if (error instanceof QuerySyntaxError || error instanceof BadParameter) throw nothingThere();
    throw error;
  });
  const { everything, posts } = wordsIn("en").text.common;
  const { origin } = worldAddress(c, parts);
  const title = `${found.parsed === "" ? everything : found.parsed}: ${posts({ n: found.total })}`;
  return { version: "1.0", type: "link", title, ...provider(origin) };
}

const provider = (origin: string) =>
  ({ provider_name: "Backscroll", provider_url: origin }) as const;

const nothingThere = (): Refusal =>
  new Refusal({
    kind: "not-found",
    status: 404,
    detail: "url: this is no address of a post, a search or a channel that is kept here.",
    parameter: "url",
  });

const xml = (answer: OEmbedAnswer): string =>
  `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n${Object.entries(answer)
    .map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>\n`)
    .join("")}</oembed>\n`;
