import { html } from "hono/html";
import type { Html } from "./html.ts";
import { page, type Frame } from "./layout.ts";
import { type BuilderView, code, tagOf } from "./widget-page.ts";

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

/** How to put the widget into a site, with examples to copy. */
export function widgetHelpPage(frame: Frame, addresses: BuilderView["addresses"]): Html {
  const tag = tagOf({ choice, addresses }, "loader");
  const { origin, version } = addresses;
  const examples = [
    ["Plain HTML", "Anywhere in the page; the button appears in its place.", tag],
    [
      "WordPress",
      "In a Custom HTML block. Where scripts are taken out of blocks, use the frame that the builder shows.",
      `<!-- wp:html -->\n${tag}\n<!-- /wp:html -->`,
    ],
    [
      "Hugo",
      "As layouts/partials/search.html, then in a template:",
      `{{ partial "search.html" . }}\n\n<!-- layouts/partials/search.html -->\n${tag}`,
    ],
    [
      "Docusaurus",
      "In docusaurus.config.js; the element can then stand in any page or swizzled navbar.",
      `// docusaurus.config.js\nscripts: [{ src: "${origin}/widget/v1.js", async: true }],\n\n// in a page (MDX)\n<backscroll-search server="${origin}" channels="durov" key="bs_…"></backscroll-search>`,
    ],
    [
      "React",
      "As a component; the element is known once the module is there.",
      `import { useEffect } from "react";\n\nexport function ChannelSearch() {\n  useEffect(() => {\n    import(/* @vite-ignore */ "${origin}/widget/${version}/widget.js");\n  }, []);\n  return <backscroll-search server="${origin}" channels="durov" key="bs_…" />;\n}`,
    ],
    [
      "Results only",
      "Below an input of your own.",
      `<input id="find" type="search" aria-label="Search">\n<backscroll-search mode="results" for="find" server="${origin}" channels="durov" key="bs_…"></backscroll-search>\n<script async src="${origin}/widget/v1.js"></script>`,
    ],
  ] as const;
  const attributes = [
    ["channels", "names with commas; the key may narrow them further"],
    ["mode", "dialog (default), inline, results, form"],
    ["theme", "light or dark; as the visitor's system without"],
    ["lang", "en or ru; as the page without"],
    ["words", "JSON with other words, for other languages"],
    ["shortcut", "mod+k (default), any like ctrl+shift+f or /, off"],
    ["links", "telegram opens posts there; here without"],
    ["open", "new opens posts in a new tab"],
    ["limit", "hits shown, 10 without"],
    ["recent", "keeps the last five searches in the visitor's browser"],
    ["target", "a selector of the place to stand in (script tag only)"],
  ] as const;
  const colours = "--bs-accent --bs-ground --bs-ink --bs-ink-2 --bs-edge --bs-found --bs-font";
  return page(frame, {
    title: "The widget, explained",
    current: "widget",
    main: html`<div class="page-head">
        <div>
          <h1>The widget, explained</h1>
          <p><a href="/widget">Build your own tag</a>, then put it where your site takes HTML.</p>
        </div>
      </div>
      ${examples.map(
        ([name, where, text]) =>
          html`<section class="section">
            <h2>${name}</h2>
            <p>${where}</p>
            ${code(text, name)}
          </section>`,
      )}
      <section class="section">
        <h2>Attributes</h2>
        <p class="quiet">On the script tag with <code>data-</code> before them.</p>
        <table class="table">
          <tbody>
            ${attributes.map(
              ([name, what]) =>
                html`<tr>
                  <th scope="row"><code>${name}</code></th>
                  <td>${what}</td>
                </tr>`,
            )}
          </tbody>
        </table>
        <p>Colours and type are CSS custom properties of the element: <code>${colours}</code></p>
      </section>
      <section class="section">
        <h2>Content Security Policy</h2>
        <p>
          The page needs <code>script-src ${origin}</code> and <code>connect-src ${origin}</code>;
          no inline script or style, and Trusted Types may be required. An integrity hash covers the
          one file form, all of the widget; the moving form changes with releases and cannot be held
          to one.
        </p>
      </section>`,
  });
}
