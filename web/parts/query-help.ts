import { html } from "hono/html";
import { searchAddress } from "./format.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

/** What can be typed, at hand beside the box; `besides` a result a small screen leaves it out. */
export function queryHelp(
  { text: { queryHelp: text } }: Words,
  { besides = false }: { readonly besides?: boolean } = {},
): Html {
  return html`<details class="twin help${besides ? " wide" : ""}">
    <summary>${text.title}</summary>
    <div class="scroll" tabindex="0">
      <table class="table">
        <tbody>
          ${text.rows.map(
            ({ query, says }) =>
              html`<tr>
                <th scope="row">
                  <a href="${searchAddress({ q: query })}"><code>${query}</code></a>
                </th>
                <td>${says}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
