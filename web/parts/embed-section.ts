import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { embedAddress, frameSnippet, themes } from "./embed-snippets.ts";
import { withCode } from "./with-code.ts";
import type { Html } from "./html.ts";
import type { Frame } from "./layout.ts";
import { quoteSnippet } from "./quote-snippet.ts";

/** What is pasted into another site to show a post there. */
export function embedSection(frame: Frame, post: PostAnswer, title: string): Html {
  const { words, origin, embeddedBy } = frame;
  const { embed: text } = words.text;
  const at = { title, origin, words };
  const forms = [
    { name: text.quote, code: quoteSnippet(post, at) },
    ...(embeddedBy.length === 0
      ? []
      : themes.map((theme) => ({
          name: text.frames[theme],
          code: frameSnippet(post, { ...at, theme }),
        }))),
  ];
  return html`<section class="section" id="embed">
    <h2>${text.title}</h2>
    ${forms.map(
      ({ name, code }, place) =>
        html`<details class="twin">
          <summary>${name}</summary>
          <pre class="cited" tabindex="0" id="embed-${place}">${code}</pre>
          <copy-link label="${text.copy}" done="${text.copied}" of="embed-${place}"></copy-link>
        </details>`,
    )}
    <p class="quiet small">
      ${
        embeddedBy.length === 0
          ? withCode(text.framedByNone)
          : embeddedBy.includes("*")
            ? text.framedByAll
            : text.framedBy({ origins: embeddedBy.join(", ") })
      }
      <a href="${embedAddress(post, { words })}">${text.look}</a>
    </p>
    ${
      embeddedBy.length > 0 &&
      html`<details class="twin">
        <summary>${text.fit}</summary>
        <pre class="cited" tabindex="0" id="embed-fit">
${`<script async src="${origin}/widget/embed.js"></script>`}</pre>
        <copy-link label="${text.copy}" done="${text.copied}" of="embed-fit"></copy-link>
      </details>`
    }
  </section>`;
}
