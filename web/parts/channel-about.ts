import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import type { CoverageAnswer, UnreadPeriod } from "../../server/contract/coverage.ts";
import type { ChannelSampleAnswer } from "../../server/contract/sample.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { idRange, moment, name, rounded, searchAddress, timed } from "./format.ts";
import type { Html } from "./html.ts";
import { stepChart } from "./step-chart.ts";
import { strip } from "./strip.ts";
import { timeline, timelineTable, type TimelineView } from "./timeline.ts";
import { period } from "./unread-line.ts";
import { percent } from "../words/percent.ts";
import type { Words } from "../words/words.ts";

/** What is known of a channel as a whole. */
export interface ChannelAbout {
  readonly coverage: CoverageAnswer | undefined;
  /** The histogram of all its posts, its tags and links; absent while the index does not answer. */
  readonly posts: SearchAnswer | undefined;
  readonly unread: readonly UnreadPeriod[];
  /** Posts kept of the last 7 and 30 days, and whether the channel was read in the last 7. */
  readonly pace: { readonly week: number; readonly month: number; readonly isRead: boolean };
  /** What its page said of it, day by day, oldest first. */
  readonly samples: readonly ChannelSampleAnswer[];
  /** How many of its posts are forwards, whose the newest of them are, and which channels kept here forward it. */
  readonly forwards: {
    readonly newest: number;
    readonly of: readonly {
      readonly name: string;
      readonly channel: string | undefined;
      readonly count: number;
    }[];
    readonly own: number;
    readonly by: readonly { readonly value: string; readonly count: number }[];
  };
}
type AboutView = ChannelAbout & { readonly channel: ChannelAnswer; readonly words: Words };

const mostGapsListed = 50;

/** Every id of the channel, what is missing, when it posts, who reads it, and whom it passes on. */
export const channelAbout = (channel: ChannelAnswer, about: ChannelAbout, words: Words): Html => {
  const view = { ...about, channel, words };
  return html`${coverageSection(view)}${gapsSection(view)}${growthSection(view)}${subscribersSection(view)}${companySection(view)}`;
};

