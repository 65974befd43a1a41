import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { safeAddress, searchAddress } from "./format.ts";
import type { Html } from "./html.ts";

/** A stretch of the text with a meaning: an entity of the post, or a hit of the search. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly entity: Entity | "hit";
}
type Entity = PostAnswer["entities"][number];
export interface RichText {
  readonly text: string;
  readonly entities: PostAnswer["entities"];
  /** Offsets of what was searched for, ascending, ends exclusive. */
  readonly hits?: readonly { readonly from: number; readonly to: number }[];
}

const deepest = 24;

/** A post's text as elements: entities by a list of what is allowed, hits as `<mark>`, everything else as text. */
export function richText({ text, entities, hits = [] }: RichText): Html {
  const meanings = entities
    .map((entity) => ({ from: entity.offset, to: entity.offset + entity.length, entity }))
    .filter(({ from, to }) => from >= 0 && from < to && to <= text.length);
  const edges = meanings.flatMap(({ from, to }) => [from, to]).toSorted((a, b) => a - b);
  // A mark is cut at the edges of entities, so that a link stays one link.
  const marks = hits
    .flatMap((hit) => cut(hit, edges))
    .map(({ from, to }): Stretch => ({ from, to, entity: "hit" }));
  const stretches = [...meanings, ...marks].toSorted(
    (a, b) =>
      a.from - b.from || b.to - a.to || Number(a.entity === "hit") - Number(b.entity === "hit"),
  );
  return html`${drawn({ text, from: 0, to: text.length, depth: 0 }, stretches)}`;
}

/** The pieces of one part of the text; a stretch that crosses the end of its parent goes on after it. */
function drawn(
  part: {
    readonly text: string;
    readonly from: number;
    readonly to: number;
    readonly depth: number;
  },
  stretches: readonly Stretch[],
): Html[] {
  const pieces: Html[] = [];
  const queue = [...stretches];
  let at = part.from;
  for (let next = 0; next < queue.length;) {
    const stretch = queue[next];
    if (!stretch || stretch.from < at || part.depth >= deepest) {
      next += 1;
      continue;
    }
    let after = next + 1;
    while ((queue[after]?.from ?? Infinity) < stretch.to) after += 1;
    const within = queue.slice(next + 1, after);
    const inside = within.map(({ from, to, entity }): Stretch => ({
      from,
      to: Math.min(to, stretch.to),
      entity,
    }));
    const beyond = within
      .filter((one) => one.to > stretch.to)
      .map(({ to, entity }): Stretch => ({ from: stretch.to, to, entity }));
    queue.splice(after, 0, ...beyond);
    pieces.push(html`${part.text.slice(at, stretch.from)}`);
    const content = drawn(
      { text: part.text, from: stretch.from, to: stretch.to, depth: part.depth + 1 },
      inside,
    );
    pieces.push(
      element(stretch.entity, html`${content}`, part.text.slice(stretch.from, stretch.to)),
    );
    at = stretch.to;
    if (isBlock(stretch.entity) && part.text[at] === "\n") at += 1;
    next = after;
  }
  pieces.push(html`${part.text.slice(at, part.to)}`);
  return pieces;
}

const isBlock = (entity: Stretch["entity"]): boolean =>
  entity !== "hit" && (entity.type === "pre" || entity.type === "blockquote");

/** The one element an entity may become. */
function element(entity: Stretch["entity"], content: Html, text: string): Html {
  if (entity === "hit") return html`<mark>${content}</mark>`;
  switch (entity.type) {
    case "bold":
      return html`<strong>${content}</strong>`;
    case "italic":
      return html`<em>${content}</em>`;
    case "underline":
      return html`<u>${content}</u>`;
    case "strikethrough":
      return html`<s>${content}</s>`;
    case "code":
      return html`<code>${content}</code>`;
    case "pre":
      return html`<pre tabindex="0">${content}</pre>`;
    case "blockquote":
      return html`<blockquote>${content}</blockquote>`;
    case "spoiler":
      return html`<span class="spoiler">${content}</span>`;
    case "hashtag":
    case "cashtag":
      return html`<a href="${searchAddress({ q: text })}">${content}</a>`;
    case "link":
    case "mention":
      return link(entity.url ?? (text.startsWith("http") ? text : undefined), content);
    case "custom_emoji":
      return content;
    default:
      return content;
  }
}

/** A link out, when its address is one that may be followed; where it leads stands in its title. */
export function link(address: string | undefined, content: Html): Html {
  const href = safeAddress(address);
  if (href === undefined) return content;
  return html`<a href="${href}" title="${href}" rel="noopener noreferrer nofollow">${content}</a>`;
}

function cut(
  { from, to }: { readonly from: number; readonly to: number },
  edges: readonly number[],
): { readonly from: number; readonly to: number }[] {
  const inside = [...new Set(edges.filter((edge) => edge > from && edge < to))];
  const points = [from, ...inside, to];
  return points.slice(1).map((end, place) => ({ from: points[place] ?? from, to: end }));
}
