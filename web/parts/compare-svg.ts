import { html } from "hono/html";
import { day, name } from "./format.ts";
import type { Html } from "./html.ts";
import { ticksUpTo, valuesOf, type Compared } from "./series.ts";

const size = { width: 960, height: 420 };
const field = { left: 60, top: 40, right: 760, bottom: 360 };
const colours = ["#8f5b00", "#4340a0", "#16211d", "#96326e", "#1b6a80"];
const dashes = ["", "8 4", "2 3", "9 3 2 3", "14 4"];
const datesBelow = 5;

/** The comparison as a picture that stands by itself: for a paper, in the colours of the light page. */
export function compareSvg(view: Compared, unit: string): Html {
  const { all, lines } = view;
  const drawn = lines.map(({ bars }) => valuesOf(bars, view));
  const ticks = ticksUpTo(Math.max(0, ...drawn.flat()));
  const top = ticks.at(-1) ?? 1;
  const x = (place: number): number =>
    round(
      field.left + (field.right - field.left) * (all.length < 2 ? 0.5 : place / (all.length - 1)),
    );
  const y = (value: number): number =>
    round(field.bottom - ((field.bottom - field.top) * value) / top);
  const every = Math.max(1, Math.ceil(all.length / datesBelow));
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${size.width} ${size.height}"
    width="${size.width}"
    height="${size.height}"
    font-family="sans-serif"
    font-size="12"
  >
    <rect width="100%" height="100%" fill="#fff" />
    <text x="${field.left}" y="20" fill="#444">${unit}</text>
    ${ticks.map(
      (tick) =>
        html`<line
            x1="${field.left}"
            x2="${field.right}"
            y1="${y(tick)}"
            y2="${y(tick)}"
            stroke="${tick === 0 ? "#444" : "#ddd"}"
          />
          <text x="${field.left - 8}" y="${y(tick) + 4}" text-anchor="end" fill="#444"
            >${tick}</text
          >`,
    )}
    ${all.map(
      ({ start }, place) =>
        place % every === 0 &&
        html`<text x="${x(place)}" y="${field.bottom + 20}" text-anchor="middle" fill="#444">
          ${day(start)}
        </text>`,
    )}
    ${drawn.map(
      (values, series) =>
        html`<polyline
            fill="none"
            stroke="${colours[series] ?? "#000"}"
            stroke-width="2"
            stroke-dasharray="${dashes[series] ?? ""}"
            points="${values.map((value, place) => `${x(place)},${y(value)}`).join(" ")}"
          />
          <line
            x1="${field.right + 16}"
            x2="${field.right + 44}"
            y1="${field.top + 20 * series}"
            y2="${field.top + 20 * series}"
            stroke="${colours[series] ?? "#000"}"
            stroke-width="2"
            stroke-dasharray="${dashes[series] ?? ""}"
          />
          <text x="${field.right + 52}" y="${field.top + 20 * series + 4}" fill="#111">
            ${name(lines[series]?.query ?? "").replaceAll(notXml, "")}
          </text>`,
    )}
  </svg>`;
}

/** Characters that no XML document may hold, however they are written. */
// oxlint-disable-next-line no-control-regex -- they are what is meant
const notXml = /[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]/g;
const round = (value: number): number => Math.round(value * 10) / 10;
