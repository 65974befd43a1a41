import { html } from "hono/html";
import type { RunAnswer } from "../../server/http/contract.ts";
import { time } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Words } from "./words.ts";

/** The newest run of each channel, hung on the line. */
export function runList(runs: readonly RunAnswer[], words: Words): Html | undefined {
  if (runs.length === 0) return undefined;
  return html`<section class="section" id="runs">
    <h2>${words.text.runs}</h2>
    <ol class="hits">
      ${runs.map((run) => runItem(run, words))}
    </ol>
  </section>`;
}

function runItem(run: RunAnswer, words: Words): Html {
  const { text, number } = words;
  const look = run.state === "running" ? " run-live" : run.error ? " run-fail" : "";
  const sign =
    run.state === "running"
      ? "live"
      : run.error
        ? "warn"
        : run.state === "done"
          ? "check"
          : "minus";
  const state = {
    waiting: text.runWaiting,
    running: text.running,
    done: text.runDone,
    failed: text.runFailed,
    stopped: text.runStopped,
    skipped: text.runSkipped,
  }[run.state];
  return html`<li class="hit run${look}" id="run-${run.channel}">
    <div class="hit-margin">${time(run.startedAt ?? run.dueAt)}</div>
    <div class="hit-body">
      <div class="hit-head">
        ${icon(sign)} <strong>${state}</strong>
        <a class="channel" href="/c/${run.channel}">${run.channel}</a>
      </div>
      <p class="run-counts" ${run.state === "running" ? html` role="status"` : ""}>
        <span><b>${text.pagesRead(number(run.counts.pages))}</b></span>
        <span><b>${text.newPosts(number(run.counts.new))}</b></span
        >${
          run.counts.edited > 0 &&
          html` <span><b>${text.editedPosts(number(run.counts.edited))}</b></span>`
        }${
          run.counts.deleted > 0 &&
          html` <span><b>${text.deletedPosts(number(run.counts.deleted))}</b></span>`
        }
      </p>
      ${
        run.error &&
        html`<p>
          <span class="reason">${reason(run.error.class, words)}.</span> ${run.error.message}
        </p>`
      }${run.state === "running" && html`<p class="quiet small">${text.showRun}</p>`}
    </div>
  </li>`;
}

/** What kind of failure it was, in words. */
function reason(failure: string, { text }: Words): string {
  const known: Readonly<Record<string, string>> = text.runReason;
  return known[failure] ?? text.failed;
}

/** A run's state in a word or two, for a table. */
export function runState(run: RunAnswer | undefined, { text, number }: Words): Html | undefined {
  if (run?.state === "running")
    return html`<a class="state" href="#run-${run.channel}"
      >${icon("live")} ${text.running}, ${text.newPosts(number(run.counts.new))}</a
    >`;
  if (run?.error)
    return html`<a class="state state-gone" href="#run-${run.channel}"
      >${icon("warn")} ${text.runFailed}</a
    >`;
  return undefined;
}
