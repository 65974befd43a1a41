import { html } from "hono/html";
import type { PlanAnswer } from "../../server/contract/plan.ts";
import type {
  Cadence,
  CadenceField,
  CadenceKind,
  PlanPreviewAnswer,
  ScheduleAnswer,
} from "../../server/contract/schedule.ts";
import { zoned } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { minute, planSaid } from "./runs-page.ts";

/** The form as it was typed, and what came of it. */
export interface ScheduleForm {
  readonly channels: string;
  readonly kind: CadenceKind;
  readonly fields: Readonly<Partial<Record<CadenceField["name"], string>>>;
  readonly jitterMinutes: string;
  readonly misfire: "skip" | "once";
  readonly fault?: {
    readonly at: "channels" | "cadence" | "jitterMinutes";
    readonly detail: string;
  };
  readonly preview?: PlanPreviewAnswer;
}

export interface SchedulesView {
  readonly frame: Frame;
  readonly schedules: readonly ScheduleAnswer[];
  readonly plan: PlanAnswer;
  readonly form: ScheduleForm;
  /** The ways to say when, and what is written of each. */
  readonly cadences: Readonly<Record<CadenceKind, readonly CadenceField[]>>;
}

/** When each channel is read, what that asks of the source, and a form that says so before anything is saved. */
export function schedulesPage(view: SchedulesView): Html {
  const { frame, schedules, plan } = view;
  const { words } = frame;
  const { schedules: text } = words.text;
  return page(frame, {
    title: words.text.runs.schedules,
    current: "runs",
    main: html`<div class="page-head">
        <div>
          <h1>${words.text.runs.schedules}</h1>
          <p>
            ${schedules.length === 0 ? text.noSchedules : planSaid(plan, words)}
            ${text.scheduleLead}
          </p>
        </div>
      </div>
      ${schedules.length > 0 && table(view)}${
        frame.changesOpen
          ? formSection(view)
          : html`<p class="hint quiet small section">
              ${words.text.runs.closed} <code>${frame.command} schedule add @name --adaptive</code>
            </p>`
      }`,
  });
}

