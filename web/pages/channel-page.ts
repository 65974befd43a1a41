import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { RunAnswer } from "../../server/contract/run.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { yearCalendar, type Calendar } from "../parts/calendar.ts";
import { changeDays, type ChangeDays } from "../parts/change-days.ts";
import { channelAbout, type ChannelAbout } from "../parts/channel-about.ts";
import { fileTable, linkTable } from "../parts/channel-tables.ts";
import { postEntry } from "../parts/entry.ts";
import { faceMark, faceOf, facesOf } from "../parts/faces.ts";
import { day, moment, name, rounded, searchAddress, timed } from "../parts/format.ts";
import { gallery } from "../parts/gallery.ts";
import type { Html } from "../parts/html.ts";
import { lastingAddress } from "../parts/head.ts";
import { icon } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";
import { pictureViewer } from "../parts/picture-viewer.ts";
import { percent } from "../words/percent.ts";
import { livePage, lookingAgain } from "../parts/live.ts";
import { runList } from "../parts/runs.ts";
import { unreadLine } from "../parts/unread-line.ts";

/** The ways to look at a channel. */
export const tabs = ["posts", "media", "links", "files", "changes", "about", "runs"] as const;
type Tab = (typeof tabs)[number];

/** A stretch of a channel's posts, newest first, and where it goes on; absent at an end. */
interface Stretch {
  readonly answer: SearchAnswer;
  readonly newer?: string | undefined;
  readonly older?: string | undefined;
}

/** What the chosen tab shows. */
export type TabContent =
  | {
      readonly tab: "posts";
      readonly stretch: Stretch;
      readonly unread: readonly UnreadPeriod[];
      readonly calendar: Calendar | undefined;
    }
  | { readonly tab: "media" | "links" | "files"; readonly stretch: Stretch }
  | {
      readonly tab: "changes";
      readonly changes: ChangeDays["changes"];
      readonly perDay: ChangeDays["perDay"];
    }
  | { readonly tab: "about"; readonly about: ChannelAbout }
  | { readonly tab: "runs"; readonly runs: readonly RunAnswer[] };

export interface ChannelView {
  readonly frame: Frame;
  readonly channel: ChannelAnswer;
  /** How many posts each tab has; absent where it does not count posts. */
  readonly counts: Partial<Readonly<Record<Tab, number>>>;
  readonly content: TabContent;
}

/** One channel: who it is, and its posts, pictures, links and files, what is known of it, and its runs. */
export function channelPage(view: ChannelView): Html {
  const { frame, channel, content } = view;
  const runs = content.tab === "runs" ? content.runs : [];
  return page(frame, {
    title: name(channel.title),
    current: "channels",
    islands: ["picture-viewer", "year-calendar", ...lookingAgain(runs, { still: true }).islands],
    about: {
      address: lastingAddress(frame.address),
      title: name(channel.title),
      description: channel.description ?? frame.words.text.common.posts({ n: channel.posts }),
    },
    main: html`${head(view)}${tabList(view)}${livePage(runs)}${drawn(view, content)}`,
  });
}

function head({ frame, channel }: ChannelView): Html {
  const { channel: text, common } = frame.words.text;
  const title = name(channel.title);
  const { subscribers } = channel.counters;
  return html`<div class="who">
    ${faceMark(faceOf(channel))}
    <div>
      <h1 dir="auto"><bdi>${title}</bdi></h1>
      <p class="who-facts">
        <span class="mono">@${channel.name}</span>${
          subscribers !== undefined &&
          html`<span>${rounded(subscribers)} ${text.subscribers}</span>`
        }${
          channel.oldest !== undefined &&
          html`<span
            >${text.postsSince({ posts: common.posts({ n: channel.posts }), day: day(channel.oldest) })}</span
          >`
        }<span
          >${channel.lastReadAt === undefined ? text.neverRead : timed(text.checked({ time: moment(channel.lastReadAt) }))},
          <a href="/c/${channel.name}?tab=about"
            >${channel.complete >= 1 ? text.everyIdKnown : text.idsKnown({ share: percent(channel.complete) })}</a
          ></span
        >
      </p>
    </div>
    <div class="row">
      <a class="btn btn-lead" href="${searchAddress({ q: `in:${channel.name}` })}"
        >${icon("search")} ${text.searchInIt}</a
      >
      ${
        frame.changesOpen &&
        html`<form action="/channels" method="post">
          <input type="hidden" name="channel" value="${channel.name}" /><button class="btn">
            ${icon("again")} ${text.bringUpToDate}
          </button>
        </form>`
      }
    </div>
    ${channel.description !== undefined && html`<p dir="auto"><bdi>${channel.description}</bdi></p>`}
  </div>`;
}

