import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { Problem } from "../../server/contract/problem.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { addChannelForm, type AddChannel } from "./add-channel.ts";
import { asTable, inContext } from "../parts/densities.ts";
import { facetColumn } from "../parts/facets.ts";
import { day, moment, name, searchAddress } from "../parts/format.ts";
import { postItem } from "../parts/hit.ts";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { percent } from "../words/percent.ts";
import { page, type Frame } from "../parts/layout.ts";
import { queryBox, readAs } from "../parts/query-box.ts";
import { faultSaid, warningSaid } from "../parts/query-faults.ts";
import { queryHelp } from "../parts/query-help.ts";
import { resultActions, type Result } from "../parts/result-actions.ts";
import { endOf, timeline, timelineTable, type TimelineView } from "../parts/timeline.ts";

/** What was asked for, as it stands in the address. */
export interface Asked {
  readonly q: string;
  readonly channel: string;
  readonly after: string;
  readonly before: string;
  readonly has: string;
  readonly is: string;
  readonly lang: string;
  readonly sort: string;
  readonly rank: string;
  readonly limit: string;
  readonly histogram: string;
  readonly page: string;
  /** `context` and `table` show the hits closer together. */
  readonly view: string;
}

export interface SearchView {
  readonly frame: Frame;
  readonly asked: Asked;
  readonly answer: SearchAnswer;
  readonly counted: Result["counted"];
  readonly titles: ReadonlyMap<string, string>;
  /** How much of the channels found in is known, 0 to 1, and when the one longest not read was read. */
  /** `readAt` only where all that is known of these channels was read from them. */
  readonly covered?: { readonly share: number; readonly readAt?: string } | undefined;
  /** Of the channels found in; drawn as hatching. */
  readonly unread: readonly UnreadPeriod[];
  /** For a query without hits: what it would find with one condition less. */
  readonly without: readonly {
    readonly piece: string;
    readonly query: string;
    readonly total: number;
  }[];
}

const dayMs = 86_400_000;
const silenceDays = 7;
const mostGapsNamed = 3;

/** The search: box, how it was read, when, what, and ways to narrow it. */
export function searchPage(view: SearchView): Html {
  const { frame, answer, asked } = view;
  const { words } = frame;
  const title =
    asked.q === "" ? "" : `${answer.query}: ${words.text.common.posts({ n: answer.total })}`;
  const found = answer.total > 0;
  return page(frame, {
    title,
    current: "search",
    islands: ["query-box", "copy-link", "time-brush"],
    main: html`${queryBox({ q: hasFilters(asked) ? answer.parsed : asked.q, sort: asked.sort }, words)}
    ${queryHelp(words)} ${readAs(answer, words, toQuery(asked))}
    ${answer.warnings.map(
      (warning) =>
        html`<div class="note">
          ${icon("warn")}
          <p>${warningSaid(warning, words)}</p>
        </div>`,
    )}
    ${found ? html`${resultHead(view)}${times(view)}${tools(view)}${results(view)}` : nothing(view)}`,
  });
}

/** Addresses of other queries that keep the order, the interval and the length of the list. */
const toQuery =
  ({ sort, histogram, limit, view }: Asked) =>
  (q: string): string =>
    searchAddress({ q, sort, histogram, limit, view });

/** Conditions that stand beside the query in the address; the box then shows the whole query, so none is lost. */
const hasFilters = ({ channel, after, before, has, is, lang }: Asked): boolean =>
  [channel, after, before, has, is, lang].some((value) => value !== "");

