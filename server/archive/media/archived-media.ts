import type { Media, Post } from "../../../scraper/post.ts";
import type { MediaType } from "./media-type.ts";

/** A file of ours, and where every server of this archive answers with it. */
export interface KeptFile {
  readonly url: string;
  readonly sha256: string;
  readonly type: MediaType;
  readonly bytes: number;
}

/** Media as the archive knows it: what the page said, and what is kept of it. */
export interface ArchivedMedia extends Media {
  readonly kept?: KeptFile;
  readonly keptThumbnail?: KeptFile;
  /** Why the file is not kept, though it is wanted. Without a `url` it cannot be: the public preview has no address for it. */
  readonly notKept?: "waiting" | "failed" | "too-large" | "refused";
}

/** What the source showed of a linked page, with its picture where that is kept. */
export type ArchivedPreview = NonNullable<Post["preview"]> & { readonly kept?: KeptFile };
