import { setImmediate } from "node:timers/promises";
import type { Instant, PostKey } from "../../scraper/post.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchivedPost } from "../archive/posts/archived-post.ts";
import type { Analyzer } from "./analysis/analyzer.ts";
import { earlierVersionsOf, type EarlierVersion } from "./earlier-versions.ts";
import { markedTexts, type Mark } from "./marked-texts.ts";
import { EngineAway, facetNames, whyAway } from "./port.ts";
import type {
  Copies,
  EngineAnswer,
  EngineName,
  FacetName,
  HistogramStep,
  Searcher,
  SearchRequest,
} from "./port.ts";
import { highlighter } from "./highlight.ts";
import type { TextPart } from "./highlight.ts";
import { mostBars } from "./histogram.ts";
import { allOf } from "./query/build.ts";
import { fieldNode } from "./query/fields.ts";
import { inEnglish, warning } from "./query/faults.ts";
import { parseQuery } from "./query/parse.ts";
import { piecesOf } from "./query/pieces.ts";
import type { Piece } from "./query/pieces.ts";
import { printQuery } from "./query/print.ts";
import { BadParameter, QuerySyntaxError } from "./query/query-errors.ts";
import { rewrite } from "./query/rewrite.ts";
import { checkBounds, leavesOf, rankingLeaves } from "./query/terms.ts";
import { sorts } from "./query/tree.ts";
import type { FieldNode, Fold, Query, QueryNode, QueryWarning, Sort } from "./query/tree.ts";
import { readingsOf } from "./readings.ts";
import type { Readings } from "./readings.ts";

export type { TextPart } from "./highlight.ts";

/** What is asked, as it comes from page, API, CLI or widget: `q` plus the comma lists, all joined by AND. */
export interface SearchParams {
  readonly q?: string;
  readonly channel?: readonly string[];
  /** The only channels that may be searched at all, whatever else is asked. */
  readonly within?: readonly string[];
  readonly after?: string;
  readonly before?: string;
  readonly has?: readonly string[];
  readonly is?: readonly string[];
  readonly lang?: readonly string[];
  readonly sort?: Sort;
  readonly fold?: Fold;
  readonly rankAll?: boolean;
  /** From 1. */
  readonly page?: number;
  /** 1 to 100, default 20. */
  readonly limit?: number;
  readonly prefix?: boolean;
  readonly facets?: readonly FacetName[];
  readonly histogram?: "auto" | HistogramStep;
}

export interface SearchHit extends Omit<ArchivedPost, "no" | "rawHtml"> {
  /** The whole text cut into parts. */
  readonly parts: readonly TextPart[];
  /** Other texts of the post that hold what was searched for (poll, names of files, places and contacts, preview, buttons), in parts too. */
  readonly elsewhere: readonly (readonly TextPart[])[];
  /** When the last edit, deletion or return was seen. */
  readonly changedAt?: Instant;
  /** Where `was:` was asked for: the versions that had it, the newest first. */
  readonly earlier?: readonly EarlierVersion[];
  /** Where copies are folded: the later posts of its text that the query finds, and the query of these and the hit. */
  readonly copies?: Copies & { readonly query: string };
}

/** The API's answer to a search. */
export interface SearchResult {
  readonly query: string;
  /** Canonical form of the query, filters included. */
  readonly parsed: string;
  readonly warnings: readonly QueryWarning[];
  /** Words with several readings; each alternative's `query` is the whole query narrowed to that reading. */
  readonly readings: readonly Readings[];
  /** The pieces of the query, for chips; `without` is the query when this piece is dropped. */
  readonly pieces: readonly Piece[];
  /** Posts, copies too. */
  readonly total: number;
  /** Where copies are folded: how many hits there are so. */
  readonly groups?: number;
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
  readonly engine: EngineName;
  readonly analyzer: string;
  readonly archive: {
    readonly posts: number;
    readonly newest?: string;
    readonly indexLagSeconds: number;
  };
}

export interface SearchParts {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly analyzer: Analyzer;
  readonly now?: () => Date;
}

const defaultLimit = 20;
/** Hits on one page at most. */
export const maxLimit = 100;

