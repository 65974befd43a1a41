import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { ImportKind } from "./import-kinds.ts";

/** When a file was written, as far as that can be true: from 1970 to now. */
export function writtenAt({ mtime }: { readonly mtime: Date }, now: Date): Instant {
  const ms = Math.min(Math.max(mtime.getTime(), 0), now.getTime());
  return instant(ms);
}

/** What became of the posts of a file, each counted once: `read` is the sum of all the other numbers. */
interface ImportCounts {
  readonly read: number;
  readonly new: number;
  /** Known already; the file told something that is kept now. */
  readonly changed: number;
  readonly equal: number;
  /** Told otherwise by a source that is older or knows less: what is kept stays. */
  readonly otherwise: number;
  /** Removed for good here: they stay out. */
  readonly purged: number;
  /** Parts of an album that is one post. */
  readonly joined: number;
  /** Told again later in the file. */
  readonly repeated: number;
  readonly refused: number;
}

/** What a file gave. */
export interface Imported extends ImportCounts {
  readonly kind: ImportKind;
  readonly channels: readonly string[];
  /** Sentences for the operator: what was left out, and why. */
  readonly warnings: readonly string[];
}

export interface ImportOptions {
  /** The channel's name, where the file does not tell it. */
  readonly channel?: string;
  /** The time zone of the clock that wrote a file which tells local times: `Europe/Berlin`. */
  readonly timezone?: string;
  readonly signal?: AbortSignal;
  /** A person looked: a page is taken as far as it is understood, however much of it is not. */
  readonly acceptChange?: boolean;
}
