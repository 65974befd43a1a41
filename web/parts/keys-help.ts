import { html } from "hono/html";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

/** The keys, as they are printed on them, and where they do something. */
const keys = [
  ["/", "search"],
  ["j k", "hits"],
  ["↓ ↑ Enter", "completions"],
  ["← → + Esc", "pictures"],
  ["← → ↑ ↓ PgUp PgDn", "calendar"],
  ["← → Shift Enter", "timeline"],
  ["?", "help"],
] as const;

/** Which keys do what; the button shows it, and so does `?` where scripts run. */
export function keysHelp({ text: { keysHelp: text } }: Words): Html {
  return html`<button class="btn btn-bare" popovertarget="keyboard">${text.title}</button>
    <div class="keys-sheet" id="keyboard" popover role="dialog" aria-labelledby="keyboard-title">
      <h2 id="keyboard-title">${text.title}</h2>
      <dl>
        ${keys.map(
          ([pressed, does]) =>
            html`<dt>${pressed.split(" ").map((one) => html`<kbd>${one}</kbd> `)}</dt>
              <dd>${text[does]}</dd>`,
        )}
      </dl>
    </div>`;
}
