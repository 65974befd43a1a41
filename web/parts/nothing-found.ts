import { html } from "hono/html";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { toQuery, type Asked } from "./asked.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

/** What a query without hits would find with one condition less. */
export type Without = readonly {
  readonly piece: string;
  readonly query: string;
  readonly total: number;
}[];

/** No post was found: what is spelled otherwise, which condition is in the way, and what was searched. */
export function nothingFound(
  {
    answer,
    asked,
    without,
    channels,
  }: {
    readonly answer: SearchAnswer;
    readonly asked: Asked;
    readonly without: Without;
    /** How many there are in the archive. */
    readonly channels: number;
  },
  words: Words,
): Html {
  const { nothingFound: text } = words.text;
  const { suggestion } = answer;
  const conditions = answer.pieces.length;
  const said = conditions > 1 ? text.nothingOfAll({ conditions }) : text.nothing;
  return html`<section class="empty" aria-labelledby="none">
    <h1 id="none">${said}</h1>
    ${
      suggestion &&
      html`<p>
        ${text.spelled}
        <a href="${toQuery(asked)(suggestion.query)}"><bdi>${suggestion.query}</bdi></a
        >: <b>${words.text.common.posts({ n: suggestion.total })}</b>.
      </p>`
    }
    ${
      without.length > 0 &&
      html`<div class="section">
        <h2>${text.dropOne}</h2>
        <ul class="drop">
          ${without.map(({ piece, query, total }) =>
            total > 0
              ? html`<li>
                  <a href="${toQuery(asked)(query)}">${text.without} <code>${piece}</code></a
                  ><span class="num">${words.number(total)}</span>
                </li>`
              : html`<li class="quiet">
                  <span>${text.without} <code>${piece}</code></span
                  ><span class="num">0</span>
                </li>`,
          )}
        </ul>
      </div>`
    }
    <div class="section">
      <h2>${text.searched}</h2>
      <p class="quiet">
        ${text.searchedAll({ posts: words.text.common.posts({ n: answer.archive.posts }), channels: words.text.common.channels({ n: channels }) })}${
          answer.archive.indexLagSeconds > 0 &&
          ` ${words.text.common.indexBehind({ seconds: Math.ceil(answer.archive.indexLagSeconds) })}.`
        }
      </p>
    </div>
  </section>`;
}