/** A query that does not parse, with the place underlined. */
export function faultPage(frame: Frame, asked: Asked, problem: Problem): Html {
  const { words } = frame;
  const { search: text } = words.text;
  const { q } = asked;
  const { at } = problem;
  return page(frame, {
    title: text.badQuery,
    current: "search",
    islands: ["query-box"],
    main: html`<h1 class="only-read">${text.badQuery}</h1>
      ${queryBox(asked, words, "fault")}
      <div class="fault-at" id="fault" role="alert">
        <p>${at && `${text.atCharacter({ place: at.start + 1 })}: `}${faultSaid(problem, words)}</p>
        ${
          at &&
          html`<pre dir="auto" tabindex="0">
${q.slice(0, at.start)}<mark>${q.slice(at.start, Math.max(at.end, at.start + 1)) || " "}</mark>${q.slice(Math.max(at.end, at.start + 1))}</pre>`
        }
      </div>`,
  });
}

/** Nothing is archived: what to do first. */
export function firstRunPage(frame: Frame, fault?: AddChannel): Html {
  const { search: text } = frame.words.text;
  return page(frame, {
    title: "",
    current: "search",
    main: html`<section class="empty first">
        <h1>${text.firstTitle}</h1>
        <p>${text.firstLead}</p>
        <div class="section stack">
          ${addChannelForm(frame, { large: true, ...fault })}
          ${
            frame.changesOpen &&
            html`<p class="hint quiet small" id="c-h">
              <code>@name</code>, <code>t.me/name</code>, <code>t.me/s/name/123</code> ${text.and}
              <code>name.t.me</code> ${text.channelHint}
            </p>`
          }
        </div>
      </section>
      <section class="section">
        <h2 class="only-read">${text.expect}</h2>
        <svg class="chart" height="96" aria-hidden="true">
          <line class="c-base" x1="0" x2="100%" y1="44.5" y2="44.5" />
          <rect class="c-kept" x="82%" y="40" width="18%" height="9" />
          <rect x="0" y="40" width="82%" height="9" fill="url(#hatch)" />
          <rect class="c-found" x="99%" y="30" width="1%" height="29" />
          <text class="strong" x="100%" y="20" text-anchor="end">${text.newestFirst}</text>
          <text x="0" y="20">${text.firstPost}</text>
          <text x="0" y="80">${text.notReadYet}</text>
          <text x="100%" y="80" text-anchor="end">${text.keptSearchable}</text>
        </svg>
        <dl class="facts">
          <dt>${text.ifStops}</dt>
          <dd>${text.ifStopsThen}</dd>
          <dt>${text.ifRefused}</dt>
          <dd>${text.ifRefusedThen}</dd>
        </dl>
      </section>`,
  });
}

/** The address of the same search with something else. */
const again = (asked: Asked, change: Partial<Asked>): string =>
  searchAddress({ ...asked, page: "", ...change });

function resultHead({ answer, frame, asked, covered }: SearchView): Html {
  const { words } = frame;
  const { search: text, common } = words.text;
  const channels = answer.facets.channel?.length;
  const where =
    channels === undefined || !frame.archive
      ? ""
      : `${text.inChannels({ some: channels, all: frame.archive.channels })}. `;
  return html`<div class="result-head">
      <h1>${words.text.common.posts({ n: answer.total })}</h1>
      <p>
        ${where}${answer.totalIsExact ? text.exact : text.notExact},
        ${text.took({ ms: Math.max(1, Math.round(answer.tookMs)) })},
        ${common.engine[answer.engine]},
        ${text.order[answer.sort]}${
          covered &&
          `; ${
            covered.readAt === undefined
              ? text.coversUnread({ share: percent(covered.share) })
              : text.covers({ share: percent(covered.share), time: moment(covered.readAt) })
          }`
        }.${
          answer.archive.indexLagSeconds > 0 &&
          ` ${text.indexBehind({ seconds: Math.ceil(answer.archive.indexLagSeconds) })}.`
        }
      </p>
    </div>
    ${
      answer.rankedWithin !== undefined &&
      answer.rankedWithin < answer.total &&
      html`<div class="note">
        ${icon("warn")}
        <p>
          ${text.rankedWithin({ count: answer.rankedWithin })}
          <a href="${again(asked, { rank: "full" })}">${text.rankAll}</a>
        </p>
      </div>`
    }`;
}

