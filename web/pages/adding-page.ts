import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import type { CoverageAnswer } from "../../server/contract/coverage.ts";
import type { RunAnswer } from "../../server/contract/run.ts";
import type { ScheduleAnswer } from "../../server/contract/schedule.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { addChannelForm } from "./add-channel.ts";
import { postEntry } from "../parts/entry.ts";
import { faceMark, faceOf, facesOf } from "../parts/faces.ts";
import { name, rounded, searchAddress, time } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";
import { liveRun, lookingAgain } from "../parts/live.ts";
import { countsOf, runControls, runState, troubleOf, whyOf } from "../parts/runs.ts";
import { strip } from "../parts/strip.ts";
import { percent } from "../words/percent.ts";

export interface AddingView {
  readonly frame: Frame;
  /** As it was asked for. */
  readonly channel: string;
  /** Its newest run; absent when none was asked for. */
  readonly run?: RunAnswer | undefined;
  /** What is kept of it. */
  readonly kept?:
    | { readonly channel: ChannelAnswer; readonly coverage: CoverageAnswer | undefined }
    | undefined;
  /** The newest of its posts that a search finds, and how many there are. */
  readonly found: SearchAnswer | undefined;
  readonly schedule?: Pick<ScheduleAnswer, "paused" | "nextDueAt"> | undefined;
  /** A channel that is kept and has nearly this name. */
  readonly near?: string | undefined;
  /** Whether the page is to stay as it is where no script runs. */
  readonly still: boolean;
}

/** How a channel comes in: what is known of it, how far it is read, its first posts, and what is done next. */
export function addingPage(view: AddingView): Html {
  const { frame, channel, run, kept, found } = view;
  const { words } = frame;
  const { adding: text } = words.text;
  const faces = facesOf(kept ? [kept.channel] : []);
  return page(frame, {
    title: text.title({ channel }),
    current: "channels",
    ...lookingAgain(run ? [run] : [], view),
    main: html`<nav class="trail" aria-label="${words.text.common.channelsPage}">
        <a href="/channels">${icon("back")} ${text.allChannels}</a>
      </nav>
      <h1>${text.title({ channel })}</h1>
      ${liveRun(run, view)}
      <ol class="steps section" data-live="steps">
        <li><b>${text.understood}</b> <span class="quiet mono">@${channel}</span></li>
        ${kept && known(kept.channel, frame)} ${reading(view)} ${afterwards(view)}
      </ol>
      <div data-live="first">
        ${
          found &&
          found.hits.length > 0 &&
          html`<section class="section">
            <h2>${text.first}</h2>
            <ol class="feed">
              ${found.hits.map((post) => postEntry({ post, words, faces, as: "near" }))}
            </ol>
          </section>`
        }
      </div>`,
  });
}

/** Who it is. */
function known(channel: ChannelAnswer, { words }: Frame): Html {
  const { adding: text, channel: own } = words.text;
  const { subscribers } = channel.counters;
  const facts = [
    subscribers !== undefined && `${rounded(subscribers)} ${own.subscribers}`,
    channel.newestId !== undefined && text.newestId({ id: channel.newestId }),
  ].filter((fact) => fact !== false);
  return html`<li>
    <div class="row keep">
      ${faceMark(faceOf(channel))}
      <div>
        <b><bdi>${name(channel.title)}</bdi></b> <span class="quiet">${facts.join(", ")}</span>
      </div>
    </div>
  </li>`;
}

/** How far it is read, or why it is not. */
function reading(view: AddingView): Html {
  const { frame, channel, run, kept, found, near } = view;
  const { words, changesOpen } = frame;
  const { adding: text } = words.text;
  if (!run)
    return html`<li>${text.notAsked}${addChannelForm(frame, { large: true, typed: channel })}</li>`;
  const isRefused = run.state === "failed" && run.error?.class === "ChannelUnavailable";
  const look = run.state === "failed" ? "bad" : run.state === "running" ? "at" : "";
  return html`<li class="${look}">
    <div role="status">
      ${runState(run, words)}${run.state === "done" && kept && html`, <b>${keptSaid(kept, words)}</b>`}
    </div>
    ${
      kept?.coverage &&
      html`<svg class="read-strip" height="18" aria-hidden="true">${strip(kept.coverage, 18)}</svg>`
    }
    ${countsOf(run, words)}${troubleOf(run, words)}${whyOf(run, words)}
    ${
      near !== undefined &&
      html`<p>
        ${text.nearName} <a href="/c/${near}">@${near}</a>
        <span class="quiet">${text.keptAlready}</span>
      </p>`
    }
    <div class="row">
      ${
        found &&
        found.total > 0 &&
        html`<a
            class="btn ${run.state === "done" ? "" : "btn-lead"}"
            href="${searchAddress({ q: `in:${channel}` })}"
            >${icon("search")} ${text.searchNow({ n: found.total })}</a
          >
          <a class="btn ${run.state === "done" ? "btn-lead" : ""}" href="/c/${channel}"
            >${text.readIt}</a
          >`
      }
      ${runControls(run, frame)}
    </div>
    ${isRefused && changesOpen && addChannelForm(frame, { large: true, typed: channel })}
  </li>`;
}

const keptSaid = (
  { channel }: NonNullable<AddingView["kept"]>,
  { text: { common, channel: text } }: Frame["words"],
): string =>
  `${common.posts({ n: channel.posts })}, ${channel.complete >= 1 ? text.everyIdKnown : text.idsKnown({ share: percent(channel.complete) })}`;

/** When it is read again. */
function afterwards({ frame, run, schedule }: AddingView): Html | undefined {
  const { adding: text } = frame.words.text;
  if (!run || run.state === "failed") return undefined;
  return html`<li class="later">
    <b>${text.then}</b>
    ${
      schedule?.nextDueAt === undefined || schedule.paused
        ? text.notAgain
        : html`${text.againAt} ${time(schedule.nextDueAt)}`
    }
    <a href="/schedules">${text.change}</a>
  </li>`;
}
