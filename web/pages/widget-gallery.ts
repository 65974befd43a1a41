import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";

/** Sites of strangers that hold the widget, each with its own way of being difficult. */
export const sites = {
  plain: { css: "body { font: 17px/1.6 Georgia, serif; max-width: 40em; margin: 2em auto }" },
  hostile: {
    css: `* { all: unset !important; color: red !important; font: 40px fantasy !important }
button, input, dialog, ul, li { display: none !important; position: fixed !important; float: left !important }
html { font-size: 4px !important }`,
  },
  dark: {
    css: ":root { color-scheme: dark } body { background: #111; color: #ddd; font: 16px sans-serif }",
    attributes: 'data-theme="dark"',
  },
  rtl: { css: "body { font: 16px sans-serif }", html: 'dir="rtl" lang="ar"' },
  trusted: { css: "body { font: 16px/1.5 system-ui, sans-serif; margin: 2em }" },
} as const;
export type Site = keyof typeof sites;

export const isSite = (name: string): name is Site => Object.hasOwn(sites, name);

/** A page of such a site with this tag in it; its style is at `stylesheet`. */
export function hostPage(site: Site, tag: string, stylesheet = `/${site}.css`): string {
  const own = sites[site];
  const html = "html" in own ? own.html : 'lang="en"';
  return `<!doctype html><html ${html}><head><meta charset="utf-8"><title>Kitchen-table statistics</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${stylesheet}"></head><body><main>
<h1>Kitchen-table statistics</h1><p>Take two neurons and give them one set of weights.</p>
${tag}
<p>Nothing in the rule can tell them apart. <a href="/other">Another page</a></p>
<input id="own" aria-label="Own box"></main></body></html>`;
}

/** As strict as a site can be that takes scripts and answers from one other origin. */
export const strictPolicy = (origin: string): string =>
  `default-src 'none'; script-src ${origin}; connect-src ${origin}; style-src 'self'; img-src data:; frame-src ${origin}; form-action ${origin}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

/** Leads to each of the sites. */
export function galleryPage(frame: Frame): Html {
  const { widgetGallery: text } = frame.words.text;
  return page(frame, {
    title: text.title,
    current: "widget",
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>${text.lead}</p>
        </div>
      </div>
      <ul>
        ${Object.entries(text.sites).map(
          ([site, name]) =>
            html`<li><a class="reach" href="/widget/gallery/${site}">${name}</a></li>`,
        )}
      </ul>`,
  });
}
