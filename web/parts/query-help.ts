import { html } from "hono/html";
import { searchAddress } from "./format.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

const examples = [
  "симметрия",
  "=симметрия",
  '"surrogate loss"',
  "1 000 000",
  "№5",
  "GPT-4",
  "симм*",
  "симетрия~",
  "a OR b",
  "-a",
  "in:durov",
  "has:photo",
  "is:deleted",
  "lang:ru",
  "after:2024-05",
  "on:2024-05-06",
  "views:>1000",
  "link:example.org",
  "#tag",
] as const;

/** What can be typed, at hand beside the box. */
export function queryHelp({ text }: Words): Html {
  return html`<details class="twin help">
    <summary>${text.help}</summary>
    <div class="scroll" tabindex="0">
      <table class="table">
        <tbody>
          ${examples.map(
            (example, place) =>
              html`<tr>
                <th scope="row">
                  <a href="${searchAddress({ q: example })}"><code>${example}</code></a>
                </th>
                <td>${text.helpSays[place]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