/** @throws QuerySyntaxError with its position; BadParameter with its name. */
export async function searchPosts(
  { archive, engine, analyzer, now = () => new Date() }: SearchParts,
  params: SearchParams,
  options: { readonly signal?: AbortSignal } = {},
): Promise<SearchResult> {
  const began = performance.now();
  const query = askedQuery(params, { analyzer, now: now() });
  const request = requestOf(query, params);
  await refuseAhead({ archive, engine });
  const answer = await engine.search(request, options);
  const posts = await archive.posts(answer.hits);
  const seen = await seenOf({ archive, engine, now }, params.within);
  const sort = request.sort;
  return {
    query: params.q ?? "",
    parsed: printQuery(query),
    warnings: [
      ...query.warnings,
      ...(await strangeChannels(query, { archive, within: params.within })),
      ...missingPosts(answer.hits.length - posts.length),
    ],
    readings: readingsOf(query, analyzer),
    pieces: piecesOf(query),
    total: answer.total,
    ...(answer.folded && { groups: answer.folded.groups }),
    totalIsExact: true,
    ...(answer.rankedWithin === undefined ? {} : { rankedWithin: answer.rankedWithin }),
    hits: withCopies(
      await withEarlier(
        await markedHits(posts, {
          mark: highlighterFor(request, answer, analyzer),
          changedAt: await archive.lastChanges(posts),
        }),
        earlierVersionsOf(query, { archive, analyzer, reached: answer.reached }),
      ),
      { query, answer },
    ),
    facets: answer.facets,
    ...histogramOf(answer),
    ...(answer.suggestion === undefined ? {} : { suggestion: answer.suggestion }),
    page: params.page ?? 1,
    limit: request.limit,
    sort,
    tookMs: Math.round((performance.now() - began) * 10) / 10,
    engine: answer.engine ?? engine.name,
    analyzer: analyzer.version,
    archive: seen,
  };
}

/**
 * The query of all parameters together, without words that no post could hold: what a search, an export and a feed of
 * the same parameters ask for. @throws QuerySyntaxError, BadParameter
 */
export function askedQuery(
  params: SearchParams,
  { analyzer, now }: { readonly analyzer: Analyzer; readonly now: Date },
): Query {
  const typed = parseQuery(params.q ?? "", { now });
  const asked = withoutEmptyWords(typed, analyzer);
  const filters = filtersOf(params, now);
  const sort = params.sort ?? asked.sort;
  const fold = params.fold ?? asked.fold;
  const warnings = [...asked.warnings];
  if (params.sort !== undefined && asked.sort !== undefined && params.sort !== asked.sort) {
    const data = { parameter: params.sort, query: asked.sort };
    warnings.push(warning("sort-parameter", nowhere, data));
  }
  const query = {
    root: allOf([asked.root, ...filters]),
    ...(asked.inCapitals && { inCapitals: allOf([asked.inCapitals, ...filters]) }),
    ...(sort === undefined ? {} : { sort }),
    ...(fold === undefined ? {} : { fold }),
    warnings,
  };
  if (filters.length > 0) checkBounds(query);
  return query;
}

/**
 * The same for what is kept, handed on or followed, where nobody sees a warning: signs that leave nothing to search for are
 * not taken for every post. @throws QuerySyntaxError, BadParameter
 */
export function askedResult(
  params: SearchParams,
  parts: { readonly analyzer: Analyzer; readonly now: Date },
): Query {
  const { q = "" } = params;
  if (leavesNothing(q, parts))
    throw new QuerySyntaxError("nothing-left", { start: 0, end: q.length });
  return askedQuery(params, parts);
}

/** Whether something was typed of which nothing can be searched for. @throws QuerySyntaxError */
export function leavesNothing(
  q: string,
  parts: { readonly analyzer: Analyzer; readonly now: Date },
): boolean {
  const { root, warnings } = askedQuery({ q }, parts);
  return root.kind === "all" && warnings.some(({ code }) => code.startsWith("left-out"));
}

function withoutEmptyWords(query: Query, analyzer: Analyzer): Query {
  const warnings = [...query.warnings];
  const root = rewrite(query.root, (leaf) => {
    if (leaf.kind === "field" || analyzer.tokens(leaf.text).length > 0) return leaf;
    warnings.push(warning("left-out-no-word", leaf.at, { text: leaf.text }));
    return undefined;
  });
  return { ...query, root, warnings };
}

/** The comma lists as fields of the query. @throws BadParameter */
function filtersOf(params: SearchParams, now: Date): readonly QueryNode[] {
  const lists = {
    channel: params.channel,
    within: params.within,
    after: momentOf(params.after),
    before: momentOf(params.before),
    has: params.has,
    is: params.is,
    lang: params.lang,
  };
  return Object.entries(lists).flatMap(([name, values]) => {
    const typed = (values ?? []).map((value) => value.trim()).filter((value) => value !== "");
    return typed.length === 0 ? [] : [filterNode(name === "within" ? "channel" : name, typed, now)];
  });
}

