import type { ArchivedPost } from "../archive/archived-post.ts";
import type { Archive } from "../archive/archive.ts";
import type { Analyzer } from "./analysis/analyzer.ts";
import type { FacetName, HistogramStep, SearchEngine } from "./engine.ts";
import type { QueryWarning, Sort } from "./query/tree.ts";

/** What is asked, as it comes from page, API, CLI or widget: `q` plus the comma lists, all joined by AND. */
export interface SearchParams {
  readonly q?: string;
  readonly channel?: readonly string[];
  readonly after?: string;
  readonly before?: string;
  readonly has?: readonly string[];
  readonly is?: readonly string[];
  readonly lang?: readonly string[];
  readonly sort?: Sort;
  readonly rankAll?: boolean;
  /** From 1. */
  readonly page?: number;
  /** 1 to 100, default 20. */
  readonly limit?: number;
  readonly prefix?: boolean;
  readonly facets?: readonly FacetName[];
  readonly histogram?: "auto" | HistogramStep;
}

/** A stretch of text; `hit` when it is what was searched for. Joined, parts give the text. */
export interface TextPart {
  readonly text: string;
  readonly hit: boolean;
}

export interface SearchHit extends Omit<ArchivedPost, "rawHtml"> {
  /** The whole text cut into parts. */
  readonly parts: readonly TextPart[];
}

/** The API's answer to a search. */
export interface SearchResult {
  readonly query: string;
  /** Canonical form of the query, filters included. */
  readonly parsed: string;
  readonly warnings: readonly QueryWarning[];
  /** Words with several readings; each alternative's `query` is the whole query narrowed to that reading. */
  readonly readings: readonly {
    readonly word: string;
    readonly taken: readonly { readonly lemma: string; readonly query: string }[];
  }[];
  /** The pieces of the query, for chips; `without` is the query when this piece is dropped. */
  readonly pieces: readonly {
    readonly text: string;
    readonly negative: boolean;
    readonly without: string;
  }[];
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly rankedWithin?: number;
  readonly hits: readonly SearchHit[];
  readonly facets: Readonly<
    Partial<Record<FacetName, readonly { readonly value: string; readonly count: number }[]>>
  >;
  readonly histogram?: readonly { readonly start: string; readonly count: number }[];
  readonly histogramStep?: HistogramStep;
  readonly suggestion?: { readonly query: string; readonly total: number };
  readonly page: number;
  readonly limit: number;
  readonly sort: Sort;
  readonly tookMs: number;
  readonly engine: "embedded" | "meilisearch";
  readonly analyzer: string;
  readonly archive: {
    readonly posts: number;
    readonly newest?: string;
    readonly indexLagSeconds: number;
  };
}

/** @throws QuerySyntaxError with its position; BadParameter with its name. */
export declare function searchPosts(
  parts: {
    readonly archive: Archive;
    readonly engine: SearchEngine;
    readonly analyzer: Analyzer;
    readonly now?: () => Date;
  },
  params: SearchParams,
  options?: { readonly signal?: AbortSignal },
): Promise<SearchResult>;
