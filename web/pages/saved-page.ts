import { html } from "hono/html";
import type { Problem } from "../../server/contract/problem.ts";
import type { SavedAnswer } from "../../server/contract/saved-search.ts";
import { name as plainName, searchAddress, time } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { problemSaid } from "../parts/query-faults.ts";
import { page, type Frame } from "../parts/layout.ts";
import type { Words } from "../words/words.ts";

/** The form, as it was typed, and why it could not be used. */
export interface SavedForm {
  readonly name: string;
  readonly query: string;
  readonly url: string;
  readonly fault?: Problem;
}

export interface SavedView {
  readonly frame: Frame;
  readonly searches: readonly SavedAnswer[];
  readonly form: SavedForm;
  /** A search that was just added, and its secret, which only this page shows. */
  readonly made?: { readonly name: string; readonly secret: string };
}

/** Every saved search with what was sent for it, and a form to add one. */
export function savedPage({ frame, searches, form, made }: SavedView): Html {
  const { saved: text } = frame.words.text;
  return page(frame, {
    title: text.title,
    current: "saved",
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>${text.lead}</p>
        </div>
      </div>
      ${
        made &&
        html`<div class="note note-done" role="status">
          <span>${text.secret({ name: made.name })} <code class="fold">${made.secret}</code></span>
        </div>`
      }
      ${addForm(form, text, frame.words)}
      ${
        searches.length === 0
          ? html`<p class="section quiet">${text.none}</p>`
          : searches.map((search) => item(search, text, frame.words))
      }`,
  });
}

function addForm(
  { name, query, url, fault }: SavedForm,
  text: Words["text"]["saved"],
  words: Words,
): Html {
  const wrong = fault === undefined ? "" : html` aria-describedby="s-f"`;
  return html`<section class="stack" id="add">
    <h2>${text.add}</h2>
    <form class="form-row" action="/saved" method="post" ${wrong}>
      <div class="field">
        <label for="s-n">${text.name}</label
        ><input class="input" id="s-n" name="name" required maxlength="100" value="${name}" />
      </div>
      <div class="field grow">
        <label for="s-q">${text.query}</label
        ><input
          class="input mono"
          id="s-q"
          name="query"
          maxlength="1000"
          value="${query}"
          autocapitalize="none"
          spellcheck="false"
        />
      </div>
      <div class="field grow">
        <label for="s-u">${text.url}</label
        ><input
          class="input mono"
          id="s-u"
          name="url"
          type="url"
          maxlength="1000"
          value="${url}"
          placeholder="https://example.org/hook"
          aria-describedby="s-h"
        />
      </div>
      <button class="btn btn-lead">${icon("plus")} ${text.save}</button>
    </form>
    ${fault !== undefined && html`<p class="note note-fail" id="s-f" role="alert">${problemSaid(fault, words)}</p>`}
    <p class="quiet small" id="s-h">${text.urlHint}</p>
  </section>`;
}

function item(search: SavedAnswer, text: Words["text"]["saved"], words: Words): Html {
  const { id, state, query, url, matches, matchedAt, createdAt, feeds } = search;
  const name = plainName(search.name);
  return html`<section class="section stack" id="saved-${id}">
    <h2><bdi>${name}</bdi></h2>
    <p>
      <code class="fold"><bdi>${query === "" ? words.text.common.everything : query}</bdi></code>
    </p>
    <p class="quiet small fold">
      <span class="state${state === "gone" ? " state-gone" : ""}">${text.states[state]}</span>,
      ${text.savedAt} ${time(createdAt)}.
      ${url === undefined ? `${text.noWebhook}.` : html`→ <bdi>${url}</bdi>`}
    </p>
    <p>
      ${text.matches({ count: matches })}${
        matchedAt !== undefined && html`, ${text.last} ${time(matchedAt)}`
      }.
      ${text.feeds}: <a class="reach" href="${feeds.atom}">Atom</a>
      <a class="reach" href="${feeds.json}">${words.text.common.jsonFeed}</a>
    </p>
    <form class="row" action="/saved/${id}" method="post">
      <a class="btn" href="${searchAddress({ q: query })}">${text.search}</a>
      ${
        state === "following"
          ? act({ act: "pause", says: text.pause, name }, text)
          : act({ act: "resume", says: text.resume, name }, text)
      }
      ${url !== undefined && act({ act: "test", says: text.test, name }, text)}
      ${act({ act: "remove", says: text.remove, name }, text)}
    </form>
    ${url !== undefined && deliveries(search, text, words)}
  </section>`;
}

const act = (
  one: { readonly act: string; readonly says: string; readonly name: string },
  text: Words["text"]["saved"],
): Html =>
  html`<button
    class="btn"
    name="act"
    value="${one.act}"
    aria-label="${text.which({ act: one.says, name: one.name })}"
  >
    ${one.says}
  </button>`;

function deliveries(
  { id, deliveries: sent }: SavedAnswer,
  text: Words["text"]["saved"],
  words: Words,
): Html {
  if (sent.length === 0) return html`<p class="quiet">${text.nothingSent}</p>`;
  return html`<h3 class="small" id="sent-${id}">${text.sent}</h3>
    <table class="table table-fold" aria-labelledby="sent-${id}">
      <thead>
        <tr>
          <th scope="col">${text.event}</th>
          <th scope="col">${text.state}</th>
          <th scope="col" class="num">${text.tries}</th>
          <th scope="col">${text.when}</th>
          <th scope="col">${text.answer}</th>
        </tr>
      </thead>
      <tbody>
        ${sent.map(
          (one) =>
            html`<tr>
              <th scope="row">
                <code>${one.event}</code>
                <div class="shelf quiet">${one.id}</div>
              </th>
              <td data-label="${text.state}">
                <span class="state${one.state === "given-up" ? " state-gone" : ""}"
                  >${icon(one.state === "sent" ? "check" : one.state === "waiting" ? "live" : "warn")}
                  ${text.delivery[one.state]}</span
                >
              </td>
              <td class="num" data-label="${text.tries}">${words.number(one.tries)}</td>
              <td data-label="${text.when}">${one.triedAt && time(one.triedAt)}</td>
              <td data-label="${text.answer}">
                ${outcome(one.answer, words)}
                ${one.nextTryAt && one.tries > 0 && html`<span class="quiet">${text.next} ${time(one.nextTryAt)}</span>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** An outcome as it was kept, which is in English; in Russian the status of an answer, and what a host inside the network needs. */
function outcome(answer: string | undefined, { answers }: Words): Html | string | undefined {
  if (answer === undefined || !answers) return answer;
  const [, status] = /^Answered (\d{3})\b/.exec(answer) ?? [];
  if (status !== undefined) return answers.answered(status);
  const inside =
    answer.includes("BACKSCROLL_WEBHOOK_INSIDE") && answers.problem({ type: "webhook-inside" });
  if (inside) return html`${inside}`;
  return html`<span lang="en" dir="auto">${answer}</span>`;
}
