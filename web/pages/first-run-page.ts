import { html } from "hono/html";
import { addChannelForm, type AddChannel } from "./add-channel.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";

/** Nothing is archived: what to do first. */
export function firstRunPage(frame: Frame, fault?: AddChannel): Html {
  const { firstRun: text } = frame.words.text;
  return page(frame, {
    title: "",
    current: "search",
    main: html`<section class="empty first">
        <h1>${text.firstTitle}</h1>
        <p>${text.firstLead}</p>
        <div class="section stack">
          ${addChannelForm(frame, { large: true, ...fault })}
          ${
            frame.changesOpen &&
            html`<p class="hint quiet small" id="c-h">
              <code>@name</code>, <code>t.me/name</code>, <code>t.me/s/name/123</code> ${text.and}
              <code>name.t.me</code> ${text.channelHint}
            </p>`
          }
        </div>
      </section>
      <section class="section">
        <h2 class="only-read">${text.expect}</h2>
        <svg class="chart" height="96" aria-hidden="true">
          <line class="c-base" x1="0" x2="100%" y1="44.5" y2="44.5" />
          <rect class="c-kept" x="82%" y="40" width="18%" height="9" />
          <rect x="0" y="40" width="82%" height="9" fill="url(#hatch)" />
          <rect class="c-found" x="99%" y="30" width="1%" height="29" />
          <text class="strong" x="100%" y="20" text-anchor="end">${text.newestFirst}</text>
          <text x="0" y="20">${text.firstPost}</text>
          <text x="0" y="80">${text.notReadYet}</text>
          <text x="100%" y="80" text-anchor="end">${text.keptSearchable}</text>
        </svg>
        <dl class="facts">
          <dt>${text.ifStops}</dt>
          <dd>${text.ifStopsThen}</dd>
          <dt>${text.ifRefused}</dt>
          <dd>${text.ifRefusedThen}</dd>
        </dl>
      </section>`,
  });
}
