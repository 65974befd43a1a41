import { html } from "hono/html";
import type { SearchAnswer } from "../../server/contract/search.ts";
import type { Html } from "./html.ts";

export type Bars = NonNullable<SearchAnswer["histogram"]>;

/** Queries over the same steps of time. */
export interface Compared {
  readonly step: NonNullable<SearchAnswer["histogramStep"]>;
  /** All posts of the archive, in these steps. */
  readonly all: Bars;
  readonly lines: readonly { readonly query: string; readonly bars: Bars }[];
  /** Per 1,000 posts of the step, or as counted. */
  readonly scale: "share" | "count";
}

/** A line's value for each step of all posts; without any post in a step a share says nothing and counts as 0. */
export function valuesOf(bars: Bars, { all, scale }: Pick<Compared, "all" | "scale">): number[] {
  const counts = new Map(bars.map(({ start, count }) => [start, count]));
  return all.map(({ start, count }) => {
    const found = counts.get(start) ?? 0;
    return scale === "count" ? found : count === 0 ? 0 : (1000 * found) / count;
  });
}

/** Round numbers from 0 to at least the largest value: three to six of them. */
export function ticksUpTo(most: number): readonly number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power;
  const whole = Math.max(step, most >= 1 ? Math.min(1, step) : step);
  const count = Math.max(1, Math.ceil(most / whole));
  return Array.from({ length: count + 1 }, (_, place) => place * whole);
}

/** Each series has a colour, a dash and a sign of its own, so that none hangs on colour alone. */
const signs = [
  html`<circle r="3.6" />`,
  html`<rect x="-3.4" y="-3.4" width="6.8" height="6.8" />`,
  html`<path d="M-4.2 0L0 -4.2L4.2 0L0 4.2Z" />`,
  html`<path d="M-4.2 3.4L0 -4.2L4.2 3.4Z" />`,
  html`<path d="M-4.2 -3.4L0 4.2L4.2 -3.4Z" />`,
];
/** As many queries as have a sign. */
export const mostCompared = signs.length;

/** A sign at a place of the drawing, in per cent from its left and top edge. */
export const signAt = (series: number, x: number, y: number): Html =>
  html`<svg class="mark m${series + 1}" x="${share(x)}" y="${share(y)}" overflow="visible">
    ${signs[series]}
  </svg>`;

/** A piece of the line with its sign, beside the words. */
export const keyOf = (series: number): Html =>
  html`<svg class="key" viewBox="0 0 28 12" aria-hidden="true">
    <path class="c-s${series + 1}" d="M0 6H28" />
    <svg class="m${series + 1}" x="14" y="6" overflow="visible">${signs[series]}</svg>
  </svg>`;

/** In a drawing of 1,000 by 1,000, the largest tick at its top. */
export function pointsOf(values: readonly number[], top: number): string {
  return values
    .map(
      (value, place) =>
        `${px(10 * across(place, values.length))},${px(1000 - (1000 * value) / top)}`,
    )
    .join(" ");
}

/** From 0 to 100; a single step stands in the middle. */
export const across = (place: number, of: number): number =>
  of < 2 ? 50 : (100 * place) / (of - 1);

export const share = (value: number): string => `${Math.round(value * 100) / 100}%`;
const px = (value: number): number => Math.round(value * 10) / 10;
