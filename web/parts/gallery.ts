import { html } from "hono/html";
import type { Hit } from "../../server/contract/search.ts";

import { type Faces, titleIn } from "./faces.ts";
import { repeatedShort } from "./copies.ts";
import { day, postAddress, postAnchor } from "./format.ts";
import type { Html } from "./html.ts";
import { isSeen, shareOf, thumbnail } from "./pictures.ts";
import type { HitAddress } from "./trail.ts";
import type { Words } from "../words/words.ts";

/** The pictures and films of these posts, month by month, each in its own proportions. */
export function gallery(
  hits: readonly Hit[],
  {
    words,
    faces,
    addressOf = postAddress,
  }: { readonly words: Words; readonly faces: Faces; readonly addressOf?: HitAddress },
): Html {
  let month = "";
  return html`<ul class="grid">
    ${hits.map((hit) => {
      const title = titleIn(faces, hit.channel);
      const heading =
        hit.publishedAt.slice(0, 7) === month ? undefined : hit.publishedAt.slice(0, 7);
      month = hit.publishedAt.slice(0, 7);
      return html`${heading !== undefined && html`<li class="grid-month"><h2>${heading}</h2></li>`}${hit.media
        .filter(isSeen)
        .map(
          (media, i) =>
            html`<li class="${shareOf(media)}" id="${postAnchor(hit, i + 1)}">
              ${thumbnail(media, { words, address: addressOf(hit), says: `${title}, ${day(hit.publishedAt)}` })}${i === 0 && hit.copies && html`<p class="pic-note">${repeatedShort(hit, words)}</p>`}
            </li>`,
        )}`;
    })}
    <li class="end"></li>
  </ul>`;
}
