import { html } from "hono/html";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

export interface Result {
  /** Canonical form: what is cited, followed and compared. */
  readonly query: string;
  readonly total: number;
  readonly canCite: boolean;
  /** Whether all that was typed counts, only a part of it, or nothing. */
  readonly counted: "all" | "part" | "nothing";
  /** The parameters as typed: a file's manifest tells them beside the canonical form when only a part counts. */
  readonly typed: Readonly<Record<string, string>>;
}

/** What can be done with a whole result: cite it, take it along, follow it, compare it. */
export function resultActions(
  { query, total, canCite, counted, typed }: Result,
  { text: { resultActions: text, common } }: Words,
): Html {
  if (counted === "nothing")
    return html`<p class="note">
      <span>${text.ofNothing} <a href="/">${text.allPosts}</a></span>
    </p>`;
  const at = (path: string, own: Readonly<Record<string, string>> = { q: query }): string =>
    `${path}?${new URLSearchParams(own).toString()}`;
  const file = (format: string): string =>
    at("/api/v1/export", { ...(counted === "part" ? typed : { q: query }), format });
  return html`<section class="actions" aria-label="${text.withResult}">
    ${
      counted === "part" &&
      html`<p class="note">
        <span
          >${text.ofPart} <code class="fold"><bdi>${query}</bdi></code></span
        >
      </p>`
    }
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
            html`<a class="reach" href="${file(format)}" download>${formatNames[format]}</a> `,
        )}<a class="reach" href="${file("manifest")}">${text.manifest}</a></span
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