/** In an address a `+` that is not escaped arrives as a space: `…T12:30:00 03:00` means `+03:00`. */
function momentOf(typed: string | undefined): readonly string[] | undefined {
  return typed === undefined ? undefined : [typed.replace(/ (?=\d{2}:?\d{2}$)/, "+")];
}

function filterNode(name: string, values: readonly string[], now: Date): FieldNode {
  const at = { start: 0, end: 0 };
  try {
    return fieldNode({ name, items: values.map((text) => ({ text, at })), at }, now);
  } catch (error) {
    if (error instanceof QuerySyntaxError) {
      const { message, fault } = error;
      throw new BadParameter(name, message, { cause: error, fault });
    }
    throw error;
  }
}

function requestOf(query: Query, params: SearchParams): SearchRequest {
  const { page = 1, limit = defaultLimit, prefix = false, facets = [], histogram } = params;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new BadParameter("limit", `limit: takes a whole number from 1 to ${maxLimit}.`);
  }
  if (!Number.isInteger(page) || page < 1 || !Number.isSafeInteger(page * limit)) {
    throw new BadParameter("page", "page: takes a whole number from 1.");
  }
  const unknown = facets.find((name) => !facetNames.includes(name));
  if (unknown !== undefined) {
    throw new BadParameter("facets", `facets: takes any of ${facetNames.join(", ")}.`);
  }
  if (query.sort !== undefined && !sorts.includes(query.sort)) {
    throw new BadParameter("sort", `sort: takes one of ${sorts.join(", ")}.`);
  }
  return {
    query,
    sort: query.sort ?? (hasWords(query) ? "relevance" : "new"),
    rankAll: params.rankAll ?? false,
    offset: (page - 1) * limit,
    limit,
    prefixLast: prefix,
    facets,
    ...(params.within && { within: params.within }),
    ...(histogram === undefined ? {} : { histogram }),
  };
}

/** Without words to find there is nothing to be relevant to. */
function hasWords(query: Query): boolean {
  return rankingLeaves(query.root).length > 0;
}

function highlighterFor(
  { query, prefixLast }: SearchRequest,
  { reached }: EngineAnswer,
  analyzer: Analyzer,
): Mark {
  return highlighter(query, analyzer, { prefixLast, reached });
}

/** For how long hits are marked before others of this process get their turn. */
const markingTurnMs = 5;

async function markedHits(
  posts: readonly ArchivedPost[],
  { mark, changedAt }: { readonly mark: Mark; readonly changedAt: ReadonlyMap<number, Instant> },
): Promise<readonly SearchHit[]> {
  const hits: SearchHit[] = [];
  let turn = performance.now();
  for (const post of posts) {
    const at = changedAt.get(post.no);
    hits.push({ ...markedHit(post, mark), ...(at !== undefined && { changedAt: at }) });
    if (performance.now() - turn < markingTurnMs) continue;
    await setImmediate();
    turn = performance.now();
  }
  return hits;
}

async function withEarlier(
  hits: readonly SearchHit[],
  earlierOf: ReturnType<typeof earlierVersionsOf>,
): Promise<readonly SearchHit[]> {
  if (earlierOf === undefined) return hits;
  const shown: SearchHit[] = [];
  for (const hit of hits) {
    const earlier = await earlierOf(hit);
    shown.push(earlier.length === 0 ? hit : { ...hit, earlier });
  }
  return shown;
}

function withCopies(
  hits: readonly SearchHit[],
  { query, answer }: { readonly query: Query; readonly answer: EngineAnswer },
): readonly SearchHit[] {
  const { folded } = answer;
  if (folded === undefined) return hits;
  const known = new Map(answer.hits.map((key, place) => [keyOf(key), folded.copies[place]]));
  return hits.map((hit) => {
    const copies = known.get(keyOf(hit));
    return copies === undefined
      ? hit
      : { ...hit, copies: { ...copies, query: groupOf(hit, query) } };
  });
}

const keyOf = ({ channel, id }: PostKey): string => `${channel.toLowerCase()}/${id}`;

/** The query of a hit and its copies; of the whole group where it would be longer than a query may be. */
function groupOf(hit: PostKey, { root }: Query): string {
  const copies: QueryNode = { kind: "field", field: "copies", values: [keyOf(hit)], at: nowhere };
  const narrowed = { root: allOf([root, copies]), warnings: [] };
  try {
    checkBounds(narrowed);
    return printQuery(narrowed);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    return printQuery({ root: copies });
  }
}

