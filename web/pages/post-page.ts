import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import type { ContextAnswer } from "../../server/contract/context.ts";
import type { CoverageAnswer } from "../../server/contract/coverage.ts";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { SampleAnswer } from "../../server/contract/sample.ts";
import type { VersionsAnswer } from "../../server/contract/versions.ts";
import { aboutPost } from "../parts/about-post.ts";
import { citationOf } from "../parts/citation.ts";
import { languageName } from "../parts/facets.ts";
import { type Faces, facesOf } from "../parts/faces.ts";
import { day, idRange, name, postAddress, time } from "../parts/format.ts";
import { embedSection } from "../parts/embed-section.ts";
import { postEntry } from "../parts/entry.ts";
import type { Html } from "../parts/html.ts";
import { pictureViewer } from "../parts/picture-viewer.ts";
import { page, type Frame } from "../parts/layout.ts";
import { reactionList } from "../parts/reactions.ts";
import { trailBar, type Trail } from "../parts/trail.ts";
import { versionsSection } from "../parts/versions.ts";
import { viewsChart } from "../parts/views-chart.ts";

export interface PostPageView {
  readonly frame: Frame;
  readonly channel: ChannelAnswer | undefined;
  readonly trail: Trail;
  readonly context: ContextAnswer;
  readonly coverage: CoverageAnswer | undefined;
  readonly versions: VersionsAnswer["versions"];
  /** The version asked to be shown; the newest without. */
  readonly version: number | undefined;
  readonly samples: readonly SampleAnswer[];
  /** The stored page on which the newest version was first seen. */
  readonly page?: { readonly readAt: string; readonly parser?: string } | undefined;
}

/** One post, whole: what it says, its versions, what stands around it, and the evidence. */
export function postPage(view: PostPageView): Html {
  const { frame, context, channel } = view;
  const { words } = frame;
  const { post } = context;
  const title = name(channel?.title ?? post.channel);
  const faces = facesOf(channel ? [channel] : []);
  return page(frame, {
    title: `${post.channel}/${post.id}, ${day(post.publishedAt)}`,
    current: view.trail.origin ? "search" : "channels",
    islands: ["hit-trail", "picture-viewer", "copy-link"],
    about: aboutPost(post, { title, origin: frame.origin, words }),
    main: html`${trailBar(view.trail, { post, title, words })}
      <div class="with-facets post-page">
        <div>
          <h1 class="only-read">
            ${words.text.post.postOf({ id: String(post.id), channel: title })}
          </h1>
          <ol class="feed post">
            ${postEntry({ post, words, faces, as: "whole" })}
          </ol>
          ${versionsSection(view.versions, view.version, { words, address: frame.address })}
          ${around(view, faces)}
        </div>
        <aside class="side stack">
          ${citation(view)}${embedSection(frame, post, title)}${evidence(view)}${viewsChart(view.samples, words)}
        </aside>
      </div>
      ${pictureViewer(words)}`,
  });
}

function around({ frame, context, coverage }: PostPageView, faces: Faces): Html {
  const { words } = frame;
  const { post: text } = words.text;
  const { before, post, after } = context;
  const [first, last] = [String(post.ids[0] ?? post.id), String(post.ids.at(-1) ?? post.id)];
  const ids = first === last ? first : words.text.common.idRange({ from: first, to: last });
  const here = html`<li class="lapse here">
    <span><b>${text.thisPost}</b>, ${post.channel}/${ids}</span>
  </li>`;
  const all = [...before, post, ...after];
  return html`<section class="section" id="context">
    <div class="section-head inset">
      <h2>${text.around}</h2>
      <a href="/c/${post.channel}?on=${day(post.publishedAt)}">${text.readFromHere}</a>
    </div>
    <ol class="feed">
      ${all.map(
        (one, place) =>
          html`${missing(all[place - 1], one, { coverage, words })}${one === post ? here : postEntry({ post: one, words, faces, as: "near" })}`,
      )}
    </ol>
  </section>`;
}

/** What is known of the ids between two neighbours. */
function missing(
  one: PostAnswer | undefined,
  other: PostAnswer,
  {
    coverage,
    words,
  }: { readonly coverage: CoverageAnswer | undefined; readonly words: Frame["words"] },
): Html[] {
  const { post: text } = words.text;
  const from = (one?.ids.at(-1) ?? other.id) + 1;
  const to = other.id - 1;
  if (!one || !coverage || from > to) return [];
  return coverage.ranges
    .filter((range) => range.to >= from && range.from <= to)
    .flatMap((range) => {
      const ids = idRange(Math.max(from, range.from), Math.min(to, range.to), words);
      if (range.class === "unread")
        return [html`<li class="lapse lapse-gap"><span>${text.betweenUnread({ ids })}</span></li>`];
      if (range.class === "absent")
        return [
          html`<li class="lapse">
            <span
              >${text.betweenAbsent({ ids })}${range.asOf !== undefined && html`, ${time(range.asOf)}`}</span
            >
          </li>`,
        ];
      return [];
    });
}

