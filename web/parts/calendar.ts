import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import { mayHold } from "./unread-line.ts";
import type { Words } from "../words/words.ts";

/** A year of a channel, and the ways to its other years. */
export interface Calendar {
  readonly channel: string;
  readonly year: number;
  /** Years with posts, newest first. */
  readonly years: readonly { readonly year: number; readonly count: number }[];
  /** Posts by day, `2024-03-08`. */
  readonly days: ReadonlyMap<string, number>;
  readonly unread: readonly UnreadPeriod[];
  /** First and last day that can be jumped to. */
  readonly from: string;
  readonly to: string;
  /** The day that was jumped to. */
  readonly on?: string | undefined;
}

const dayMs = 86_400_000;
const mostYears = 20;

/** How much was posted each day of a year, months newest first; a day leads to its posts. */
export function yearCalendar(view: Calendar, words: Words): Html {
  const { channel, year, years, from, to, on } = view;
  const { calendar: text, common } = words.text;
  const total = years.find((one) => one.year === year)?.count ?? 0;
  const months = Array.from({ length: 12 }, (_, place) => 11 - place).filter((month) => {
    const start = isoDay(year, month, 1);
    return start <= to && isoDay(year, month + 1, 0) >= from;
  });
  return html`<aside class="facets calendar" id="when" popover aria-label="${text.jump}">
    <div class="facets-top">
      <h2>${text.jump}</h2>
      <button class="btn btn-flat push" popovertarget="when" popovertargetaction="hide">
        ${icon("close")}<span class="only-read">${text.close}</span>
      </button>
    </div>
    <form class="form-row" action="/c/${channel}" method="get">
      <div class="field grow">
        <label for="on">${text.jump}</label>
        <input
          class="input"
          id="on"
          name="on"
          type="date"
          min="${from}"
          max="${to}"
          value="${on ?? to}"
        />
      </div>
      <button class="btn">${text.go}</button>
    </form>
    <nav class="years" aria-label="${text.years}">
      ${years
        .slice(0, mostYears)
        .map(
          (one) =>
            html`<a
              href="/c/${channel}?on=${one.year}-12-31"
              ${one.year === year ? html`aria-current="true"` : ""}
              >${one.year} <small>${words.number(one.count)}</small></a
            > `,
        )}
    </nav>
    <p class="cal-scale" aria-hidden="true">
      ${text.postsADay} 0 <i class="h0"></i> <i class="h1"></i> <i class="h2"></i>
      <i class="h3"></i> <i class="h4"></i> ${text.fiveAndMore}
    </p>
    <p class="small quiet keys-help">${text.keys}</p>
    <year-calendar
      class="minis"
      role="group"
      aria-label="${text.yearOf({ year: String(year), posts: common.posts({ n: total }) })}"
    >
      ${months.map((month) => monthTable(view, month, words))}
    </year-calendar>
  </aside>`;
}

function monthTable(view: Calendar, month: number, words: Words): Html {
  const { channel, year } = view;
  const first = new Date(Date.UTC(year, month, 1));
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const blank = (first.getUTCDay() + 6) % 7;
  const cells = [
    ...Array<undefined>(blank).fill(undefined),
    ...Array.from({ length: days }, (_, place) => place + 1),
  ];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) =>
    cells.slice(week * 7, week * 7 + 7),
  );
  const named = new Intl.DateTimeFormat(words.lang, { month: "long", timeZone: "UTC" });
  return html`<table class="mini">
    <caption>
      <a href="/c/${channel}?on=${isoDay(year, month + 1, 0)}">${named.format(first)}</a>
    </caption>
    <tbody>
      ${weeks.map(
        (week) =>
          html`<tr>
            ${week.map((date) =>
              date === undefined
                ? html`<td></td>`
                : html`<td>${dayCell(view, isoDay(year, month, date), words)}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function dayCell({ channel, days, unread, on }: Calendar, iso: string, words: Words): Html {
  const { calendar: text, common } = words.text;
  const count = days.get(iso) ?? 0;
  const date = Number(iso.slice(8));
  const posts = common.posts({ n: count });
  if (count === 0) {
    const next = new Date(Date.parse(iso) + dayMs).toISOString();
    const isUnread = unread.some((gap) => mayHold(gap, `${iso}T00:00:00Z`, next));
    const says = isUnread ? text.notRead : posts;
    return html`<i class="${isUnread ? "h-unread" : "h0"}" title="${iso}: ${says}">${date}</i>`;
  }
  const spoken = new Intl.DateTimeFormat(words.lang, {
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(Date.parse(iso));
  return html`<a
    class="h${heat(count)}"
    href="/c/${channel}?on=${iso}"
    title="${iso}: ${posts}"
    aria-label="${spoken}: ${posts}"
    ${iso === on ? html`aria-current="date"` : ""}
    >${date}</a
  >`;
}

/** 1 for one post, 2 for two, 3 for three or four, 4 for more. */
const heat = (count: number): number => (count >= 5 ? 4 : count >= 3 ? 3 : count);

/** Months from 0; a day of 0 is the last of the month before. */
const isoDay = (year: number, month: number, date: number): string =>
  new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
