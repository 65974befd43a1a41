import { html } from "hono/html";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { again, type Asked } from "./asked.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Words } from "../words/words.ts";

/** Which of the results stand on this page, and the ways to the other pages. */
export function pager(answer: SearchAnswer, asked: Asked, words: Words): Html {
  const { pager: text } = words.text;
  const { number } = words;
  const all = answer.groups ?? answer.total;
  const pages = Math.ceil(all / answer.limit);
  const to = (target: number): string => again(asked, { page: target === 1 ? "" : String(target) });
  const shown = [...new Set([1, answer.page - 1, answer.page, answer.page + 1, pages])]
    .filter((one) => one >= 1 && one <= pages)
    .toSorted((a, b) => a - b);
  const links = shown.map((one, place) => {
    const skipped =
      place > 0 && one - (shown[place - 1] ?? one) > 1 && html`<li><span>…</span></li>`;
    const current = one === answer.page ? html` aria-current="page"` : "";
    return html`${skipped}
      <li>
        <a href="${to(one)}" ${current} aria-label="${text.pageNumber({ page: one })}"
          >${number(one)}</a
        >
      </li>`;
  });
  const first = (answer.page - 1) * answer.limit + 1;
  return html`<nav class="pager" aria-label="${text.pages}">
    <span class="quiet"
      >${text.range({ from: first, to: first + answer.hits.length - 1, all })}</span
    >${
      pages > 1 &&
      html`<ol>
        ${links}
      </ol>`
    }${
      answer.page < pages &&
      html`<a class="btn push" href="${to(answer.page + 1)}" rel="next"
        >${text.nextPage} ${icon("next")}</a
      >`
    }
  </nav>`;
}
