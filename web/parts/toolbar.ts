import { html } from "hono/html";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { again, viewOf, views, type Asked, type View } from "./asked.ts";
import type { Html } from "./html.ts";
import { icon, type IconName } from "./icons.ts";
import { exportLinks, followLinks, type Result } from "./result-actions.ts";
import { columnMenu } from "./table.ts";
import type { Words } from "../words/words.ts";

/** Above the hits and at hand while they scroll: their order, how they are looked at, and what can be done with them all. */
export function toolbar(answer: SearchAnswer, asked: Asked, result: Result): Html {
  const { words } = result;
  const { toolbar: text, common } = words.text;
  const hasTimeline = asked.timeline !== "off";
  const timelineAddress = again(asked, { timeline: hasTimeline ? "off" : "", page: asked.page });
  return html`<div class="bar" role="group" aria-label="${common.resultsTitle}">
    <details class="menu menu-start" name="menu">
      <summary class="btn">
        <span class="only-read">${text.sort}: </span>${icon("sort")}
        <span class="order-name">${text.sorts[answer.sort]}</span> ${caret}
      </summary>
      <div class="menu-list">
        ${Object.entries(text.sorts).map(
          ([sort, name]) =>
            html`<a
              href="${again(asked, { sort })}"
              ${sort === answer.sort ? html`aria-current="true"` : ""}
              >${name}</a
            >`,
        )}
      </div>
    </details>
    <nav class="set wide" aria-label="${text.view}">
      ${views.map((view) => viewLink(view, { asked, words, look: "btn" }))}
    </nav>
    <details class="menu phone menu-start" name="menu">
      <summary class="btn">
        ${icon(viewIcons[viewOf(asked)])} ${common.viewNames[viewOf(asked)]} ${caret}
      </summary>
      <div class="menu-list">
        ${views.map((view) => viewLink(view, { asked, words, look: "" }))}
      </div>
    </details>
    <a class="btn wide" href="${timelineAddress}" ${hasTimeline ? html`aria-current="true"` : ""}
      >${icon("chart")} <span class="word-off">${text.timeline}</span></a
    >
    ${viewOf(asked) === "table" && columnMenu(asked, words)}
    <button class="btn facets-open" popovertarget="facets">
      ${icon("filter")} ${common.narrow}
    </button>
    ${result.counted !== "nothing" && actions(answer, result)}
    <details class="menu phone to-more" name="menu">
      <summary class="btn">
        ${icon("more")}<span class="only-read">${text.moreActions}</span>
      </summary>
      <div class="menu-list">
        ${result.counted !== "nothing" && actionList(answer, result)}
        <a href="${timelineAddress}">${icon("chart")} ${text.timeline}</a>
      </div>
    </details>
  </div>`;
}

/** What can be done with the whole result. */
function actions(answer: SearchAnswer, result: Result): Html {
  const { words } = result;
  const { toolbar: text } = words.text;
  const files = html`<p>${allOf(answer, words)}</p>
    ${exportLinks(result)}`;
  return html`<div class="acts wide">
    ${menu("down", text.export, files)}${citeForm(result)}${saveLink(result)}${menu("feed", text.follow, followLinks(result))}${compareLink(result)}
  </div>`;
}

/** The same on a small screen, in one list. */
function actionList(answer: SearchAnswer, result: Result): Html {
  const { words } = result;
  const { toolbar: text } = words.text;
  return html`${citeForm(result)}${saveLink(result)}${compareLink(result)}${followLinks(result)}
    <hr />
    <p><b>${text.export}.</b> ${allOf(answer, words)}</p>
    ${exportLinks(result)}
    <hr />`;
}

const caret = html`<svg class="icon caret" aria-hidden="true"><use href="#i-caret" /></svg>`;

/** What a file of it holds. */
function allOf(
  { total, groups }: SearchAnswer,
  { text: { toolbar: text, common } }: Words,
): string {
  if (groups === undefined) return text.allOf({ posts: common.posts({ n: total }) });
  return text.allWithoutCopies({ posts: common.posts({ n: groups }) });
}

const viewIcons: Readonly<Record<View, IconName>> = {
  posts: "posts",
  context: "kwic",
  table: "table",
  gallery: "grid",
};

function viewLink(
  view: View,
  { asked, words, look }: { readonly asked: Asked; readonly words: Words; readonly look: string },
): Html {
  const name = words.text.common.viewNames[view];
  return html`<a
    class="${look}"
    href="${again(asked, { view: view === "posts" ? "" : view, page: asked.page })}"
    ${view === viewOf(asked) ? html`aria-current="true"` : ""}
    >${icon(viewIcons[view])} <span class="${look === "" ? "" : "word-off"}">${name}</span></a
  >`;
}

const menu = (sign: IconName, name: string, list: Html): Html =>
  html`<details class="menu" name="menu">
    <summary class="btn">${icon(sign)} ${name} ${caret}</summary>
    <div class="menu-list">${list}</div>
  </details>`;

function citeForm({ query, canCite, words }: Result): Html | undefined {
  if (!canCite) return undefined;
  return html`<form action="/sets" method="post">
    <input type="hidden" name="q" value="${query}" /><button class="btn">
      ${icon("cite")} ${words.text.toolbar.cite}
    </button>
  </form>`;
}

function saveLink({ query, canCite, words }: Result): Html | undefined {
  if (!canCite) return undefined;
  return html`<a class="btn" href="/saved?${new URLSearchParams({ q: query }).toString()}#add"
    >${icon("save")} ${words.text.toolbar.save}</a
  >`;
}

const compareLink = ({ query, words }: Result): Html =>
  html`<a class="btn" href="/compare?${new URLSearchParams({ q: query }).toString()}"
    >${icon("compare")} ${words.text.toolbar.compare}</a
  >`;
