import { html } from "hono/html";
import { rounded } from "./format.ts";
import type { Html } from "./html.ts";

/** A figure as it stood at a moment. */
export interface Reading {
  /** An instant, or a day. */
  readonly at: string;
  readonly value: number;
}

const top = 14;
const base = 80;

/** A figure over time as steps between the moments it was read, at least two, ascending; its words stand beside it. */
export function stepChart(readings: readonly Reading[]): Html {
  const first = readings[0]?.at ?? "";
  const last = readings.at(-1) ?? { at: first, value: 0 };
  const most = Math.max(...readings.map(({ value }) => value), 1);
  const [from, to] = [Date.parse(first), Date.parse(last.at)];
  const points = readings.map(({ at, value }) => ({
    x: to === from ? 0 : (Date.parse(at) - from) / (to - from),
    y: base - (value / most) * (base - top),
  }));
  const path = points
    .map(({ x, y }, place) => (place === 0 ? `M0 ${px(y)}` : `H${px(x * 1000)}V${px(y)}`))
    .join("");
  return html`<svg class="chart" height="112" aria-hidden="true">
    <line class="c-base" x1="0" x2="100%" y1="80.5" y2="80.5" />
    <svg width="100%" height="90" viewBox="0 0 1000 90" preserveAspectRatio="none">
      <path class="c-line" d="${path}" />
    </svg>
    <g class="c-kept">
      ${points.map(({ x, y }) => html`<circle cx="${px(x * 100)}%" cy="${px(y)}" r="2" />`)}
    </g>
    <text x="0" y="98">${first.slice(0, 10)}</text>
    <text class="strong" x="100%" y="98" text-anchor="end">
      ${last.at.slice(0, 10)}, ${rounded(last.value)}
    </text>
  </svg>`;
}

const px = (value: number): number => Math.round(value * 10) / 10;
