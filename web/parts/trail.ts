import { html } from "hono/html";
import { again, type Asked } from "./asked.ts";
import { postAddress, postAnchor, searchAddress } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Hit } from "../../server/contract/search.ts";
import type { Words } from "../words/words.ts";

/** As many hits as a page of results has where its address does not say. */
const usualLimit = 20;

/** The search that a post was opened from, as its address tells. */
interface Origin {
  /** As the list was asked for, whatever its page. */
  readonly asked: Asked;
  /** The post's place among the hits, from 1. */
  readonly hit: number;
  /** What was searched for, with all its conditions. */
  readonly query: string;
  readonly total: number;
}

/** The hits beside a post, or without a search the posts of its channel. */
export interface Trail {
  readonly origin?: Origin | undefined;
  readonly previous?: Key | undefined;
  readonly next?: Key | undefined;
}
interface Key {
  readonly channel: string;
  readonly id: number;
}

/** A hit's page, which knows the way back to the list and on to its neighbours. */
export const hitAddress = (post: Key, asked: Asked, hit: number): string =>
  `${postAddress(post)}${searchAddress({ ...asked, page: "", hit }).slice(1)}`;

/** Where each hit of a list has its page. */
export type HitAddress = (hit: Hit) => string;

/** Above a post: the way back to its place in the list, and to the ones before and after it. */
export function trailBar(
  { origin, previous, next }: Trail,
  { post, title, words }: { readonly post: Key; readonly title: string; readonly words: Words },
): Html {
  const { trail: text, common } = words.text;
  const to = (other: Key, step: number): string =>
    origin ? hitAddress(other, origin.asked, origin.hit + step) : postAddress(other);
  return html`<hit-trail
    ><nav class="trail" aria-label="${origin ? common.resultsTitle : text.inChannel}">
      ${
        origin
          ? html`<a href="${listAddress(origin)}#${postAnchor(post)}"
              >${icon("back")} ${common.posts({ n: origin.total })}
              ${origin.query !== "" && html`<code><bdi>${origin.query}</bdi></code>`}</a
            >`
          : html`<a href="/c/${post.channel}">${icon("back")} ${text.allOf} <bdi>${title}</bdi></a>`
      }
      <span class="push"
        >${
          origin &&
          html`<span class="quiet">${text.placeOf({ place: origin.hit, all: origin.total })}</span>`
        }${
          previous &&
          html`<a class="btn" href="${to(previous, -1)}" rel="prev"
            >${icon("back")}
            <span class="word-off">${origin ? text.previousHit : text.olderPost}</span></a
          >`
        }${
          next &&
          html`<a class="btn" href="${to(next, 1)}" rel="next"
            ><span class="word-off">${origin ? text.nextHit : text.newerPost}</span>
            ${icon("next")}</a
          >`
        }</span
      >
    </nav></hit-trail
  >`;
}

/** The page of the list on which a hit stands. */
function listAddress({ asked, hit }: Origin): string {
  const page = Math.ceil(hit / (Number(asked.limit) || usualLimit));
  return again(asked, { page: page > 1 ? String(page) : "" });
}
