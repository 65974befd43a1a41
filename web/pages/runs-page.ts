import { html } from "hono/html";
import type { PlanAnswer } from "../../server/contract/plan.ts";
import type { RunAnswer, RunLineAnswer } from "../../server/contract/run.ts";
import { clock, day, moment, name, time } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import {
  countsOf,
  live,
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
    islands: open.length > 0 ? ["live-run"] : [],
    main: html`<div class="page-head">
        <div>
          <h1>${words.text.common.runs}</h1>
          <p>${said.length > 0 && `${said.join(", ")}. `}${text.lead}</p>
        </div>
        ${
          frame.changesOpen
            ? html`<form class="row push" action="/runs" method="post">
                <button class="btn btn-lead" name="all" value="true">${text.bringAll}</button>
              </form>`
            : closed(text.closed, frame.command)
        }
      </div>
      ${
        open.length > 0 &&
        html`<section aria-labelledby="now">
          <h2 id="now">${text.inProgress}</h2>
          ${runItems(open, frame)}
        </section>`
      }
      ${dueSection(view)}
      <section class="section">
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

/** One run: its counts, why it ended, its log, and what can be done with it. */
export function runPage(
  frame: Frame,
  { run, lines }: { readonly run: RunAnswer; readonly lines: readonly RunLineAnswer[] },
): Html {
  const { words } = frame;
  const { runs: text } = words.text;
  const isOpen = run.state === "running" || run.state === "waiting";
  const facts: readonly (readonly [string, Html | string | undefined])[] = [
    [
      words.text.common.channel,
      html`<a class="reach" href="/c/${run.channel}">@${run.channel}</a>`,
    ],
    [
      text.cause[run.cause],
      run.scheduleId !== undefined && html`<a href="/schedules">${text.schedules}</a>`,
    ],
    [text.due, time(run.dueAt)],
    [text.started, run.startedAt !== undefined && time(run.startedAt)],
    [text.ended, run.finishedAt !== undefined && time(run.finishedAt)],
    [
      text.again,
      run.retryOf !== undefined && html`<a href="/runs/${run.retryOf}">${text.earlierRun}</a>`,
    ],
  ].map(([label, value]) => [label, value === false ? undefined : value] as never);
  const main = html`<div class="run${lookOf(run)}">
      <p class="entry-head">
        ${runState(run, words)} <span class="quiet small">${text.cause[run.cause]}</span>
      </p>
      ${countsOf(run, words)}${troubleOf(run, words)}${whyOf(run, words)}${runControls(run, frame)}
    </div>
    <section class="section" aria-labelledby="log">
      <h2 id="log">${text.log}</h2>
      ${lines.length === 0 && !isOpen && html`<p>${text.noLines}</p>`}
      <ol class="log" data-lines="${lines.at(-1)?.no ?? 0}">
        ${lines.map(
          ({ at, text }) =>
            html`<li>
              <time datetime="${at}">${clock(at)}</time> <span dir="auto">${name(text)}</span>
            </li>`,
        )}
      </ol>
    </section>`;
  return page(frame, {
    title: text.runOf({ channel: run.channel }),
    current: "runs",
    islands: isOpen ? ["live-run"] : [],
    main: html`<div class="page-head">
        <div>
          <h1>${text.runOf({ channel: run.channel })}</h1>
          <p>${moment(run.startedAt ?? run.dueAt)}</p>
        </div>
      </div>
      ${live(run, words, main)}
      <dl class="facts section">
        ${facts.map(
          ([label, value]) =>
            value !== undefined &&
            html`<dt>${label}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>`,
  });
}

/** `2026-02-01 02:00` without seconds, for due times. */
export const minute = (instant: string): string => `${day(instant)} ${clock(instant).slice(0, 5)}`;
