import { html } from "hono/html";
import type { RunAnswer } from "../../server/contract/run.ts";
import { duration, moment, name, time } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Frame } from "./layout.ts";
import type { Words } from "../words/words.ts";

/** Runs of channels, hung on the line; `anchor` is what leads to one from elsewhere. */
export function runList(
  runs: readonly RunAnswer[],
  frame: Frame,
  { anchor = ({ channel }: RunAnswer): string => `run-${channel}` } = {},
): Html | undefined {
  if (runs.length === 0) return undefined;
  return html`<section class="section" id="runs">
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
          <div class="entry-body">${live(run, frame.words, runBody(run, frame))}</div>
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
      <span class="when">${time(run.startedAt ?? run.dueAt)}</span>
      <a class="shelf" href="/runs/${run.id}"
        >${text.open}<span class="only-read"> ${text.runOf({ channel: run.channel })}</span></a
      >
      <span class="quiet small">${text.cause[run.cause]}${tookOf(run, words)}</span>
    </div>
    ${countsOf(run, words)}${troubleOf(run, words)}${whyOf(run, words)}${runControls(run, frame)}`;
}

/** A run under way changes before the reader's eyes where there is script; elsewhere it stands as it was. */
export function live(run: RunAnswer, words: Words, body: Html): Html {
  if (run.state !== "running" && run.state !== "waiting") return body;
  const { hasEnded, openChannel, trouble, states, reasons } = words.templates.runs;
  const texts = {
    hasEnded,
    openChannel,
    trouble,
    states,
    reasons,
    failed: words.text.common.failed,
  };
  return html`<live-run run="${run.id}" lang-of="${words.lang}" texts="${JSON.stringify(texts)}"
    >${body}</live-run
  >`;
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
  return html`${icon(sign)} <strong data-state>${words.text.runs.states[state]}</strong>`;
}

/** What a run under way waits for; an empty place for it while it waits for nothing. */
export function troubleOf({ state, trouble }: RunAnswer, words: Words): Html | undefined {
  if (state !== "running" && state !== "waiting") return undefined;
  return html`<p class="run-trouble" data-trouble role="status" ${trouble ? "" : html`hidden`}>
    <span>${trouble && troubleSaid(trouble, words)}</span>
    <span lang="en" dir="auto">${trouble?.kind === "in-vain" && name(trouble.why)}</span>
  </p>`;
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
  const kilobytes = Math.ceil(counts.bytes / 1000);
  const isOpen = run.state === "running" || run.state === "waiting";
  const all: readonly (readonly [
    string,
    number,
    (values: { readonly count: string }) => string,
    boolean,
  ])[] = [
    ["pages", counts.pages, text.pagesRead, true],
    ["new", counts.new, text.newPosts, true],
    ["edited", counts.edited, text.editedPosts, false],
    ["unchanged", counts.unchanged, text.unchanged, false],
    ["missed", counts.missed, text.missed, false],
    ["deleted", counts.deleted, text.deletedPosts, false],
    ["requests", counts.requests, text.requests, false],
    ["bytes", kilobytes, text.kilobytes, false],
    ["failed", counts.failed, text.failed, false],
    ["media", counts.media ?? 0, text.filesKept, false],
    ["mediaTooLarge", counts.mediaTooLarge ?? 0, text.filesTooLarge, false],
    ["mediaRefused", counts.mediaRefused ?? 0, text.filesRefused, false],
    ["mediaFailed", counts.mediaFailed ?? 0, text.filesGivenUp, false],
    ["mediaWaiting", counts.mediaWaiting ?? 0, text.filesWaiting, false],
  ];
  return html`<p class="run-counts" ${isOpen ? html`role="status"` : ""}>
    ${all.map(([key, count, said, always]) =>
      count > 0 || always || isOpen
        ? html`<span
            data-count="${key}"
            ${isOpen ? html`data-said="${said({ count: "{}" })}"` : ""}
            ${count === 0 && !always ? html`hidden` : ""}
            ><b>${said({ count: words.number(count) })}</b></span
          > `
        : "",
    )}
  </p>`;
}

/** Why it ended or never began, in plain words, with the class of it. */
export function whyOf({ state, error, stopRequested }: RunAnswer, words: Words): Html | undefined {
  if (stopRequested) return html`<p>${words.text.runs.stopping}</p>`;
  if (!error) return undefined;
  const said = `${reason(error.class, words)}.`;
  const repeats = error.message.startsWith(said);
  return html`<p>
    ${!repeats && html`<span class="${state === "failed" ? "reason" : ""}">${said}</span>`}
    <span lang="en" dir="auto">${name(error.message)}</span>
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
