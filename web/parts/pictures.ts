import { html } from "hono/html";
import { duration } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import { mediaIcon, type Media } from "./media-kinds.ts";
import type { Words } from "../words/words.ts";

/** A picture or film of a post, with what is said of it. */
export interface Seen {
  readonly media: Media;
  /** `video, 1280×720, 3:05, 2 of 4` */
  readonly label: Html;
  /** `video 2 of 4`, for who does not see it. */
  readonly alt: string;
  /** Why the file is not here; absent where it is. */
  readonly why: string | undefined;
}

/** Whether there is something to be seen of it: a picture, a film, a still, or at least its size. */
export const isSeen = (media: Media): boolean =>
  isFilm(media) ||
  pictureOf(media) !== undefined ||
  (framed.has(media.kind) && sizeOf(media) !== undefined);
const framed: ReadonlySet<Media["kind"]> = new Set(["photo", "video", "gif", "round"]);

/** One picture whole, several in rows of one height, each with its own proportions. */
export function mosaic(
  all: readonly Seen[],
  words: Words,
  { whole }: { readonly whole: boolean },
): Html {
  const [only] = all;
  const drawn =
    only && all.length === 1
      ? shot(only, alone, words)
      : html`<div class="mosaic">
          ${rowsOf(all).map(
            (row) =>
              html`<div class="mosaic-row">
                ${row.map((one) => shot(one, shareOf(one.media), words))}
              </div>`,
          )}
        </div>`;
  // What an empty frame says of a single one is not said twice.
  const isSaid = only && all.length === 1 && !isFilm(only.media) && !pictureOf(only.media);
  return html`${drawn}${
    whole &&
    !isSaid &&
    html`<ul class="pic-note">
      ${all.map(({ label, why }) => html`<li>${label}${why !== undefined && html`, ${why}`}</li>`)}
    </ul>`
  }`;
}

const longestRow = 4;
/** The look of a picture by itself. */
const alone = "shot-one";

/**
 * Rows of like length, the longer ones last: 2 and 2, 2 and 3, 3 and 3, 3 and 4 … Of three, a wide first one stands
 * above the others, an upright one before the last.
 */
export function rowsOf<One extends Pick<Seen, "media">>(
  all: readonly One[],
): readonly (readonly One[])[] {
  const [first] = all;
  if (!first || all.length <= 2) return [all];
  if (all.length === 3)
    return ratioOf(first.media) > 1.2 ? [[first], all.slice(1)] : [all.slice(0, 2), all.slice(2)];
  const rows = Math.max(2, Math.ceil(all.length / longestRow));
  const edge = (row: number): number => Math.floor((row * all.length) / rows);
  return Array.from({ length: rows }, (_, row) => all.slice(edge(row), edge(row + 1)));
}

/** The picture, film, still or empty frame; a picture leads to its file, which the viewer opens. */
function shot(seen: Seen, look: string, { text: { media: text } }: Words): Html {
  const { media, alt, label, why } = seen;
  const own = media.kind === "round" || media.kind === "sticker" ? ` shot-${media.kind}` : "";
  const size = look === alone ? sizeAlone(media) : sizeOf(media);
  const picture = pictureOf(media);
  if (isFilm(media)) return html`<div class="shot ${look}${own}">${film(seen, size)}</div>`;
  if (!picture)
    return html`<div class="shot shot-none ${look}${own}">
      ${emptyFrame(media)}
      <p>${icon(mediaIcon(media.kind))} <span>${label}, ${why ?? text.notOffered}</span></p>
    </div>`;
  const drawn = html`<img
    src="${picture.url}"
    alt="${alt}"
    loading="lazy"
    decoding="async"
    ${sized(size)}
  />`;
  if (!moving.has(media.kind) || media.kept)
    return html`<a class="shot ${look}${own}" href="${picture.url}">${drawn}</a>`;
  return html`<div class="shot ${look}${own}">
    ${drawn} ${playSign}
    <span class="tag-on"
      >${media.durationSeconds !== undefined && `${duration(media.durationSeconds)}, `}${why}</span
    >
  </div>`;
}

