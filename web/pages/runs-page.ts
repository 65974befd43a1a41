import { html } from "hono/html";
import type { PlanAnswer } from "../../server/contract/plan.ts";
import type { RunAnswer, RunLineAnswer } from "../../server/contract/run.ts";
import { clock, day, moment, name, time } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { icon } from "../parts/icons.ts";
import { livePage, liveRun, lookingAgain } from "../parts/live.ts";
import {
  countsOf,
  lookOf,
  runControls,
  runItems,
  runState,
  troubleOf,
  whyOf,
} from "../parts/runs.ts";
import type { Words } from "../words/words.ts";

export interface RunsView {
  readonly frame: Frame;
  readonly open: readonly RunAnswer[];
  readonly ended: readonly RunAnswer[];
  /** Where older runs are, when there are any. */
  readonly olderAt?: string;
  readonly asked: { readonly channel?: string | undefined; readonly failedOnly: boolean };
  /** Due times to come, soonest first. */
  readonly due: readonly { readonly at: string; readonly channel: string }[];
  readonly plan: PlanAnswer;
}

/** What is being read, what is due next, and what became of all that was. */
export function runsPage(view: RunsView): Html {
  const { frame, open, ended, asked } = view;
  const { words } = frame;
  const { runs: text } = words.text;
  const running = open.filter(({ state }) => state === "running").length;
  const said = [
    running > 0 && text.nowRunning({ count: running }),
    open.length > running && text.nowWaiting({ count: open.length - running }),
  ].filter((part) => part !== false);
  return page(frame, {
    title: words.text.common.runs,
    current: "runs",
    ...lookingAgain(open, { still: true }),
    main: html`<div class="page-head">
        <div>
          <h1>${words.text.common.runs}</h1>
          <p data-live="said">${said.length > 0 && `${said.join(", ")}. `}${text.lead}</p>
        </div>
        ${
          frame.changesOpen
            ? html`<form class="row push" action="/runs" method="post">
                <button class="btn btn-lead" name="all" value="true">${text.bringAll}</button>
              </form>`
            : closed(text.closed, frame.command)
        }
      </div>
      ${livePage(open)}
      <div data-live="open">
        ${
          open.length > 0 &&
          html`<section aria-labelledby="now">
            <h2 id="now">${text.inProgress}</h2>
            ${runItems(open, frame)}
          </section>`
        }
      </div>
      ${dueSection(view)}
      <section class="section" data-live="ended">
        <div class="section-head">
          <h2>${text.past}</h2>
          <nav class="choice" aria-label="${text.show}">
            ${choice(text.all, { asked, failedOnly: false })}
            ${choice(text.failedOnly, { asked, failedOnly: true })}
          </nav>
        </div>
        ${
          ended.length > 0
            ? runItems(ended, frame)
            : html`<p>
                ${asked.failedOnly || asked.channel !== undefined ? text.noneSo : text.noCounts}
              </p>`
        }
        ${
          view.olderAt !== undefined &&
          html`<p class="section"><a href="${view.olderAt}" rel="next">${text.older}</a></p>`
        }
      </section>`,
  });
}

const closed = (says: string, command: string): Html =>
  html`<p class="hint quiet small push">${says} <code>${command} archive @name</code></p>`;

function choice(
  label: string,
  to: { readonly asked: RunsView["asked"]; readonly failedOnly: boolean },
): Html {
  const { asked, failedOnly } = to;
  const given = new URLSearchParams();
  if (asked.channel !== undefined) given.set("channel", asked.channel);
  if (failedOnly) given.set("state", "failed");
  const isHere = asked.failedOnly === failedOnly;
  return html`<a href="/runs?${given.toString()}" ${isHere ? html`aria-current="true"` : ""}
    >${label}</a
  >`;
}

function dueSection({ frame, due, plan }: RunsView): Html {
  const { words } = frame;
  const { runs: text } = words.text;
  return html`<section class="section" aria-labelledby="due">
    <div class="section-head">
      <h2 id="due">${text.nextDue}</h2>
      <a href="/schedules">${text.allSchedules}</a>
    </div>
    ${
      due.length === 0
        ? html`<p>${text.nothingDue}</p>`
        : html`<ol class="due">
              ${due.map(
                ({ at, channel }) =>
                  html`<li>${time(at)} <a class="channel" href="/c/${channel}">${channel}</a></li>`,
              )}
            </ol>
            <p>${planSaid(plan, words)}</p>`
    }
  </section>`;
}

/** `Next 24 hours: 312 requests in 40 runs, channels: 11.` */
export function planSaid(plan: PlanAnswer, words: Words): string {
  const { runs: text } = words.text;
  const said = text.plan({
    hours: plan.hours,
    requests: plan.requests,
    runs: plan.runs,
    channels: plan.channels,
  });
  return plan.each.some(({ from }) => from === "nothing") ? `${said} ${text.planFirst}` : said;
}

export interface RunView {
  readonly frame: Frame;
  readonly run: RunAnswer;
  readonly lines: readonly RunLineAnswer[];
  /** The newest other runs of its channel. */
  readonly last: readonly RunAnswer[];
  /** How many others wait for their source just now. */
  readonly othersWait: number;
  /** Whether the page is to stay as it is where no script runs. */
  readonly still: boolean;
}

