import { html } from "hono/html";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Words } from "../words/words.ts";

/** A dialog in which the page's pictures are looked at one after another; without script a picture opens by itself. */
export function pictureViewer({ text: { pictureViewer: text }, templates }: Words): Html {
  return html`<picture-viewer count="${templates.pictureViewer.count}"
    ><dialog class="viewer">
      <header>
        <span data-count role="status"></span>
        <span class="push">
          <button class="btn" type="button" data-zoom aria-pressed="false">
            ${icon("search")}<span class="only-read">${text.zoom}</span>
          </button>
          <a class="btn" href="#" data-file target="_blank" rel="noopener"
            >${icon("down")}<span class="only-read">${text.original}</span></a
          >
          <button class="btn" type="button" data-close>
            ${icon("close")}<span class="only-read">${text.close}</span>
          </button>
        </span>
      </header>
      <div class="stage">
        <button class="btn to-last" type="button" data-step="-1">
          ${icon("back")}<span class="only-read">${text.previous}</span>
        </button>
        <button class="btn to-next" type="button" data-step="1">
          ${icon("next")}<span class="only-read">${text.next}</span>
        </button>
      </div>
      <footer>
        <p class="said"><a href="#" data-post></a></p>
      </footer></dialog
  ></picture-viewer>`;
}
