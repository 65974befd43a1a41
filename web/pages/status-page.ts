import { html } from "hono/html";
import type { StatusAnswer } from "../../server/contract/status.ts";
import { megabytes, name, time, engineSaid, zoned } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { icon, type IconName } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";
import { alertSaid, alertTitle } from "../parts/alerts.ts";
import { sentenceSaid } from "../parts/reasons.ts";
import type { Words } from "../words/words.ts";

type Alert = StatusAnswer["alerts"]["open"][number];

export interface StatusView {
  readonly frame: Frame;
  readonly status: StatusAnswer;
  /** How long a reason to dismiss an alert may be, in characters. */
  readonly longestReason: number;
}

/** How the server fares, worst first. */
export function statusPage(view: StatusView): Html {
  const { frame, status } = view;
  const { words } = frame;
  const { status: text } = words.text;
  const { open } = status.alerts;
  return page(frame, {
    title: text.title,
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>
            ${open.length === 0 ? text.well : text.wrong({ count: open.length })} ${text.asOf}
            ${time(status.at)}, Backscroll ${status.version}.
          </p>
        </div>
      </div>
      ${alerts(view)}${dismissed(view)}${runs(status, words)}${schedules(status, words)}${indexes(status, words)}${source(status, words)}${room(status, words)}${cleared(status, words)}`,
  });
}

function alerts({ frame, status, longestReason }: StatusView): Html {
  const { words, adminOpen } = frame;
  const { open, sentTo, deliveries } = status.alerts;
  const { status: text } = words.text;
  const { number } = words;
  const counts = [deliveries.waiting, deliveries.sent, deliveries["given-up"]].map(number);
  const [waiting = "", sent = "", lost = ""] = counts;
  return html`<section class="section" id="alerts">
    <h2>${text.alerts}</h2>
    ${
      open.length > 0 &&
      html`<ul class="alerts">
        ${open.map(
          (alert) =>
            html`<li class="alert">
              ${icon("warn")}
              <div>
                <h3>
                  <span>${alertTitle(alert, words)}${subject(alert, status, words)}</span>
                  <small>${text.since} ${time(alert.raisedAt)}</small>
                </h3>
                <p class="quiet" dir="auto">${alertSaid(alert, words)}</p>
                ${adminOpen && dismissal(alert, { words, longestReason })}
              </div>
            </li>`,
        )}
      </ul>`
    }
    <p class="section small quiet">
      ${sentTo === undefined ? text.sentNowhere : text.sentTo({ host: sentTo })}
      ${text.deliveries({ waiting, sent, lost })}
    </p>
  </section>`;
}

/** Why it need not be told of, in words; then it is dismissed. */
function dismissal(
  { id }: Alert,
  { words, longestReason }: { readonly words: Words; readonly longestReason: number },
): Html {
  const { status: text } = words.text;
  return html`<details class="twin">
    <summary>${text.dismiss}</summary>
    <form class="row" action="/status/alerts/${id}/dismiss" method="post">
      <label for="reason-${id}">${text.reason}</label>
      <input
        class="input"
        id="reason-${id}"
        name="reason"
        required
        maxlength="${longestReason}"
        dir="auto"
      />
      <button class="btn">${text.dismiss}</button>
    </form>
  </details>`;
}

/** Channels lead to their page, or to the run that failed; a source to the last run; an engine is only named, a saved search in what is said of it. */
function subject(
  { kind, subject, facts }: Alert,
  { source }: StatusAnswer,
  { text }: Words,
): Html | undefined {
  const { runId } = facts;
  const address = runId === undefined ? `/c/${subject}` : `/runs/${runId}`;
  if (kind === "index-behind") return html`: ${subject}`;
  if (kind === "search-refused") return undefined;
  if (subject !== "") return html`: <a href="${address}">@${subject}</a>`;
  if (runId === undefined) return undefined;
  const host = source && html`: ${new URL(source.origin).host}`;
  return html`${host}, <a href="${address}">${text.status.lastRun}</a>`;
}

/** What lasts and need not be told of, and why. */
function dismissed({ frame, status }: StatusView): Html | undefined {
  const { words, adminOpen } = frame;
  const { dismissed } = status.alerts;
  const { status: text } = words.text;
  if (dismissed.length === 0) return undefined;
  return html`<section class="section" id="dismissed">
    <h2>${text.dismissed}</h2>
    <table class="table table-fold">
      <thead>
        <tr>
          <th scope="col">${text.alerts}</th>
          <th scope="col">${text.from}</th>
          <th scope="col">${text.dismissedAt}</th>
          <th scope="col">${text.why}</th>
          ${adminOpen && html`<th scope="col"><span class="only-read">${text.reopen}</span></th>`}
        </tr>
      </thead>
      <tbody>
        ${dismissed.map(
          (alert) =>
            html`<tr>
              <th scope="row">${alertTitle(alert, words)}${subject(alert, status, words)}</th>
              <td data-label="${text.from}">${time(alert.raisedAt)}</td>
              <td data-label="${text.dismissedAt}">
                ${time(alert.dismissed?.at ?? alert.raisedAt)}
              </td>
              <td data-label="${text.why}" dir="auto">${name(alert.dismissed?.reason ?? "")}</td>
              ${
                adminOpen &&
                html`<td>
                  <form action="/status/alerts/${alert.id}/reopen" method="post">
                    <button class="btn">${text.reopen}</button>
                  </form>
                </td>`
              }
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function runs({ runs, failing, silent }: StatusAnswer, words: Words): Html {
  const { status: text } = words.text;
  return html`<section class="section" id="runs">
    <h2>${text.runs}</h2>
    <dl class="facts">
      <dt>${text.failing}</dt>
      <dd>${channels(failing) ?? text.none}</dd>
      <dt>${text.silent}</dt>
      <dd>${channels(silent) ?? text.none}</dd>
    </dl>
    ${
      runs.length === 0
        ? html`<p class="quiet">${text.noRuns}</p>`
        : html`<table class="table table-mid table-fold section">
            <thead>
              <tr>
                <th scope="col">${text.channel}</th>
                <th scope="col">${text.state}</th>
                <th scope="col">${zoned(text.due)}</th>
                <th scope="col">${text.why}</th>
              </tr>
            </thead>
            <tbody>
              ${runs.map(
                (run) =>
                  html`<tr>
                    <th scope="row" class="name">
                      <a class="channel" href="/c/${run.channel}">${run.channel}</a>
                    </th>
                    <td data-label="${text.state}">
                      <span class="state${run.state === "failed" ? " state-gone" : ""}"
                        >${icon(signs[run.state])} ${words.text.runs.states[run.state]}</span
                      >
                    </td>
                    <td data-label="${text.due}">${time(run.dueAt)}</td>
                    <td data-label="${text.why}">${run.error && sentenceSaid(run.error, words)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}

const signs = {
  waiting: "minus",
  running: "live",
  done: "check",
  failed: "warn",
  stopped: "minus",
  skipped: "minus",
} as const satisfies Record<StatusAnswer["runs"][number]["state"], IconName>;

function channels(names: readonly string[]): Html | undefined {
  if (names.length === 0) return undefined;
  return html`<span class="row"
    >${names.map((name) => html`<a class="reach" href="/c/${name}">@${name}</a> `)}</span
  >`;
}

function schedules({ schedules }: StatusAnswer, words: Words): Html {
  const { status: text } = words.text;
  const { active, paused, nextDueAt, holders } = schedules;
  return html`<section class="section">
    <h2>${text.schedules}</h2>
    <dl class="facts">
      <dt>${text.active}</dt>
      <dd>${words.number(active)}</dd>
      <dt>${text.paused}</dt>
      <dd>${words.number(paused)}</dd>
      <dt>${text.next}</dt>
      <dd>${nextDueAt === undefined ? text.nothing : time(nextDueAt)}</dd>
      <dt>${text.holders}</dt>
      <dd class="fold">${holders.join(", ") || text.nobody}</dd>
    </dl>
  </section>`;
}

function indexes({ indexes }: StatusAnswer, words: Words): Html {
  const { status: text } = words.text;
  return html`<section class="section">
    <h2>${text.indexes}</h2>
    <table class="table table-fold">
      <thead>
        <tr>
          <th scope="col">${text.engine}</th>
          <th scope="col">${text.state}</th>
          <th scope="col" class="num">${text.behind}</th>
          <th scope="col" class="num">${text.lag}</th>
        </tr>
      </thead>
      <tbody>
        ${indexes.map(
          ({ engine, state, behind, lagSeconds }) =>
            html`<tr>
              <th scope="row">${engineSaid(engine, words)}</th>
              <td data-label="${text.state}">${text.states[state]}</td>
              <td class="num" data-label="${text.behind}">${words.number(behind)}</td>
              <td class="num" data-label="${text.lag}">${words.number(lagSeconds)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function source({ source }: StatusAnswer, words: Words): Html | undefined {
  if (!source) return undefined;
  const { status: text } = words.text;
  const { origin, userAgent, state, line, crawlDelaySeconds, readAt } = source;
  return html`<section class="section">
    <h2>${text.source}</h2>
    <dl class="facts">
      <dt>${text.asked}</dt>
      <dd class="fold">${origin}</dd>
      <dt>${text.asks}</dt>
      <dd class="fold">${userAgent}</dd>
      <dt>robots.txt</dt>
      <dd>
        ${text.robots[state]}${line !== undefined && html`, <code>${line}</code>`}, ${time(readAt)}
      </dd>
      ${
        crawlDelaySeconds !== undefined &&
        html`<dt>Crawl-delay</dt>
          <dd>${words.number(crawlDelaySeconds)}</dd>`
      }
    </dl>
  </section>`;
}

function room({ archive, disk }: StatusAnswer, words: Words): Html {
  const { status: text } = words.text;
  const size = (bytes: number): string => words.number(megabytes(bytes));
  return html`<section class="section">
    <h2>${text.room}</h2>
    <dl class="facts">
      <dt>${text.archiveSize}</dt>
      <dd>${text.mb({ size: size(archive.bytes) })}</dd>
      ${
        disk &&
        html`<dt>${text.free}</dt>
          <dd>${text.ofDisk({ free: size(disk.freeBytes), total: size(disk.totalBytes) })}</dd>`
      }
      <dt>${text.journal}</dt>
      <dd>
        ${text.journalEntry({ entry: archive.journal.entry })}, ${time(archive.journal.at)}
        <span class="mono fold">${archive.journal.hash}</span>
      </dd>
    </dl>
  </section>`;
}

function cleared(status: StatusAnswer, words: Words): Html | undefined {
  const { cleared } = status.alerts;
  const { status: text } = words.text;
  if (cleared.length === 0) return undefined;
  return html`<section class="section">
    <h2>${text.cleared}</h2>
    <table class="table table-fold">
      <thead>
        <tr>
          <th scope="col">${text.alerts}</th>
          <th scope="col">${text.from}</th>
          <th scope="col">${text.until}</th>
        </tr>
      </thead>
      <tbody>
        ${cleared.map(
          (alert) =>
            html`<tr>
              <th scope="row">${alertTitle(alert, words)}${subject(alert, status, words)}</th>
              <td data-label="${text.from}">${time(alert.raisedAt)}</td>
              <td data-label="${text.until}">${time(alert.clearedAt ?? alert.raisedAt)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
