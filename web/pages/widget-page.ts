import { html } from "hono/html";
import { contrast } from "../parts/contrast.ts";
import type { Html } from "../parts/html.ts";
import { entrance, page, type Frame } from "../parts/layout.ts";

export const widgetParameters = [
  "channels",
  "mode",
  "theme",
  "lang",
  "shortcut",
  "links",
  "accent",
  "origins",
] as const;
/** What the owner of a site chose for the widget; empty is the default. */
export type WidgetChoice = Readonly<Record<(typeof widgetParameters)[number], string>>;

export interface BuilderView {
  readonly frame: Frame;
  readonly choice: WidgetChoice;
  readonly known: readonly string[];
  readonly addresses: {
    readonly origin: string;
    readonly version: string;
    readonly integrity: string;
    readonly sizes: { readonly loader: number; readonly all: number; readonly single: number };
  };
  /** A key made just now, to be shown this once. */
  readonly secret?: string;
  readonly fault?: string;
}

const colour = /^#[0-9a-f]{6}$/i;
const enoughForText = 4.5;
const themes = ["light", "dark"] as const;
type Theme = (typeof themes)[number];
const isTheme = (name: string): name is Theme => name === "light" || name === "dark";
/** What the widget's style has where its owner says nothing. */
const accents = { light: "#07593f", dark: "#74cba8" };
const grounds = { light: "#ffffff", dark: "#171e1a" };

/** The choices that differ from the default, as attributes. */
export const options = (choice: WidgetChoice): (readonly [string, string])[] =>
  (["channels", "mode", "theme", "lang", "shortcut", "links"] as const)
    .map((name) => [name, choice[name]] as const)
    .filter(([, value]) => value !== "");

