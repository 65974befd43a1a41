import { html } from "hono/html";
import type { KeyAnswer } from "../../server/contract/key.ts";
import { moment, zoned } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";

/** What was typed for a new key. */
export interface KeyForm {
  readonly scopes: readonly string[];
  readonly channels: string;
  readonly origins: string;
  readonly expires: string;
}

export interface KeysView {
  readonly frame: Frame;
  readonly keys: readonly (KeyAnswer & { readonly state: "good" | "expired" | "revoked" })[];
  readonly scopes: readonly string[];
  readonly form: KeyForm;
  readonly fault?: string;
  /** A key made or rotated just now, to be shown this once. */
  readonly made?: { readonly secret: string; readonly id: string };
}

/** Every key without itself, a form to make one, and the one just made. */
export function keysPage(view: KeysView): Html {
  const { frame, keys, fault, made } = view;
  const { keys: text } = frame.words.text;
  return page(frame, {
    title: text.title,
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>${text.lead}</p>
        </div>
      </div>
      ${
        made &&
        html`<div class="note note-done" role="status">
          ${icon("check")}
          <div>
            <p>${text.shownOnce({ id: made.id })}</p>
            <p><code class="mono fold">${made.secret}</code></p>
          </div>
        </div>`
      }
      ${fault !== undefined && html`<p class="note note-fail" role="alert">${icon("warn")}<span>${fault}</span></p>`}
      ${keys.length > 0 && table(view)}
      <p class="small quiet section">${text.grace}</p>
      ${makeForm(view)}`,
  });
}

function table({ frame, keys }: KeysView): Html {
  const { keys: text } = frame.words.text;
  return html`<table class="table table-mid table-fold section">
    <thead>
      <tr>
        <th scope="col">${text.key}</th>
        <th scope="col">${text.columns.scopes}</th>
        <th scope="col">${text.columns.channels}</th>
        <th scope="col">${text.columns.origins}</th>
        <th scope="col">${zoned(text.made)}</th>
        <th scope="col">${text.state}</th>
        <th scope="col">${text.change}</th>
      </tr>
    </thead>
    <tbody>
      ${keys.map(
        (key) =>
          html`<tr id="key-${key.id}">
            <th scope="row" class="mono key-id">${key.id}</th>
            <td data-label="${text.columns.scopes}">${key.scopes.join(", ")}</td>
            <td data-label="${text.columns.channels}">${key.channels.join(", ") || text.all}</td>
            <td data-label="${text.columns.origins}">${key.origins.join(", ") || text.none}</td>
            <td data-label="${text.made}">${when(key.createdAt)}</td>
            <td data-label="${text.state}">${stateOf(key, frame)}</td>
            <td>${key.state === "good" && changes(key.id, frame)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function stateOf(key: KeysView["keys"][number], { words }: Frame): Html {
  const { keys: text } = words.text;
  if (key.state !== "good") return html`<span class="state state-gone">${text[key.state]}</span>`;
  const { expiresAt, previousUntil } = key;
  return html`${text.good}${expiresAt !== undefined && ` ${text.until({ time: short(expiresAt) })}`}${
    previousUntil !== undefined &&
    html`<br /><span class="quiet small">${text.old({ time: short(previousUntil) })}</span>`
  }`;
}

function changes(id: string, { words }: Frame): Html {
  const { keys: text } = words.text;
  return html`<div class="row">
    <form action="/keys/${id}/rotate" method="post">
      <button class="btn">${text.rotate}</button>
    </form>
    <form action="/keys/${id}/rotate" method="post">
      <input type="hidden" name="grace" value="0" /><button class="btn">${text.rotateNow}</button>
    </form>
    <form action="/keys/${id}/revoke" method="post">
      <button class="btn">${text.revoke}</button>
    </form>
  </div>`;
}

function makeForm({ frame, scopes, form }: KeysView): Html {
  const { keys: text } = frame.words.text;
  const says: Readonly<Record<string, string>> = text.says;
  return html`<section class="section" id="make">
    <h2>${text.make}</h2>
    <form class="stack" action="/keys" method="post">
      <fieldset class="field">
        <legend class="label">${text.scopes}</legend>
        ${scopes.map(
          (scope) =>
            html`<label class="check"
              ><input
                type="checkbox"
                name="scope"
                value="${scope}"
                ${form.scopes.includes(scope) ? html` checked` : ""}
              />
              <span><code>${scope}</code> ${says[scope] ?? ""}</span></label
            >`,
        )}
      </fieldset>
      <div class="form-row">
        ${field("channels", text.channels, text.channelsHint, form.channels)}
        ${field("origins", text.origins, text.originsHint, form.origins)}
        ${field("expires", text.expires, text.expiresHint, form.expires)}
        <button class="btn btn-lead">${text.make}</button>
      </div>
    </form>
  </section>`;
}

const field = (
  name: Exclude<keyof KeyForm, "scopes">,
  label: string,
  hint: string,
  value: string,
): Html =>
  html`<div class="field">
    <label for="k-${name}">${label}</label
    ><input
      class="input mono"
      id="k-${name}"
      name="${name}"
      value="${value}"
      maxlength="1000"
      autocomplete="off"
      spellcheck="false"
      aria-describedby="k-${name}-h"
    />
    <span class="hint" id="k-${name}-h">${hint}</span>
  </div>`;

const short = (instant: string): string => moment(instant).replace(/:\d\d UTC$/, "");
const when = (instant: string): Html => html`<time datetime="${instant}">${short(instant)}</time>`;
