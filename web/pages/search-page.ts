import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { again, folding, hasFilters, toQuery, viewOf, type Asked } from "../parts/asked.ts";
import { postEntry } from "../parts/entry.ts";
import { facetColumn } from "../parts/facets.ts";
import type { Faces } from "../parts/faces.ts";
import { day, moment, engineSaid, timed } from "../parts/format.ts";
import { percent } from "../words/percent.ts";
import { gallery } from "../parts/gallery.ts";
import type { Html } from "../parts/html.ts";
import { lastingAddress, type About } from "../parts/head.ts";
import { icon } from "../parts/icons.ts";
import { inContext } from "../parts/in-context.ts";
import { page, type Frame } from "../parts/layout.ts";
import { nothingFound, type Without } from "../parts/nothing-found.ts";
import { pager } from "../parts/pager.ts";
import { pictureViewer } from "../parts/picture-viewer.ts";
import { queryBox, readAs } from "../parts/query-box.ts";
import { warningSaid } from "../parts/query-faults.ts";
import { queryHelp } from "../parts/query-help.ts";
import { countedNote, type Result } from "../parts/result-actions.ts";
import { asTable } from "../parts/table.ts";
import { endOf, timeline, timelineTable, type TimelineView } from "../parts/timeline.ts";
import { hitAddress, type HitAddress } from "../parts/trail.ts";
import { toolbar } from "../parts/toolbar.ts";
import { isByTime, mayHold, unreadLine } from "../parts/unread-line.ts";

export interface SearchView {
  readonly frame: Frame;
  readonly asked: Asked;
  readonly answer: SearchAnswer;
  readonly counted: Result["counted"];
  readonly faces: Faces;
  /**
   * How much of the channels found in is known, 0 to 1, and when the one longest not read was read: `readAt` only where
   * all that is known of these channels was read from them.
   */
  readonly covered?: { readonly share: number; readonly readAt?: string } | undefined;
  /** Of the channels found in; drawn as hatching. */
  readonly unread: readonly UnreadPeriod[];
  readonly without: Without;
}

const dayMs = 86_400_000;
const silenceDays = 7;

/** The search: box, how it was read, when, what, and ways to narrow it. */
export function searchPage(view: SearchView): Html {
  const { frame, answer, asked, without } = view;
  const { words } = frame;
  const { posts } = words.text.common;
  const title = asked.q === "" ? "" : `${answer.query}: ${posts({ n: answer.total })}`;
  const channels = frame.archive?.channels ?? 0;
  return page(frame, {
    title,
    current: "search",
    islands: ["query-box", "hit-list", "copy-link", "time-brush", "picture-viewer"],
    about: aboutSearch(view),
    main: html`${queryBox({ q: wholeQuery(answer, asked), sort: asked.sort, fold: asked.fold }, frame)}
      <div class="under-box">
        ${readAs(answer, words, toQuery(asked))}
        ${queryHelp(words, { besides: answer.pieces.length > 0 })}
      </div>
      ${answer.warnings.map(
        (warning) =>
          html`<div class="note">
            ${icon("warn")}
            <p>${warningSaid(warning, words)}</p>
          </div>`,
      )}
      ${
        answer.total > 0
          ? html`${summary(view)}${results(view)}${pictureViewer(words)}`
          : nothingFound({ answer, asked, without, channels }, words)
      }`,
  });
}

/** What a link to the search shows elsewhere: what was asked, how many posts that finds, and from when to when. */
function aboutSearch({ frame, answer, asked }: SearchView): About {
  const { words, address } = frame;
  const first = answer.histogram?.[0];
  const last = answer.histogram?.at(-1);
  const stretch = first && last ? `, ${day(first.start)} – ${day(last.start)}` : "";
  return {
    address: lastingAddress(address),
    title: hasFilters(asked) ? answer.parsed : answer.query || words.text.common.everything,
    description: words.text.common.posts({ n: answer.total }) + stretch,
  };
}

/** As typed; where conditions stand beside it in the address, the whole of it, so that none is lost. */
const wholeQuery = ({ parsed }: SearchAnswer, asked: Asked): string =>
  hasFilters(asked) ? parsed : asked.q;

/** How many, in how many channels, when; and how that was counted. */
function summary(view: SearchView): Html {
  const { answer, frame, asked } = view;
  const { search: text, common } = frame.words.text;
  const channels = answer.facets.channel?.length;
  return html`<div class="sum">
      <h1>${common.posts({ n: answer.total })}</h1>
      <p>
        ${
          channels !== undefined &&
          frame.archive &&
          `${text.inChannels({ some: channels, all: frame.archive.channels })}, `
        }${answer.groups !== undefined && `${text.inGroups({ groups: answer.groups })}, `}${answer.totalIsExact ? text.exact : text.notExact}.
        <a href="${folding(asked, answer)}"
          >${answer.groups === undefined ? text.fold : text.unfold}</a
        >
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
    }
    <div class="plot">
      ${asked.timeline !== "off" && times(view)}
      <div class="plot-foot">${asked.timeline !== "off" && dates(view)}${counted(view)}</div>
    </div>`;
}

