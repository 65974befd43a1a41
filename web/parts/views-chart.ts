import { html } from "hono/html";
import type { SampleAnswer } from "../../server/contract/sample.ts";
import { moment, rounded, zoned } from "./format.ts";
import type { Html } from "./html.ts";
import { stepChart } from "./step-chart.ts";
import type { Words } from "../words/words.ts";

const rowsListed = 100;

/** How views grew, as steps between the moments they were looked at, with a table of them. */
export function viewsChart(samples: readonly SampleAnswer[], words: Words): Html | undefined {
  const seen = samples.flatMap(({ at, views }) => (views === undefined ? [] : [{ at, views }]));
  const [first] = seen;
  const last = seen.at(-1);
  if (!first || !last) return undefined;
  const { viewsChart: text, common } = words.text;
  const said = text.viewsSaid({
    first: rounded(first.views),
    last: rounded(last.views),
    n: seen.length,
  });
  return html`<section>
    <h2>${text.viewsOverTime}</h2>
    <figure aria-labelledby="vw">
      <figcaption class="quiet small" id="vw">${said}</figcaption>
      ${seen.length > 1 && stepChart(seen.map(({ at, views }) => ({ at, value: views })))}
    </figure>
    <details class="twin">
      <summary>${common.asTable}</summary>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${zoned(text.at)}</th>
            <th scope="col" class="num">${common.views}</th>
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