function tabList({ frame, channel, counts, content }: ChannelView): Html {
  const { channel: text } = frame.words.text;
  return html`<nav class="tabs" aria-label="${text.tabsOf}">
    ${tabs.map((tab) => {
      const count = counts[tab];
      return html`<a
        href="/c/${channel.name}${tab === "posts" ? "" : `?tab=${tab}`}"
        ${tab === content.tab ? html`aria-current="page"` : ""}
        >${text.tabs[tab]}${count !== undefined && html` <small>${frame.words.number(count)}</small>`}</a
      >`;
    })}
  </nav>`;
}

function drawn(view: ChannelView, content: TabContent): Html | undefined {
  const { frame, channel } = view;
  const { words } = frame;
  const faces = facesOf([channel]);
  if (content.tab === "about") return channelAbout(channel, content.about, words);
  if (content.tab === "runs")
    return (
      runList(content.runs, frame, { anchor: ({ id }) => `run-${id}` }) ??
      html`<p class="empty">${words.text.channel.noRuns}</p>`
    );
  if (content.tab === "changes") return newestChanges(view, content);
  const { stretch } = content;
  const { hits } = stretch.answer;
  if (content.tab !== "posts") {
    const shown = {
      media: () => gallery(hits, { words, faces }),
      links: () => linkTable(hits, words),
      files: () => fileTable(hits, words),
    }[content.tab];
    return html`${hits.length > 0 ? shown() : html`<p class="empty">${words.text.channel.noneOfThese}</p>`}${onward(view, stretch)}${pictureViewer(words)}`;
  }
  let month = "";
  const posts = hits.map((post) => {
    const begins = post.publishedAt.slice(0, 7) !== month;
    month = post.publishedAt.slice(0, 7);
    return html`${begins && html`<li class="feed-month"><h2>${month}</h2></li>`}${postEntry({ post, words, faces, as: "near" })}`;
  });
  return html`<div class="bar phone">
      <button class="btn" popovertarget="when">${icon("cal")} ${words.text.calendar.jump}</button>
    </div>
    <div class="with-facets">
      <section aria-label="${words.text.channel.tabs.posts}">
        ${unreadLine(stretch.answer, content.unread, { words, faces })}
        ${
          hits.length > 0
            ? html`<ol class="feed">
                ${posts}
              </ol>`
            : html`<p class="empty">${words.text.channel.noneOfThese}</p>`
        }
        ${onward(view, stretch)}
      </section>
      ${content.calendar && yearCalendar(content.calendar, words)}
    </div>
    ${pictureViewer(words)}`;
}

/** What happened to its posts lately; all of it has a page of its own. */
function newestChanges(
  { frame, channel }: ChannelView,
  { changes, perDay }: Extract<TabContent, { readonly tab: "changes" }>,
): Html {
  const { words } = frame;
  const faces = facesOf([channel]);
  if (changes.length === 0) return html`<p class="empty">${words.text.channel.noneOfThese}</p>`;
  return html`${changeDays({ changes, perDay, faces, words })}
    <nav class="pager" aria-label="${words.text.channel.onward}">
      <a class="btn push" href="/changes?channel=${channel.name}"
        >${words.text.channel.allChanges} ${icon("next")}</a
      >
    </nav>`;
}

/** The ways to what is older and newer. */
function onward({ frame }: ChannelView, { newer, older }: Stretch): Html | undefined {
  const { channel: text } = frame.words.text;
  if (newer === undefined && older === undefined) return undefined;
  return html`<nav class="pager" aria-label="${text.onward}">
    ${newer !== undefined && html`<a class="btn" href="${newer}" rel="prev">${icon("back")} ${text.newer}</a>`}
    ${older !== undefined && html`<a class="btn push" href="${older}" rel="next">${text.older} ${icon("next")}</a>`}
  </nav>`;
}
