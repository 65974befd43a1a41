import { createHash } from "node:crypto";
import type { Media, Post } from "../../../scraper/post.ts";
import type { MediaWant } from "./media-policy.ts";

/** A picture or file that a post is shown with, and where. */
interface Shown {
  readonly place: number;
  readonly kind: MediaWant;
  readonly address: string;
  readonly shape: string;
}

/** All that a post is shown with: its media, and the picture of the page it links to. */
export function shownIn({ media, preview }: Post): readonly Shown[] {
  const ofMedia = media.flatMap((one, place) => {
    const { kind, url, thumbnailUrl } = one;
    const shape = shapeOf(one);
    return [
      ...(url !== undefined && offered(kind) ? [{ place, kind, address: url, shape }] : []),
      ...(thumbnailUrl === undefined
        ? []
        : [{ place, kind: "thumbnail" as const, address: thumbnailUrl, shape }]),
    ];
  });
  if (preview?.imageUrl === undefined) return ofMedia;
  const { imageUrl: address } = preview;
  return [...ofMedia, { place: 0, kind: "preview", address, shape: previewShapeOf(preview) }];
}

/** Whether a public preview gives addresses for this kind. */
const offered = (
  kind: Media["kind"],
): kind is Exclude<MediaWant, "thumbnail" | "preview" | "avatar"> =>
  !["audio", "file", "location", "contact"].includes(kind);

/** What the page says of a piece of media, in short: addresses change at each read, this only with the media. */
export function shapeOf(media: Media): string {
  const { url: _url, thumbnailUrl: _thumbnailUrl, ...said } = media;
  return shapeOfSaid(said);
}

/** The same of a linked page: another one in its place has another picture. */
export function previewShapeOf(preview: NonNullable<Post["preview"]>): string {
  const { imageUrl: _imageUrl, ...said } = preview;
  return shapeOfSaid(said);
}

function shapeOfSaid(said: object): string {
  const text = JSON.stringify(Object.entries(said).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
