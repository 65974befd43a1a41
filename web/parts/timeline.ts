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

/** Drawn 100 units high and 10 wide for each step, stretched to its place by the style. */
const high = 100;
const stepWidth = 10;
const lowest = 2;
const tableRows = 366;

/** Posts over time, drawn here: what was not read hatched, a table as its twin. */
export function timeline(
  view: TimelineView,
  around = (chart: Html): Html => chart,
): Html | undefined {
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
  const caption = text.says({
    query: query || text.noQuery,
    from: label(first.start, step),
    to: label(last.start, step),
    total: bars.reduce((sum, { count }) => sum + count, 0),
    most: `${label(most.start, step)} (${number(most.count)})`,
  });
  const width = stepWidth * bars.length;
  const chart = html`<svg
    class="bars"
    viewBox="0 0 ${width} ${high}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${caption}"
  >
    <g class="${kept ? "c-kept" : "c-found"}">
      ${bars.map((bar, place) => rect(bar, { place, of: bars.length, most: most.count }))}
    </g>
    <path class="c-base" vector-effect="non-scaling-stroke" d="M0 ${high}H${width}" />
  </svg>`;
  return html`<p class="plot-top wide" aria-hidden="true">
      ${text.perStep[step]({ count: most.count })}
    </p>
    ${around(chart)}
    <svg class="hatches" aria-hidden="true">${hatches(view)}</svg>
    <svg class="plot-years" aria-hidden="true">${yearMarks(bars)}</svg>`;
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
  { count }: Bar,
  { place, of, most }: { readonly place: number; readonly of: number; readonly most: number },
): Html | undefined {
  if (count === 0) return undefined;
  const height = Math.max(lowest, (count / most) * high);
  const width = of > 160 ? stepWidth : stepWidth * 0.8;
  return html`<rect
    x="${place * stepWidth + (stepWidth - width) / 2}"
    y="${px(high - height)}"
    width="${width}"
    height="${px(height)}"
  />`;
}

/** What no page has spanned, in the time these bars cover. */
export function hatches(
  { bars, step, unread }: Pick<TimelineView, "bars" | "step" | "unread">,
  { y = 0, height = 5 }: { readonly y?: number; readonly height?: number | string } = {},
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
      .map(({ year, x }) => html`<text x="${share(x)}" y="12">${year}</text>`);
  }
  const first = bars[0]?.start ?? "";
  const last = bars.at(-1)?.start ?? "";
  return [
    html`<text x="0" y="12">${day(first)}</text>`,
    ...(bars.length > 2 ? [html`<text x="100%" y="12" text-anchor="end">${day(last)}</text>`] : []),
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
