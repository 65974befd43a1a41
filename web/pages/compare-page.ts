import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { Problem } from "../../server/contract/problem.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { compareChart, comparePanels } from "../parts/compare-chart.ts";
import type { Faces } from "../parts/faces.ts";
import { day, searchAddress } from "../parts/format.ts";
import { postEntry } from "../parts/entry.ts";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";
import { faultSaid, warningSaid } from "../parts/query-faults.ts";
import { keyOf, mostCompared, valuesOf, type Bars, type Compared } from "../parts/series.ts";

export interface CompareView extends Compared {
  readonly frame: Frame;
  readonly lines: readonly {
    readonly query: string;
    readonly total: number;
    /** What of it did not count as typed. */
    readonly warnings: SearchAnswer["warnings"];
    readonly bars: Bars;
    /** The newest post that it finds. */
    readonly newest: SearchAnswer["hits"][number] | undefined;
  }[];
  /** Titles of channels by their lower-case name. */
  readonly faces: Faces;
  /** Of the channels found in; drawn as hatching. */
  readonly unread: readonly UnreadPeriod[];
  /** A query that does not parse, or one too many. */
  readonly fault?: { readonly query: string; readonly problem: Problem } | undefined;
}

const tableRows = 366;

/** Up to five queries on one timeline, as counts or for each 1,000 posts of the period. */
export function comparePage(view: CompareView): Html {
  const { frame, lines, scale, fault } = view;
  const { compare: text } = frame.words.text;
  return page(frame, {
    title: text.compareTitle,
    current: "search",
    islands: ["copy-link"],
    main: html`<div class="page-head">
        <div>
          <h1>${text.compareTitle}</h1>
          <p>${text.lead}</p>
        </div>
      </div>
      ${boxes(view)}
      ${
        fault &&
        html`<p class="note" role="alert">
          <span
            ><code><bdi>${fault.query}</bdi></code
            >: ${faultSaid(fault.problem, frame.words)}</span
          >
        </p>`
      }
      ${lines.map(({ query, warnings }) =>
        warnings.map(
          (warning) =>
            html`<p class="note">
              <span
                ><code><bdi>${query}</bdi></code
                >: ${warningSaid(warning, frame.words)}</span
              >
            </p>`,
        ),
      )}
      ${lines.length > 0 && drawing(view)}`,
  });

  function drawing(shown: CompareView): Html {
    return html`<div class="bar" role="group" aria-label="${text.scale}">
        <nav class="set" aria-label="${text.scale}">
          ${(["share", "count"] as const).map(
            (one) =>
              html`<a
                class="btn"
                href="${address(lines, one)}"
                ${one === scale ? html`aria-current="true"` : ""}
                >${text.scales[one]}</a
              > `,
          )}
        </nav>
        <details class="menu push" name="menu">
          <summary class="btn">${icon("down")} ${text.export}</summary>
          <div class="menu-list">
            <a href="${address(lines, scale, ".csv")}" download
              >${text.figures}<span class="quiet">.csv</span></a
            >
            <a href="${address(lines, scale, ".svg")}" download
              >${text.picture}<span class="quiet">.svg</span></a
            >
          </div>
        </details>
      </div>
      ${compareChart({ ...shown, words: frame.words })} ${legend(shown)} ${table(shown)}
      ${comparePanels({ ...shown, words: frame.words })} ${newestOfEach(shown)}`;
  }
}

/** One box a query, with the key of its line; an empty one while there is room. */
function boxes({ frame, lines, scale, fault }: CompareView): Html {
  const { compare: text, common } = frame.words.text;
  const typed = [...lines.map(({ query }) => query), ...(fault ? [fault.query] : [])];
  const shown = [...typed, ...(typed.length < mostCompared ? [""] : [])].slice(0, mostCompared);
  return html`<form action="/compare" method="get" role="search" aria-label="${text.compareTitle}">
    <ol class="asked">
      ${shown.map((query, place) => {
        const others = typed.filter((_, other) => other !== place);
        return html`<li>
          ${keyOf(place)}
          <label class="only-read" for="q${place + 1}"
            >${text.queryNumber({ place: String(place + 1) })}</label
          >
          <input
            id="q${place + 1}"
            name="q"
            value="${query}"
            dir="auto"
            autocomplete="off"
            spellcheck="false"
            maxlength="1000"
          />${
            place < typed.length &&
            html`<a
              class="btn"
              href="${address(
                others.map((one) => ({ query: one })),
                scale,
              )}"
              aria-label="${common.remove({ piece: query })}"
              >${icon("close")}</a
            >`
          }
        </li>`;
      })}
    </ol>
    <input type="hidden" name="scale" value="${scale}" />
    <div class="row">
      <button class="btn btn-lead">${text.compare}</button>
      <span class="quiet small"
        >${typed.length < mostCompared ? text.fiveAtMost : text.fiveOfFive}</span
      >
      <span class="push"
        ><copy-link label="${text.copyLink}" done="${text.copied}"></copy-link
      ></span>
    </div>
  </form>`;
}

/** The same comparison on another scale, or as a file. */
function address(
  lines: readonly { readonly query: string }[],
  scale: string,
  file: "" | ".csv" | ".svg" = "",
): string {
  const query = new URLSearchParams([
    ...lines.map((line): [string, string] => ["q", line.query]),
    ["scale", scale],
  ]);
  return `/compare${file}?${query.toString()}`;
}

function legend({ frame, lines, unread }: CompareView): Html {
  const { common } = frame.words.text;
  return html`<ul class="legend">
    ${lines.map(
      ({ query, total }, place) =>
        html`<li>
          ${keyOf(place)}
          <a class="reach" href="${searchAddress({ q: query })}"
            ><code><bdi>${query === "" ? common.everything : query}</bdi></code></a
          >
          ${common.posts({ n: total })}
        </li>`,
    )}${
      unread.length > 0 &&
      html`<li>
        <svg aria-hidden="true"><rect width="24" height="12" fill="url(#hatch)" /></svg>
        ${common.notRead}
      </li>`
    }
  </ul>`;
}

function newestOfEach({ frame, lines, faces }: CompareView): Html {
  const { words } = frame;
  return html`<section class="section">
    <h2>${words.text.compare.newestOfEach}</h2>
    <ol class="stack">
      ${lines.map(
        ({ query, newest }) =>
          newest &&
          html`<li>
            <p class="quiet">
              <code><bdi>${query === "" ? words.text.common.everything : query}</bdi></code>
            </p>
            <ol class="feed">
              ${postEntry({ post: newest, words, faces, as: "hit" })}
            </ol>
          </li>`,
      )}
    </ol>
  </section>`;
}

/** The figures, newest first. */
function table(view: CompareView): Html {
  const { frame, lines, all, step } = view;
  const {
    text: { common },
    number,
  } = frame.words;
  const values = lines.map(({ bars }) => valuesOf(bars, view));
  const rows = all
    .map(({ start }, place) => ({ start, cells: values.map((line) => line[place] ?? 0) }))
    .filter(({ cells }) => cells.some((cell) => cell > 0))
    .toReversed()
    .slice(0, tableRows);
  return html`<details class="twin">
    <summary>${common.asTable}</summary>
    <div class="scroll" tabindex="0">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${common.steps[step]}</th>
            ${lines.map(({ query }) => html`<th scope="col" class="num"><bdi>${query === "" ? common.everything : query}</bdi></th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ start, cells }) =>
              html`<tr>
                <th scope="row">${day(start)}</th>
                ${cells.map((cell) => html`<td class="num">${number(rounded(cell))}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