/** How to cite it, in one of four forms. */
function citation({ frame, context, channel }: PostPageView): Html {
  const { post: text } = frame.words.text;
  const { post } = context;
  const { apa, gost, bibtex, csl } = citationOf(post, channel?.title ?? post.channel);
  const forms = [
    ["apa", "APA 7", apa],
    ["gost", text.gost, gost],
    ["bibtex", "BibTeX", bibtex],
    ["csl", "CSL-JSON", JSON.stringify(csl, undefined, 2)],
  ] as const;
  return html`<section id="cite">
    <h2>${text.cite}</h2>
    <fieldset class="kinds">
      <legend class="only-read">${text.citeStyle}</legend>
      ${forms.map(
        ([style, name], place) =>
          html`<label
            ><input
              class="only-read"
              type="radio"
              name="style"
              value="${style}"
              ${place === 0 ? html`checked` : ""}
            />${name}</label
          > `,
      )}
    </fieldset>
    ${forms.map(
      ([style, , form]) =>
        html`<div class="cite-form cite-${style}">
          <pre class="cited" id="cite-${style}" tabindex="0" dir="auto">${form}</pre>
          <copy-link
            label="${text.copyCitation}"
            done="${text.copied}"
            of="cite-${style}"
          ></copy-link>
        </div>`,
    )}
  </section>`;
}

function evidence({ frame, context, channel, page: stored }: PostPageView): Html {
  const { words } = frame;
  const { post: text, common } = words.text;
  const { number } = words;
  const { post } = context;
  const { deleted } = post;
  const path = `/api/v1/channels/${post.channel}/posts/${post.id}`;
  return html`<section class="section" id="evidence">
    <h2>${common.evidenceTitle}</h2>
    <dl class="facts">
      <dt>${common.channel}</dt>
      <dd>
        <a class="reach" href="/c/${post.channel}"
          ><bdi>${name(channel?.title ?? post.channel)}</bdi></a
        >
      </dd>
      <dt>${common.publishedAt}</dt>
      <dd>${time(post.publishedAt)}</dd>
      <dt>${text.firstSeen}</dt>
      <dd>${time(post.firstSeenAt)}</dd>
      <dt>${text.lastSeen}</dt>
      <dd>${time(post.lastSeenAt)}</dd>
      ${
        deleted &&
        html`<dt>${text.firstAbsent}</dt>
          <dd>${time(deleted.firstAbsentAt)}</dd>
          <dt>${text.confirmed}</dt>
          <dd class="state-gone">${time(deleted.confirmedAt)}</dd>
          <dt>${text.checks}</dt>
          <dd>${number(deleted.checks)}</dd>`
      }
      ${
        post.ids.length > 1 &&
        html`<dt>${text.idsOf}</dt>
          <dd>${post.ids.join(", ")}</dd>`
      }
      ${
        post.author !== undefined &&
        html`<dt>${text.signedBy}</dt>
          <dd><bdi>${name(post.author)}</bdi></dd>`
      }
      ${
        post.language !== undefined &&
        html`<dt>${text.language}</dt>
          <dd>${languageName(post.language, words.lang)}</dd>`
      }
      ${
        post.reactions.length > 0 &&
        html`<dt>${common.reactionsTitle}</dt>
          <dd>${reactionList(post.reactions, words)}</dd>`
      }
      <dt>${text.source}</dt>
      <dd>
        <a class="reach" href="${post.url}" rel="noopener noreferrer"
          >${post.url.replace(/^https?:\/\//, "")}</a
        >
      </dd>
      <dt>${common.hash}</dt>
      <dd class="mono fold">${post.hash}</dd>
      ${
        stored &&
        html`<dt>${text.readFrom}</dt>
          <dd>
            <a class="reach" href="${path}/raw" download>${text.rawPage}</a>,
            ${time(stored.readAt)}${stored.parser !== undefined && html`, ${text.parser({ version: stored.parser })}`}
          </dd>`
      }
      <dt>${common.json}</dt>
      <dd>
        <a class="reach" href="${postAddress(post)}.json">${postAddress(post).slice(3)}.json</a>,
        <a class="reach" href="${path}/versions">${common.versions}</a>
      </dd>
    </dl>
  </section>`;
}
