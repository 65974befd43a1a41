import { html } from "hono/html";
import type { Hit } from "../../server/contract/search.ts";
import { repeatedShort } from "./copies.ts";
import { day, postAnchor } from "./format.ts";

import type { Html } from "./html.ts";
import type { HitAddress } from "./trail.ts";
import type { Words } from "../words/words.ts";

const around = 60;
const mostLinesAPost = 5;

/** Each match on one axis down the page, with the words before and after it. */
export function inContext(
  hits: readonly Hit[],
  { words, addressOf }: { readonly words: Words; readonly addressOf: HitAddress },
): Html {
  return html`<ol class="kwic" aria-label="${words.text.common.viewNames.context}">
    ${hits.flatMap((hit) => linesOf(hit, addressOf(hit), words))}
  </ol>`;
}

function linesOf(hit: Hit, address: string, words: Words): Html[] {
  const lang = hit.language === undefined ? "" : html` lang="${hit.language}"`;
  const line = ([before, found, after]: readonly [string, string, string], i: number): Html =>
    html`<li id="${postAnchor(hit, i + 1)}">
      <span class="kw-where"
        ><a href="${address}">${hit.channel}/<wbr />${hit.id}</a>
        <time datetime="${hit.publishedAt}">${day(hit.publishedAt)}</time>
        ${i === 0 && repeatedShort(hit, words)}</span
      ><span class="kw-l" ${lang} dir="auto"><span>${before}</span></span>
      ${found === "" ? "" : html`<mark ${lang}>${found}</mark>`}
      <span class="kw-r" ${lang} dir="auto">${after}</span>
    </li>`;
  const found = matchesIn(hit);
  return (found.length > 0 ? found : [["", "", saidIn(hit).slice(0, 2 * around)] as const]).map(
    line,
  );
}

/** A post's text, or what it asks where it has none. */
export const saidIn = ({ text, poll }: Hit): string => text || (poll?.question ?? "");

/** What stands before each match, the match, and what stands after it: in its text, then in its other texts. */
export function matchesIn({ parts, elsewhere }: Hit): (readonly [string, string, string])[] {
  return [parts, ...elsewhere].flatMap(linesIn).slice(0, mostLinesAPost);
}

function linesIn(parts: Hit["parts"]): (readonly [string, string, string])[] {
  const text = parts.map((part) => part.text).join("");
  let at = 0;
  const lines: (readonly [string, string, string])[] = [];
  for (const part of parts) {
    const end = at + part.text.length;
    if (part.hit && lines.length < mostLinesAPost)
      lines.push([
        text.slice(Math.max(0, at - around), at).replace(at > around ? /^\S*\s/ : "", ""),
        part.text,
        text.slice(end, end + around).replace(end + around < text.length ? /\s\S*$/ : "", ""),
      ]);
    at = end;
  }
  return lines;
}
