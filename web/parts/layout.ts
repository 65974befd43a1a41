import { html } from "hono/html";
import { day } from "./format.ts";
import type { Html } from "./html.ts";
import { aboutHead, type About } from "./head.ts";
import { keysHelp } from "./keys-help.ts";
import { icon, symbols } from "./icons.ts";
import { languages, type Words } from "../words/words.ts";

/** A small script that makes a part of a page handier; every page works without it. */
export type Island =
  | "query-box"
  | "copy-link"
  | "time-brush"
  | "live-page"
  | "picture-viewer"
  | "year-calendar"
  | "hit-list"
  | "hit-trail"
  | "local-time"
  | "frame-height"
  | "keys-help"
  | "menus";

/** What makes every page handier. */
const everywhere: readonly Island[] = ["local-time", "keys-help", "menus"];

/** What every page shows besides its own matter. */
export interface Frame {
  readonly words: Words;
  /** Path and query of this page, to come back to it in the other language. */
  readonly address: string;
  /** Scheme and host the world knows this server by. */
  readonly origin: string;
  /** Origins that may frame a post without a key; `*` is any. */
  readonly embeddedBy: readonly string[];
  /** Whether the reader may add channels; a page that cannot change anything has no controls for it. */
  readonly changesOpen: boolean;
  /** Whether the reader may do all, such as keeping result sets and making keys. */
  readonly adminOpen: boolean;
  /** What is typed on the server's machine before the name of a command. */
  readonly command: string;
  /** What a query may say of a post: the names of the fields, with their values where these are few. */
  readonly fields: readonly {
    readonly name: string;
    readonly values?: readonly string[];
  }[];
  /** What a result can be taken along as. */
  readonly formats: readonly { readonly format: string; readonly name: string }[];
  /** Whether the reader could enter with a key, or has; absent where all is open to this machine. */
  readonly door?: "enter" | "leave" | undefined;
  readonly assets: {
    readonly stylesheet: string;
    readonly icon: string;
    readonly islands: Readonly<Record<Island, string>>;
  };
  /** Absent when the archive could not be asked. */
  readonly archive?:
    | {
        readonly posts: number;
        readonly channels: number;
        readonly newest?: string | undefined;
        readonly indexBehind: number;
      }
    | undefined;
}

type Current = "search" | "channels" | "changes" | "runs" | "saved" | "widget" | "docs";

