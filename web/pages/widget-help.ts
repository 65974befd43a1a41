import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { withCode } from "../parts/with-code.ts";
import { type BuilderView, code, tagOf } from "./widget-page.ts";

type Addresses = BuilderView["addresses"];

const choice = {
  channels: "durov",
  mode: "",
  theme: "",
  lang: "",
  shortcut: "",
  links: "",
  accent: "",
  origins: "",
};

/** The tag in every place it is put into; each can be copied as it stands, but for the key. */
export function widgetExamples(addresses: Addresses) {
  const tag = tagOf({ choice, addresses }, "loader");
  const { origin, version } = addresses;
  const element = `server="${origin}" channels="durov" key="bs_…"`;
  return {
    html: tag,
    wordpress: `<!-- wp:html -->\n${tag}\n<!-- /wp:html -->`,
    hugo: `{{ partial "search.html" . }}\n\n<!-- layouts/partials/search.html -->\n${tag}`,
    docusaurus: `// docusaurus.config.js\nscripts: [{ src: "${origin}/widget/v1.js", async: true }],\n\n// in a page (MDX)\n<backscroll-search ${element}></backscroll-search>`,
    react: `import { useEffect } from "react";\n\nexport function ChannelSearch() {\n  useEffect(() => {\n    import(/* @vite-ignore */ "${origin}/widget/${version}/widget.js");\n  }, []);\n  return <backscroll-search ${element} />;\n}`,
    results: `<input id="find" type="search" aria-label="Search">\n<backscroll-search mode="results" for="find" ${element}></backscroll-search>\n<script async src="${origin}/widget/v1.js"></script>`,
  };
}
type Example = keyof ReturnType<typeof widgetExamples>;

/** What the element understands, in the order the page tells of it. */
export const widgetAttributes = [
  "channels",
  "key",
  "server",
  "mode",
  "for",
  "theme",
  "lang",
  "label",
  "words",
  "shortcut",
  "links",
  "open",
  "limit",
  "recent",
  "target",
] as const;

/** How to put the widget into a site, with examples to copy. */
export function widgetHelpPage(frame: Frame, addresses: Addresses): Html {
  const { widgetHelp: text } = frame.words.text;
  const examples = Object.entries(widgetExamples(addresses)) as [Example, string][];
  const colours = "--bs-accent --bs-ground --bs-ink --bs-ink-2 --bs-edge --bs-found --bs-font";
  return page(frame, {
    title: text.title,
    current: "widget",
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p><a href="/widget">${text.build}</a>, ${text.place}</p>
        </div>
      </div>
      ${examples.map(([example, copied]) => {
        const { name, where } = text.places[example];
        return html`<section class="section">
          <h2>${name}</h2>
          <p>${where}</p>
          ${code(copied, name)}
        </section>`;
      })}
      <section class="section">
        <h2>${text.attributes}</h2>
        <p class="quiet">${text.onTheTag}</p>
        <div class="scroll" tabindex="0">
          <table class="table">
            <tbody>
              ${widgetAttributes.map(
                (name) =>
                  html`<tr>
                    <th scope="row"><code>${name}</code></th>
                    <td>${text.meaning[name]}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        <p>${text.colours} <code>${colours}</code></p>
      </section>
      <section class="section">
        <h2>${text.policy}</h2>
        <p>${withCode(text.needs({ origin: addresses.origin }))}</p>
      </section>`,
  });
}
