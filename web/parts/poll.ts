import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { name } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Marked } from "./marks.ts";
import type { Words } from "../words/words.ts";

/** A poll with its shares as bars. */
export function pollList(
  poll: NonNullable<PostAnswer["poll"]>,
  words: Words,
  marked: Marked,
): Html {
  const voters =
    poll.voters === undefined ? "" : `, ${words.text.poll.votes({ count: poll.voters })}`;
  return html`<section class="votes">
    <p class="ask" dir="auto">${icon("poll")} <bdi>${marked(poll.question)}</bdi></p>
    <p class="quiet small"><bdi>${name(poll.type)}</bdi>${voters}</p>
    <ul>
      ${poll.options.map(
        ({ text, percent }) =>
          html`<li>
            <span class="num">${percent !== undefined && `${percent} %`}</span
            ><span dir="auto">${marked(text)}</span>${percent !== undefined && shareBar(percent)}
          </li>`,
      )}
    </ul>
  </section>`;
}

function shareBar(percent: number): Html {
  return html`<svg class="chart" height="4" aria-hidden="true">
    <rect class="c-track" width="100%" height="4" />
    <rect class="c-kept" width="${Math.min(100, Math.max(0, percent))}%" height="4" />
  </svg>`;
}
