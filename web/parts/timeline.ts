import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { day } from "./format.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

type Step = NonNullable<SearchAnswer["histogramStep"]>;
type Bar = NonNullable<SearchAnswer["histogram"]>[number];
export interface TimelineView {
  readonly bars: readonly Bar[];
  readonly step: Step;
  readonly words: Words;
  /** The query, for the words beside the picture. */
  readonly query: string;
  readonly unread: readonly UnreadPeriod[];
  /** Where a bar leads. */
  readonly linkTo: (bar: { readonly after: string; readonly before: string }) => string;
  /** A shorter picture for a channel's page. */
  readonly kept?: boolean;
}

const top = 18;
const base = 110;
const tableRows = 366;
const widestShare = 4;

/** Posts over time, drawn here: bars in per cent of the width, what was not read hatched, a table as its twin. */
export function timeline(view: TimelineView): Html | undefined {
  const { bars, step, words, query, kept = false } = view;
  const most = bars.reduce((best, bar) => (bar.count > best.count ? bar : best), {
    start: "",
    count: 0,
  });
  const [first] = bars;
  const last = bars.at(-1);
  if (!first || !last || most.count === 0) return undefined;
  const { timeline: text } = words.text;
  const { number } = words;
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const caption = text.says({
    query: query || text.noQuery,
    from: label(first.start, step),
    to: label(last.start, step),
    total,
    most: `${label(most.start, step)} (${number(most.count)})`,
  });
  return html`<svg class="chart" height="138" role="img" aria-label="${caption}">
    ${hatches(view)}
    <line class="c-grid" x1="0" x2="100%" y1="${top}" y2="${top}" />
    <g class="${kept ? "c-kept" : "c-found"}">
      ${bars.map((bar, place) => rect(bar, { place, of: bars.length, most: most.count }))}
    </g>
    <line class="c-base" x1="0" x2="100%" y1="110.5" y2="110.5" />
    <text x="0" y="${top - 5}">${text.perStep[step]({ count: most.count })}</text>
    ${yearMarks(bars)}
  </svg>`;
}

/** The same figures as a table whose rows lead to their posts. */
export function timelineTable({ bars, step, words, linkTo }: TimelineView): Html {
  const { timeline: text, common } = words.text;
  const { number } = words;
  const filled = bars.filter(({ count }) => count > 0).toReversed();
  return html`<details class="twin">
    <summary>${common.asTable}</summary>
    <div class="scroll" tabindex="0">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${common.steps[step]}</th>
            <th scope="col" class="num">${text.postsFound}</th>
          </tr>
        </thead>
        <tbody>
          ${filled.slice(0, tableRows).map(
            (bar) =>
              html`<tr>
                <th scope="row">
                  <a
                    href="${linkTo({ after: day(bar.start), before: day(endOf(bar.start, step)) })}"
                    >${label(bar.start, step)}</a
                  >
                </th>
                <td class="num">${number(bar.count)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function rect(
  bar: Bar,
  { place, of, most }: { readonly place: number; readonly of: number; readonly most: number },
): Html | undefined {
  if (bar.count === 0) return undefined;
  const width = 100 / of;
  const height = Math.max(2, (bar.count / most) * (base - top));
  const drawn = Math.min(of > 160 ? width : width * 0.83, widestShare);
  return html`<rect
    x="${share((place + 0.5) * width - drawn / 2)}"
    y="${px(base - height)}"
    width="${share(drawn)}"
    height="${px(height)}"
  />`;
}

/** What no page has spanned, in the time these bars cover. */
export function hatches(
  { bars, step, unread }: Pick<TimelineView, "bars" | "step" | "unread">,
  { y = top, height = 100 }: { readonly y?: number; readonly height?: number } = {},
): Html[] {
  const first = bars[0]?.start;
  const last = bars.at(-1)?.start;
  if (first === undefined || last === undefined) return [];
  const [from, to] = [Date.parse(first), Date.parse(endOf(last, step))];
  const at = (instant: number): number =>
    (100 * (Math.min(to, Math.max(from, instant)) - from)) / (to - from);
  return unread.flatMap((period) => {
    const begin = at(period.from === undefined ? from : Date.parse(period.from));
    const end = at(period.to === undefined ? to : Date.parse(period.to));
    if (end <= begin) return [];
    return [
      html`<rect
        x="${share(begin)}"
        y="${y}"
        width="${share(Math.max(0.3, end - begin))}"
        height="${height}"
        fill="url(#hatch)"
      />`,
    ];
  });
}

/** Names of years, or of what fits, under the bars; never so many that they touch. */
function yearMarks(bars: readonly Bar[]): Html[] {
  const years = bars.flatMap(({ start }, place) => {
    const year = start.slice(0, 4);
    return bars[place - 1]?.start.slice(0, 4) === year
      ? []
      : [{ year, x: (100 * place) / bars.length }];
  });
  if (years.length > 1) {
    const every = Math.ceil(years.length / 8);
    return years
      .filter((_, place) => place % every === 0)
      .filter(({ x }, place, all) => x - (all[place - 1]?.x ?? -100) > 9 && x < 94)
      .map(({ year, x }) => html`<text x="${share(x)}" y="134">${year}</text>`);
  }
  const first = bars[0]?.start ?? "";
  const last = bars.at(-1)?.start ?? "";
  return [
    html`<text x="0" y="134">${day(first)}</text>`,
    ...(bars.length > 2
      ? [html`<text x="100%" y="134" text-anchor="end">${day(last)}</text>`]
      : []),
  ];
}

/** The first moment after a step that begins at `start`. */
export function endOf(start: string, step: Step): string {
  const date = new Date(start);
  if (step === "day") date.setUTCDate(date.getUTCDate() + 1);
  if (step === "week") date.setUTCDate(date.getUTCDate() + 7);
  if (step === "month") date.setUTCMonth(date.getUTCMonth() + 1);
  if (step === "year") date.setUTCFullYear(date.getUTCFullYear() + 1);
  return date.toISOString();
}

const label = (start: string, step: Step): string => {
  if (step === "year") return start.slice(0, 4);
  return step === "month" ? start.slice(0, 7) : day(start);
};

const share = (value: number): string => `${Math.round(value * 100) / 100}%`;
const px = (value: number): number => Math.round(value * 10) / 10;
