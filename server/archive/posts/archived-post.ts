import type { Channel, Instant, Post } from "../../../scraper/post.ts";
import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { ArchivedMedia, ArchivedPreview, KeptFile } from "../media/archived-media.ts";

/** A post as the archive keeps it: the newest version, with what is known of its history. */
export interface ArchivedPost extends Post {
  /** Dense number of the post in this archive, ascending in order of first save; never reused. */
  readonly no: number;
  readonly media: readonly ArchivedMedia[];
  readonly preview?: ArchivedPreview;
  /** SHA-256, hex, of the canonical JSON of the parts that make a version. */
  readonly hash: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly versions: number;
  readonly deleted?: Deletion;
}

interface Deletion {
  readonly firstAbsentAt: Instant;
  readonly confirmedAt: Instant;
  readonly checks: number;
}

/** One version; `post` is the whole post as first seen with this content. */
export interface PostVersion {
  readonly version: number;
  readonly hash: string;
  readonly seenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly post: Post;
  readonly current: boolean;
}

/** When a post was last asked for, and answered with itself or its absence. */
export interface Look {
  readonly id: number;
  readonly publishedAt: Instant;
  readonly lookedAt: Instant;
}

/** Counters as they stood when looked at. */
export interface CounterSample {
  readonly at: Instant;
  readonly views?: number;
  readonly reactions: Post["reactions"];
  readonly voters?: number;
}

/** A channel with the figures a list of channels shows. */
export interface ArchivedChannel extends Channel {
  /** Its picture, where that is kept and its page still shows one. */
  readonly avatar?: KeptFile;
  readonly posts: number;
  readonly deleted: number;
  readonly firstId?: number;
  readonly newestId?: number;
  readonly oldest?: Instant;
  readonly newest?: Instant;
  readonly addedAt: Instant;
  readonly lastReadAt?: Instant;
  /** Share of ids from 1 to the newest that are classed, 0 to 1, imported ones among them. */
  readonly complete: number;
  /** Ids that are kept only because a file told of them: no page of the channel has spanned them yet. */
  readonly imported: number;
}

/** What is known of every id from 1 to the newest; ranges ascend, touch, and do not overlap. */
export interface Coverage {
  readonly channel: string;
  readonly newestId: number;
  readonly counts: Readonly<Record<IdClass, number>>;
  /** Of these ids those that only a file told of: no page of the channel has spanned them yet. */
  readonly imported: number;
  readonly ranges: readonly CoverageRange[];
}
export type IdClass = "kept" | "part" | "service" | "deleted" | "absent" | "unread" | "purged";
export interface CoverageRange extends IdRange {
  readonly class: IdClass;
  /** Only a file told of these ids: they are kept, and no page of the channel has spanned them yet. */
  readonly imported?: true;
  /** For absent ids: when a page last spanned them without showing them. For purged ones: when they were. */
  readonly asOf?: Instant;
}

/** What saving one page changed. */
export interface PageSaved {
  readonly new: number;
  readonly edited: number;
  readonly unchanged: number;
  /** Kept posts that this page spanned and did not show. */
  readonly missed: number;
  readonly deleted: number;
}

/** A stretch of the archive's log: posts changed after `from`, up to `to`. */
export interface ArchiveChanges {
  readonly to: number;
  readonly posts: readonly ArchivedPost[];
  readonly purged: readonly { readonly channel: string; readonly id: number }[];
}

/** The state of the whole archive, as answers cite it. */
export interface ArchiveState {
  readonly archiveId: string;
  readonly createdAt: Instant;
  readonly posts: number;
  readonly channels: number;
  readonly newest?: Instant;
  /** Position of the newest change; an index that stands here is complete. */
  readonly position: number;
}

/** What a channel's page said of it, last on a UTC day: `2026-06-15`. */
export interface ChannelSample {
  readonly day: string;
  readonly counters: Channel["counters"];
}