function times(view: SearchView): Html | undefined {
  const { answer, frame, asked } = view;
  const { search: text, common } = frame.words.text;
  const step = answer.histogramStep;
  if (!answer.histogram || !step) return undefined;
  const drawing: TimelineView = {
    bars: answer.histogram,
    step,
    words: frame.words,
    query: answer.query,
    unread: view.unread,
    linkTo: ({ after, before }) => again(asked, { after, before }),
  };
  const chart = timeline(drawing);
  if (!chart) return undefined;
  const steps = (["day", "week", "month", "year"] as const).map(
    (one) =>
      html`<a
        href="${again(asked, { histogram: one })}"
        ${one === step ? html` aria-current="true"` : ""}
        >${common.steps[one]}</a
      > `,
  );
  return html`<section class="timeline">
    <time-brush
      label="${text.chooseStretch}"
      starts="${[...answer.histogram.map(({ start }) => day(start)), lastDay(answer.histogram, step)].join(",")}"
      >${chart}</time-brush
    >
    <div class="timeline-foot">
      <form action="/" method="get">
        ${hidden({ ...asked, after: "", before: "", page: "" })}<label for="from"
          >${text.from}</label
        >
        <input
          class="input"
          id="from"
          name="after"
          value="${asked.after}"
          placeholder="${day(answer.histogram[0]?.start ?? "")}"
          autocomplete="off"
        />
        <label for="to">${text.before}</label>
        <input class="input" id="to" name="before" value="${asked.before}" autocomplete="off" />
        <button class="btn">${text.apply}</button>
      </form>
      <nav class="choice push" aria-label="${text.interval}">${steps}</nav>
      <div class="legend">
        <span
          ><svg aria-hidden="true"><rect class="c-found" y="2" width="24" height="8" /></svg
          >${text.found}</span
        >${
          view.unread.length > 0 &&
          html`<span
            ><svg aria-hidden="true"><rect width="24" height="12" fill="url(#hatch)" /></svg
            >${common.notRead}</span
          >`
        }
      </div>
    </div>
    ${timelineTable(drawing)}
  </section>`;
}

const lastDay = (
  bars: NonNullable<SearchAnswer["histogram"]>,
  step: TimelineView["step"],
): string => day(endOf(bars.at(-1)?.start ?? "", step));

