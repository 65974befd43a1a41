import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { entrance, type Frame } from "../parts/layout.ts";

export interface AddChannel {
  readonly large?: boolean;
  /** What was typed before, and why it could not be used. */
  readonly typed?: string;
  readonly detail?: string;
}

/** The form that names a channel to archive; where nothing can be changed, how else to add one. */
export function addChannelForm(
  {
    words: {
      text: { addChannel: text, common },
    },
    changesOpen,
    command,
    door,
    address,
  }: Frame,
  { large = false, typed, detail }: AddChannel = {},
): Html {
  if (!changesOpen)
    return html`<p class="hint quiet small${large ? "" : " push"}">
      ${text.addOnServer} <code>${command} archive @name</code>
      ${door === "enter" && html`<br /><a href="${entrance(address)}">${text.enterToChange}</a>`}
    </p>`;
  const described = detail === undefined ? (large ? "c-h" : "") : "c-f";
  return html`<form class="form-row${large ? "" : " push"}" action="/channels" method="post">
    <div class="field${large ? " grow" : ""}">
      <label for="c">${large ? common.channel : text.addChannel}</label
      ><input
        class="input mono"
        id="c"
        name="channel"
        required
        maxlength="300"
        value="${typed ?? ""}"
        placeholder="${text.addPlaceholder}"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        ${
          detail === undefined ? "" : html` aria-invalid="true"`
        }${described === "" ? "" : html` aria-describedby="${described}"`}
      />${detail !== undefined && html`<p class="fault" id="c-f" role="alert">${detail}</p>`}
    </div>
    <button class="btn btn-lead">${icon("plus")} ${text.archiveIt}</button>
  </form>`;
}
