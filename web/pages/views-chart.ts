import { html } from "hono/html";
import type { SampleAnswer } from "../../server/http/contract.ts";
import { moment, rounded } from "./format.ts";
import type { Html } from "./html.ts";
import type { Words } from "./words.ts";

const top = 14;
const base = 80;
const rowsListed = 100;

/** How views grew, as steps between the moments they were looked at, with a table of them. */
export function viewsChart(samples: readonly SampleAnswer[], words: Words): Html | undefined {
  const seen = samples.flatMap(({ at, views }) => (views === undefined ? [] : [{ at, views }]));
  const [first] = seen;
  const last = seen.at(-1);
  if (!first || !last) return undefined;
  const { text, number } = words;
  const said = text.viewsSaid(rounded(first.views), rounded(last.views), number(seen.length));
  return html`<section>
    <h2>${text.viewsOverTime}</h2>
    <figure aria-labelledby="vw">
      <figcaption class="quiet small" id="vw">${said}</figcaption>
      ${seen.length > 1 && drawing(seen, first, last)}
    </figure>
    <details class="twin">
      <summary>${text.asTable}</summary>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${text.at}</th>
            <th scope="col" class="num">${text.views}</th>
          </tr>
        </thead>
        <tbody>
          ${seen.slice(-rowsListed).map(
            ({ at, views }) =>
              html`<tr>
                <td><time datetime="${at}">${moment(at).replace(" UTC", "")}</time></td>
                <td class="num">${rounded(views)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </section>`;
}

interface Seen {
  readonly at: string;
  readonly views: number;
}

function drawing(seen: readonly Seen[], first: Seen, last: Seen): Html {
  const most = Math.max(...seen.map(({ views }) => views), 1);
  const [from, to] = [Date.parse(first.at), Date.parse(last.at)];
  const points = seen.map(({ at, views }) => ({
    x: to === from ? 0 : (Date.parse(at) - from) / (to - from),
    y: base - (views / most) * (base - top),
  }));
  const path = points
    .map(({ x, y }, place) => (place === 0 ? `M0 ${px(y)}` : `H${px(x * 1000)}V${px(y)}`))
    .join("");
  return html`<svg class="chart" height="112" aria-hidden="true">
    <line class="c-base" x1="0" x2="100%" y1="80.5" y2="80.5" />
    <svg width="100%" height="90" viewBox="0 0 1000 90" preserveAspectRatio="none">
      <path class="c-line" d="${path}" />
    </svg>
    <g class="c-kept">
      ${points.map(({ x, y }) => html`<circle cx="${px(x * 100)}%" cy="${px(y)}" r="2" />`)}
    </g>
    <text x="0" y="98">${first.at.slice(0, 10)}</text>
    <text class="strong" x="100%" y="98" text-anchor="end">
      ${last.at.slice(0, 10)}, ${rounded(last.views)}
    </text>
  </svg>`;
}

const px = (value: number): number => Math.round(value * 10) / 10;
