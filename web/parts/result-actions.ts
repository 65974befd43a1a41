import { html } from "hono/html";
import type { Html } from "./html.ts";
import type { Frame } from "./layout.ts";
import type { Words } from "../words/words.ts";

/** A whole result, not the page of it that is shown. */
export interface Result {
  /** Canonical form: what is cited, followed and compared. */
  readonly query: string;
  /** Whether the reader may keep result sets and searches. */
  readonly canCite: boolean;
  /** Whether all that was typed counts, only a part of it, or nothing. */
  readonly counted: "all" | "part" | "nothing";
  /** The parameters as typed: a file's manifest tells them beside the canonical form when only a part counts. */
  readonly typed: Readonly<Record<string, string>>;
  /** What a file of it may be. */
  readonly formats: Frame["formats"];
  readonly words: Words;
}

/** Says what is cited, exported and followed where that is not what was typed. */
export function countedNote({ query, counted, words }: Result): Html | undefined {
  const { resultActions: text } = words.text;
  if (counted === "nothing")
    return html`<p class="note counted">
      <span>${text.ofNothing} <a href="/">${text.allPosts}</a></span>
    </p>`;
  if (counted === "part")
    return html`<p class="note counted">
      <span
        >${text.ofPart} <code class="fold"><bdi>${query}</bdi></code></span
      >
    </p>`;
  return undefined;
}

/** To take it along, in each format, and what proves that a file is whole. */
export function exportLinks({ query, counted, typed, formats, words }: Result): Html {
  const asked = counted === "part" ? typed : { q: query };
  return html`${formats.map(
      ({ format, name }) =>
        html`<a href="${at("/api/v1/export", { ...asked, format })}" download
          >${name}<span class="quiet">.${format}</span></a
        >`,
    )}<a href="${at("/api/v1/export", { ...asked, format: "manifest" })}"
      >${words.text.resultActions.manifest}<span class="quiet">.json</span></a
    >`;
}

/** To be told of what comes. */
export function followLinks({ query, words }: Result): Html {
  const { resultActions: text, common } = words.text;
  return html`<a href="${at("/api/v1/feed.atom", { q: query })}">${text.atomFeed}</a
    ><a href="${at("/api/v1/feed.json", { q: query })}">${common.jsonFeed}</a
    ><copy-link label="${text.copyLink}" done="${text.copied}"></copy-link>`;
}

const at = (path: string, parameters: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(parameters).toString()}`;