function table(view: SchedulesView): Html {
  const { frame, schedules } = view;
  const { schedules: text } = frame.words.text;
  return html`<table class="table table-mid table-fold">
    <thead>
      <tr>
        <th scope="col">${frame.words.text.common.channel}</th>
        <th scope="col">${text.when}</th>
        <th scope="col">${zoned(`${text.nextFive}, UTC`)}</th>
        <th scope="col">${text.missedTimes}</th>
        ${frame.changesOpen && html`<th scope="col"><span class="only-read">${text.actions}</span></th>`}
      </tr>
    </thead>
    <tbody>
      ${schedules.map(
        (schedule) =>
          html`<tr id="${schedule.channel}">
            <th scope="row">
              <a class="channel" href="/c/${schedule.channel}">${schedule.channel}</a>
            </th>
            <td data-label="${text.when}"><span>${whenSaid(schedule, view)}</span></td>
            <td data-label="${text.nextFive}"><span>${nextSaid(schedule, frame)}</span></td>
            <td data-label="${text.missedTimes}">${text.misfire[schedule.misfire]}</td>
            ${frame.changesOpen && html`<td>${actions(schedule, frame)}</td>`}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function whenSaid(
  { cadence, jitterSeconds }: ScheduleAnswer,
  { frame, cadences }: SchedulesView,
): Html {
  const { schedules: text } = frame.words.text;
  const later =
    jitterSeconds > 0 && `, ${text.jitter({ minutes: Math.round(jitterSeconds / 60) })}`;
  const say = text.cadences[cadence.kind].said as string | ((fields: Cadence) => string);
  const [first] = cadences[cadence.kind];
  const written = (cadence as Readonly<Record<string, string>>)[first?.name ?? ""];
  return html`${written !== undefined && html`<code>${written}</code> `}${
    typeof say === "string" ? say : say(cadence)
  }${later}`;
}

function nextSaid(
  { paused, next }: Pick<ScheduleAnswer, "paused" | "next">,
  { words }: Frame,
): Html | string {
  const { schedules: text } = words.text;
  if (paused) return html`<span class="quiet">${text.paused}</span>`;
  if (next.length === 0) return text.never;
  return dueTimes(next);
}

const dueTimes = (next: readonly string[]): Html =>
  html`${next.map((at, index) => {
    const isSameDay = index > 0 && next[index - 1]?.slice(0, 10) === at.slice(0, 10);
    const shown = isSameDay ? minute(at).slice(11) : minute(at);
    return html`${index > 0 && ", "}<time datetime="${at}">${shown}</time>`;
  })}`;

function actions(schedule: ScheduleAnswer, { words }: Frame): Html {
  const { schedules: text } = words.text;
  const button = (verb: string, label: string): Html =>
    html`<form action="/schedules/${schedule.id}/${verb}" method="post">
      <button class="btn" aria-label="${text.of({ label, channel: schedule.channel })}">
        ${label}
      </button>
    </form>`;
  return html`<div class="row">
    ${schedule.paused ? button("resume", text.resumeSchedule) : button("pause", text.pause)}
    ${button("remove", text.remove)}
  </div>`;
}

function formSection(view: SchedulesView): Html {
  const { frame, form } = view;
  const { words } = frame;
  const { schedules: text } = words.text;
  return html`<section class="section" aria-labelledby="add">
    <h2 id="add">${text.add}</h2>
    <form class="schedule-form" action="/schedules#add" method="post">
      ${field("channels", text.channels, {
        fault: faultAt("channels", view),
        value: form.channels,
        hint: text.channelsHint,
        attributes: html`required maxlength="20000" autocapitalize="none" spellcheck="false"`,
      })}
      <fieldset>
        <legend>${text.when}</legend>
        ${(Object.keys(view.cadences) as CadenceKind[]).map((kind) => cadenceChoice(kind, view))}
      </fieldset>
      <div class="form-row">
        ${field("jitterMinutes", text.jitterMinutes, {
          fault: faultAt("jitterMinutes", view),
          value: form.jitterMinutes,
          hint: text.jitterHint,
          attributes: html`inputmode="numeric" maxlength="4"`,
        })}
        <div class="field">
          <label for="misfire">${text.missedTimes}</label
          ><select class="input" id="misfire" name="misfire">
            ${(["once", "skip"] as const).map(
              (one) =>
                html`<option value="${one}" ${form.misfire === one ? html`selected` : ""}>
                  ${text.misfire[one]}
                </option>`,
            )}
          </select>
        </div>
      </div>
      ${form.preview && preview(form.preview, frame)}
      <div class="row">
        <button class="btn${form.preview ? "" : " btn-lead"}" name="step" value="plan">
          ${text.showPlan}
        </button>
        ${
          form.preview &&
          html`<button class="btn btn-lead" name="step" value="save">${text.save}</button>`
        }
      </div>
    </form>
  </section>`;
}

function preview({ plan, all, next }: PlanPreviewAnswer, frame: Frame): Html {
  const { words } = frame;
  const { schedules: text } = words.text;
  return html`<section aria-labelledby="preview" role="status">
    <h3 id="preview">${text.preview}</h3>
    <dl class="facts">
      <dt>${text.alone}</dt>
      <dd>${planSaid(plan, words)}</dd>
      <dt>${text.together}</dt>
      <dd>${planSaid(all, words)}</dd>
      <dt>${zoned(`${text.nextFive}, UTC`)}</dt>
      <dd>${nextSaid({ paused: false, next }, frame)}</dd>
    </dl>
  </section>`;
}

function cadenceChoice(kind: CadenceKind, view: SchedulesView): Html {
  const { form, cadences } = view;
  const { schedules: text } = view.frame.words.text;
  const fields = cadences[kind];
  return html`<label class="radio"
      ><input type="radio" name="kind" value="${kind}" ${form.kind === kind ? html`checked` : ""} />
      ${text.cadences[kind].label}</label
    >${
      fields.length > 0 &&
      html`<div class="form-row">
        ${fields.map(({ name, example, otherwise = example }) =>
          field(name, text.cadenceFields[name].label, {
            fault: faultAt(name, view),
            value: form.fields[name] ?? otherwise,
            attributes: html`maxlength="200" autocapitalize="none" spellcheck="false"`,
            ...text.cadenceFields[name],
          }),
        )}
      </div>`
    }`;
}

/** What is wrong with a cadence stands at the first field of its kind. */
function faultAt(
  id: string,
  { form: { fault, kind }, cadences }: SchedulesView,
): string | undefined {
  const at = fault?.at === "cadence" ? cadences[kind][0]?.name : fault?.at;
  return at === id ? fault?.detail : undefined;
}

function field(
  id: string,
  label: string,
  own: {
    readonly fault: string | undefined;
    readonly value: string;
    readonly attributes: Html;
    readonly hint?: string;
  },
): Html {
  const { fault, value, attributes, hint } = own;
  const described = [hint !== undefined && `${id}-h`, fault !== undefined && `${id}-f`].filter(
    (one) => one !== false,
  );
  return html`<div class="field grow">
    <label for="${id}">${label}</label
    ><input
      class="input mono"
      id="${id}"
      name="${id}"
      value="${value}"
      ${attributes}
      ${described.length > 0 ? html`aria-describedby="${described.join(" ")}"` : ""}
      ${fault === undefined ? "" : html`aria-invalid="true"`}
    />${hint !== undefined && html`<span class="hint" id="${id}-h">${hint}</span>`}${
      fault !== undefined && html`<p class="fault" id="${id}-f" role="alert">${fault}</p>`
    }
  </div>`;
}
