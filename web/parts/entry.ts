import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { Hit } from "../../server/contract/search.ts";
import { channelFace, type Faces, titleIn } from "./faces.ts";
import { repeated } from "./copies.ts";
import { clock, day, moment, name, postAddress, postAnchor, rounded, timed } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import { drawParts, foundElsewhere, marksIn } from "./marks.ts";
import { attachments } from "./media.ts";
import { pollList } from "./poll.ts";
import { postText } from "./post-text.ts";
import { previewCard } from "./preview.ts";
import { reactionChips } from "./reactions.ts";
import { link } from "./rich-text.ts";
import type { Words } from "../words/words.ts";

export interface EntryView {
  readonly post: PostAnswer | Hit;
  readonly words: Words;
  readonly faces: Faces;
  /** A hit of a search, a post among its neighbours, the post itself, whole, or the same in a frame of another site. */
  readonly as: "hit" | "near" | "whole" | "framed";
  /** Its files are not to be had here: what they are is said in their place. */
  readonly filesNeedKey?: boolean;
  /** Where its page is, when that knows more than the post: the search it was found by. */
  readonly address?: string;
  /** When it last changed, where hits are in that order. */
  readonly changedAt?: string | undefined;
}

/** One post on the line: its channel's mark as a bead, when and where, what was said, and what people made of it. */
export function postEntry(view: EntryView): Html {
  const { post, as, faces } = view;
  const looks = [post.deleted && "gone", as === "framed" ? "near" : as !== "hit" && as]
    .filter(Boolean)
    .join(" ");
  const title = titleIn(faces, post.channel);
  return html`<li class="entry ${looks}" id="${as === "whole" ? "post" : postAnchor(post)}">
    <article class="entry-body" aria-label="${title}, ${post.id}">
      ${channelFace(post.channel, faces)}${head(view, title)}${deletion(view)}${origins(view)}${body(view)}${foot(view)}
    </article>
  </li>`;
}

/** Its page, or on that page nothing, so that a link stays there. */
const pageOf = ({ post, as, address = postAddress(post) }: EntryView): string =>
  as === "whole" ? "" : address;

function head(view: EntryView, title: string): Html {
  const { post, words } = view;
  const { entry: text } = words.text;
  return html`<header class="entry-head">
    <a class="channel" href="/c/${post.channel}"><bdi>${title}</bdi></a>
    <time class="when" datetime="${post.publishedAt}"
      ><b>${day(post.publishedAt)}</b> ${clock(post.publishedAt)} UTC</time
    >
    <a class="shelf" href="${view.address ?? postAddress(post)}"
      >${post.channel}/<wbr />${post.id}</a
    >${
      post.author !== undefined && html`<span class="state"><bdi>${name(post.author)}</bdi></span>`
    }${
      post.viaBot !== undefined &&
      html`<span class="state">${text.viaBot} <bdi>${name(post.viaBot)}</bdi></span>`
    }${edited(view)}${changeSeen(view)}${
      post.ids.length > 1 &&
      html`<span class="state">${icon("album")} ${text.albumOf({ count: post.ids.length })}</span>`
    }${post.service !== undefined && html`<span class="state">${text.service}</span>`}
  </header>`;
}

function edited(view: EntryView): Html | undefined {
  const { post, words } = view;
  const { entry: text } = words.text;
  if (post.versions > 1)
    return html`<a class="state" href="${pageOf(view)}#versions"
      >${icon("edited")} ${text.editedTimes({ versions: post.versions })}</a
    >`;
  if (post.edited) return html`<span class="state">${icon("edited")} ${text.edited}</span>`;
  return undefined;
}

function changeSeen({ changedAt, words }: EntryView): Html | undefined {
  if (changedAt === undefined) return undefined;
  const { entry: text } = words.text;
  return html`<span class="state">${timed(text.changeSeen({ time: moment(changedAt) }))}</span>`;
}

