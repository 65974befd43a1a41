import { html } from "hono/html";
import type { ChangeAnswer } from "../../server/contract/changes.ts";
import { changeDays, type ChangeDays } from "../parts/change-days.ts";
import { titleIn } from "../parts/faces.ts";
import type { Html } from "../parts/html.ts";
import { icon, type IconName } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";

type Kind = ChangeAnswer["kind"];
const kinds = ["edited", "deleted", "returned"] as const satisfies readonly Kind[];
const signs = { edited: "edited", deleted: "gone", returned: "again" } as const satisfies Record<
  Kind,
  IconName
>;
const mostChannels = 30;

/** Which changes are shown, as the address says. */
export interface ChangesShown {
  readonly since?: string | undefined;
  readonly channel?: readonly string[] | undefined;
  readonly kind?: readonly Kind[] | undefined;
  readonly page?: number | undefined;
}

export interface ChangesView extends Omit<ChangeDays, "words"> {
  readonly frame: Frame;
  readonly shown: ChangesShown;
  /** How many there are of each kind, whichever kind is shown. */
  readonly counts: Readonly<Record<Kind, number>>;
  /** Channels with the number of their changes, the most changed first. */
  readonly channels: readonly { readonly channel: string; readonly count: number }[];
  /** From which change on this page shows them, from 1, and how many there are in all. */
  readonly from: number;
  readonly total: number;
  /** How many changes came since the reader was here; undefined while no visit is known. */
  readonly newCount: number | undefined;
  /** The newest change, for the mark that all is seen. */
  readonly upTo: number;
  /** The address of a page, or of the feed, with these conditions. */
  readonly to: (shown: ChangesShown, path?: string) => string;
}

/** What changed in the channels, by the day it was seen. */
export function changesPage(view: ChangesView): Html {
  const { frame, newCount, to, shown } = view;
  const { words } = frame;
  const { changes: text } = words.text;
  return page(frame, {
    title: text.title,
    current: "changes",
    newChanges: newCount,
    feed: to({ ...shown, page: undefined }, "/api/v1/changes.atom"),
    main: html`${head(view)}${bar(view)}
      <div class="with-facets">
        <div>
          ${
            view.changes.length > 0
              ? changeDays({ ...view, words })
              : html`<p class="empty">${text.none}</p>`
          }${pager(view)}
          <p class="small quiet">${text.cookieNote}</p>
        </div>
        ${channelColumn(view)}
      </div>`,
  });
}

function head({ frame, shown, faces, upTo, to }: ChangesView): Html {
  const { changes: text } = frame.words.text;
  const named = shown.channel?.map((one) => titleIn(faces, one)).join(", ");
  return html`<div class="page-head">
    <div>
      <h1>${text.title}</h1>
      <p>
        ${named === undefined ? text.leadAll({ n: faces.size }) : text.leadOf({ channels: named })}
        ${
          shown.since !== undefined &&
          html`${text.since({ date: shown.since })}
            <a href="${to({ ...shown, since: undefined, page: undefined })}">${text.anyTime}</a>`
        }
      </p>
    </div>
    <div class="row push">
      <a class="btn" href="${to({ ...shown, page: undefined }, "/api/v1/changes.atom")}"
        >${icon("feed")} ${text.follow}</a
      >${
        upTo > 0 &&
        html`<form action="${to(shown)}" method="post">
          <input type="hidden" name="upTo" value="${upTo}" /><button class="btn">
            ${icon("check")} ${text.markSeen}
          </button>
        </form>`
      }
    </div>
  </div>`;
}

