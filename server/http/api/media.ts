import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { UsageError } from "../../../scraper/errors.ts";
import { bytesInMegabyte, mediaKindsOf, mediaKindsText } from "../../archive/media/media-policy.ts";
import { endingOf, mediaTypeOf } from "../../archive/media/media-type.ts";
import { keptChannel } from "./channels.ts";
import { channelMediaAnswer } from "../../contract/channel-media.ts";
import { needs } from "../access/access.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { streamed } from "../streams.ts";

const inPath = z.object({
  channel: z.string().openapi({ param: { name: "channel", in: "path" }, example: "durov" }),
});

const shown = createRoute({
  method: "get",
  path: "/api/v1/channels/{channel}/media",
  operationId: "getChannelMedia",
  middleware: needs("read"),
  summary: "Which files of a channel's posts are fetched, and what became of them",
  request: { params: inPath },
  responses: answers(channelMediaAnswer, "The channel's media", 404),
});

const changed = createRoute({
  method: "put",
  path: "/api/v1/channels/{channel}/media",
  operationId: "setChannelMedia",
  middleware: needs("admin"),
  summary: "Gives a channel a policy of its own; what is left out is as the settings say",
  request: {
    params: inPath,
    body: {
      required: true,
      content: json(
        body({
          kinds: z
            .string("takes off, all, or kinds with commas")
            .optional()
            .openapi({ example: "photo,thumbnail" }),
          maxMegabytes: z
            .number("takes a number of megabytes")
            .positive("takes a number above 0")
            .max(4000, "takes at most 4000")
            .optional(),
        }),
      ),
    },
  },
  responses: {
    ...refusals(400, 404, 413, 415),
    200: { description: "As it is from the next run on", content: json(channelMediaAnswer) },
  },
});

/** `/media/{sha256}`: a kept file, never as a page; and what a channel wants of files. */
export function addMediaRoutes(app: OpenAPIHono, parts: Parts): void {
  app.get("/media/:sha256", needs("read", { channels: "own" }), (c) => serveFile(c, parts));
  app.openapi(shown, async (c) => c.json(await ofChannel(parts, c.req.valid("param")), 200));
  app.openapi(changed, async (c) => {
    const { channel } = c.req.valid("param");
    const { name } = await keptChannel(parts, channel);
    const { kinds, maxMegabytes } = c.req.valid("json");
    await parts.archive.media.setOverride(name, {
      ...(kinds !== undefined && { kinds: kindsTyped(kinds) }),
      ...(maxMegabytes !== undefined && { maxBytes: maxMegabytes * bytesInMegabyte }),
    });
    return c.json(await ofChannel(parts, { channel }), 200);
  });
}

function kindsTyped(kinds: string) {
  try {
    return mediaKindsOf(kinds);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const detail = `kinds is "${kinds.slice(0, 100)}". ${error.message}`;
    throw new Refusal({ kind: "bad-parameter", status: 400, detail, parameter: "kinds" });
  }
}

async function ofChannel(parts: Parts, { channel }: { readonly channel: string }) {
  const { name } = await keptChannel(parts, channel);
  const { media } = parts.archive;
  const own = (await media.override(name)) ?? {};
  const policy = { ...parts.mediaPolicy, ...own };
  return {
    channel: name,
    kinds: mediaKindsText(policy.kinds),
    maxMegabytes: policy.maxBytes / bytesInMegabyte,
    own: {
      ...(own.kinds && { kinds: mediaKindsText(own.kinds) }),
      ...(own.maxBytes !== undefined && { maxMegabytes: own.maxBytes / bytesInMegabyte }),
    },
    files: await media.count(name),
  };
}

const aYearSeconds = 31_536_000;
const sha256Hex = /^[0-9a-f]{64}$/;

/** A file under its hash: its type is told by its bytes, what is no picture, film or sound is saved and never shown. */
async function serveFile(c: Context, parts: Parts): Promise<Response> {
  const { archive } = parts;
  const sha256 = c.req.param("sha256") ?? "";
  const channels = c.get("onlyChannels");
  const file = sha256Hex.test(sha256)
    ? await archive.media.find(sha256, channels ? { channels } : {})
    : undefined;
  const bytes = file && (await archive.media.folder.bytesOf(sha256));
  if (!file || bytes === undefined)
    throw new Refusal({
      kind: "not-found",
      status: 404,
      detail: "No file of this hash is kept here.",
    });
  if (!(await archive.media.folder.isSound(sha256)))
    throw new Refusal({
      kind: "media-damaged",
      status: 503,
      detail:
        "The file that is kept here is not what its hash says: it was changed on the disk. `verify` names all such files.",
    });
  const type = mediaTypeOf(file.type);
  const etag = `"${sha256}"`;
  const shownAs = type === "application/octet-stream" ? "attachment" : "inline";
  const headers = {
    "Content-Type": type,
    "Content-Disposition": `${shownAs}; filename="${sha256.slice(0, 16)}.${endingOf(type)}"`,
    "Cache-Control": `private, max-age=${aYearSeconds}, immutable`,
    "Accept-Ranges": "bytes",
    ETag: etag,
  };
  if (matches(c.req.header("if-none-match"), etag)) return c.body(null, 304, headers);
  const ifRange = c.req.header("if-range");
  const range =
    ifRange === undefined || ifRange === etag ? rangeOf(c.req.header("range"), bytes) : undefined;
  if (range === "outside")
    return c.body(null, 416, { ...headers, "Content-Range": `bytes */${bytes}` });
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  return streamed(c, parts, {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      "Content-Length": String(end - start + 1),
      ...(range && { "Content-Range": `bytes ${start}-${end}/${bytes}` }),
    },
    chunks: () => archive.media.folder.read(sha256, { start, end }),
  });
}

function matches(header: string | undefined, etag: string): boolean {
  return header === "*" || (header?.match(/"[^"]*"/g)?.includes(etag) ?? false);
}

/** The one range asked for; several at once, or what is no range, is answered with the whole file. */
function rangeOf(
  header: string | undefined,
  bytes: number,
): { readonly start: number; readonly end: number } | "outside" | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== "" && first !== "" && Number(last) < start) return undefined;
  return start > end ? "outside" : { start, end };
}
