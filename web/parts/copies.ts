import { html } from "hono/html";
import type { Hit } from "../../server/contract/search.ts";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Words } from "../words/words.ts";
import { day, searchAddress } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";

/** A line of who repeated a post and when, which leads to the posts that are folded behind it. */
export function repeated(post: PostAnswer | Hit, words: Words): Html | undefined {
  if (!("copies" in post) || post.copies === undefined) return undefined;
  return html`<p class="quoted">
    ${icon("album")} ${link(post.copies, words, { isShort: false })}
  </p>`;
}

/** The same in few words, where a post has but a row. */
export function repeatedShort({ copies }: Hit, words: Words): Html | undefined {
  return copies && link(copies, words, { isShort: true });
}

function link(
  { query, posts: times, channels, first, last }: NonNullable<Hit["copies"]>,
  { text: { copies: text } }: Words,
  { isShort }: { readonly isShort: boolean },
): Html {
  const by = text.repeatedBy({ channels });
  const when =
    times === 1
      ? text.repeatedOnce({ day: day(first) })
      : text.repeatedTimes({ times, first: day(first), last: day(last) });
  const address = searchAddress({ q: query, sort: "old" });
  return isShort
    ? html`<a class="small" href="${address}" title="${by}, ${when}">${by}</a>`
    : html`<a href="${address}">${by}, ${when}</a>`;
}
