import { html } from "hono/html";
import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { duration, name } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import { mediaIcon, type Media } from "./media-kinds.ts";
import { isSeen, mosaic } from "./pictures.ts";
import type { Words } from "../words/words.ts";

/**
 * What was attached: pictures and films as an album of true proportions, then sounds, then files. Nothing is loaded from
 * Telegram: what we keep is shown, what we do not is drawn at its size with what is known of it. `whole` says also why.
 */
export function attachments(
  { media }: Pick<PostAnswer, "media">,
  words: Words,
  {
    whole = false,
    filesNeedKey = false,
  }: { readonly whole?: boolean; readonly filesNeedKey?: boolean } = {},
): Html | undefined {
  if (media.length === 0) return undefined;
  const all = media.map((one, place) => ({
    media: filesNeedKey ? withoutFiles(one) : one,
    ...said(one, { words, place, of: media.length }),
    why: filesNeedKey && one.kept ? words.text.media.needsKey : missing(one, words),
  }));
  const seen = all.filter(({ media: one }) => isSeen(one));
  const heard = all.filter(({ media: one }) => !isSeen(one) && isHeard(one));
  const rest = all.filter(({ media: one }) => !isSeen(one) && !isHeard(one));
  return html`${seen.length > 0 && mosaic(seen, words, { whole })}${heard.map(({ media: one, label }) => sound(one, label))}${
    rest.length > 0 &&
    html`<ul class="files">
      ${rest.map(
        ({ media: one, label, why }) =>
          html`<li class="media-file">
            ${icon(mediaIcon(one.kind))}
            <span
              >${label}${whole && why !== undefined && html`, ${why}`}${savable(one, words)}</span
            >
          </li>`,
      )}
    </ul>`
  }`;
}

function withoutFiles({ kept: _kept, keptThumbnail: _thumbnail, ...media }: Media): Media {
  return media;
}

const isHeard = ({ kept }: Media): boolean => kept?.type.startsWith("audio/") ?? false;

/** Nothing of a sound is loaded before it is asked for. */
function sound({ kept }: Media, label: Html): Html | undefined {
  return (
    kept &&
    html`<figure class="sound">
      <audio src="${kept.url}" controls preload="none" aria-label="${label}"></audio>
      <figcaption>${label}</figcaption>
    </figure>`
  );
}

/** A kept file that no page shows can be saved. */
function savable({ kept }: Media, { text: { media: text } }: Words): Html | undefined {
  return kept && html`, <a href="${kept.url}" download>${text.saveFile}</a>`;
}

/** Why the file is not here. */
function missing(
  { kind, kept, url, notKept }: Media,
  { text: { media: text } }: Words,
): string | undefined {
  if (kept || kind === "location" || kind === "contact") return undefined;
  if (notKept) return text.notKept[notKept];
  return url === undefined ? text.notOffered : undefined;
}

/** `video, 1280×720, 3:05, 2 of 4`, with the strangers' part of it kept apart, and in short `video 2 of 4`. */
function said(
  media: Media,
  { words, place: at, of }: { readonly words: Words; readonly place: number; readonly of: number },
): { readonly label: Html; readonly alt: string } {
  const { common, media: text } = words.text;
  const kind = common.media[media.kind];
  const which = of > 1 && text.ofMany({ place: String(at + 1), all: String(of) });
  const facts = [
    media.width !== undefined && media.height !== undefined && `${media.width}×${media.height}`,
    media.durationSeconds !== undefined && duration(media.durationSeconds),
    media.size !== undefined && name(media.size),
    media.emoji !== undefined && name(media.emoji),
    media.price !== undefined && name(media.price),
  ].filter((fact) => fact !== false);
  const title = [media.performer, media.title].filter((part) => part !== undefined).map(name);
  const named = media.fileName === undefined ? title.join(", ") : name(media.fileName);
  const label = html`${kind}${named !== "" && html`, <bdi>${named}</bdi>`}${facts.length > 0 && `, ${facts.join(", ")}`}${place(media)}${contact(media)}${which && `, ${which}`}`;
  return { label, alt: which === false ? kind : `${kind} ${which}` };
}

function place({ address, latitude, longitude }: Media): Html {
  const isPlaced = latitude !== undefined && longitude !== undefined;
  return html`${address !== undefined && html`, <bdi>${name(address)}</bdi>`}${isPlaced && html`, <span class="num">${latitude}, ${longitude}</span>`}`;
}

function contact({ phone }: Media): Html | undefined {
  return phone === undefined ? undefined : html`, <bdi class="num">${name(phone)}</bdi>`;
}