/** The picture of when. */
function times(view: SearchView): Html | undefined {
  const { chooseStretch } = view.frame.words.text.search;
  const drawing = drawingOf(view);
  if (!drawing) return undefined;
  const last = endOf(drawing.bars.at(-1)?.start ?? "", drawing.step);
  const starts = [...drawing.bars.map(({ start }) => day(start)), day(last)].join(",");
  return timeline(
    drawing,
    (bars) => html`<time-brush label="${chooseStretch}" starts="${starts}">${bars}</time-brush>`,
  );
}

function drawingOf({ answer, frame, asked, unread }: SearchView): TimelineView | undefined {
  const { histogram: bars, histogramStep: step, query } = answer;
  const linkTo: TimelineView["linkTo"] = ({ after, before }) => again(asked, { after, before });
  return bars && step && { bars, step, words: frame.words, query, unread, linkTo };
}

/** The same by dates and steps, and as a table. */
function dates(view: SearchView): Html | undefined {
  const { frame, asked, unread } = view;
  const { search: text, common } = frame.words.text;
  const drawing = drawingOf(view);
  if (!drawing) return undefined;
  const [first] = drawing.bars;
  return html`<details class="twin">
    <summary>${text.datesAndSteps}</summary>
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
          placeholder="${day(first?.start ?? "")}"
          autocomplete="off"
        />
        <label for="to">${text.before}</label>
        <input class="input" id="to" name="before" value="${asked.before}" autocomplete="off" />
        <button class="btn">${text.apply}</button>
      </form>
      <nav class="choice push" aria-label="${text.interval}">
        ${(["day", "week", "month", "year"] as const).map(
          (one) =>
            html`<a
              href="${again(asked, { histogram: one })}"
              ${one === drawing.step ? html` aria-current="true"` : ""}
              >${common.steps[one]}</a
            > `,
        )}
      </nav>
      <p class="legend">
        <span
          ><svg aria-hidden="true"><rect class="c-found" y="2" width="24" height="8" /></svg
          >${text.found}</span
        >${
          unread.length > 0 &&
          html`<span
            ><svg aria-hidden="true"><rect width="24" height="12" fill="url(#hatch)" /></svg
            >${common.notRead}</span
          >`
        }
      </p>
    </div>
    ${timelineTable(drawing)}
  </details>`;
}

const hidden = (asked: Asked): Html[] =>
  Object.entries(asked)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`);

/** What a reader needs who doubts the number. */
function counted({ answer, frame, covered }: SearchView): Html {
  const { search: text, common } = frame.words.text;
  const behind = answer.archive.indexLagSeconds;
  return html`<details class="twin">
    <summary>${text.howCounted}</summary>
    <p class="small quiet">
      ${engineSaid(answer.engine, frame.words)},
      ${text.took({ ms: Math.max(1, Math.round(answer.tookMs)) })},
      ${common.order[answer.sort]}${
        covered &&
        html`;
        ${
          covered.readAt === undefined
            ? text.coversUnread({ share: percent(covered.share) })
            : timed(text.covers({ share: percent(covered.share), time: moment(covered.readAt) }))
        }`
      }.${behind > 0 && ` ${common.indexBehind({ seconds: Math.ceil(behind) })}.`}
    </p>
  </details>`;
}

function results(view: SearchView): Html {
  const { answer, asked, counted, frame, faces, unread } = view;
  const { words, adminOpen, formats } = frame;
  const result = {
    query: answer.parsed,
    canCite: adminOpen,
    formats,
    counted,
    typed: typedIn(asked),
    words,
  };
  return html`${toolbar(answer, asked, result)}${countedNote(result)}${unreadLine(answer, unread, { words, faces })}
    <div class="with-facets">
      <section aria-label="${words.text.common.resultsTitle}">
        ${
          answer.hits.length > 0
            ? html`<hit-list>${hitList(view)}</hit-list> ${pager(answer, asked, words)}`
            : pastTheEnd(view)
        }
      </section>
      ${facetColumn({ answer, faces, words, to: toQuery(asked) })}
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
  fold,
}: Asked): Readonly<Record<string, string>> {
  const all = { q, channel, after, before, has, is, lang, sort, fold };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

function hitList(view: SearchView): Html {
  const { answer, asked, frame, faces } = view;
  const { words } = frame;
  const shown = viewOf(asked);
  const first = (answer.page - 1) * answer.limit + 1;
  const addressOf: HitAddress = (hit) => hitAddress(hit, asked, first + answer.hits.indexOf(hit));
  if (shown === "context") return inContext(answer.hits, { words, addressOf });
  if (shown === "table") return asTable(answer, asked, { words, faces, addressOf });
  if (shown === "gallery") return gallery(answer.hits, { words, faces, addressOf });
  return html`<ol class="feed">
    ${answer.hits.map((post, place) => {
      const address = addressOf(post);
      const changedAt = answer.sort === "changed" ? post.changedAt : undefined;
      return html`${between(view, place)}${postEntry({ post, words, faces, as: "hit", address, changedAt })}`;
    })}
  </ol>`;
}

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
      : html`<li class="feed-month"><h2>${month}</h2></li>`;
  if (!before) return heading;
  const [early = "", late = ""] = [before.publishedAt, hit.publishedAt].toSorted();
  const days = Math.floor((Date.parse(late) - Date.parse(early)) / dayMs);
  const isRead = !unread.some((gap) => mayHold(gap, early, late));
  const silent =
    isRead &&
    days >= silenceDays &&
    html`<li class="lapse"><span>${words.text.search.silence({ days })}</span></li>`;
  return html`${silent}${heading}`;
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