function bar({
  frame,
  shown,
  counts,
  channels,
  newCount = 0,
  visit,
  changes,
  to,
}: ChangesView): Html {
  const { words } = frame;
  const { changes: text } = words.text;
  const all = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  const chosen = (kind: Kind | undefined): boolean =>
    kind === undefined ? !shown.kind : (shown.kind?.includes(kind) ?? false);
  const link = (kind: Kind | undefined): Html =>
    html`<a
      href="${to({ ...shown, kind: kind && [kind], page: undefined })}"
      ${chosen(kind) ? html`aria-current="true"` : ""}
      >${kind && html`${icon(signs[kind])} `}${kind ? text.kinds[kind] : text.all}
      <small>${words.number(kind ? counts[kind] : all)}</small></a
    >`;
  const links = html`${link(undefined)}${kinds.map(link)}`;
  const current = kinds.filter(chosen).map((kind) => text.kinds[kind]);
  const lineIsHere = visit !== undefined && changes.some(({ at }) => at <= visit.at);
  return html`<div class="bar">
    <nav class="kinds wide" aria-label="${text.kind}">${links}</nav>
    <details class="menu phone menu-start" name="menu">
      <summary class="btn">
        ${icon("filter")} ${current.length > 0 ? current.join(", ") : text.all}
        <svg class="icon caret" aria-hidden="true"><use href="#i-caret" /></svg>
      </summary>
      <nav class="menu-list" aria-label="${text.kind}">${links}</nav>
    </details>
    ${
      channels.length > 1 &&
      html`<button class="btn facets-open" popovertarget="facets">
        ${icon("filter")} ${text.narrow}
      </button>`
    }
    ${
      newCount > 0 &&
      html`<a class="btn push" href="${lineIsHere ? "#new" : "#main"}"
        ><span class="dot"></span> ${text.newOnes({ n: newCount })}</a
      >`
    }
  </div>`;
}

function channelColumn({ frame, shown, channels, faces, to }: ChangesView): Html | undefined {
  if (channels.length < 2) return undefined;
  const { changes: text, common, facets } = frame.words.text;
  const chosen = new Set(shown.channel?.map((one) => one.toLowerCase()));
  const listed = channels.filter(
    ({ channel }, place) => place < mostChannels || chosen.has(channel.toLowerCase()),
  );
  const most = channels[0]?.count ?? 1;
  return html`<aside class="facets" id="facets" popover aria-label="${common.narrow}">
    <div class="facets-top">
      <h2>${common.narrow}</h2>
      ${
        chosen.size > 0 &&
        html`<a class="push" href="${to({ ...shown, channel: undefined, page: undefined })}"
          >${text.allChannels}</a
        >`
      }
      <button class="btn btn-flat" popovertarget="facets" popovertargetaction="hide">
        ${icon("close")}<span class="only-read">${facets.close}</span>
      </button>
    </div>
    <section class="facet">
      <h2>${common.channel}</h2>
      <ul>
        ${listed.map(({ channel, count }) => {
          const isChosen = chosen.has(channel.toLowerCase());
          const address = to({
            ...shown,
            channel: isChosen ? undefined : [channel],
            page: undefined,
          });
          return html`<li>
            <a href="${address}" ${isChosen ? html`aria-current="true"` : ""}
              ><bdi>${titleIn(faces, channel)}</bdi
              ><span class="num">${frame.words.number(count)}</span
              ><svg class="chart" height="3" aria-hidden="true">
                <rect class="c-track" width="100%" height="3" />
                <rect
                  class="${isChosen ? "c-found" : "c-kept"}"
                  width="${Math.round((10_000 * count) / most) / 100}%"
                  height="3"
                /></svg
            ></a>
          </li>`;
        })}
      </ul>
      ${
        channels.length > listed.length &&
        html`<p class="quiet small">
          ${common.moreValues({ count: channels.length - listed.length })}
        </p>`
      }
    </section>
  </aside>`;
}

function pager({ frame, shown, changes, from, total, to }: ChangesView): Html | undefined {
  if (changes.length === 0) return undefined;
  const { changes: text, pager: pagerText } = frame.words.text;
  const { page: at = 1 } = shown;
  const last = from + changes.length - 1;
  return html`<nav class="pager" aria-label="${text.pages}">
    <span class="quiet">${pagerText.range({ from, to: last, all: total })}</span>
    ${
      at > 1 &&
      html`<a class="btn" href="${to({ ...shown, page: at - 1 })}" rel="prev"
        >${icon("back")} ${text.later}</a
      >`
    }
    ${
      last < total &&
      html`<a class="btn push" href="${to({ ...shown, page: at + 1 })}" rel="next"
        >${text.earlier} ${icon("next")}</a
      >`
    }
  </nav>`;
}
