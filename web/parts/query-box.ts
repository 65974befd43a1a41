import { html } from "hono/html";
import type { SearchAnswer } from "../../server/contract/search.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Frame } from "./layout.ts";
import type { Words } from "../words/words.ts";

/** The box; what stands beside `q` in the address goes on with it. */
export function queryBox(
  asked: { readonly q: string; readonly sort: string; readonly fold?: string },
  { words, fields }: Pick<Frame, "words" | "fields">,
  state: "rest" | "fault" = "rest",
): Html {
  const { queryBox: text } = words.text;
  const fault = state === "fault";
  return html`<form
    class="query${fault ? " query-fault" : ""}"
    action="/"
    method="get"
    role="search"
  >
    <label class="only-read" for="q">${text.searchLabel}</label>
    <query-box class="query-box" label="${text.completions}" fields="${JSON.stringify(fields)}">
      ${icon("search")}
      <input
        id="q"
        name="q"
        type="search"
        value="${asked.q}"
        dir="auto"
        placeholder="${text.placeholder}"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        maxlength="1000"
        ${fault ? html` aria-invalid="true" aria-describedby="fault"` : ""}
      />
      ${asked.sort !== "" && html`<input type="hidden" name="sort" value="${asked.sort}" />`}${
        asked.fold && html`<input type="hidden" name="fold" value="${asked.fold}" />`
      }<button class="btn btn-lead">${text.find}</button>
    </query-box>
  </form>`;
}

/** How the query was understood, piece by piece; every piece can be dropped. */
export function readAs(
  answer: SearchAnswer,
  { text: { queryBox: text, common } }: Words,
  to: (query: string) => string,
): Html | undefined {
  if (answer.pieces.length === 0) return undefined;
  return html`<div class="read-as">
    <span id="ra">${text.readAs}</span>
    <ul class="chips" aria-labelledby="ra">
      ${answer.pieces.map(
        (piece) =>
          html`<li class="chip${piece.negative ? " chip-not" : ""}">
            <span
              ><bdi><code>${piece.text}</code></bdi>
              ${note(piece, answer, text)}${readings(piece.text, { answer, text, to })}</span
            ><a href="${to(piece.without)}" aria-label="${common.remove({ piece: piece.text })}"
              >${icon("close")}</a
            >
          </li>`,
      )}
    </ul>
  </div>`;
}

/** In which forms a piece is searched. */
function note(
  piece: SearchAnswer["pieces"][number],
  { readings: all }: SearchAnswer,
  text: Words["text"]["queryBox"],
): Html | undefined {
  const isInCapitals = all.some(
    ({ word, taken, instead }) =>
      instead && word === piece.text && taken.some(({ lemma }) => lemma === word),
  );
  const said = isInCapitals && /^\p{Lu}/u.test(piece.text) ? text.inCapitals : noteOf(piece, text);
  return said === undefined ? undefined : html`<small>${said}</small>`;
}

function noteOf(
  { text: typed, negative }: SearchAnswer["pieces"][number],
  text: Words["text"]["queryBox"],
): string | undefined {
  if (negative) return text.leftOut;
  if (typed.startsWith("==")) return text.letterForLetter;
  if (typed.startsWith("=")) return text.exactForm;
  if (typed.startsWith('"')) return text.phrase;
  if (/^[#$@(]/.test(typed) || /^[a-z]+:/.test(typed)) return undefined;
  if (typed.endsWith("*")) return text.beginsSo;
  if (typed.endsWith("~")) return text.withTypos;
  return /^\p{L}+$/u.test(typed) ? text.allForms : undefined;
}

/** A word of several readings: one click keeps one. */
function readings(
  piece: string,
  {
    answer,
    text,
    to,
  }: {
    readonly answer: SearchAnswer;
    readonly text: Words["text"]["queryBox"];
    readonly to: (query: string) => string;
  },
): Html | undefined {
  const own = answer.readings.filter(({ word }) =>
    isWordOf(word.toLowerCase(), piece.toLowerCase()),
  );
  const shown = own.flatMap(({ taken, instead = [] }) => {
    const kept = taken.length + instead.length > 1 ? [list(taken)] : [];
    return instead.length > 0 ? kept.concat(html`${text.orReading} ${list(instead)}`) : kept;
  });
  if (shown.length === 0) return undefined;
  return html` <small>${shown.map((part, place) => html`${place > 0 && "; "}${part}`)}</small>`;

  function list(readings: SearchAnswer["readings"][number]["taken"]): Html {
    return html`${readings.map(
      ({ lemma, query }, place) =>
        html`${place > 0 && ", "}<a href="${to(query)}" aria-label="${text.onlyReading({ lemma })}"
            >${lemma}</a
          >`,
    )}`;
  }
}

function isWordOf(word: string, piece: string): boolean {
  return word === piece.replace(/^=/, "") || (piece.startsWith('"') && piece.includes(word));
}
