import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Hit } from "../../server/contract/search.ts";
import { clock, day, moment, name, rounded } from "./format.ts";
import type { Html } from "./html.ts";
import { channelMark, icon } from "./icons.ts";
import { mediaList, pollList, previewCard } from "./media.ts";
import { drawParts, foundElsewhere, marksIn } from "./marks.ts";
import { link, richText, type RichText } from "./rich-text.ts";
import { verbatim } from "./verbatim.ts";
import type { Words } from "../words/words.ts";

const longestInList = 900;
const leadBeforeHit = 240;

export interface PostView {
  readonly post: PostAnswer | Hit;
  readonly words: Words;
  /** Titles of channels by their lower-case name; a channel without one shows its name. */
  readonly titles: ReadonlyMap<string, string>;
  /** A hit of a search, a neighbour of a post, or the post itself, whole. */
  readonly as: "hit" | "near" | "whole";
}

/** One post on the line: the margin with when and where, the line, and what was said. */
export function postItem(view: PostView): Html {
  const { post, as } = view;
  const gone = post.deleted ? " hit-gone" : "";
  const near = as === "near" ? " hit-near" : "";
  return html`<li
    class="hit${gone}${near}"
    id="${as === "whole" ? "post" : `p-${post.channel}-${post.id}`}"
  >
    ${margin(view)}
    <article class="hit-body" aria-label="${post.channel}/${post.id}">
      ${head(view)}${origins(view)}${body(view)}${foot(view)}
    </article>
  </li>`;
}

export const postAddress = ({ channel, id }: Pick<PostAnswer, "channel" | "id">): string =>
  `/c/${encodeURIComponent(channel)}/${id}`;

function margin({ post, words }: PostView): Html {
  const { hit: text, common } = words.text;
  const reactions = post.reactions.reduce((sum, { count }) => sum + count, 0);
  return html`<div class="hit-margin">
    <time datetime="${post.publishedAt}"
      ><b>${day(post.publishedAt)}</b> ${clock(post.publishedAt)} UTC</time
    >
    <a class="shelf" href="${postAddress(post)}">${post.channel}/<wbr />${post.id}</a>
    <span class="counts"
      >${
        post.views !== undefined &&
        html`<span title="${text.viewsTitle}"
          >${icon("views")} ${rounded(post.views)}<span class="only-read">
            ${common.views}</span
          ></span
        > `
      }${
        reactions > 0 &&
        html`<span
          >${icon("react")} ${words.number(reactions)}<span class="only-read">
            ${text.reactions}</span
          ></span
        >`
      }</span
    >
  </div>`;
}

function head({ post, words, titles, as }: PostView): Html {
  const { hit: text } = words.text;
  const title = titles.get(post.channel.toLowerCase()) ?? post.channel;
  const first = post.ids[0];
  const last = post.ids.at(-1);
  return html`<header class="hit-head">
    <a class="channel" href="/c/${post.channel}"
      >${channelMark(post.channel)}<bdi>${name(title)}</bdi></a
    >${
      post.author !== undefined && html`<span class="state"><bdi>${name(post.author)}</bdi></span>`
    }${
      post.viaBot !== undefined &&
      html`<span class="state">${text.viaBot} <bdi>${name(post.viaBot)}</bdi></span>`
    }${edited(post, words, as)}${
      post.ids.length > 1 &&
      html`<span class="state"
        >${icon("album")}
        ${text.albumOf({ count: String(post.ids.length), first: String(first), last: String(last) })}</span
      >`
    }${post.service !== undefined && html`<span class="state">${text.service}</span>`}${
      post.deleted &&
      html`<span class="state state-gone"
        >${icon("gone")} ${text.deletedSince({ time: moment(post.lastSeenAt) })}</span
      >`
    }
  </header>`;
}

function edited(
  post: PostAnswer | Hit,
  { text: { hit: text } }: Words,
  as: PostView["as"],
): Html | undefined {
  if (post.versions > 1)
    return html`<a class="state" href="${as === "whole" ? "" : postAddress(post)}#versions"
      >${icon("edited")} ${text.editedTimes({ versions: post.versions })}</a
    >`;
  if (post.edited) return html`<span class="state">${icon("edited")} ${text.edited}</span>`;
  return undefined;
}