function markedHit(post: ArchivedPost, mark: Mark): SearchHit {
  const { no: _no, rawHtml: _html, ...shown } = post;
  return { ...shown, ...markedTexts(post, mark) };
}

/**
 * A channel that is not kept has no posts: whoever mistypes its name should not take that for silence. To who may see
 * some channels only, all others are one.
 */
async function strangeChannels(
  query: Query,
  {
    archive,
    within,
  }: { readonly archive: Archive; readonly within?: readonly string[] | undefined },
): Promise<readonly QueryWarning[]> {
  const named = [...leavesOf(query.root)].flatMap(({ leaf }) =>
    leaf.kind === "field" && leaf.field === "channel"
      ? leaf.values.map((name) => ({ name, at: leaf.at }))
      : [],
  );
  const isOutside = (name: string): boolean => within !== undefined && !isNamed(within, name);
  const known = await Promise.all(
    named.map(async ({ name }) => (isOutside(name) ? undefined : archive.channel(name))),
  );
  return named
    .filter((_, i) => known[i] === undefined)
    .map(({ name, at }) => warning("channel-not-kept", at, { channel: name }));
}

const isNamed = (names: readonly string[], name: string): boolean =>
  names.some((one) => one.toLowerCase() === name.toLowerCase());

/** What it is about stands nowhere in the query. */
const nowhere = { start: 0, end: 0 };

function missingPosts(count: number): readonly QueryWarning[] {
  return count === 0 ? [] : [warning("posts-not-kept", nowhere, { count: String(count) })];
}

function histogramOf({
  histogram,
}: EngineAnswer): Pick<SearchResult, "histogram" | "histogramStep"> {
  if (histogram?.tooMany !== undefined) {
    const { step, tooMany } = histogram;
    const data = { step, steps: String(tooMany), most: String(mostBars) };
    const fault = { code: "histogram-too-long", data } as const;
    throw new BadParameter("histogram", inEnglish(fault), { fault });
  }
  return histogram === undefined
    ? {}
    : { histogram: histogram.bars, histogramStep: histogram.step };
}

/** How many posts there are, how new, and how far the index is behind: of all channels, or of those that may be seen. */
async function seenOf(
  { archive, engine, now }: { archive: Archive; engine: Searcher; now: () => Date },
  within: readonly string[] | undefined,
): Promise<SearchResult["archive"]> {
  const state = await archive.state();
  const { position } = await engine.status();
  const behind = { position, at: now(), within };
  const indexLagSeconds = position >= state.position ? 0 : await lagSeconds(archive, behind);
  const { posts, newest } = within === undefined ? state : await figuresOf(archive, within);
  return { posts, ...(newest === undefined ? {} : { newest }), indexLagSeconds };
}

async function figuresOf(archive: Archive, names: readonly string[]) {
  const channels = (await Promise.all(names.map((name) => archive.channel(name)))).filter(
    (channel) => channel !== undefined,
  );
  const newest = channels.flatMap(({ newest: at }) => at ?? []).toSorted();
  return {
    posts: channels.reduce((sum, { posts }) => sum + posts, 0),
    newest: newest.at(-1),
  };
}

/** @throws EngineAway when the index knows more than its archive: an older archive was put in this one's place. */
export async function refuseAhead({
  archive,
  engine,
}: {
  readonly archive: Pick<Archive, "state">;
  readonly engine: Searcher;
}): Promise<void> {
  const { position } = await engine.status();
  if (position > (await archive.state()).position)
    throw new EngineAway(whyAway({ state: "foreign" }));
}

/** How many changes are looked through for one of the channels that may be seen. */
const mostLookedThrough = 500;

/**
 * For how long the oldest change after this position has waited to be indexed, in seconds, at least 1; 0 when none of
 * those that may be seen waits.
 */
export async function lagSeconds(
  archive: Archive,
  {
    position,
    at,
    within,
  }: {
    readonly position: number;
    readonly at: Date;
    readonly within?: readonly string[] | undefined;
  },
): Promise<number> {
  const { posts: waiting } = await archive.changesAfter(position, within ? mostLookedThrough : 1);
  const posts = within ? waiting.filter(({ channel }) => isNamed(within, channel)) : waiting;
  if (within && posts.length === 0 && waiting.length < mostLookedThrough) return 0;
  const changedAt = posts[0]?.lastSeenAt;
  const waited = changedAt === undefined ? 0 : at.getTime() - Date.parse(changedAt);
  return Math.max(1, Math.round(waited / 1000));
}
