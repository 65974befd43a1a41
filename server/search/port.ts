import type { PostKey } from "../../scraper/post.ts";
import type { IndexChange, SetAside } from "./document.ts";
import type { Query, Sort } from "./query/tree.ts";
import { ownCommand } from "../../scraper/own-command.ts";

/** Every engine there is, by its name in the settings. */
export const engineNames = ["embedded", "meilisearch"] as const;
export type EngineName = (typeof engineNames)[number];

/** Answers queries. Hits are keys; the archive has the posts. */
export interface Searcher extends AsyncDisposable {
  readonly name: EngineName;
  /**
   * @throws QuerySyntaxError when a word of the query means too many words of the index. QueryTooSlow when the deadline passed; the query's work has then really ended. EngineAway when the index is no
   * answer: absent, of another archive or other rules, damaged, or not yet looked at.
   */
  search(request: SearchRequest, options: { readonly signal?: AbortSignal }): Promise<EngineAnswer>;
  status(): Promise<IndexStatus>;
  /** Looks at all of the index now: what was asked of it before is to be cited. @throws EngineAway when it is damaged */
  assure?(): Promise<void>;
}

/** Answers from an index of its own, which is made from the archive and follows it. */
export interface SearchEngine extends Searcher {
  /**
   * Makes the index equal to `changes`, then its position `to`. Resolves only when it is durable and searchable.
   * Ignored when the index already stands at or beyond `to`. Changes to a key follow each other in archive order.
   */
  apply(changes: readonly IndexChange[], to: number): Promise<void>;
  /** Makes ready for `apply` of these very changes, which may follow while another `apply` is under way. */
  prepare?(changes: readonly IndexChange[]): void;
  /** A second index, empty, filled by `apply` while this one answers; `commit` puts it in this one's place. */
  rebuild(): Promise<IndexRebuild>;
  /** How many posts and characters it best takes at a time; absent when few will do. */
  readonly batch?: { readonly posts: number; readonly characters: number };
  readonly parts?: undefined;
}

/** Several engines that answer as one: each is brought up to date, built anew and compared by itself. */
export interface EngineGroup extends Searcher {
  readonly parts: readonly SearchEngine[];
}

/** Whatever answers for an archive. */
export type AnyEngine = SearchEngine | EngineGroup;

export interface IndexRebuild extends AsyncDisposable {
  apply(changes: readonly IndexChange[], to: number): Promise<void>;
  prepare?(changes: readonly IndexChange[]): void;
  commit(): Promise<void>;
}

export interface SearchRequest {
  readonly query: Query;
  readonly sort: Sort;
  /** Rank every hit, however many; else relevance may be ranked within the newest hits only, and the answer says so. */
  readonly rankAll: boolean;
  readonly offset: number;
  readonly limit: number;
  /** The last word may go on (as-you-type). */
  readonly prefixLast: boolean;
  readonly facets: readonly FacetName[];
  readonly histogram?: "auto" | HistogramStep;
  /**
   * The only channels that may be told of, which the query is limited to: words of others are no suggestion, and nothing is
   * a copy because of a post in them.
   */
  readonly within?: readonly string[];
}

export const facetNames = ["channel", "has", "is", "lang", "tag", "link", "author"] as const;
export type FacetName = (typeof facetNames)[number];
export type HistogramStep = "day" | "week" | "month" | "year";

/** The posts with the text of a hit that are folded behind it: later ones that the query finds. */
export interface Copies {
  readonly posts: number;
  /** How many channels they are in. */
  readonly channels: number;
  /** When the first and the last of them were published. */
  readonly first: string;
  readonly last: string;
}

export interface EngineAnswer {
  /** Which of several engines answered. */
  readonly engine?: SearchEngine["name"];
  readonly hits: readonly PostKey[];
  /** How many posts the query finds, copies too. */
  readonly total: number;
  /** Where the query folds copies: how many hits there are so, and the copies of each in `hits` that has some. */
  readonly folded?: {
    readonly groups: number;
    readonly copies: readonly (Copies | undefined)[];
  };
  /** Relevance was ranked among only so many of the newest hits; the others follow by date. */
  readonly rankedWithin?: number;
  readonly facets: Readonly<
    Partial<Record<FacetName, readonly { readonly value: string; readonly count: number }[]>>
  >;
  /** Ascending, empty steps included; `start` is an ISO instant in UTC. Weeks start on Monday. */
  readonly histogram?: {
    readonly step: HistogramStep;
    readonly bars: readonly { readonly start: string; readonly count: number }[];
    /** How many bars the step asked for would make, where that is more than an answer holds: `bars` is empty then. */
    readonly tooMany?: number;
  };
  /** For each `word~` of the query, folded: the words of the index it reached, so that they can be marked. */
  readonly reached?: ReadonlyMap<string, readonly string[]>;
  /** Only when there were no hits: the query with misspelled words corrected, and what it would find. */
  readonly suggestion?: { readonly query: string; readonly total: number };
}

export interface IndexStatus {
  readonly state: "ready" | "missing" | "foreign" | "outdated" | "damaged" | "checking";
  /** What is damaged. */
  readonly why?: string;
  /** Archive position up to which the index is complete; 0 when it is empty. */
  readonly position: number;
  readonly posts: number;
  /** Which archive and which analyzer it was built from. */
  readonly archiveId?: string;
  readonly analyzerVersion?: string;
  /** A name of this very index: one that was built anew has another. */
  readonly birth?: string;
  /** What was purged may still be in its files: the next `apply`, of nothing too, sees to it. */
  readonly scrubOwed?: boolean;
  /** Posts that are left out of it, and why. */
  readonly setAside?: readonly SetAside[];
  /** Of several engines, how each stands. */
  readonly engines?: readonly EngineStanding[];
}

export interface EngineStanding {
  readonly engine: SearchEngine["name"];
  readonly state: IndexStatus["state"] | "away";
  readonly position: number;
  readonly setAside?: readonly SetAside[];
}

export class QueryTooSlow extends Error {
  override name = "QueryTooSlow";
}

/** Why an index that is not ready answers nothing, and what is done about it. */
export function whyAway({ state, why }: Pick<IndexStatus, "state" | "why">): string {
  const anew = `A server builds it anew by itself, and so does the next command that searches; or run: ${ownCommand} reindex`;
  switch (state) {
    case "missing":
      return `The index is not there yet. ${anew}`;
    case "foreign":
      return `The index is of another archive. ${anew}`;
    case "outdated":
      return `The index was made by other rules than this program's. ${anew}`;
    case "damaged":
      return `The index is damaged${why === undefined ? "" : ` (${why})`}. ${anew}`;
    default:
      return "The index is being checked. Ask again in a few seconds.";
  }
}

/** When to ask again what was refused because the index is no answer now. */
export const askAgainSeconds = 5;

/** The engine does not answer, or asks to be left alone for now: nothing is wrong with what it was asked. */
export class EngineAway extends Error {
  override name = "EngineAway";
}
