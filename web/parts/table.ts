import { html } from "hono/html";
import type { Hit, SearchAnswer } from "../../server/contract/search.ts";
import { again, type Asked } from "./asked.ts";

import { languageName } from "./facets.ts";
import { type Faces, titleIn } from "./faces.ts";
import { clock, day, name, postAnchor, rounded, zoned } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import { repeatedShort } from "./copies.ts";
import { matchesIn, saidIn } from "./in-context.ts";
import type { HitAddress } from "./trail.ts";
import type { Words } from "../words/words.ts";

/** In the order they stand in; `cols` of the address names those that are shown. */
const columns = [
  "date",
  "channel",
  "id",
  "text",
  "media",
  "versions",
  "views",
  "reactions",
  "changed",
  "forward",
  "language",
  "hash",
] as const;
type Column = (typeof columns)[number];
const usual: readonly Column[] = columns.slice(0, 8);
const longestText = 200;

/** The columns asked for, the usual ones where none of these is named. */
function columnsOf({ cols }: Asked): readonly Column[] {
  const named = new Set(cols.split(","));
  const chosen = columns.filter((column) => named.has(column));
  return chosen.length > 0 ? chosen : usual;
}

interface Drawn {
  readonly words: Words;
  readonly faces: Faces;
  readonly addressOf: HitAddress;
}

/** Each post a row: what was found stands on one axis, what is before it is cut at its start. */
export function asTable(answer: SearchAnswer, asked: Asked, drawn: Drawn): Html {
  const { words } = drawn;
  const shown = columnsOf(asked);
  const { table: text, common } = words.text;
  return html`<div class="dense-box ${shown.length > usual.length ? "many" : ""}">
    <table class="table dense">
      <caption class="only-read">
        ${common.posts({ n: answer.total })}, ${common.order[answer.sort]}
      </caption>
      <thead>
        <tr>
          ${shown.map((column) => heading(column, { answer, asked, text }))}
        </tr>
      </thead>
      <tbody>
        ${answer.hits.map(
          (hit) =>
            html`<tr class="${hit.deleted ? "gone" : ""}" id="${postAnchor(hit)}">
              ${shown.map((column) => cell[column](hit, drawn))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The orders that a heading leads to: the first, then back from the second. */
const sorted: Partial<Record<Column, readonly SearchAnswer["sort"][]>> = {
  date: ["new", "old"],
  views: ["views"],
  reactions: ["reactions"],
  changed: ["changed"],
};
const looks: Readonly<Record<Column, string>> = {
  date: "c-when",
  channel: "c-who",
  id: "c-id",
  text: "",
  media: "c-has",
  versions: "num c-vers",
  views: "num c-views",
  reactions: "num c-reacts",
  changed: "c-has",
  forward: "c-has",
  language: "c-has",
  hash: "c-has",
};

function heading(
  column: Column,
  {
    answer,
    asked,
    text,
  }: {
    readonly answer: SearchAnswer;
    readonly asked: Asked;
    readonly text: Words["text"]["table"];
  },
): Html {
  const orders = sorted[column] ?? [];
  const [first] = orders;
  const next = orders.find((order) => order !== answer.sort) ?? first;
  const isSorted = orders.includes(answer.sort);
  const direction = answer.sort === "old" ? "ascending" : "descending";
  const label = zoned(text.columns[column]);
  return html`<th
    scope="col"
    class="${looks[column]}"
    ${isSorted ? html`aria-sort="${direction}"` : ""}
  >
    ${next === undefined ? label : html`<a href="${again(asked, { sort: next })}">${label}</a>`}
  </th>`;
}

type Cell = (hit: Hit, drawn: Drawn) => Html;

const cell: Readonly<Record<Column, Cell>> = {
  date: ({ publishedAt }) =>
    html`<td class="c-when">
      <time datetime="${publishedAt}">${day(publishedAt)} ${clock(publishedAt).slice(0, 5)}</time>
    </td>`,
  channel: ({ channel }, { faces }) =>
    html`<th scope="row" class="c-who">
      <a class="channel" href="/c/${channel}"><bdi>${titleIn(faces, channel)}</bdi></a>
    </th>`,
  id: (hit, { addressOf }) =>
    html`<td class="c-id"><a class="shelf" href="${addressOf(hit)}">${hit.id}</a></td>`,
  text: (hit, drawn) =>
    html`<td class="said">${found(hit, drawn)}${repeatedShort(hit, drawn.words)}</td>`,
  media: (
    { media },
    {
      words: {
        text: { common },
      },
    },
  ) =>
    html`<td class="has c-has">
      ${[...new Set(media.map(({ kind }) => common.media[kind]))].join(", ")}
    </td>`,
  versions: ({ versions }, { words: { number } }) =>
    html`<td class="num c-vers">${versions > 1 && number(versions)}</td>`,
  views: ({ views }) => html`<td class="num c-views">${views !== undefined && rounded(views)}</td>`,
  reactions: ({ reactions }, { words: { number } }) =>
    html`<td class="num c-reacts">
      ${reactions.length > 0 && number(reactions.reduce((sum, { count }) => sum + count, 0))}
    </td>`,
  changed: ({ changedAt }) =>
    html`<td class="c-has">
      ${
        changedAt !== undefined &&
        html`<time datetime="${changedAt}">${day(changedAt)} ${clock(changedAt).slice(0, 5)}</time>`
      }
    </td>`,
  forward: ({ forward }) =>
    html`<td class="has c-has">${forward && html`<bdi>${name(forward.name)}</bdi>`}</td>`,
  language: ({ language }, { words: { lang } }) =>
    html`<td class="has c-has">${language !== undefined && languageName(language, lang)}</td>`,
  hash: ({ hash }) => html`<td class="mono c-has">${hash.slice(0, 12)}</td>`,
};

/** The first match with what surrounds it; the beginning where nothing is marked. */
function found(hit: Hit, { words, addressOf }: Drawn): Html {
  const { common } = words.text;
  const lang = hit.language === undefined ? "" : html`lang="${hit.language}"`;
  const [match] = matchesIn(hit);
  const line = oneLine(saidIn(hit));
  const said = match
    ? html`<span><bdi>${oneLine(match[0])}</bdi></span
        ><mark>${oneLine(match[1])}</mark><span>${oneLine(match[2])}</span>`
    : html`<span class="rest"
        >${line.slice(0, longestText).toWellFormed()}${line.length > longestText && "…"}${
          line === "" && hit.media.map(({ kind }) => common.media[kind]).join(", ")
        }</span
      >`;
  return html`<a href="${addressOf(hit)}" ${lang} dir="auto">${said}</a>`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** Which columns are shown; each choice is an address. */
export function columnMenu(asked: Asked, { text: { table: text } }: Words): Html {
  const shown = columnsOf(asked);
  return html`<details class="menu wide columns" name="menu">
    <summary class="btn">
      ${icon("cols")} <span class="word-off">${text.columnsTitle}</span>
    </summary>
    <div class="menu-list">
      <p>${text.kept}</p>
      ${columns.map((column) => {
        const isShown = shown.includes(column);
        const cols = columns.filter((one) => (one === column) !== shown.includes(one)).join(",");
        return html`<a href="${again(asked, { cols })}" ${isShown ? html`aria-current="true"` : ""}
          >${icon(isShown ? "check" : "plus")} <span>${zoned(text.columns[column])}</span></a
        >`;
      })}
    </div>
  </details>`;
}
