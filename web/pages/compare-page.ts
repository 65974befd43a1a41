import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { Problem } from "../../server/contract/problem.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { day, searchAddress } from "../parts/format.ts";
import { postEntry } from "../parts/entry.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { faultSaid, warningSaid } from "../parts/query-faults.ts";
import { hatches } from "../parts/timeline.ts";
import type { Words } from "../words/words.ts";

type Bars = NonNullable<SearchAnswer["histogram"]>;

export interface CompareView {
  readonly frame: Frame;
  readonly step: NonNullable<SearchAnswer["histogramStep"]>;
  /** All posts of the archive, in the same steps. */
  readonly all: Bars;
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
  readonly titles: ReadonlyMap<string, string>;
  /** Of the channels found in; drawn as hatching. */
  readonly unread: readonly UnreadPeriod[];
  /** Per 1,000 posts of the period, or as counted. */
  readonly scale: "share" | "count";
  /** A query that does not parse. */
  readonly fault?: { readonly query: string; readonly problem: Problem } | undefined;
}

const mostQueries = 5;
const height = 200;
const top = 20;
const width = 1000;
const tableRows = 366;

/** Up to five queries on one timeline, as counts or for each 1,000 posts of the period. */
export function comparePage(view: CompareView): Html {
  const { frame, lines, scale, fault } = view;
  const { compare: text } = frame.words.text;
  const boxes = [...lines.map(({ query }) => query), ...(fault ? [fault.query] : [])];
  const shown = [...boxes, ...(boxes.length < mostQueries ? [""] : [])];
  return page(frame, {
    title: text.compareTitle,
    current: "search",
    main: html`<div class="page-head"><h1>${text.compareTitle}</h1></div>
      <form
        class="stack"
        action="/compare"
        method="get"
        role="search"
        aria-label="${text.compareTitle}"
      >
        ${shown.map(
          (query, place) =>
            html`<div class="form-row">
              <label for="q${place + 1}">${text.queryNumber({ place: String(place + 1) })}</label>
              <input
                class="input mono"
                id="q${place + 1}"
                name="q"
                type="search"
                value="${query}"
                dir="auto"
                autocomplete="off"
                spellcheck="false"
                maxlength="1000"
              />
            </div>`,
        )}
        <input type="hidden" name="scale" value="${scale}" />
        <div class="row">
          <button class="btn btn-lead">${text.compare}</button>
          <span class="quiet">${text.fiveAtMost}</span>
          <nav class="choice push" aria-label="${text.scale}">
            <span>${text.scale}</span>
            ${(["share", "count"] as const).map(
              (one) =>
                html`<a
                  href="${address(lines, one)}"
                  ${one === scale ? html` aria-current="true"` : ""}
                  >${text.scales[one]}</a
                > `,
            )}
          </nav>
        </div>
      </form>
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
      ${lines.length > 0 && html`${drawing(view)}${newestOfEach(view)}`}`,
  });
}

function address(lines: CompareView["lines"], scale: string): string {
  const query = new URLSearchParams([
    ...lines.map((line): [string, string] => ["q", line.query]),
    ["scale", scale],
  ]);
  return `/compare?${query.toString()}`;
}

function drawing(view: CompareView): Html {
  const { frame, lines, all, step, unread } = view;
  const { compare: text, common } = frame.words.text;
  const { number } = frame.words;
  const values = lines.map((line) => valuesOf(line.bars, view));
  const most = Math.max(...values.flat(), 0);
  const from = day(all[0]?.start ?? "");
  const to = day(all.at(-1)?.start ?? "");
  return html`<figure class="section">
    <svg
      class="chart"
      height="252"
      role="img"
      aria-label="${text.compared({ count: String(lines.length), from, to })}"
    >
      ${hatches({ bars: all, step, unread }, { y: top, height })}
      <line class="c-base" x1="0" x2="100%" y1="220" y2="220" />
      <line class="c-grid" x1="0" x2="100%" y1="${top}" y2="${top}" />
      <text x="0" y="15">${number(rounded(most))}</text>
      <svg
        x="0"
        y="${top}"
        width="100%"
        height="${height}"
        viewBox="0 0 ${width} ${height}"
        preserveAspectRatio="none"
      >
        ${values.map((line, place) => html`<path class="c-s${place + 1}" d="${path(line, most)}" />`)}
      </svg>
      <text x="0" y="240">${from}</text>
      <text x="100%" y="240" text-anchor="end">${to}</text>
    </svg>
    <ul class="legend">
      ${lines.map(
        ({ query, total }, place) =>
          html`<li>
            <svg aria-hidden="true"><path class="c-s${place + 1}" d="M0 6h24" /></svg>
            <a class="reach" href="${searchAddress({ q: query })}"
              ><code><bdi>${query === "" ? common.everything : query}</bdi></code></a
            >
            ${frame.words.text.common.posts({ n: total })}
          </li>`,
      )}${
        unread.length > 0 &&
        html`<li>
          <svg aria-hidden="true"><rect width="24" height="12" fill="url(#hatch)" /></svg>
          ${common.notRead}
        </li>`
      }
    </ul>
    ${table(view, values)}
  </figure>`;
}

function newestOfEach({ frame, lines, titles }: CompareView): Html {
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
              ${postEntry({ post: newest, words, titles, as: "hit" })}
            </ol>
          </li>`,
      )}
    </ol>
  </section>`;
}

/** A line's value for each step of all posts; without any post in a step a share says nothing and counts as 0. */
function valuesOf(bars: Bars, { all, scale }: CompareView): number[] {
  const counts = new Map(bars.map(({ start, count }) => [start, count]));
  return all.map(({ start, count }) => {
    const found = counts.get(start) ?? 0;
    return scale === "count" ? found : count === 0 ? 0 : (1000 * found) / count;
  });
}

function path(values: readonly number[], most: number): string {
  const step = width / values.length;
  const points = values.map(
    (value, place) =>
      `${rounded((place + 0.5) * step)} ${rounded(height - (most === 0 ? 0 : (value / most) * height))}`,
  );
  return points.length === 1 ? `M0 ${points[0]?.split(" ")[1]}H${width}` : `M${points.join("L")}`;
}

function table(
  { frame, lines, all, step }: CompareView,
  values: readonly (readonly number[])[],
): Html {
  const {
    text: { common },
    number,
  }: Words = frame.words;
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