/** One picture among many: kept ones lead to their file, which the viewer opens, the others to their post. */
export function thumbnail(
  media: Media,
  {
    words,
    address,
    says,
  }: { readonly words: Words; readonly address: string; readonly says: string },
): Html {
  const kind = words.text.common.media[media.kind];
  const picture = pictureOf(media);
  const isMoving = moving.has(media.kind);
  return html`<a
    class="shot${picture ? "" : " shot-none"}"
    href="${picture && !isMoving ? picture.url : address}"
    data-post="${address}"
    >${
      picture
        ? html`<img
            src="${picture.url}"
            alt="${kind}, ${says}"
            loading="lazy"
            decoding="async"
            ${sized(sizeOf(media))}
          />`
        : html`${emptyFrame(media)}
            <p>
              ${icon(mediaIcon(media.kind))}
              <span>${kind}<span class="only-read">, ${says}</span></span>
            </p>`
    }${picture && isMoving && playSign}${
      media.durationSeconds !== undefined &&
      html`<span class="tag-on keep">${duration(media.durationSeconds)}</span>`
    }<span class="tag-on" aria-hidden="true">${says}</span></a
  >`;
}

const playSign = html`<svg class="play" viewBox="0 0 16 16" aria-hidden="true">
  <path d="M3 1.5v13L14 8z" />
</svg>`;
const moving: ReadonlySet<Media["kind"]> = new Set(["video", "gif", "round"]);
const isFilm = ({ kept }: Media): boolean => kept?.type.startsWith("video/") ?? false;

/** The picture itself, or the still of a film. */
const pictureOf = ({ kept, keptThumbnail }: Media): Media["kept"] =>
  [kept, keptThumbnail].find((file) => file?.type.startsWith("image/"));

/** Nothing of a film is loaded before it is asked for, but its first moments where it has no still. */
function film({ media, alt }: Seen, size: Size | undefined): Html | undefined {
  const { kind, kept } = media;
  const still = pictureOf(media);
  return (
    kept &&
    html`<video
      src="${kept.url}"
      controls
      preload="${still ? "none" : "metadata"}"
      playsinline
      ${kind === "gif" ? "loop muted" : ""}
      ${still ? html`poster="${still.url}"` : ""}
      ${sized(size)}
      aria-label="${alt}"
    ></video>`
  );
}

/** As large as the picture would be. */
function emptyFrame(media: Media): Html {
  const { width, height } = sizeOf(media) ?? { width: 4, height: 3 };
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    aria-hidden="true"
  ></svg>`;
}

/** In pixels, so that a page keeps its place while pictures come; absent where it is not known. */
function sizeOf({ width, height }: Media): Size | undefined {
  return width === undefined || height === undefined || width < 1 || height < 1
    ? undefined
    : { width, height };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How high a picture by itself is at most. */
export const tallestAlonePx = 384;

/** As large as it is shown where there is room: the page then needs to know nothing of it to keep its place. */
function sizeAlone(media: Media): Size | undefined {
  const size = sizeOf(media);
  if (!size || size.height <= tallestAlonePx) return size;
  return {
    width: Math.max(1, Math.round((size.width * tallestAlonePx) / size.height)),
    height: tallestAlonePx,
  };
}

function sized(size: Size | undefined): Html | "" {
  return size ? html`width="${size.width}" height="${size.height}"` : "";
}

const usualRatio = 1.5;
export const ratioOf = (media: Media): number => {
  const size = sizeOf(media);
  return size ? size.width / size.height : usualRatio;
};

/** Its share of a row, by the nearest of a few ratios: at most a twentieth is cut, and no style stands in the page. */
export function shareOf(media: Media): string {
  const ratio = ratioOf(media);
  const nearest = ratios.reduce((best, one) =>
    Math.abs(one.ratio - ratio) < Math.abs(best.ratio - ratio) ? one : best,
  );
  return nearest.look;
}

const ratios = [
  { look: "f-6", ratio: 0.6 },
  { look: "f-7", ratio: 0.67 },
  { look: "f-8", ratio: 0.75 },
  { look: "f-9", ratio: 0.9 },
  { look: "f-10", ratio: 1 },
  { look: "f-12", ratio: 1.2 },
  { look: "f-13", ratio: 1.33 },
  { look: "f-15", ratio: 1.5 },
  { look: "f-18", ratio: 1.78 },
  { look: "f-20", ratio: 2 },
] as const;