/** A whole page. */
export function page(
  frame: Frame,
  own: {
    readonly title: string;
    readonly current?: Current;
    /** How many changes the reader has not seen; only where their last visit is known. */
    readonly newChanges?: number | undefined;
    /** The address of an Atom feed of what the page shows. */
    readonly feed?: string;
    /** What links to it show elsewhere; only pages that anybody is meant to link to have it. */
    readonly about?: About | undefined;
    readonly main: Html;
    /** Addresses of module scripts; the page must do without them too. */
    readonly scripts?: readonly string[];
    readonly islands?: readonly Island[];
    /** How often the page is asked for again where no script runs. */
    readonly againSeconds?: number | undefined;
  },
): Html {
  const { lang } = frame.words;
  const { layout: text } = frame.words.text;
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${own.title === "" ? "" : `${own.title}. `}Backscroll</title>
        <link rel="icon" type="image/svg+xml" href="${frame.assets.icon}" />
        <link rel="stylesheet" href="${frame.assets.stylesheet}" />
        ${
          own.feed !== undefined &&
          html`<link rel="alternate" type="application/atom+xml" href="${own.feed}" />`
        }
        ${own.about && aboutHead(own.about, frame)}
        ${
          own.againSeconds !== undefined &&
          html`<noscript><meta http-equiv="refresh" content="${own.againSeconds}" /></noscript>`
        }
        ${own.scripts?.map((src) => html`<script type="module" src="${src}"></script>`)}
        ${[...(own.islands ?? []), ...everywhere].map(
          (one) => html`<script type="module" src="${frame.assets.islands[one]}"></script>`,
        )}
      </head>
      <body>
        ${symbols}
        <a class="skip" href="#main">${text.skip}</a>
        <header class="masthead">
          <div class="wrap">
            <a class="brand" href="/"
              ><svg viewBox="0 0 18 24" aria-hidden="true">
                <path class="m-line" stroke-width="1.5" d="M2 0v24" />
                <path class="m-kept" stroke-width="2" d="M2 3h7M2 8h5M2 20h7" />
                <path class="m-found" stroke-width="3" d="M2 14h15" /></svg
              >Backscroll</a
            >
            <nav class="nav" aria-label="${text.main}">${mainLinks(frame, own)}</nav>
            <details class="menu menu-nav" name="menu">
              <summary class="btn btn-flat">${icon("menu")} ${text.menu}</summary>
              <nav class="menu-list" aria-label="${text.main}">
                ${mainLinks(frame, own)}
                <hr />
                ${moreLinks(frame)}
              </nav>
            </details>
            ${door(frame)}
          </div>
        </header>
        <main id="main">
          <div class="wrap">${own.main}</div>
        </main>
        ${colophon(frame)}
      </body>
    </html> `;
}

/** What the archive is used for. */
function mainLinks(
  { words, adminOpen }: Frame,
  {
    current,
    newChanges = 0,
  }: { readonly current?: Current; readonly newChanges?: number | undefined },
): Html {
  const { layout: text, common } = words.text;
  const changes = html`${common.changesPage}${newChanges > 0 && html` <span class="new">${text.newChanges({ n: newChanges })}</span>`}`;
  const link = (address: string, name: Current, label: string | Html): Html =>
    html`<a href="${address}" ${current === name ? html`aria-current="page"` : ""}>${label}</a> `;
  return html`${link("/", "search", text.search)}${link("/channels", "channels", common.channelsPage)}${link("/changes", "changes", changes)}${link("/runs", "runs", common.runs)}${adminOpen && link("/saved", "saved", text.savedPage)}${link("/widget", "widget", text.widget)}`;
}

/** What it is looked after with. */
function moreLinks({ words, adminOpen }: Frame): Html {
  const { layout: text } = words.text;
  return html`${
      adminOpen && html`<a href="/keys">${text.keys}</a> <a href="/status">${text.status}</a> `
    }<a href="/docs">${text.api}</a> <a href="/ready">${text.health}</a>`;
}

/** The way in for who has a key, and the way out. */
function door({
  door,
  address,
  words: {
    text: { layout: text, common },
  },
}: Frame): Html | undefined {
  if (door === "enter")
    return html`<nav class="nav push" aria-label="${common.enter}">
      <a href="${entrance(address)}">${common.enter}</a>
    </nav>`;
  if (door === "leave")
    return html`<form class="push" action="/leave" method="post">
      <button class="btn btn-bare">${text.leave}</button>
    </form>`;
  return undefined;
}

/** The page that takes a key and leads back here. */
export const entrance = (address: string): string =>
  `/enter?${new URLSearchParams({ next: address }).toString()}`;

function colophon(frame: Frame): Html {
  const { words, archive, address } = frame;
  const { layout: text, common } = words.text;
  return html`<footer class="colophon">
    <div class="wrap">
      ${
        archive &&
        html`<span
            >${common.channels({ n: archive.channels })},
            ${common.posts({ n: archive.posts })}${archive.newest && `, ${text.newestPost({ time: day(archive.newest) })}`}</span
          >
          <span
            >${archive.indexBehind > 0 ? text.indexChanges({ changes: archive.indexBehind }) : text.indexCurrent}</span
          >`
      }
      <nav class="push" aria-label="${text.more}">
        ${moreLinks(frame)} ${keysHelp(words)}
        <local-time
          ><button class="btn btn-bare" type="button">${text.localTime}</button></local-time
        >
        ${languages
          .filter((one) => one.lang !== words.lang)
          .map(
            ({ lang, name }) =>
              html`<a href="${inLanguage(address, lang)}" lang="${lang}" hreflang="${lang}"
                >${name}</a
              >`,
          )}
      </nav>
    </div>
  </footer>`;
}

/** The same page, with its interface in another language. */
function inLanguage(address: string, lang: string): string {
  const url = new URL(address, "http://localhost");
  url.searchParams.set("ui", lang);
  return url.pathname + url.search;
}