/** A strip above what a deleted post said: when it was last seen, and what shows that it is gone. */
function deletion(view: EntryView): Html | undefined {
  const { post, words } = view;
  const { entry: text } = words.text;
  if (!post.deleted) return undefined;
  return html`<p class="wash">
    ${icon("gone")} ${timed(text.deletedSince({ time: moment(post.lastSeenAt) }))}.
    <a href="${pageOf(view)}#evidence">${text.absentIn({ checks: post.deleted.checks })}</a>
  </p>`;
}

function origins({ post, words }: EntryView): Html {
  const { entry: text } = words.text;
  const { forward, reply } = post;
  return html`${
    forward &&
    html`<p class="quoted">
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
    html`<div class="quoted">
      ${icon("reply")} ${text.replyTo}
      ${
        reply.channel !== undefined && reply.id !== undefined
          ? html`${reply.author !== undefined && html`<b><bdi>${name(reply.author)}</bdi></b> `}<a
                class="shelf"
                href="${postAddress({ channel: reply.channel, id: reply.id })}"
                >${reply.channel}/${reply.id}</a
              >`
          : link(reply.url, html`<bdi>${name(reply.author ?? text.replyUnseen)}</bdi>`)
      }${reply.text !== undefined && html`<q dir="auto">${reply.text}</q>`}
    </div>`
  }`;
}

function body(view: EntryView): Html {
  const { post, words, as, address, filesNeedKey = false } = view;
  const { entry: text } = words.text;
  const marked = marksIn(post);
  return html`${postText(post, words, { whole: as === "whole" || as === "framed", address })}${elsewhere(post)}${earlier(view)}${attachments(post, words, { whole: as === "whole", filesNeedKey })}${
    post.mediaWithheld && html`<p class="quiet">${text.mediaWithheld}</p>`
  }${
    post.preview && previewCard(post.preview, words, { marked, filesNeedKey })
  }${post.poll && pollList(post.poll, words, marked)}${
    post.buttons.length > 0 &&
    html`<ul class="files" aria-label="${text.buttons}">
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
  }${reactionChips(post.reactions, words)}${repeated(post, words)}`;
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
function earlier(view: EntryView): Html | undefined {
  const { post, words } = view;
  if (!("earlier" in post) || post.earlier === undefined) return undefined;
  const { entry: text } = words.text;
  return html`${post.earlier.map(
    ({ version, seenAt, lastSeenAt, parts, elsewhere: others }) =>
      html`<div class="earlier">
        <p class="small">
          <a href="${pageOf(view)}#versions"
            >${timed(
              text.earlierVersion({
                version,
                from: moment(seenAt),
                to: moment(lastSeenAt),
              }),
            )}</a
          >
        </p>
        ${[parts, ...others].map((one) => html`<p class="text" dir="auto">${drawParts(one)}</p>`)}
      </div>`,
  )}`;
}

function foot(view: EntryView): Html {
  const { post, words, as } = view;
  const { entry: text, common } = words.text;
  const address = pageOf(view);
  return html`<footer class="foot">
    ${
      post.views !== undefined &&
      html`<span class="seen" title="${text.viewsTitle}"
        >${icon("views")} ${rounded(post.views)}<span class="only-read">
          ${common.views}</span
        ></span
      >`
    }
    ${as !== "whole" && html`<a href="${address}">${text.open}</a>`}
    ${
      as !== "framed" &&
      html`<a href="${address}#context">${text.context}</a>
        <a href="${address}#cite">${text.cite}</a>`
    }
    ${
      as === "whole" &&
      html`<a href="/api/v1/channels/${post.channel}/posts/${post.id}">${common.json}</a>`
    }
    ${
      (as === "whole" || !post.deleted) &&
      html`<a href="${post.url}" rel="noopener noreferrer">${text.telegram} ${icon("out")}</a>`
    }
  </footer>`;
}