/** A form of choices, a preview, and the tag to paste. Works without script; with it the preview follows the form. */
export function builderPage(view: BuilderView): Html {
  const { frame, choice, addresses, known, fault } = view;
  const { widgetPage: text } = frame.words.text;
  const { version, sizes } = addresses;
  return page(frame, {
    title: text.title,
    current: "widget",
    scripts: [`/widget/${version}/preview.js`],
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>${text.lead}</p>
        </div>
      </div>
      ${fault !== undefined && html`<p class="note note-fail" role="alert">${fault}</p>`}
      <div class="split">
        <form class="stack" action="/widget" method="get" data-preview>
          <div class="field">
            <label for="wc">${text.channels}</label
            ><input
              class="input mono"
              id="wc"
              name="channels"
              value="${choice.channels}"
              placeholder="${known.slice(0, 3).join(", ")}"
              spellcheck="false"
            />
          </div>
          <div class="form-row">
            ${select("mode", text.mode, text.modes, choice.mode)}
            ${select("theme", text.theme, text.themes, choice.theme)}
            ${select("lang", text.lang, text.langs, choice.lang)}
          </div>
          <div class="form-row">
            ${select("shortcut", text.shortcut, text.shortcuts, choice.shortcut)}
            ${select("links", text.links, text.linked, choice.links)}
          </div>
          ${accent(view)}
          <div class="field">
            <label for="wo">${text.origins}</label
            ><input
              class="input mono"
              id="wo"
              name="origins"
              value="${choice.origins}"
              placeholder="https://example.org"
              spellcheck="false"
            />
          </div>
          <div class="row">
            <button class="btn btn-lead">${text.show}</button>
            ${
              frame.adminOpen
                ? html`<button class="btn" formmethod="post">${text.makeKey}</button>`
                : frame.door === "enter" &&
                  html`<a class="btn" href="${entrance(frame.address)}">${text.enter}</a>`
            }
          </div>
          <p class="small quiet">
            ${frame.changesOpen ? text.keyHow : text.byAdmin}
            <code>${keyCommand(choice, frame.command)}</code
            >${!frame.changesOpen && html` ${text.or}`}
          </p>
          ${!frame.changesOpen && code(keyRequest(view), "POST /api/v1/keys")}
        </form>
        <section>
          <h2 id="w-tag">${text.tag}</h2>
          ${view.secret !== undefined && html`<p class="note note-done" role="status">${text.shownOnce}</p>`}
          ${code(tagOf(view, "loader"), text.tag)}
          <p class="small quiet">
            ${text.sizes({ all: kib(sizes.all), loader: kib(sizes.loader) })}
          </p>
          <p><a class="reach" href="/widget/help">${text.help}</a></p>
          <p><a class="reach" href="/widget/gallery">${text.gallery}</a></p>
        </section>
      </div>
      <section class="section">
        <h2 id="w-pre">${text.preview}</h2>
        <div data-stage>
          <backscroll-search
            ${options(choice).map(([name, value]) => html` ${name}="${value}"`)}
          ></backscroll-search>
        </div>
      </section>
      <section class="section">
        <h2 id="w-pin">${text.pinned}</h2>
        ${code(tagOf(view, "single"), text.pinned)}
      </section>
      <section class="section">
        <h2 id="w-fr">${text.frame}</h2>
        ${code(frameTag(view), text.frame)}
      </section>
      <section class="section">
        <h2 id="w-pl">${text.plain}</h2>
        ${code(plainForm(view), text.plain)}
      </section>`,
  });
}

/** KiB with one digit, rounded up. */
const kib = (bytes: number): string => (Math.ceil(bytes / 102.4) / 10).toFixed(1);

function select(
  name: keyof WidgetChoice,
  label: string,
  values: Readonly<Record<string, string>>,
  chosen: string,
): Html {
  return html`<div class="field grow">
    <label for="w-${name}">${label}</label
    ><select class="input" id="w-${name}" name="${name}">
      ${Object.entries(values).map(
        ([value, said]) =>
          html`<option value="${value}" ${value === chosen ? html` selected` : ""}>
            ${said}
          </option>`,
      )}
    </select>
  </div>`;
}

function accent({ frame, choice }: BuilderView): Html {
  const { widgetPage: text } = frame.words.text;
  const known = choice.accent === "" || colour.test(choice.accent);
  const ratio = (theme: Theme): number => contrast(choice.accent || accents[theme], grounds[theme]);
  const shownIn = isTheme(choice.theme) ? [choice.theme] : themes;
  const faint = known ? shownIn.filter((theme) => ratio(theme) < enoughForText) : [];
  const verdict =
    faint.length > 0
      ? `${faint.map((theme) => text.faint[theme]).join(", ")}; ${text.needed}`
      : text.enough;
  return html`<div class="field grow">
    <label for="wa">${text.accent}</label
    ><input
      class="input mono"
      id="wa"
      name="accent"
      value="${choice.accent}"
      placeholder="#07593f"
      aria-describedby="wa-h"
    />
    <span class="${known && faint.length === 0 ? "hint" : "fault"}" id="wa-h"
      >${known ? `${text.contrast({ light: floored(ratio("light")), dark: floored(ratio("dark")) })}; ${verdict}` : text.wrong}</span
    >
  </div>`;
}

/** One digit, never rounded up to what it is not. */
const floored = (ratio: number): string => (Math.floor(ratio * 10) / 10).toFixed(1);

/** Markup to copy, as text. */
export const code = (text: string, label: string): Html =>
  html`<pre class="log" tabindex="0" role="region" aria-label="${label}">${text}</pre>`;

const orElse = (list: string, otherwise: string): readonly string[] => {
  const values = list.split(/[\s,]+/).filter(Boolean);
  return values.length > 0 ? values : [otherwise];
};

const keyCommand = ({ channels, origins }: WidgetChoice, command: string): string =>
  `${command} keys create --scope search --channel ${orElse(channels, "durov").join(",")} --origin ${orElse(origins, "https://example.org").join(",")}`;

/** The same as a request, for who has the admin key and not the machine. */
function keyRequest({ choice, addresses }: BuilderView): string {
  const grant = {
    scopes: ["search"],
    channels: orElse(choice.channels, "durov"),
    origins: orElse(choice.origins, "https://example.org"),
  };
  const body = JSON.stringify(grant).replaceAll("'", "");
  return `curl -X POST ${addresses.origin}/api/v1/keys \\\n  -H "Authorization: Bearer $ADMIN_KEY" -H "Content-Type: application/json" \\\n  -d '${body}'`;
}

const quoted = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** The tag for these choices. */
export function tagOf(
  { choice, addresses, secret }: Pick<BuilderView, "choice" | "addresses" | "secret">,
  form: "loader" | "single",
): string {
  const { origin, version, integrity } = addresses;
  const src =
    form === "loader" ? `${origin}/widget/v1.js` : `${origin}/widget/${version}/backscroll.js`;
  const held = form === "loader" ? [] : [`integrity="${integrity}"`, 'crossorigin="anonymous"'];
  const data = [...options(choice), ["key", secret ?? "bs_…"] as const].map(
    ([name, value]) => `data-${name}="${quoted(value)}"`,
  );
  const tag = `<script async src="${src}"\n  ${[...held, ...data].join("\n  ")}></script>`;
  if (!colour.test(choice.accent)) return tag;
  return `<style>backscroll-search { --bs-accent: ${choice.accent} }</style>\n${tag}`;
}

function frameTag({ choice, addresses, secret, frame }: BuilderView): string {
  const query = new URLSearchParams([
    ...options({ ...choice, mode: "", shortcut: "" }),
    ["key", secret ?? "bs_…"],
  ] as [string, string][]);
  const { title } = frame.words.text.widgetPage;
  return `<iframe src="${addresses.origin}/widget/frame?${quoted(query.toString().replaceAll("%E2%80%A6", "…"))}"\n  title="${title}" width="100%" height="480" loading="lazy"></iframe>`;
}

function plainForm({ choice, addresses }: BuilderView): string {
  const channel =
    choice.channels === ""
      ? ""
      : `\n  <input type="hidden" name="channel" value="${quoted(choice.channels)}">`;
  return `<form action="${addresses.origin}/" role="search">\n  <input type="search" name="q" aria-label="Search">${channel}\n  <button>Search</button>\n</form>`;
}
