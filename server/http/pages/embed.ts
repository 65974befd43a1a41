import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { embedPage, embedProblemPage } from "../../../web/pages/embed-page.ts";
import { themes } from "../../../web/parts/embed-snippets.ts";
import { isLanguage, wordsIn } from "../../../web/words/words.ts";
import { BadParameter } from "../../search/query/query-errors.ts";
import { needs } from "../access/access.ts";
import { postNumber, seenPost, shown } from "../api/posts.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { worldAddress } from "../world-address.ts";
import { frameOf, send } from "./desk.ts";

/** `/embed/{channel}/{id}`: a post to be framed by the sites of the settings, or by those of the key in its address. */
export function addEmbed(app: OpenAPIHono, parts: Parts): void {
  // Not `:channel`: to a key of other channels the post is not here, and nothing more is said.
  app.get("/embed/:name/:id", needs("search", { channels: "own" }), (c) => embedRoute(c, parts));
}

async function embedRoute(c: Context, parts: Parts): Promise<Response> {
  const id = c.req.param("id") ?? "";
  if (!postNumber.test(id)) return c.notFound();
  c.set("framedBy", c.get("keyInAddress")?.origins ?? parts.embeddedBy ?? []);
  const { words: usual, assets } = await frameOf(c, parts);
  const lang = c.req.query("lang");
  const theme = c.req.query("theme") ?? "auto";
  const look = themes.find((one) => one === theme);
  if (!look) throw new BadParameter("theme", `theme: takes ${themes.join(", ")}.`);
  const framed = {
    words: isLanguage(lang) ? wordsIn(lang) : usual,
    theme: look,
    assets,
    origin: worldAddress(c, parts).origin,
  };
  try {
    const post = await seenPost(c, parts, { channel: c.req.param("name") ?? "", id: Number(id) });
    const channel = await parts.archive.channel(post.channel);
    // The key in the address opens this page alone: its pictures would be asked for without it.
    const filesNeedKey = c.get("keyInAddress") !== undefined && c.get("readsFreely") !== true;
    return await send(c, embedPage(framed, { post: shown(post), channel, filesNeedKey }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return send(c, embedProblemPage(framed, error.problem), error.problem.status);
  }
}
