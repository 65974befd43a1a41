import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Problem } from "../../server/contract/problem.ts";
import type { Theme } from "../parts/embed-snippets.ts";
import { postEntry } from "../parts/entry.ts";
import { facesOf } from "../parts/faces.ts";
import { name } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { symbols } from "../parts/icons.ts";
import type { Frame } from "../parts/layout.ts";
import type { Words } from "../words/words.ts";

interface Framed {
  readonly words: Words;
  readonly theme: Theme;
  readonly assets: Frame["assets"];
  /** Its page of this server, or another's of the same address: links leave the frame. */
  readonly origin: string;
}

/** A post as a page of its own, to be framed by another site: what it says and its marks, and the way to all else. */
export function embedPage(
  framed: Framed,
  {
    post,
    channel,
    filesNeedKey,
  }: {
    readonly post: PostAnswer;
    readonly channel: ChannelAnswer | undefined;
    /** Files are given to nobody without a key, and a frame has none: it says so in their place. */
    readonly filesNeedKey: boolean;
  },
): Html {
  const { words } = framed;
  const said = name(channel?.title ?? post.channel);
  return bare(framed, {
    title: words.text.post.postOf({ id: String(post.id), channel: said }),
    main: html`<ol class="feed">
      ${postEntry({
        post,
        words,
        faces: facesOf(channel && !filesNeedKey ? [channel] : []),
        as: "framed",
        filesNeedKey,
      })}
    </ol>`,
  });
}

/** What a frame shows whose post is not here, or no longer. */
export function embedProblemPage(framed: Framed, problem: Problem): Html {
  const { words, origin } = framed;
  return bare(framed, {
    title: words.answers?.problem(problem) ?? problem.title,
    main: html`<p class="note">
      <span
        >${words.answers?.problem(problem) ?? problem.detail}
        <a href="${origin}/">Backscroll</a></span
      >
    </p>`,
  });
}

function bare(
  { words, theme, assets }: Framed,
  { title, main }: { readonly title: string; readonly main: Html },
): Html {
  return html`<!doctype html>
    <html lang="${words.lang}" class="framed" ${theme !== "auto" && html`data-theme="${theme}"`}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${
          theme === "auto"
            ? html`<meta name="color-scheme" content="light dark" />`
            : html`<meta name="color-scheme" content="${theme}" />`
        }
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <base target="_blank" />
        <link rel="icon" type="image/svg+xml" href="${assets.icon}" />
        <link rel="stylesheet" href="${assets.stylesheet}" />
        <script type="module" src="${assets.islands["frame-height"]}"></script>
      </head>
      <body>
        ${symbols}
        <main>
          <h1 class="only-read">${title}</h1>
          ${main}
        </main>
      </body>
    </html> `;
}
