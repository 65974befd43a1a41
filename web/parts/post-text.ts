import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Hit } from "../../server/contract/search.ts";
import { postAddress } from "./format.ts";
import type { Html } from "./html.ts";
import { richText, type RichText } from "./rich-text.ts";
import { verbatim } from "./verbatim.ts";
import type { Words } from "../words/words.ts";

const longestInList = 900;
const leadBeforeHit = 240;

/** A post, a hit, or a version of a post. */
type Said = Pick<PostAnswer, "channel" | "id" | "text" | "textState" | "entities" | "language"> & {
  readonly parts?: Hit["parts"];
};

/** What a post says, whole on its own page; in a list cut around its first hit, with the way to the rest. */
export function postText(
  post: Said,
  words: Words,
  {
    whole: isWhole,
    address = postAddress(post),
  }: { readonly whole: boolean; readonly address?: string | undefined },
): Html | undefined {
  const { entry: text } = words.text;
  if (post.textState === "withheld") return html`<p class="quiet">${text.withheld}</p>`;
  if (post.text === "") return undefined;
  const all: RichText = {
    text: post.text,
    entities: post.entities,
    hits: post.parts ? hitsOf(post.parts) : [],
  };
  const shown: Excerpt = isWhole ? all : excerpt(all);
  const left = all.text.length - shown.text.length;
  return html`${verbatim("text", post.language, [shown.begins && "… ", richText(shown), shown.ends && " …"])}${
    left > 0 &&
    html`<p class="text-more">
      <a href="${address}">${text.moreWords({ count: left })}</a>
    </p>`
  }`;
}

/** Where the searched words stand. */
function hitsOf(parts: Hit["parts"]): { from: number; to: number }[] {
  let at = 0;
  const hits = [];
  for (const part of parts) {
    if (part.hit) hits.push({ from: at, to: at + part.text.length });
    at += part.text.length;
  }
  return hits;
}

/** A long text cut to what surrounds its first hit, at spaces. */
interface Excerpt extends RichText {
  readonly begins?: boolean;
  readonly ends?: boolean;
}

function excerpt(whole: RichText): Excerpt {
  const { text, hits = [] } = whole;
  if (text.length <= longestInList) return whole;
  const firstHit = hits[0]?.from ?? 0;
  const early = firstHit < longestInList - leadBeforeHit;
  const from = early ? 0 : text.indexOf(" ", firstHit - leadBeforeHit) + 1;
  const aim = Math.min(text.length, from + longestInList);
  const space = text.lastIndexOf(" ", aim);
  const to =
    aim === text.length || space <= from + longestInList / 2 ? wholeCharacter(text, aim) : space;
  const moved = (one: { readonly from: number; readonly to: number }) => ({
    from: Math.max(one.from, from) - from,
    to: Math.min(one.to, to) - from,
  });
  return {
    text: text.slice(from, to),
    entities: whole.entities.flatMap((entity) => {
      const { from: offset, to: end } = moved({
        from: entity.offset,
        to: entity.offset + entity.length,
      });
      return end > offset ? [{ ...entity, offset, length: end - offset }] : [];
    }),
    hits: hits.map(moved).filter((hit) => hit.to > hit.from),
    begins: from > 0,
    ends: to < text.length,
  };
}

/** Not between the halves of a surrogate pair. */
const wholeCharacter = (text: string, at: number): number =>
  /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at - 1 : at;
