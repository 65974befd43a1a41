import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { name, safeAddress } from "./format.ts";
import type { Html } from "./html.ts";
import type { Marked } from "./marks.ts";
import type { Words } from "../words/words.ts";

/** What the source showed of a linked page. */
export function previewCard(
  preview: NonNullable<PostAnswer["preview"]>,
  words: Words,
  { marked, filesNeedKey }: { readonly marked: Marked; readonly filesNeedKey: boolean },
): Html {
  const href = safeAddress(preview.url);
  const title = html`<b dir="auto"
    >${preview.title === undefined ? name(preview.site ?? preview.url) : marked(preview.title)}</b
  >`;
  return html`<aside class="linked" aria-label="${words.text.preview.label}">
    <div>
      ${preview.site !== undefined && html`<small><bdi>${name(preview.site)}</bdi></small>`}
      ${
        href === undefined
          ? title
          : html`<a href="${href}" rel="noopener noreferrer nofollow">${title}</a>`
      }
      ${preview.description !== undefined && html`<p dir="auto">${marked(preview.description)}</p>`}
    </div>
    ${
      !filesNeedKey &&
      preview.kept?.type.startsWith("image/") &&
      html`<img src="${preview.kept.url}" alt="" loading="lazy" decoding="async" />`
    }
  </aside>`;
}
