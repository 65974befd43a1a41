import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

type Reactions = PostAnswer["reactions"];

/** Under a post: each reaction with its count. */
export function reactionChips(reactions: Reactions, words: Words): Html | undefined {
  if (reactions.length === 0) return undefined;
  return html`<ul class="reacts" aria-label="${words.text.common.reactionsTitle}">
    ${reactions.map((one) => html`<li>${said(one, words)}</li>`)}
  </ul>`;
}

/** The same in a line of text. */
export function reactionList(reactions: Reactions, words: Words): Html {
  return html`${reactions.map(
    (one, place) => html`${place > 0 && ", "}<span>${said(one, words)}</span>`,
  )}`;
}

/** An emoji of somebody's own has no letter to be shown by. */
const said = ({ kind, emoji, count }: Reactions[number], words: Words): string =>
  `${kind === "paid" ? "⭐" : (emoji ?? "▢")} ${words.number(count)}`;
