import { html, raw } from "hono/html";
import type { Html } from "./html.ts";

/** Drawn on 16 px, stroke 1.5, in the colour of the text beside them. */
const shapes = {
  search: '<circle cx="6.75" cy="6.75" r="4.5"/><path d="m10.2 10.2 4.3 4.3"/>',
  close: '<path d="m3.5 3.5 9 9m0-9-9 9"/>',
  plus: '<path d="M8 2.5v11M2.5 8h11"/>',
  minus: '<path d="M3 8h10"/>',
  filter: '<path d="M2 4h12M4.5 8h7M6.75 12h2.5"/>',
  views:
    '<path d="M1.25 8C3 4.9 5.3 3.5 8 3.5S13 4.9 14.75 8C13 11.1 10.7 12.5 8 12.5S3 11.1 1.25 8z"/><circle cx="8" cy="8" r="1.75"/>',
  react: '<circle cx="7" cy="9" r="5.25"/><path d="M13 1.5v5M10.5 4h5M5 10.5c1 1.2 3 1.2 4 0"/>',
  edited: '<path d="m3 13.5 5-8 5 8M8 5.5V2"/>',
  gone: '<path d="M2.5 13.5c5.5-1 9-5 9.5-9.2.2-2.2-3-2.2-3.2 0C8.4 8 10 10.7 13.5 11"/>',
  out: '<path d="M6 3H3v10h10v-3M9 2.5h4.5V7M13.25 2.75 7.5 8.5"/>',
  forward: '<path d="M2 13V9.5a3 3 0 0 1 3-3h8.5M10 3l3.5 3.5L10 10"/>',
  reply: '<path d="M14 13V9.5a3 3 0 0 0-3-3H2.5M6 3 2.5 6.5 6 10"/>',
  next: '<path d="M6 3.5 10.5 8 6 12.5"/>',
  back: '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
  album: '<path d="M4.75 1.75h9.5v8.5h-9.5z"/><path d="M1.75 5v8.25H11"/>',
  poll: '<path d="M2 3.5h12M2 8h7M2 12.5h4"/>',
  warn: '<path d="M8 1.9 14.7 13.75H1.3z"/><path d="M8 6v4M8 11.3v1"/>',
  check: '<path d="m2.5 8.5 3.5 4 7.5-9"/>',
  live: '<circle cx="8" cy="8" r="6.25"/><path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor"/>',
  link: '<path d="M6.5 9.5a3 3 0 0 0 4.2 0l2.4-2.4a3 3 0 0 0-4.2-4.2L8 3.8M9.5 6.5a3 3 0 0 0-4.2 0L2.9 8.9a3 3 0 0 0 4.2 4.2l.9-.9"/>',
  photo:
    '<path d="M1.75 2.75h12.5v10.5H1.75z"/><path d="m2 11 3.5-3.5L8.5 10l2-2 3.5 3.25"/><circle cx="10.5" cy="5.5" r=".75"/>',
  video: '<path d="M1.75 3.25h9v9.5h-9zM10.75 7l3.5-2.5v7L10.75 9"/>',
  sound: '<path d="M2 6v4M5 3.5v9M8 5.5v5M11 2v12M14 6.5v3"/>',
  file: '<path d="M3.25 1.75h6l3.5 3.5v9h-9.5z"/><path d="M9 2v3.5h3.5"/>',
  place:
    '<path d="M8 14.5C5 11 3.25 8.7 3.25 6.3a4.75 4.75 0 0 1 9.5 0c0 2.4-1.75 4.7-4.75 8.2z"/><circle cx="8" cy="6.25" r="1.5"/>',
  person: '<circle cx="8" cy="5" r="2.75"/><path d="M2.5 14c.5-3 2.6-4.5 5.5-4.5s5 1.5 5.5 4.5"/>',
  sticker: '<path d="M2.25 2.25h11.5V9L9 13.75H2.25z"/><path d="M13.5 9H9v4.5"/>',
  menu: '<path d="M2 4h12M2 8h12M2 12h12"/>',
  caret: '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
  more: '<circle cx="3" cy="8" r="1" fill="currentColor"/><circle cx="8" cy="8" r="1" fill="currentColor"/><circle cx="13" cy="8" r="1" fill="currentColor"/>',
  sort: '<path d="M4.5 2.5v10M2 10l2.5 2.75L7 10M11.5 13.5v-10M9 6l2.5-2.75L14 6"/>',
  down: '<path d="M8 2v8.5M4.5 7 8 10.5 11.5 7M2.5 13.75h11"/>',
  cite: '<path d="M3 12.5c2-1 2.8-2.4 2.8-4.5H2.5V3.5H7V8M10 12.5c2-1 2.8-2.4 2.8-4.5H9.5V3.5H14V8"/>',
  save: '<path d="M3.75 1.75h8.5v12.5L8 10.75l-4.25 3.5z"/>',
  feed: '<path d="M2.5 8A5.5 5.5 0 0 1 8 13.5M2.5 3A10.5 10.5 0 0 1 13 13.5"/><circle cx="3.4" cy="12.6" r=".9"/>',
  compare:
    '<path d="M1.75 12 5.5 6l3.5 3.5L14.25 3"/><path d="M1.75 6.5 6 11l4-6.5 4.25 6" stroke-dasharray="2 1.5"/>',
  posts: '<path d="M2 2.75h12v4H2zM2 9.25h12v4H2z"/>',
  kwic: '<path d="M1.5 4h4M10.5 4h4M1.5 8h4M10.5 8h4M1.5 12h4M10.5 12h4M8 1.5v13"/>',
  table: '<path d="M1.75 2.75h12.5v10.5H1.75zM1.75 6.25h12.5M1.75 9.75h12.5M6 2.75v10.5"/>',
  grid: '<path d="M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z"/>',
  chart: '<path d="M2 13.5h12M3.5 11V7.5M6.5 11V4M9.5 11V8.5M12.5 11V2.5"/>',
  cal: '<path d="M2 3.25h12v10.5H2zM2 6.5h12M5.25 1.5v3M10.75 1.5v3"/>',
  clock: '<circle cx="8" cy="8" r="6.25"/><path d="M8 4v4.25l3 1.75"/>',
  bell: '<path d="M3 11.5c1.5-1.4 1.5-3 1.5-5a3.5 3.5 0 0 1 7 0c0 2 0 3.6 1.5 5zM6.5 13.75h3"/>',
  up: '<path d="m3.5 10 4.5-4.5L12.5 10"/>',
  again: '<path d="M13.25 8A5.25 5.25 0 1 1 11.5 4.1M13 1.75v3.5H9.5"/>',
  cols: '<path d="M1.75 2.75h12.5v10.5H1.75zM6 2.75v10.5M10 2.75v10.5"/>',
} as const;
export type IconName = keyof typeof shapes;

/** Every symbol and the hatching of what was not read; once a page. */
export const symbols: Html = raw(
  `<svg class="only-read" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="c-hatch-ground" width="5" height="5"/><line class="c-hatch" x1="1" y1="0" x2="1" y2="5"/></pattern></defs>${Object.entries(
    shapes,
  )
    .map(([name, shape]) => `<symbol id="i-${name}" viewBox="0 0 16 16">${shape}</symbol>`)
    .join("")}</svg>`,
);

/** A sign beside a word, silent for readers; some turn with the direction of the page. */
export const icon = (name: IconName): Html =>
  html`<svg class="icon${turning.has(name) ? " icon-turn" : ""}" aria-hidden="true">
    <use href="#i-${name}" />
  </svg>`;

const turning: ReadonlySet<IconName> = new Set<IconName>(["next", "back", "forward", "reply"]);
