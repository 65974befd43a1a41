import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";

export interface EnterView {
  readonly frame: Frame;
  /** Where to go on to. */
  readonly next: string;
  readonly fault?: "unknown" | "forPrograms";
  /** Whether others on the way may read what is typed. */
  readonly readable: boolean;
}

/** A form that takes a key. */
export function enterPage({ frame, next, fault, readable }: EnterView): Html {
  const { enter: text } = frame.words.text;
  return page(frame, {
    title: text.title,
    main: html`<section class="empty">
      <h1>${text.title}</h1>
      ${
        frame.door === undefined
          ? html`<p>${text.here}</p>
              <p class="section"><a href="${next}">${frame.words.text.common.tryNext}</a></p>`
          : html`<p>${text.lead}</p>
              ${frame.door === "leave" && html`<p class="note">${text.inside}</p>`}
              ${
                readable &&
                html`<p class="note note-fail">${icon("warn")}<span>${text.readable}</span></p>`
              }
              <form class="form-row section" action="/enter" method="post">
                <input type="hidden" name="next" value="${next}" />
                <div class="field grow">
                  <label for="key">${text.key}</label
                  ><input
                    class="input mono"
                    id="key"
                    name="key"
                    type="password"
                    required
                    maxlength="200"
                    autocomplete="current-password"
                    placeholder="bs_…"
                    ${
                      fault === undefined ? "" : html` aria-invalid="true" aria-describedby="key-f"`
                    }
                  />${fault && html`<p class="fault" id="key-f" role="alert">${text[fault]}</p>`}
                </div>
                <button class="btn btn-lead">${text.enter}</button>
              </form>
              <p class="quiet small section">
                ${text.lost} <code>${frame.command} keys create --scope admin</code>
              </p>`
      }
    </section>`,
  });
}
