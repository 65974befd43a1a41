import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Hit } from "../../server/contract/search.ts";
import { name } from "./format.ts";
import type { Html } from "./html.ts";

type Parts = Hit["parts"];

/** Draws a text of a post that stands beside its main one, with what was searched for marked in it. */
export type Marked = (text: string) => Html;

export function marksIn(post: PostAnswer | Hit): Marked {
  const found = new Map("elsewhere" in post ? post.elsewhere.map((one) => [textOf(one), one]) : []);
  return (text) => drawParts(found.get(text) ?? [{ text, hit: false }]);
}

/** Where it was found outside of the main text and of what is drawn with `marksIn`: names of files, buttons. */
export function foundElsewhere(post: PostAnswer | Hit): readonly Parts[] {
  const { poll, preview } = post;
  const drawn = new Set([
    poll?.question,
    ...(poll?.options ?? []).map(({ text }) => text),
    preview?.title,
    preview?.description,
  ]);
  return "elsewhere" in post ? post.elsewhere.filter((parts) => !drawn.has(textOf(parts))) : [];
}

export function drawParts(parts: Parts): Html {
  return html`${parts.map(({ text, hit }) => (hit ? html`<mark>${name(text)}</mark>` : name(text)))}`;
}

const textOf = (parts: Parts): string => parts.map(({ text }) => text).join("");
