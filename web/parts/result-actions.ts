import { html } from "hono/html";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

/** What can be done with a whole result: cite it, take it along, follow it, compare it. */
export function resultActions(
  {
    query,
    total,
    canCite,
  }: { readonly query: string; readonly total: number; readonly canCite: boolean },
  { text: { resultActions: text, common } }: Words,
): Html {
  const at = (path: string, own: Readonly<Record<string, string>> = {}): string =>
    `${path}?${new URLSearchParams({ q: query, ...own }).toString()}`;
  return html`<section class="actions" aria-label="${text.withResult}">
    <div class="row">
      ${
        canCite &&
        html`<form action="/sets" method="post">
          <input type="hidden" name="q" value="${query}" /><button class="btn">
            ${text.citeThese({ count: total })}
          </button>
        </form>`
      }
      <span
        >${text.exportThese({ count: total })}:
        ${(["jsonl", "csv", "parquet", "atom"] as const).map(
          (format) =>
            html`<a class="reach" href="${at("/api/v1/export", { format })}" download
              >${formatNames[format]}</a
            > `,
        )}<a class="reach" href="${at("/api/v1/export", { format: "manifest" })}"
          >${text.manifest}</a
        ></span
      >
      <span
        >${text.follow}: <a class="reach" href="${at("/api/v1/feed.atom")}">Atom</a>
        <a class="reach" href="${at("/api/v1/feed.json")}">${common.jsonFeed}</a></span
      >
      ${canCite && html`<a class="reach" href="${at("/saved")}#add">${text.saveSearch}</a>`}
      <a class="reach" href="${at("/compare")}">${text.compareThis}</a>
      <copy-link label="${text.copyLink}" done="${text.copied}"></copy-link>
    </div>
  </section>`;
}

const formatNames = { jsonl: "JSONL", csv: "CSV", parquet: "Parquet", atom: "Atom" } as const;
