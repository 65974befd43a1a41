import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import { name } from "./format.ts";
import type { Html } from "./html.ts";

/** How a channel is shown wherever it is named: its title, and the address of its picture where that is kept. */
export interface Face {
  readonly title: string;
  readonly picture?: string;
}

/** The faces of the channels of a page, by their lower-case names; one that is not among them shows its name. */
export type Faces = ReadonlyMap<string, Face>;

/** Made once a page, and handed to all that names channels. */
export const facesOf = (
  channels: readonly Pick<ChannelAnswer, "name" | "title" | "avatar">[],
): Faces => new Map(channels.map((channel) => [channel.name.toLowerCase(), faceOf(channel)]));

/** A file that is no picture is not drawn as one. */
export function faceOf({ title, avatar }: Pick<ChannelAnswer, "title" | "avatar">): Face {
  return avatar?.type.startsWith("image/") ? { title, picture: avatar.url } : { title };
}

/** What a channel is called. */
export const titleIn = (faces: Faces, channel: string): string =>
  name(faces.get(channel.toLowerCase())?.title ?? channel);

/** A channel's picture, or its first letter, on the line of its posts; its title always stands beside it. */
export function channelFace(channel: string, faces: Faces): Html {
  const face = faces.get(channel.toLowerCase()) ?? { title: channel };
  return html`<a class="face ${look(face)}" href="/c/${channel}" tabindex="-1" aria-hidden="true"
    >${drawn(face)}</a
  >`;
}

/** The same where it stands still, in a heading or a list. */
export const faceMark = (face: Face): Html =>
  html`<span class="face ${look(face)} face-still" aria-hidden="true">${drawn(face)}</span>`;

const look = ({ picture }: Face): string => (picture === undefined ? "face-letter" : "");

/** Telegram's own size; the page shows it smaller. */
const sidePx = 160;

const drawn = ({ title, picture }: Face): Html | string =>
  picture === undefined
    ? initial(name(title))
    : html`<img
        src="${picture}"
        width="${sidePx}"
        height="${sidePx}"
        alt=""
        loading="lazy"
        decoding="async"
      />`;

/** What one reads as the first letter, whole: an accent stays on it, an emoji is not cut. */
function initial(title: string): string {
  const letters = [...graphemes.segment(title)].map(({ segment }) => segment);
  return (letters.find((one) => /[\p{L}\p{N}]/u.test(one)) ?? letters[0] ?? "?").toUpperCase();
}
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
