import { html } from "hono/html";
import { day } from "./format.ts";
import type { Html } from "./html.ts";
import {
  across,
  keyOf,
  pointsOf,
  share,
  signAt,
  ticksUpTo,
  valuesOf,
  type Compared,
} from "./series.ts";
import { hatches } from "./timeline.ts";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { Words } from "../words/words.ts";

export type CompareDrawing = Compared & {
  readonly unread: readonly UnreadPeriod[];
  readonly words: Words;
};

const signsALine = 12;
const datesBelow = 5;
/** Names at the ends of lines keep so far from each other, in per cent of the height. */
const nameHeight = 6;

/** All lines on one axis with round numbers, their unit above and their names at their ends. */
export function compareChart(view: CompareDrawing): Html {
  const { all, lines, step, scale, unread, words } = view;
  const { compare: text } = words.text;
  const drawn = lines.map(({ bars }) => valuesOf(bars, view));
  const ticks = ticksUpTo(Math.max(0, ...drawn.flat()));
  const top = ticks.at(-1) ?? 1;
  const y = (value: number): number => 100 - (100 * value) / top;
  const from = day(all[0]?.start ?? "");
  const to = day(all.at(-1)?.start ?? "");
  return html`<figure class="section-s" aria-labelledby="cc">
    <figcaption class="only-read" id="cc">
      ${text.compared({ count: lines.length, from, to })}
    </figcaption>
    <div class="lines">
      <p class="unit">${text.units[scale][step]}</p>
      <div class="y" aria-hidden="true">
        <svg>
          ${ticks.map(
            (tick) =>
              html`<text x="100%" y="${share(y(tick))}" dy="4" text-anchor="end">
                ${words.number(tick)}
              </text>`,
          )}
        </svg>
      </div>
      <div class="field-of">
        <svg aria-hidden="true">
          ${hatches({ bars: all, step, unread }, { y: 0, height: "100%" })}
          ${ticks.map(
            (tick) =>
              html`<line
                class="${tick === 0 ? "c-base" : "c-grid"}"
                x1="0"
                x2="100%"
                y1="${share(y(tick))}"
                y2="${share(y(tick))}"
              />`,
          )}
          <svg
            viewBox="0 0 1000 1000"
            preserveAspectRatio="none"
            width="100%"
            height="100%"
            overflow="visible"
          >
            ${drawn.map(
              (values, series) =>
                html`<polyline class="c-s${series + 1}" points="${pointsOf(values, top)}" />`,
            )}
          </svg>
          ${drawn.map((values, series) =>
            placesOf(values.length).map((place) =>
              signAt(series, across(place, values.length), y(values[place] ?? 0)),
            ),
          )}
        </svg>
      </div>
      <div class="names wide" aria-hidden="true"><svg>${names(view, drawn, y)}</svg></div>
      <div class="x" aria-hidden="true"><svg>${dates(all)}</svg></div>
    </div>
  </figure>`;
}

/** Where a line carries its sign: at its ends and a few places between. */
function placesOf(length: number): readonly number[] {
  const every = Math.max(1, Math.ceil(length / signsALine));
  const places = Array.from({ length }, (_, place) => place).filter((place) => place % every === 0);
  return [...new Set([...places, length - 1])];
}

/** Beside the last values, moved apart where they would touch. */
function names(
  { lines, words }: CompareDrawing,
  drawn: readonly (readonly number[])[],
  y: (value: number) => number,
): readonly Html[] {
  let lowest = -nameHeight;
  return drawn
    .map((values, series) => ({ series, last: values.at(-1) ?? 0 }))
    .toSorted((a, b) => b.last - a.last)
    .map(({ series, last }, place, all) => {
      const room = 100 - nameHeight * (all.length - 1 - place);
      const at = Math.min(Math.max(y(last), lowest + nameHeight), room);
      lowest = at;
      const query = lines[series]?.query ?? "";
      return html`<text x="0" y="${share(at)}" dy="4">
        <tspan class="name-of"
          >${shortened(query === "" ? words.text.common.everything : query)}</tspan
        >
        ${words.number(Math.round(last * 10) / 10)}
      </text>`;
    });
}

const longestName = 14;
const shortened = (text: string): string =>
  text.length > longestName ? `${text.slice(0, longestName - 1).toWellFormed()}…` : text;

function dates(all: Compared["all"]): readonly Html[] {
  const every = Math.max(1, Math.ceil(all.length / datesBelow));
  return all.flatMap(({ start }, place) => {
    if (place % every > 0) return [];
    const anchor = place === 0 ? "start" : "middle";
    return [
      html`<text x="${share(across(place, all.length))}" y="16" text-anchor="${anchor}">
        ${start.slice(0, 7)}
      </text>`,
    ];
  });
}

/** Each line by itself on the same scale, the others as its ground. */
export function comparePanels(view: CompareDrawing): Html {
  const { all, lines, words } = view;
  const { compare: text, common } = words.text;
  const drawn = lines.map(({ bars }) => valuesOf(bars, view));
  const top = ticksUpTo(Math.max(0, ...drawn.flat())).at(-1) ?? 1;
  return html`<section class="section">
    <h2>${text.eachByItself}</h2>
    <div class="panels">
      ${drawn.map((values, series) => {
        const most = Math.max(...values);
        const at = values.indexOf(most);
        const query = lines[series]?.query ?? "";
        return html`<section class="panel">
          <h3>
            ${keyOf(series)}
            <code><bdi>${query === "" ? common.everything : query}</bdi></code
            ><small
              >${text.mostIn({ most: Math.round(most * 10) / 10, when: (all[at]?.start ?? "").slice(0, 10) })}</small
            >
          </h3>
          <svg aria-hidden="true">
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">
              ${drawn.map(
                (other, place) =>
                  place !== series &&
                  html`<polyline class="c-ghost" points="${pointsOf(other, top)}" />`,
              )}
              <polyline class="c-s${series + 1}" points="${pointsOf(values, top)}" />
              <path class="c-base" vector-effect="non-scaling-stroke" d="M0 1000H1000" />
            </svg>
            ${signAt(series, across(at, values.length), 100 - (100 * most) / top)}
          </svg>
        </section>`;
      })}
    </div>
  </section>`;
}
