import type { Instant } from "../../../scraper/post.ts";
import type { Reasons } from "../../../scraper/reasons.ts";
import { type RunCode, runSaid } from "../reasons.ts";

/** What a run has done so far: pages and posts, and what it took from the source. */
export interface RunCounts {
  readonly pages: number;
  readonly new: number;
  readonly edited: number;
  readonly unchanged: number;
  /** Kept posts that a page spanned and did not show; not yet called deleted. */
  readonly missed: number;
  readonly deleted: number;
  /** Requests made, retries and redirects included. */
  readonly requests: number;
  /** Bytes of pages as they came over the network. */
  readonly bytes: number;
  /** Tries that brought no page of the channel, whatever came of the next. */
  readonly failed: number;
  /** Files of media that were fetched, and their bytes; absent where there were none. */
  readonly media?: number;
  readonly mediaBytes?: number;
  /** Files this run gave up: larger than one may be, not at Telegram's hosts, tried in vain too often. Absent where none. */
  readonly mediaTooLarge?: number;
  readonly mediaRefused?: number;
  readonly mediaFailed?: number;
  /** Files of the channel still wanted when the run's media ended. Absent where none. */
  readonly mediaWaiting?: number;
}

/** Before anything was done. */
export const noCounts: RunCounts = {
  pages: 0,
  new: 0,
  edited: 0,
  unchanged: 0,
  missed: 0,
  deleted: 0,
  requests: 0,
  bytes: 0,
  failed: 0,
};

/**
 * `waiting` for a process that takes it up; `skipped` was never begun, and its `error` says why. `stopped` on request.
 */
export const runStates = ["waiting", "running", "done", "failed", "stopped", "skipped"] as const;
type RunState = (typeof runStates)[number];

/** Why a run does not go on just now. */
export type RunTrouble = PageTrouble | SlowFile;

export type PageTrouble = {
  readonly url: string;
  /** How many tries that makes, of how many at most. */
  readonly tries: number;
  readonly mostTries: number;
} & (
  | {
      /** A try that brought no page. */
      readonly kind: "in-vain";
      /** What came, as part of an English sentence. */
      readonly why: string;
      /** What that is made of; absent in a trouble that an older program wrote. */
      readonly reasons?: Reasons<RunCode>;
      /** Absent when there is no other try. */
      readonly nextTryAt?: Instant;
    }
  /** A try that is still waited for. */
  | { readonly kind: "silent"; readonly seconds: number }
);

/** A file of a post that does not come, or takes long; it is still waited for. */
export interface SlowFile {
  readonly kind: "file";
  /** Of the post. */
  readonly url: string;
  readonly seconds: number;
  /** How much is here, of how much where the host tells. */
  readonly bytes: number;
  readonly ofBytes?: number;
  /** When this try ends, whatever came. */
  readonly mostSeconds: number;
}

/** One run of one channel, as the ledger has it. */
export interface Run {
  readonly id: string;
  readonly channel: string;
  readonly scheduleId?: string;
  readonly cause: "schedule" | "asked" | "command" | "retry";
  readonly dueAt: Instant;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
  readonly state: RunState;
  readonly counts: RunCounts;
  /** The process that works on it, or did last. */
  readonly holder?: string;
  /** The run that this one does again. */
  readonly retryOf?: string;
  /** Somebody asked for it to stop, and its holder has not come to it yet. */
  readonly stopRequested?: true;
  /** While it is under way and its source does not answer as it should. */
  readonly trouble?: RunTrouble;
  /** Why it ended, or never began. */
  readonly error?: RunError;
}

/** Why a run ended, or never began: a class, an English sentence, and the reasons it is made of where these are told apart. */
export interface RunError {
  readonly class: string;
  readonly message: string;
  /** Absent in old archives, and where the sentence is all there is. */
  readonly reasons?: Reasons<RunCode>;
}

/** Why the ledger itself ends a run, or never begins one. */
export const endedFor = (name: string, ...reasons: Reasons<RunCode>): RunError => ({
  class: name,
  message: runSaid(reasons),
  reasons,
});

/** Something a run had to say, and when it said it. */
export interface SaidLine {
  readonly at: Instant;
  readonly text: string;
}

/** A line of a run's log; `no` rises from 1. */
export interface RunLine extends SaidLine {
  readonly no: number;
}

/** The right to work on a run. Each save under it is refused once another holds a higher fence, or the run has ended. */
export interface Lease {
  readonly runId: string;
  readonly fence: number;
}
