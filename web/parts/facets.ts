import { html } from "hono/html";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { type Faces, titleIn } from "./faces.ts";
import { name } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Words } from "../words/words.ts";

type FacetName = keyof Words["text"]["facets"]["fields"];

/** The field of the query language that each facet writes. */
const fields: Readonly<Record<FacetName, (value: string) => string>> = {
  channel: (value) => `in:${value}`,
  has: (value) => `has:${value}`,
  is: (value) => `is:${value}`,
  lang: (value) => `lang:${value}`,
  tag: (value) => `#${value}`,
  link: (value) => `link:${value}`,
  author: (value) =>
    `author:${/[^\p{L}\p{N}_]/u.test(value) ? `"${value.replaceAll('"', "")}"` : value}`,
};
const mostValues = 12;

export interface FacetView {
  readonly answer: SearchAnswer;
  readonly faces: Faces;
  readonly words: Words;
  /** The address of this search with another query. */
  readonly to: (query: string) => string;
}

/** Ways to narrow the result: every value writes the query, and can be left out instead. */
export function facetColumn(view: FacetView): Html {
  const { answer, faces, words, to } = view;
  const { facets: text, common } = words.text;
  const shown = (Object.keys(fields) as FacetName[]).filter(
    (facet) => answer.facets[facet]?.length,
  );
  return html`<aside class="facets" id="facets" popover aria-label="${common.narrow}">
    <div class="facets-top">
      <h2>${common.narrow}</h2>
      ${answer.pieces.length > 0 && html`<a class="push" href="${to("")}">${text.clearAll}</a>`}
      <button class="btn btn-flat" popovertarget="facets" popovertargetaction="hide">
        ${icon("close")}<span class="only-read">${text.close}</span>
      </button>
    </div>
    ${shown.map((facet) => {
      const all = answer.facets[facet] ?? [];
      const values = all.slice(0, mostValues);
      const most = Math.max(...values.map(({ count }) => count));
      return html`<section class="facet">
        <h2>${text.fields[facet]}</h2>
        <ul>
          ${values.map((value) =>
            line(
              {
                facet,
                value,
                most,
                answer,
                to,
                label: labelOf(facet, value.value, { faces, words }),
              },
              words,
            ),
          )}
        </ul>
        ${all.length > mostValues && html`<p class="quiet small">${common.moreValues({ count: all.length - mostValues })}</p>`}
      </section>`;
    })}
    <div class="facets-end">
      <button class="btn btn-lead" popovertarget="facets" popovertargetaction="hide">
        ${text.show({ posts: common.posts({ n: answer.total }) })}
      </button>
    </div>
  </aside>`;
}

interface Line {
  readonly facet: FacetName;
  readonly value: { readonly value: string; readonly count: number };
  readonly most: number;
  readonly answer: SearchAnswer;
  readonly label: string;
  readonly to: FacetView["to"];
}

function line({ facet, value, most, answer, to, label }: Line, words: Words): Html {
  const { facets: text, common } = words.text;
  const { number } = words;
  const field = fields[facet](value.value);
  const chosen = answer.pieces.find(
    (piece) => !piece.negative && isField(piece.text, facet, value.value),
  );
  const bar = `${Math.round((10_000 * value.count) / most) / 100}%`;
  const drawing = html`<svg class="chart" height="3" aria-hidden="true">
    <rect class="c-track" width="100%" height="3" />
    <rect class="${chosen ? "c-found" : "c-kept"}" width="${bar}" height="3" />
  </svg>`;
  const isNamed = label !== value.value && (facet === "has" || facet === "is");
  const shown = html`<bdi ${isNamed ? html`title="${field}"` : ""}>${label}</bdi
    ><span class="num">${number(value.count)}</span>${drawing}`;
  if (chosen)
    return html`<li>
      <a href="${to(chosen.without)}" aria-current="true">${shown}</a
      ><a
        class="facet-not"
        href="${to(chosen.without)}"
        aria-label="${common.remove({ piece: chosen.text })}"
        >${icon("close")}</a
      >
    </li>`;
  return html`<li>
    <a href="${to(joined(answer, field))}">${shown}</a
    ><a
      class="facet-not"
      href="${to(joined(answer, `-${field}`))}"
      aria-label="${text.leaveOut({ piece: field })}"
      >${icon("minus")}</a
    >
  </li>`;
}

/** The whole query, filters included, and one condition more. */
function joined({ parsed, pieces }: SearchAnswer, field: string): string {
  if (parsed === "" || pieces.length === 0) return field;
  const whole =
    pieces.length === 1 && / (OR|ИЛИ|\|) /.test(parsed) && !parsed.startsWith("(")
      ? `(${parsed})`
      : parsed;
  return `${whole} ${field}`;
}

function isField(piece: string, facet: FacetName, value: string): boolean {
  const typed = piece.toLowerCase();
  if (typed === fields[facet](value).toLowerCase()) return true;
  return facet === "channel" && typed === `channel:${value.toLowerCase()}`;
}

function labelOf(
  facet: FacetName,
  value: string,
  { faces, words }: { readonly faces: Faces; readonly words: Words },
): string {
  if (facet === "channel") return titleIn(faces, value);
  if (facet === "lang") return languageName(value, words.lang);
  if (facet === "has" || facet === "is") {
    const values: Readonly<Record<string, string>> = words.text.facets.values[facet];
    return Object.hasOwn(values, value) ? (values[value] ?? value) : name(value);
  }
  return facet === "tag" ? `#${name(value)}` : name(value);
}

/** `Russian`, or the code where there is no name. */
export function languageName(code: string, lang: Words["lang"]): string {
  try {
    return new Intl.DisplayNames([lang], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