function coverageSection({ words, channel, coverage }: AboutView): Html | undefined {
  const { channel: text, common } = words.text;
  const { number } = words;
  if (!coverage || coverage.newestId === 0) return undefined;
  const { counts, newestId } = coverage;
  const rows = [
    {
      look: html`<rect class="c-kept" y="1" width="24" height="10" />`,
      label: common.kept,
      ids: counts.kept,
      says: text.classes.kept,
    },
    ...(coverage.imported > 0
      ? [
          {
            look: html`<rect class="c-kept" y="4" width="24" height="4" />`,
            label: text.imported,
            ids: coverage.imported,
            says: text.classes.imported,
          },
        ]
      : []),
    {
      look: html`<rect class="c-part" y="5" width="24" height="6" />`,
      label: common.part,
      ids: counts.part + counts.service,
      says: text.classes.part,
    },
    {
      look: html`<rect class="c-gone" y="1" width="24" height="10" />`,
      label: common.deleted,
      ids: counts.deleted,
      says: text.classes.deleted,
    },
    {
      look: html`<rect class="c-absent" x=".5" y="1.5" width="23" height="9" />`,
      label: common.absent,
      ids: counts.absent,
      says: text.classes.absent,
    },
    {
      look: html`<rect width="24" height="12" fill="url(#hatch)" />`,
      label: common.unread,
      ids: counts.unread,
      says: text.classes.unread,
    },
    ...(counts.purged > 0
      ? [
          {
            look: html`<rect class="c-absent" x=".5" y="1.5" width="23" height="9" />`,
            label: text.purged,
            ids: counts.purged,
            says: text.classes.purged,
          },
        ]
      : []),
  ];
  return html`<section aria-labelledby="cov">
    <div class="section-head">
      <h2 id="cov">${text.everyIdTo({ last: String(newestId) })}</h2>
      ${html`<span class="quiet"
        >${channel.lastReadAt === undefined ? text.neverRead : timed(text.checked({ time: moment(channel.lastReadAt) }))}</span
      >`}
    </div>
    <svg class="chart" height="46" aria-hidden="true">
      ${strip(coverage, 22)}
      <line class="c-base" x1="0" x2="100%" y1="22.5" y2="22.5" />
      <text x="0" y="40">1</text>
      <text x="100%" y="40" text-anchor="end">${newestId}</text>
    </svg>
    <table class="table table-fold">
      <thead>
        <tr>
          <th scope="col">${text.className}</th>
          <th scope="col" class="num">${text.ids}</th>
          <th scope="col" class="num">${text.share}</th>
          <th scope="col">${common.says}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ look, label, ids, says }) =>
            html`<tr>
              <th scope="row">
                <span class="legend"
                  ><span><svg aria-hidden="true">${look}</svg>${label}</span></span
                >
              </th>
              <td class="num" data-label="${text.ids}">${number(ids)}</td>
              <td class="num" data-label="${text.share}">${percent(ids / newestId)}</td>
              <td>${says}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function gapsSection({ words, unread }: AboutView): Html | undefined {
  const { channel: text } = words.text;
  if (unread.length === 0) return undefined;
  return html`<section class="section" id="gaps">
    <h2>${text.gaps}</h2>
    <p class="quiet small">${text.gapLead}</p>
    <table class="table table-fold">
      <thead>
        <tr>
          <th scope="col">${text.ids}</th>
          <th scope="col">${text.published}</th>
        </tr>
      </thead>
      <tbody>
        ${unread.slice(0, mostGapsListed).map(
          (gap) =>
            html`<tr>
              <th scope="row">${idRange(gap.firstId, gap.lastId, words)}</th>
              <td data-label="${text.published}">${period(gap, words)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** What it tags and links, and who passes on whom. */
function companySection({ words, channel, posts, forwards }: AboutView): Html {
  const { channel: text } = words.text;
  const { number } = words;
  const within = (field: string): string => searchAddress({ q: `in:${channel.name} ${field}` });
  const tags = (posts?.facets.tag ?? []).slice(0, mostCompany);
  const hosts = (posts?.facets.link ?? []).slice(0, mostCompany);
  const item = (address: string, label: string, count: number): Html =>
    html`<li>
      <a class="reach" href="${address}"><bdi>${label}</bdi></a>
      <span class="num">${number(count)}</span>
    </li>`;
  return html`<section class="section" id="company">
    <h2>${text.tagsAndHosts}</h2>
    <ul class="row">
      ${tags.map(({ value, count }) => item(within(`#${value}`), `#${name(value)}`, count))}
      ${hosts.map(({ value, count }) => item(within(`link:${value}`), name(value), count))}
    </ul>
    <p>
      <a class="reach" href="${within("is:forward")}">${text.forwards({ count: forwards.own })}</a>
    </p>
    ${
      forwards.of.length > 0 &&
      html`<h3>${text.forwardsOf({ count: forwards.newest })}</h3>
        <ul class="row">
          ${forwards.of
            .slice(0, mostCompany)
            .map((source) =>
              item(
                within(
                  `is:forward fwd:${source.channel === undefined ? `"${source.name.replaceAll('"', "")}"` : `@${source.channel}`}`,
                ),
                source.channel === undefined ? name(source.name) : `@${source.channel}`,
                source.count,
              ),
            )}
        </ul>`
    }
    ${
      forwards.by.length > 0 &&
      html`<h3>${text.forwardedBy}</h3>
        <ul class="row">
          ${forwards.by.map(({ value, count }) =>
            item(searchAddress({ q: `in:${value} fwd:@${channel.name}` }), `@${value}`, count),
          )}
        </ul>`
    }
  </section>`;
}
const mostCompany = 15;

/** How many subscribe, on the days it was read. */
function subscribersSection({ words, samples }: AboutView): Html | undefined {
  const { channel: text, common } = words.text;
  const seen = samples.flatMap(({ day: at, counters }) =>
    counters.subscribers === undefined ? [] : [{ at, value: counters.subscribers }],
  );
  const [first] = seen;
  const last = seen.at(-1);
  if (!first || !last || seen.length < 2) return undefined;
  return html`<section class="section" id="subscribers">
    <h2>${text.subscribersOverTime}</h2>
    <figure aria-labelledby="sb">
      <figcaption class="quiet small" id="sb">
        ${text.subscribersSaid({ from: rounded(first.value), to: rounded(last.value), days: seen.length })}
      </figcaption>
      ${stepChart(seen)}
    </figure>
    <details class="twin">
      <summary>${common.asTable}</summary>
      <div class="scroll" tabindex="0">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${common.steps.day}</th>
              <th scope="col" class="num">${text.subscribersOverTime}</th>
            </tr>
          </thead>
          <tbody>
            ${seen.toReversed().map(
              ({ at, value }) =>
                html`<tr>
                  <th scope="row">${at}</th>
                  <td class="num">${rounded(value)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function growthSection({ words, channel, posts, unread, pace }: AboutView): Html | undefined {
  const { channel: text } = words.text;
  if (!posts?.histogram || !posts.histogramStep) return undefined;
  const drawing: TimelineView = {
    bars: posts.histogram,
    step: posts.histogramStep,
    words,
    query: `in:${channel.name}`,
    unread,
    linkTo: ({ after, before }) => searchAddress({ q: `in:${channel.name}`, after, before }),
    kept: true,
  };
  return html`<section class="section">
    <h2>${text.postsPerStep}</h2>
    <p class="quiet">${pace.isRead ? text.cadence(pace) : text.cadenceNotRead(pace)}</p>
    <div class="plot">${timeline(drawing)}</div>
    ${timelineTable(drawing)}
  </section>`;
}