function origins({ post, words }: PostView): Html {
  const { hit: text } = words.text;
  const { forward, reply } = post;
  return html`${
    forward &&
    html`<p class="origin">
      ${icon("forward")} ${text.forwardedFrom}
      ${link(forward.url, html`<bdi>${name(forward.name)}</bdi>`)}${
        forward.author !== undefined && html`, <bdi>${name(forward.author)}</bdi>`
      }${
        forward.channel !== undefined &&
        forward.id !== undefined &&
        html`,
          <a class="shelf" href="${postAddress({ channel: forward.channel, id: forward.id })}"
            >${forward.channel}/${forward.id}</a
          >`
      }
    </p>`
  }${
    reply &&
    html`<p class="origin">
      ${icon("reply")} ${text.replyTo}
      ${
        reply.channel !== undefined && reply.id !== undefined
          ? html`<a class="shelf" href="${postAddress({ channel: reply.channel, id: reply.id })}"
                >${reply.channel}/${reply.id}</a
              >${reply.author !== undefined && html`, <bdi>${name(reply.author)}</bdi>`}`
          : link(reply.url, html`<bdi>${name(reply.author ?? text.replyUnseen)}</bdi>`)
      }${reply.text !== undefined && html`: <span dir="auto"><bdi>${reply.text}</bdi></span>`}
    </p>`
  }`;
}

function body(view: PostView): Html {
  const { post, words, as } = view;
  const { hit: text } = words.text;
  const marked = marksIn(post);
  return html`${postText(view)}${elsewhere(post)}${earlier(view)}${mediaList(post, words, { whole: as === "whole" })}${
    post.mediaWithheld && html`<p class="quiet">${text.mediaWithheld}</p>`
  }${post.poll && pollList(post.poll, words, marked)}${
    post.preview && previewCard(post.preview, words, marked)
  }${
    as === "whole" &&
    post.buttons.length > 0 &&
    html`<ul class="row buttons" aria-label="${text.buttons}">
      ${post.buttons.map(
        (button) =>
          html`<li class="media-file">
            ${link(button.url, html`<bdi>${name(button.text)}</bdi>`)}
          </li>`,
      )}
    </ul>`
  }${
    post.notUnderstood &&
    html`<p class="note">
      ${icon("warn")}
      <span>${text.notUnderstood({ parts: post.notUnderstood.map(name).join(", ") })}</span>
    </p>`
  }`;
}

/** Hits that stand in nothing else that is drawn. */
function elsewhere(post: PostAnswer | Hit): Html | undefined {
  const found = foundElsewhere(post);
  if (found.length === 0) return undefined;
  return html`<ul class="elsewhere small">
    ${found.map((parts) => html`<li dir="auto">${drawParts(parts)}</li>`)}
  </ul>`;
}

/** The versions in which `was:` found it. */
function earlier({ post, words }: PostView): Html | undefined {
  if (!("earlier" in post) || post.earlier === undefined) return undefined;
  const { hit: text } = words.text;
  return html`${post.earlier.map(
    ({ version, seenAt, lastSeenAt, parts, elsewhere: others }) =>
      html`<div class="preview earlier">
        <p class="small">
          <a href="${postAddress(post)}#versions"
            >${text.earlierVersion({
              version,
              from: moment(seenAt),
              to: moment(lastSeenAt),
            })}</a
          >
        </p>
        ${[parts, ...others].map((one) => html`<p class="text" dir="auto">${drawParts(one)}</p>`)}
      </div>`,
  )}`;
}

function postText({ post, words, as }: PostView): Html | undefined {
  const { hit: text } = words.text;
  if (post.textState === "withheld") return html`<p class="quiet">${text.withheld}</p>`;
  if (post.text === "") return undefined;
  const whole: RichText = {
    text: post.text,
    entities: post.entities,
    hits: "parts" in post ? hitsOf(post.parts) : [],
  };
  const shown: Excerpt = as === "whole" ? whole : excerpt(whole);
  const left = whole.text.length - shown.text.length;
  return html`${verbatim("text", post.language, [shown.begins && "… ", richText(shown), shown.ends && " …"])}${
    left > 0 &&
    html`<p class="text-more">
      <a href="${postAddress(post)}">${text.moreWords({ count: left })}</a>
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

function foot({ post, words, as }: PostView): Html {
  const { hit: text, common } = words.text;
  const address = postAddress(post);
  const out = html`<a href="${post.url}" rel="noopener noreferrer"
    >${text.telegram} ${icon("out")}</a
  >`;
  if (as === "whole")
    return html`<footer class="hit-foot">
      <a href="#context">${text.context}</a>
      <a href="#evidence">${common.evidenceTitle}</a>
      <a href="/api/v1/channels/${post.channel}/posts/${post.id}">${common.json}</a> ${out}
    </footer>`;
  return html`<footer class="hit-foot">
    <a href="${address}">${text.open}</a> ${
      post.deleted &&
      html`<a href="${address}#evidence">${text.evidence({ checks: post.deleted.checks })}</a>`
    }
    ${as === "hit" && html`<a href="${address}#context">${text.context}</a>`}
    ${!post.deleted && out}
  </footer>`;
}
