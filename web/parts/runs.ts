import { html } from "hono/html";
import type { RunAnswer } from "../../server/contract/run.ts";
import { clock, day, duration, moment, timed } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Frame } from "./layout.ts";
import { ownWords, sentenceSaid } from "./reasons.ts";
import type { Words } from "../words/words.ts";

/** Runs of channels, hung on the line; `anchor` is what leads to one from elsewhere. */
export function runList(
  runs: readonly RunAnswer[],
  frame: Frame,
  { anchor = ({ channel }: RunAnswer): string => `run-${channel}` } = {},
): Html | undefined {
  if (runs.length === 0) return undefined;
  return html`<section class="section" id="runs" data-live="runs">
    <div class="section-head">
      <h2>${frame.words.text.common.runs}</h2>
      <a href="/runs">${frame.words.text.runs.all}</a>
    </div>
    ${runItems(runs, frame, { anchor })}
  </section>`;
}

/** The list itself. */
export function runItems(
  runs: readonly RunAnswer[],
  frame: Frame,
  { anchor = ({ id }: RunAnswer): string => `run-${id}` } = {},
): Html {
  return html`<ol class="feed">
    ${runs.map(
      (run) =>
        html`<li class="entry run${lookOf(run)}" id="${anchor(run)}">
          <div class="entry-body">${runBody(run, frame)}</div>
        </li>`,
    )}
  </ol>`;
}

/** How a run stands by its look: under way, gone wrong, or neither. */
export const lookOf = ({ state, error }: RunAnswer): string =>
  state === "running" ? " run-live" : state === "failed" && error ? " run-fail" : "";

function runBody(run: RunAnswer, frame: Frame): Html {
  const { words } = frame;
  const { runs: text } = words.text;
  return html`<div class="entry-head">
      ${runState(run, words)} <a class="channel" href="/c/${run.channel}">${run.channel}</a>
      ${when(run)}
      <a class="shelf" href="/runs/${run.id}"
        >${text.open}<span class="only-read"> ${text.runOf({ channel: run.channel })}</span></a
      >
      <span class="quiet small">${text.cause[run.cause]}${tookOf(run, words)}</span>
    </div>
    ${countsOf(run, words)}${troubleOf(run, words)}${whyOf(run, words)}${runControls(run, frame)}`;
}

function when({ startedAt, dueAt }: RunAnswer): Html {
  const at = startedAt ?? dueAt;
  return html`<time class="when" datetime="${at}"><b>${day(at)}</b> ${clock(at)} UTC</time>`;
}

/** Sign and word for a run's state. */
export function runState({ state }: RunAnswer, words: Words): Html {
  const sign = (
    {
      running: "live",
      done: "check",
      failed: "warn",
      waiting: "minus",
      stopped: "minus",
      skipped: "minus",
    } as const
  )[state];
  return html`${icon(sign)} <strong>${words.text.runs.states[state]}</strong>`;
}

/** What a run under way waits for. */
export function troubleOf({ trouble }: RunAnswer, words: Words): Html | undefined {
  return (
    trouble &&
    html`<p class="run-trouble">
      <span>${timed(troubleSaid(trouble, words))}</span>
      ${trouble.kind === "in-vain" && sentenceSaid({ message: trouble.why, reasons: trouble.reasons }, words)}
    </p>`
  );
}

function troubleSaid(trouble: NonNullable<RunAnswer["trouble"]>, words: Words): string {
  const said = words.text.runs.trouble;
  if (trouble.kind === "file") return said.file(trouble);
  const { tries, mostTries: most } = trouble;
  if (trouble.kind === "silent") return said.silent({ ...trouble, most });
  if (trouble.nextTryAt === undefined) return said.last({ tries, most });
  return said.next({ tries, most, at: moment(trouble.nextTryAt) });
}

/** How long it took, when it has ended. */
function tookOf({ startedAt, finishedAt }: RunAnswer, words: Words): string {
  if (startedAt === undefined || finishedAt === undefined) return "";
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return `, ${words.text.runs.took({ time: duration(Math.max(0, seconds)) })}`;
}

/** What a run has done and taken so far; what is nothing is left out, but for pages and new posts. */
export function countsOf(run: RunAnswer, words: Words): Html | undefined {
  if (run.state === "skipped") return undefined;
  const { runs: text } = words.text;
  const { counts } = run;
  const { number } = words;
  const always = [
    text.pagesRead({ count: number(counts.pages) }),
    text.newPosts({ count: number(counts.new) }),
  ];
  const rest = (
    [
      [counts.edited, text.editedPosts],
      [counts.unchanged, text.unchanged],
      [counts.missed, text.missed],
      [counts.deleted, text.deletedPosts],
      [counts.requests, text.requests],
      [Math.ceil(counts.bytes / 1000), text.kilobytes],
      [counts.failed, text.failed],
      [counts.media, text.filesKept],
      [counts.mediaTooLarge, text.filesTooLarge],
      [counts.mediaRefused, text.filesRefused],
      [counts.mediaFailed, text.filesGivenUp],
      [counts.mediaWaiting, text.filesWaiting],
    ] as const
  ).flatMap(([count = 0, said]) => (count > 0 ? [said({ count: number(count) })] : []));
  return html`<p class="run-counts">
    ${[...always, ...rest].map((said) => html`<span><b>${said}</b></span> `)}
  </p>`;
}

/** Why it ended or never began, in plain words, with the class of it. */
export function whyOf({ state, error, stopRequested }: RunAnswer, words: Words): Html | undefined {
  if (stopRequested) return html`<p>${words.text.runs.stopping}</p>`;
  if (!error) return undefined;
  const said = `${reason(error.class, words)}.`;
  const repeats = (ownWords(error, words) ?? error.message).startsWith(said);
  return html`<p>
    ${!repeats && html`<span class="${state === "failed" ? "reason" : ""}">${said}</span>`}
    ${sentenceSaid(error, words)}
    <code class="quiet small">${error.class}</code>
  </p>`;
}

/** What can be done with a run, where changes are open. */
export function runControls(run: RunAnswer, { words, changesOpen }: Frame): Html | undefined {
  if (!changesOpen) return undefined;
  const { runs: text } = words.text;
  const isOpen = run.state === "running" || run.state === "waiting";
  if (isOpen && run.stopRequested) return undefined;
  if (isOpen) return button(`/runs/${run.id}/stop`, { label: text.stop, channel: run.channel });
  if (run.state === "done") return undefined;
  const label = run.state === "stopped" ? text.resume : text.retry;
  return button(`/runs/${run.id}/retry`, { label, channel: run.channel });
}

const button = (
  action: string,
  { label, channel }: { readonly label: string; readonly channel: string },
): Html =>
  html`<form class="row" action="${action}" method="post">
    <button class="btn">${label}<span class="only-read"> @${channel}</span></button>
  </form>`;

/** What kind of failure it was, in words. */
function reason(failure: string, words: Words): string {
  const known: Readonly<Record<string, string>> = words.text.runs.reasons;
  return (Object.hasOwn(known, failure) ? known[failure] : undefined) ?? words.text.common.failed;
}

/** A run's state in a word or two, for a table. */
export function runNote(
  run: RunAnswer | undefined,
  { text: { runs: text } }: Words,
): Html | undefined {
  if (run?.state === "running")
    return html`<a class="state" href="#run-${run.channel}"
      >${icon("live")} ${text.states.running}, ${text.newPosts({ count: run.counts.new })}</a
    >`;
  if (run?.state === "failed")
    return html`<a class="state state-gone" href="#run-${run.channel}"
      >${icon("warn")} ${text.states.failed}</a
    >`;
  return undefined;
}
