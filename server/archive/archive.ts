import type { HistoryPage, IdRange } from "../../scraper/history-page.ts";
import type { Instant, PostKey } from "../../scraper/post.ts";
import type {
  ArchiveChanges,
  ArchiveState,
  ArchivedChannel,
  ArchivedPost,
  CounterSample,
  Coverage,
  PageSaved,
  PostVersion,
} from "./archived-post.ts";

/** The truth: one SQLite file. Names are found in any case; all times come from `now`. */
export declare class Archive implements AsyncDisposable {
  static open(
    file: string,
    options?: { readonly now?: () => Date; readonly readOnly?: boolean },
  ): Promise<Archive>;
  /** One transaction: posts, versions, samples, absences, coverage, and the page's body. @throws MassAbsence */
  savePage(page: HistoryPage): Promise<PageSaved>;
  /** Keeps a body that could not be understood, as evidence, and nothing else. */
  keepUnreadable(page: {
    readonly channel: string;
    readonly url: string;
    readonly body: Uint8Array;
    readonly readAt: Instant;
    readonly why: string;
  }): Promise<void>;
  /** Ids from 1 to the newest that no page has spanned, newest first. */
  unread(channel: string): Promise<readonly IdRange[]>;
  /** The ids of the recent window: the newest 100 posts or 48 hours, whichever is more. */
  recentWindow(channel: string): Promise<IdRange | undefined>;
  channels(): Promise<readonly ArchivedChannel[]>;
  channel(name: string): Promise<ArchivedChannel | undefined>;
  coverage(name: string): Promise<Coverage | undefined>;
  /** An id inside an album finds the album's post. */
  post(key: PostKey): Promise<ArchivedPost | undefined>;
  /** In the order of `keys`, at most 1,000; keys that are not kept are left out. */
  posts(keys: readonly PostKey[]): Promise<readonly ArchivedPost[]>;
  versions(key: PostKey): Promise<readonly PostVersion[]>;
  samples(key: PostKey): Promise<readonly CounterSample[]>;
  context(
    key: PostKey,
    size: { readonly before: number; readonly after: number },
  ): Promise<{ readonly before: readonly ArchivedPost[]; readonly after: readonly ArchivedPost[] }>;
  state(): Promise<ArchiveState>;
  /** Changes after a position, in order, at most `limit` posts. A post appears once, as it is now. */
  changesAfter(position: number, limit: number): Promise<ArchiveChanges>;
  [Symbol.asyncDispose](): Promise<void>;
}