const hidden = (asked: Asked): Html[] =>
  Object.entries(asked)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`);

function tools({ answer, asked, frame }: SearchView): Html {
  const { search: text, common } = frame.words.text;
  const sorts = (["new", "old", "relevance", "views", "reactions"] as const).map(
    (sort) =>
      html`<a
        href="${again(asked, { sort })}"
        ${sort === answer.sort ? html` aria-current="true"` : ""}
        >${text.sorts[sort]}</a
      > `,
  );
  return html`<div class="tools">
    <nav class="choice" aria-label="${text.sort}"><span>${text.sort}</span> ${sorts}</nav>
    <nav class="choice" aria-label="${text.view}">
      <span>${text.view}</span>
      ${(["posts", "context", "table"] as const).map(
        (view) =>
          html`<a
            href="${again(asked, { view: view === "posts" ? "" : view, page: asked.page })}"
            ${view === viewOf(asked) ? html` aria-current="true"` : ""}
            >${common.views3[view]}</a
          > `,
      )}
    </nav>
    <button class="btn facets-open" popovertarget="facets">
      ${icon("filter")} ${common.narrow}
    </button>
  </div>`;
}

function results(view: SearchView): Html {
  const { answer, asked, counted, frame, titles } = view;
  const result = {
    query: answer.parsed,
    total: answer.total,
    canCite: frame.adminOpen,
    counted,
    typed: typedIn(asked),
  };
  return html`<div class="with-facets">
    <section aria-label="${frame.words.text.search.results}">
      ${
        answer.hits.length > 0
          ? html`${hitList(view)} ${pager(view)} ${resultActions(result, frame.words)}`
          : pastTheEnd(view)
      }
    </section>
    ${facetColumn({ answer, titles, words: frame.words, to: toQuery(view.asked) })}
  </div>`;
}

/** What decides which posts are found, and their order; the rest of an address is how they are shown. */
function typedIn({
  q,
  channel,
  after,
  before,
  has,
  is,
  lang,
  sort,
}: Asked): Readonly<Record<string, string>> {
  const all = { q, channel, after, before, has, is, lang, sort };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

const viewOf = ({ view }: Asked): "posts" | "context" | "table" =>
  view === "context" || view === "table" ? view : "posts";

function hitList(view: SearchView): Html {
  const { answer, asked, frame, titles } = view;
  const { words } = frame;
  if (viewOf(asked) === "context") return inContext(answer.hits, words);
  if (viewOf(asked) === "table") return asTable(answer.hits, { words, titles });
  return html`<ol class="hits">
    ${notRead(view)}${answer.hits.map(
      (post, place) => html`${between(view, place)}${postItem({ post, words, titles, as: "hit" })}`,
    )}
  </ol>`;
}

/** One line a page: what was not read in the time that its hits cover, so that nobody takes it for silence. */
function notRead({ answer, frame, unread, titles }: SearchView): Html | undefined {
  if (!isByTime(answer)) return undefined;
  const { search: text } = frame.words.text;
  const times = answer.hits.map(({ publishedAt }) => publishedAt).toSorted();
  const gaps = unread.filter((gap) => lies(gap, times[0] ?? "", times.at(-1) ?? ""));
  if (gaps.length === 0) return undefined;
  const named = gaps.slice(0, mostGapsNamed).map((gap) => {
    const title = name(titles.get(gap.channel.toLowerCase()) ?? gap.channel);
    return html`${period(gap, frame.words)}:
      <a href="/c/${gap.channel}#gaps"><bdi>${text.gapNotRead({ channel: title })}</bdi></a>`;
  });
  const more = gaps.length - named.length;
  return html`<li class="lapse lapse-gap">
    <span
      >${named.map((one, place) => html`${place > 0 && "; "}${one}`)}${
        more > 0 && html`; <a href="/channels">${text.gapsMore({ count: more })}</a>`
      }.
      ${text.gapMayExist}</span
    >
  </li>`;
}

/** Whether posts of a gap may have been published between these moments. */
function lies(gap: UnreadPeriod, early: string, late: string): boolean {
  if (gap.from === undefined && gap.to === undefined) return false;
  return (gap.from ?? "") < late && (gap.to === undefined || gap.to > early);
}

const isByTime = ({ sort }: SearchAnswer): boolean => sort === "new" || sort === "old";

/** What lies between two hits in order of time: a new month, or silence where all was read. */
function between({ answer, frame, unread }: SearchView, place: number): Html | undefined {
  if (!isByTime(answer)) return undefined;
  const { words } = frame;
  const hit = answer.hits[place];
  const before = answer.hits[place - 1];
  if (!hit) return undefined;
  const month = hit.publishedAt.slice(0, 7);
  const heading =
    before?.publishedAt.slice(0, 7) === month
      ? undefined
      : html`<li class="year"><h2>${month}</h2></li>`;
  if (!before) return heading;
  const [early, late] = [before.publishedAt, hit.publishedAt].toSorted();
  const days = Math.floor((Date.parse(late ?? "") - Date.parse(early ?? "")) / dayMs);
  const isRead = !unread.some((gap) => lies(gap, early ?? "", late ?? ""));
  const silent =
    isRead &&
    days >= silenceDays &&
    html`<li class="lapse"><span>${words.text.search.silence({ days })}</span></li>`;
  return html`${silent}${heading}`;
}

function period(gap: UnreadPeriod, words: Frame["words"]): string {
  const { common } = words.text;
  if (gap.from === undefined) return common.gapOpenStart({ to: day(gap.to ?? "") });
  return gap.to === undefined
    ? common.gapOpenEnd({ from: day(gap.from) })
    : common.gapBetween({ from: day(gap.from), to: day(gap.to) });
}

function pager({ answer, asked, frame }: SearchView): Html {
  const { words } = frame;
  const { search: text } = words.text;
  const { number } = words;
  const pages = Math.ceil(answer.total / answer.limit);
  const to = (target: number): string => again(asked, { page: target === 1 ? "" : String(target) });
  const shown = [...new Set([1, answer.page - 1, answer.page, answer.page + 1, pages])]
    .filter((one) => one >= 1 && one <= pages)
    .toSorted((a, b) => a - b);
  const links = shown.map((one, place) => {
    const skipped =
      place > 0 && one - (shown[place - 1] ?? one) > 1 && html`<li><span>…</span></li>`;
    const current = one === answer.page ? html` aria-current="page"` : "";
    return html`${skipped}
      <li>
        <a href="${to(one)}" ${current} aria-label="${text.pageNumber({ page: one })}"
          >${number(one)}</a
        >
      </li>`;
  });
  const first = (answer.page - 1) * answer.limit + 1;
  return html`<nav class="pager" aria-label="${text.pages}">
    <span class="quiet"
      >${text.range({ from: first, to: first + answer.hits.length - 1, all: answer.total })}</span
    >${
      pages > 1 &&
      html`<ol>
        ${links}
      </ol>`
    }${
      answer.page < pages &&
      html`<a class="btn push" href="${to(answer.page + 1)}" rel="next"
        >${text.nextPage} ${icon("next")}</a
      >`
    }
  </nav>`;
}

function pastTheEnd({ answer, asked, frame }: SearchView): Html {
  const { search: text } = frame.words.text;
  return html`<div class="empty">
    <p>
      ${text.pastLast({ page: answer.page })}
      <a href="${again(asked, {})}">${text.firstPage}</a>
    </p>
  </div>`;
}

function nothing({ answer, asked, frame, without }: SearchView): Html {
  const { words } = frame;
  const { search: text } = words.text;
  const { suggestion } = answer;
  const conditions = answer.pieces.length;
  const said = conditions > 1 ? text.nothingOfAll({ conditions }) : text.nothing;
  return html`<section class="empty" aria-labelledby="none">
    <h1 id="none">${said}</h1>
    ${
      suggestion &&
      html`<p>
        ${text.spelled}
        <a href="${toQuery(asked)(suggestion.query)}"><bdi>${suggestion.query}</bdi></a
        >: <b>${words.text.common.posts({ n: suggestion.total })}</b>.
      </p>`
    }
    ${
      without.length > 0 &&
      html`<div class="section">
        <h2>${text.dropOne}</h2>
        <ul class="drop">
          ${without.map(({ piece, query, total }) =>
            total > 0
              ? html`<li>
                  <a href="${toQuery(asked)(query)}">${text.without} <code>${piece}</code></a
                  ><span class="num">${words.number(total)}</span>
                </li>`
              : html`<li class="quiet">
                  <span>${text.without} <code>${piece}</code></span
                  ><span class="num">0</span>
                </li>`,
          )}
        </ul>
      </div>`
    }
    <div class="section">
      <h2>${text.searched}</h2>
      <p class="quiet">
        ${text.searchedAll({ posts: words.text.common.posts({ n: answer.archive.posts }), channels: words.text.common.channels({ n: frame.archive?.channels ?? 0 }) })}${
          answer.archive.indexLagSeconds > 0 &&
          ` ${text.indexBehind({ seconds: Math.ceil(answer.archive.indexLagSeconds) })}.`
        }
      </p>
    </div>
  </section>`;
}
