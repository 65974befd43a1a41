import { html } from "hono/html";
import type { SetAnswer } from "../../server/contract/set.ts";
import { moment, postAddress, searchAddress, time } from "../parts/format.ts";
import type { About } from "../parts/head.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";

const mostShown = 200;

/** A cited result: what it was, whether it still is, and exactly what changed. */
export function setPage(frame: Frame, set: SetAnswer): Html {
  const { words } = frame;
  const { set: text, common } = words.text;
  const { number } = words;
  const others = set.queries.filter((query) => query !== set.query);
  const kinds = ["added", "edited", "deleted", "left", "gone"] as const;
  return page(frame, {
    title: `${text.setTitle} ${set.id}`,
    current: "search",
    about: aboutSet(frame, set),
    main: html`<div class="page-head">
        <div>
          <h1>${text.setTitle} <span class="mono">${set.id}</span></h1>
          <p>
            <code><bdi>${set.query === "" ? common.everything : set.query}</bdi></code
            >: ${words.text.common.posts({ n: set.posts })}, ${text.citedAt} ${time(set.citedAt)}
          </p>
        </div>
        <div class="row push">
          <a class="btn btn-lead" href="${searchAddress({ q: set.query })}">${text.askAgain}</a>
        </div>
      </div>
      <p class="note"><span>${set.unchanged ? text.setSame : text.setChanged}</span></p>
      <div class="scroll" tabindex="0">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${text.sinceThen}</th>
              <th scope="col" class="num">${common.postsTitle}</th>
              <th scope="col">${common.says}</th>
            </tr>
          </thead>
          <tbody>
            ${kinds.map(
              (kind) =>
                html`<tr>
                  <th class="name" scope="row">${text.setKinds[kind]}</th>
                  <td class="num">${number(set.changes[kind].total)}</td>
                  <td>${text.setSays[kind]}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${kinds.map((kind) => keysOf(kind, set, frame))}
      <section class="section" id="evidence">
        <h2>${common.evidenceTitle}</h2>
        <dl class="facts">
          <dt>${common.hash}</dt>
          <dd class="mono fold">${set.sha256}</dd>
          ${
            !set.unchanged &&
            html`<dt>${text.hashNow}</dt>
              <dd class="mono fold">${set.now.sha256}</dd>`
          }
          <dt>${text.analyzer}</dt>
          <dd class="mono fold">
            ${set.analyzer}${set.now.analyzer !== set.analyzer && ` → ${set.now.analyzer}`}
          </dd>
          <dt>${text.archivePosition}</dt>
          <dd>${number(set.position)}</dd>
          ${
            set.journal &&
            html`<dt>${text.journalEntry({ entry: set.journal.entry })}</dt>
              <dd class="mono fold">${set.journal.hash}</dd>`
          }
          <dt>${common.json}</dt>
          <dd>
            <a
              class="reach"
              href="/api/v1/sets/${set.id}?${new URLSearchParams({ query: set.query }).toString()}"
              >${set.id}</a
            >
          </dd>
          ${
            others.length > 0 &&
            html`<dt>${text.sameFound}</dt>
              ${others.map(
                (query) =>
                  html`<dd>
                    <a href="/sets/${set.id}?${new URLSearchParams({ query }).toString()}"
                      ><bdi>${query === "" ? common.everything : query}</bdi></a
                    >
                  </dd>`,
              )}`
          }
        </dl>
      </section>`,
  });
}

/** A cited set is a work of its own: dated, counted, and held by its hash. */
function aboutSet({ words, origin }: Frame, set: SetAnswer): About {
  const { set: text, common } = words.text;
  const query = set.query === "" ? common.everything : set.query;
  const address = `/sets/${set.id}?${new URLSearchParams({ query: set.query }).toString()}`;
  const title = `${text.setTitle} ${set.id}: ${query}`;
  const description = `${common.posts({ n: set.posts })}, ${text.citedAt} ${moment(set.citedAt)}`;
  return {
    address,
    title,
    description,
    cited: {
      kind: "dataset",
      title,
      author: "Backscroll",
      publishedAt: set.citedAt,
      publisher: "Backscroll",
      url: origin + address,
    },
    data: {
      "@type": "Dataset",
      "@id": origin + address,
      url: origin + address,
      name: title,
      description,
      dateCreated: set.citedAt,
      creator: { "@type": "Organization", name: "Backscroll" },
      identifier: { "@type": "PropertyValue", propertyID: "SHA-256", value: set.sha256 },
    },
  };
}

function keysOf(
  kind: keyof SetAnswer["changes"],
  { changes }: SetAnswer,
  { words }: Frame,
): Html | undefined {
  const { total, posts } = changes[kind];
  if (total === 0) return undefined;
  return html`<section class="section">
    <h2>${words.text.set.setKinds[kind]}</h2>
    <ul class="row mono">
      ${posts
        .slice(0, mostShown)
        .map(
          (post) =>
            html`<li>
              ${
                kind === "gone"
                  ? html`${post.channel}/${post.id}`
                  : html`<a class="reach" href="${postAddress(post)}"
                      >${post.channel}/${post.id}</a
                    >`
              }
            </li>`,
        )}
    </ul>
    ${total > mostShown && html`<p class="quiet">${words.text.common.moreValues({ count: total - mostShown })}</p>`}
  </section>`;
}
