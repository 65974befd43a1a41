import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { isLanguage, wordsIn } from "../words/words.ts";
import { options, type WidgetChoice } from "./widget-page.ts";

/** The widget as a page of its own, to be framed; without script its form still searches. */
export function framePage(view: {
  readonly choice: WidgetChoice;
  readonly secret: string;
  readonly version: string;
  readonly lang: string;
}): Html {
  const { choice, secret, version, lang } = view;
  const spoken = lang.slice(0, 2);
  const { text } = wordsIn(isLanguage(spoken) ? spoken : "en");
  const { label: title } = text.widget;
  const own = { ...choice, mode: "inline" };
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <script type="module" src="/widget/${version}/widget.js"></script>
      </head>
      <body>
        <main>
          <backscroll-search
            open="new"
            ${options(own).map(([name, value]) => html` ${name}="${value}"`)}${secret !== "" && html` key="${secret}"`}
          >
            <form action="/" target="_blank">
              <input type="search" name="q" aria-label="${title}" />
              ${choice.channels !== "" && html`<input type="hidden" name="channel" value="${choice.channels}" />`}
              <button>${text.widgetFrame.find}</button>
            </form>
          </backscroll-search>
        </main>
      </body>
    </html> `;
}
