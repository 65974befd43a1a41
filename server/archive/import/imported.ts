import type { Instant } from "../../../scraper/post.ts";

/** When a file was written, as far as that can be true: from 1970 to now. */
export function writtenAt({ mtime }: { readonly mtime: Date }, now: Date): Instant {
  const ms = Math.min(Math.max(mtime.getTime(), 0), now.getTime());
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** What a file gave. `known`: its posts that were kept already. */
export interface Imported {
  readonly channel: string;
  readonly new: number;
  readonly known: number;
  /** Sentences for the operator: what was left out, and why. */
  readonly warnings: readonly string[];
}

export interface ImportOptions {
  /** The channel's name, where the file does not tell it. */
  readonly channel?: string;
  readonly signal?: AbortSignal;
  /** A person looked: a page is taken as far as it is understood, however much of it is not. */
  readonly acceptChange?: boolean;
}