/** One run: what it waits for or how it ended, all it said, and the runs beside it. */
export function runPage(view: RunView): Html {
  const { frame, run, last } = view;
  const { words } = frame;
  const { runs: text, common } = words.text;
  const { channel } = run;
  const started = run.startedAt ?? run.dueAt;
  return page(frame, {
    title: text.runOf({ channel }),
    current: "runs",
    ...lookingAgain([run], view),
    main: html`<nav class="trail" aria-label="${common.runs}">
        <a href="/runs">${icon("back")} ${text.allRuns}</a>
        ${
          run.retryOf !== undefined &&
          html`<a class="push" href="/runs/${run.retryOf}">${text.earlierRun}</a>`
        }
      </nav>
      <div class="page-head">
        <div>
          <h1>${text.runOf({ channel })}</h1>
          <p>
            ${text.cause[run.cause]}. ${run.startedAt === undefined ? text.due : text.started}
            ${time(started)}
          </p>
        </div>
      </div>
      ${liveRun(run, view)}
      <div class="split run-page">
        <div class="stack">
          <div data-live="now">${now(view)}</div>
          <section class="section" aria-labelledby="log" data-live="log">${log(view)}</section>
        </div>
        <aside class="stack">
          <section data-live="so-far">
            <h2>${text.soFar}</h2>
            ${countsOf(run, words)}
          </section>
          ${lastRuns(last, frame)}
          <section class="section">
            <h2>${common.json}</h2>
            <p>
              <a class="reach" href="/api/v1/runs/${run.id}">${text.asJson}</a>,
              <a class="reach" href="/api/v1/runs/${run.id}/lines">${text.log}</a>
            </p>
          </section>
        </aside>
      </div>`,
  });
}

/** The one thing to know of it now, and what can be done. */
function now({ frame, run, othersWait }: RunView): Html {
  const { words } = frame;
  const { runs: text, status } = words.text;
  const { trouble } = run;
  return html`<section class="now${lookOf(run)}" aria-label="${text.states[run.state]}">
    <p class="entry-head" role="status">
      ${runState(run, words)}${
        run.finishedAt !== undefined &&
        html` <span class="quiet small">${text.ended} ${time(run.finishedAt)}</span>`
      }${run.state === "done" && html` <a href="/c/${run.channel}">${text.openChannel}</a>`}
    </p>
    ${nextTry(run, words)}${troubleOf(run, words)}
    ${
      trouble?.kind === "in-vain" &&
      othersWait > 0 &&
      html`<p>
        ${text.othersWait({ n: othersWait })}
        ${frame.adminOpen && html`<a href="/status">${status.title}</a>`}
      </p>`
    }
    ${whyOf(run, words)}${runControls(run, frame)}
  </section>`;
}

/** Which try comes when, of how many. */
function nextTry({ trouble }: RunAnswer, words: Words): Html | undefined {
  if (trouble?.kind !== "in-vain" || trouble.nextTryAt === undefined) return undefined;
  const { runs: text } = words.text;
  const { tries, mostTries: most, nextTryAt } = trouble;
  const said = text.nextTry({ next: tries + 1, most });
  return html`<p class="next">${said} <time datetime="${nextTryAt}">${moment(nextTryAt)}</time></p>
    <progress
      value="${tries}"
      max="${most}"
      aria-label="${text.triesMade({ tries, most })}"
    ></progress>`;
}

/** What it did, in its own words, and what is to come. */
function log({ frame, run, lines }: RunView): Html {
  const { words } = frame;
  const { runs: text } = words.text;
  const { state, trouble } = run;
  const isOpen = state === "running" || state === "waiting";
  return html`<h2 id="log">${text.log}</h2>
    ${lines.length === 0 && !isOpen && html`<p>${text.noLines}</p>`}
    <ol class="tries">
      ${lines.map(
        ({ at, text: said }) =>
          html`<li>
            <time datetime="${at}">${clock(at)}</time>
            <div lang="en" dir="auto">${name(said)}</div>
          </li>`,
      )}${
        trouble?.kind === "in-vain" &&
        trouble.nextTryAt !== undefined &&
        html`<li>
            <time datetime="${trouble.nextTryAt}">${clock(trouble.nextTryAt)}</time>
            <div class="to-come">${text.tryToCome({ next: trouble.tries + 1 })}</div>
          </li>
          <li>
            <span></span>
            <div class="to-come">${text.endsAfter({ most: trouble.mostTries })}</div>
          </li>`
      }
    </ol>`;
}

function lastRuns(last: readonly RunAnswer[], { words }: Frame): Html | undefined {
  const { runs: text } = words.text;
  if (last.length === 0) return undefined;
  return html`<section class="section">
    <h2>${text.lastRuns}</h2>
    <table class="table">
      <tbody>
        ${last.map(
          (run) =>
            html`<tr>
              <th scope="row">
                <a href="/runs/${run.id}">${time(run.startedAt ?? run.dueAt)}</a>
              </th>
              <td>${runState(run, words)}</td>
              <td class="num">${text.newPosts({ count: run.counts.new })}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** `2026-02-01 02:00` without seconds, for due times. */
export const minute = (instant: string): string => `${day(instant)} ${clock(instant).slice(0, 5)}`;
