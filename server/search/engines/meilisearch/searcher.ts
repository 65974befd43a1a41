import { MeilisearchRequestTimeOutError } from "meilisearch";
import type { Index, Meilisearch, SearchParams, SearchResponse } from "meilisearch";
import type { Analyzer } from "../../analysis/analyzer.ts";
import { outermost } from "../../analysis/tokens.ts";
import { QueryTooSlow } from "../../port.ts";
import type { EngineAnswer, FacetName, SearchRequest } from "../../port.ts";
import { barsOf } from "../../histogram.ts";
import { Matchers, Places } from "../../match.ts";
import { printQuery } from "../../query/print.ts";
import { conditionsOf, lastWord, leavesOf } from "../../query/terms.ts";
import type { QueryNode, Sort } from "../../query/tree.ts";
import { corrected, inChannels } from "../../suggestions/correction.ts";
import { BeyondEngine, copiesBeyond } from "./beyond-engine.ts";
import { filterOf, joined, leafFilter, widened, type Filtered, type LeafFilter } from "./filter.ts";
import { hasCode, readMeta } from "./meta.ts";
import { postKey, readTokens } from "./post-document.ts";
import { asName, asTyped } from "../../relevance.ts";
import { shareOf } from "./together.ts";
import { rankedWords, type Ranking } from "./ranking.ts";
import { anyPost, labelName, quoted } from "./terms.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** How many posts of a phrase are looked at one by one. */
const mostLookedAt = 250;
/** How many values of a facet an answer names at most, the most frequent first. */
const longestFacet = 100;
/** What a post with the words in other forms counts, where one with those typed counts 1. */
const otherForms = 1 / (1 + asTyped);
/** So many of the first hits are compared by how the words stand in them. */
const mostCompared = 20;
/** Hits without any of the words follow by date. */
const noWords = 1e-6;

const sortRules: Readonly<Record<Exclude<Sort, "relevance">, readonly string[]>> = {
  new: ["at:desc", "no:desc"],
  old: ["at:asc", "no:asc"],
  views: ["views:desc", "at:desc", "no:desc"],
  reactions: ["reactions:desc", "at:desc", "no:desc"],
  changed: ["changed:desc", "at:desc", "no:desc"],
};

interface SearcherParts {
  readonly client: Meilisearch;
  readonly index: Index;
  readonly archiveId: string;
  readonly analyzer: Analyzer;
  readonly vocabulary: Vocabulary;
}

interface Hit {
  readonly inChannel: string;
  readonly id: number;
}

interface RankedHit extends Hit {
  readonly _federation: { readonly weightedRankingScore: number };
}

interface Candidate {
  readonly no: number;
  readonly texts: readonly string[];
  /** Of earlier versions. */
  readonly wasTexts?: readonly string[];
}

type Reached = ReadonlyMap<string, readonly string[]>;

/** Answers queries over one index, exactly: a query is a filter, and full text search puts its hits in order. */
export class Searcher {
  readonly #parts: SearcherParts;
  /** Posts of another archive are never found; nor is what is not a post. */
  readonly #ours: string;

  constructor(parts: SearcherParts) {
    this.#parts = parts;
    this.#ours = `archive = ${quoted(parts.archiveId)}`;
  }

  /** How many posts the index has. */
  async posts(): Promise<number> {
    return this.#count(this.#ours);
  }

  /** @throws BeyondEngine, QueryTooSlow */
  async search(request: SearchRequest, signal?: AbortSignal): Promise<EngineAnswer> {
    try {
      return await this.#answer(request, signal);
    } catch (error) {
      if (hasCode(error, "index_not_found")) return { hits: [], total: 0, facets: {} };
      if (error instanceof MeilisearchRequestTimeOutError)
        throw new QueryTooSlow("Meilisearch took too long over this query.", { cause: error });
      throw error;
    }
  }

  async #answer(request: SearchRequest, signal?: AbortSignal): Promise<EngineAnswer> {
    const { root, fold } = request.query;
    if (fold !== undefined) throw copiesBeyond();
    const reached = await this.#reached(root);
    const filter = await this.#filter(request, reached, signal);
    const [counted, hits] = await Promise.all([
      this.#counted(filter, request, signal),
      this.#hits(filter, request, { reached, signal }),
    ]);
    const total = counted.totalHits ?? 0;
    const suggestion = total > 0 ? undefined : await this.#suggestion(request, reached, signal);
    return {
      hits: hits.map(({ inChannel, id }) => ({ channel: inChannel, id })),
      total,
      facets: Object.fromEntries(request.facets.map((name) => [name, facetOf(counted, name)])),
      ...(request.histogram === undefined
        ? {}
        : { histogram: barsOf(daysOf(counted), request.histogram) }),
      ...(reached.size === 0 ? {} : { reached }),
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }

  /** For a query without hits: with words put right, and what it would find so. */
  async #suggestion(
    request: SearchRequest,
    reached: Reached,
    signal?: AbortSignal,
  ): Promise<EngineAnswer["suggestion"]> {
    const { query, within } = request;
    const count = async (node: QueryNode): Promise<number> => {
      const asked = { ...request, query: { root: node, warnings: [] }, prefixLast: false };
      return this.#count(await this.#filter(asked, reached, signal), signal);
    };
    const vocabulary = await this.#vocabulary();
    const correcting = corrected(query.root, {
      analyzer: this.#parts.analyzer,
      near: (form, edits) => vocabulary.near(form, edits),
    });
    let step = correcting.next();
    while (step.done !== true) {
      const counts = step.value.nodes.map(async (node) => count(inChannels(node, within)));
      step = correcting.next(await Promise.all(counts));
    }
    const root = step.value;
    if (root === undefined) return undefined;
    const total = await count(root);
    return total === 0 ? undefined : { query: printQuery({ ...query, root }), total };
  }

  async #vocabulary(): Promise<Vocabulary> {
    const { index, vocabulary } = this.#parts;
    const meta = await readMeta(index);
    if (meta !== undefined) await vocabulary.follow(index, meta);
    return vocabulary;
  }

  /** For each `word~` the forms within its edits. */
  async #reached(root: QueryNode): Promise<Reached> {
    const typos = [...leavesOf(root)].flatMap(({ leaf }) =>
      leaf.kind === "word" && leaf.mark === "typo" ? [leaf.text] : [],
    );
    if (typos.length === 0) return new Map();
    const vocabulary = await this.#vocabulary();
    return new Map(
      typos.flatMap((text) => {
        const [token, ...more] = outermost(this.#parts.analyzer.tokens(text));
        if (token === undefined || more.length > 0) return [];
        return [[token.form, vocabulary.near(token.form).map(({ form }) => form)] as const];
      }),
    );
  }

  /** For each word with `*` the forms it stands for. @throws QuerySyntaxError when they are too many */
  async #matching(root: QueryNode): Promise<ReadonlyMap<string, readonly string[]>> {
    const patterns = [...leavesOf(root)].flatMap(({ leaf }) =>
      leaf.kind === "word" && leaf.mark === "pattern" ? [leaf] : [],
    );
    if (patterns.length === 0) return new Map();
    const vocabulary = await this.#vocabulary();
    return new Map(patterns.map((node) => [node.text, vocabulary.matching(node)]));
  }

  /** The filter that finds exactly the hits: where a phrase needs a look, the posts that passed it stand for it. */
  async #filter(
    { query: { root }, prefixLast }: SearchRequest,
    reached: Reached,
    signal?: AbortSignal,
  ): Promise<string> {
    const { analyzer } = this.#parts;
    const goesOn = prefixLast ? lastWord(root) : undefined;
    const matching = await this.#matching(root);
    const leaves = new Map<Filtered, LeafFilter>();
    for (const { condition } of conditionsOf(root)) {
      if (condition.kind !== "field")
        leaves.set(condition, leafFilter(condition, { analyzer, goesOn, reached, matching }));
    }
    const of = (leaf: Filtered): LeafFilter => leaves.get(leaf)!;
    const toLookAt = [...leaves].filter(([, { isExact }]) => !isExact);
    if (toLookAt.length > 0) {
      const wide = widened(root, of);
      const matchers = new Matchers({ root }, analyzer, { prefixLast, reached });
      const passed = await Promise.all(
        toLookAt.map(async ([leaf, { filter, unsure = filter, certain }]) => {
          const candidates = await this.#candidates(`${wide} AND ${unsure}`, signal);
          const isEarlier = leaf.kind === "was";
          const matcher = matchers.of(isEarlier ? leaf.node : leaf);
          const found = candidates.filter(({ texts, wasTexts = [] }) =>
            (isEarlier ? wasTexts : texts).some(
              (text) => new Places(readTokens(text)).found(matcher).next().done === false,
            ),
          );
          const numbers = `no IN [${found.map(({ no }) => no).join(", ")}]`;
          return [
            leaf,
            certain === undefined ? numbers : joined([certain, numbers], " OR "),
          ] as const;
        }),
      );
      for (const [leaf, filter] of passed) leaves.set(leaf, { filter, isExact: true });
    }
    return joined([this.#ours, filterOf(root, (leaf) => of(leaf).filter)], " AND ");
  }

  async #candidates(filter: string, signal?: AbortSignal): Promise<readonly Candidate[]> {
    const ours = `${this.#ours} AND ${filter}`;
    const count = await this.#count(ours, signal);
    if (count > mostLookedAt) {
      throw new BeyondEngine(
        `${count} posts have the words of this phrase; each would have to be looked at.`,
      );
    }
    if (count === 0) return [];
    const { results } = await this.#parts.index.getDocuments({
      filter: ours,
      limit: mostLookedAt,
      fields: ["no", "texts", "wasTexts"],
    });
    return results;
  }

  async #count(filter: string, signal?: AbortSignal): Promise<number> {
    return (await this.#ask({ filter, hitsPerPage: 0 }, signal)).totalHits ?? 0;
  }

  async #counted(
    filter: string,
    { facets, histogram }: SearchRequest,
    signal?: AbortSignal,
  ): Promise<SearchResponse> {
    const wanted = [...facets, ...(histogram === undefined ? [] : ["day"])];
    return this.#ask(
      { filter, hitsPerPage: 0, ...(wanted.length === 0 ? {} : { facets: wanted }) },
      signal,
    );
  }

  async #hits(
    filter: string,
    request: SearchRequest,
    { reached, signal }: { readonly reached: Reached; readonly signal: AbortSignal | undefined },
  ): Promise<readonly Hit[]> {
    const { sort, offset, limit } = request;
    const ranked =
      sort === "relevance" ? rankedWords(request, this.#parts.analyzer, reached) : undefined;
    if (ranked !== undefined) return this.#ranked(filter, ranked, { request, signal });
    const { hits } = await this.#ask(
      {
        filter,
        offset,
        limit,
        sort: [...sortRules[sort === "relevance" ? "new" : sort]],
        attributesToRetrieve: ["inChannel", "id"],
      },
      signal,
    );
    return hits as unknown as readonly Hit[];
  }

  /** The first hits once more by how their words stand; all others as they were found. */
  async #ranked(
    filter: string,
    ranking: Ranking,
    {
      request,
      signal,
    }: { readonly request: SearchRequest; readonly signal: AbortSignal | undefined },
  ): Promise<readonly Hit[]> {
    const { offset, limit } = request;
    if (ranking.together.length === 0 || offset >= mostCompared)
      return this.#merged(filter, ranking, { offset, limit, signal });
    const window = { offset: 0, limit: Math.max(mostCompared, offset + limit), signal };
    const hits = await this.#merged(filter, ranking, window);
    const first = hits.slice(0, mostCompared);
    const texts = await this.#textsOf(first);
    const scores = new Map(
      first.map((hit) => [
        hit,
        hit._federation.weightedRankingScore *
          shareOf(texts.get(postKey(hit.inChannel, hit.id)) ?? [], ranking.together),
      ]),
    );
    const better = first.toSorted((a, b) => scores.get(b)! - scores.get(a)!);
    return [...better, ...hits.slice(mostCompared)].slice(offset, offset + limit);
  }

  async #textsOf(hits: readonly Hit[]): Promise<ReadonlyMap<string, readonly string[]>> {
    if (hits.length < 2) return new Map();
    const { results } = await this.#parts.index.getDocuments({
      ids: hits.map(({ inChannel, id }) => postKey(inChannel, id)),
      fields: ["pk", "texts"],
      limit: hits.length,
    });
    return new Map(results.map(({ pk, texts }) => [String(pk), texts as readonly string[]]));
  }

  /** Several searches merged: each way to be a hit, with the words as typed and in other forms, then what other hits there are. */
  async #merged(
    filter: string,
    { ways, named, together, areAll }: Ranking,
    {
      offset,
      limit,
      signal,
    }: {
      readonly offset: number;
      readonly limit: number;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<readonly RankedHit[]> {
    const { client, index } = this.#parts;
    const query = (q: string, wanted: string, weight: number) => ({
      indexUid: index.uid,
      q,
      filter: wanted,
      matchingStrategy: "all" as const,
      attributesToRetrieve: ["inChannel", "id"],
      federationOptions: { weight },
    });
    const share = named === undefined ? 1 : 1 / (1 + asName);
    const { hits } = await client.multiSearch(
      {
        federation: { offset, limit },
        queries: [
          ...ways.flatMap(({ q, typed }) => [
            ...(named === undefined ? [] : [query(q, `${filter} AND ${named}`, 1)]),
            // Where words are compared by their places, their forms are too.
            ...(together.length > 0 ? [] : [query(q, `${filter} AND ${typed}`, share)]),
            query(q, filter, otherForms * share),
          ]),
          ...(areAll ? [] : [query(anyPost, filter, noWords)]),
        ],
      },
      signal === undefined ? {} : { signal },
    );
    return hits as unknown as readonly RankedHit[];
  }

  async #ask(params: SearchParams, signal?: AbortSignal): Promise<SearchResponse> {
    return this.#parts.index.search("", params, signal === undefined ? {} : { signal });
  }
}

function facetOf(
  { facetDistribution }: SearchResponse,
  name: FacetName,
): readonly { readonly value: string; readonly count: number }[] {
  return Object.entries(facetDistribution?.[name] ?? {})
    .map(([value, count]) => ({ value: labelName(value), count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, longestFacet);
}

function daysOf({ facetDistribution }: SearchResponse): ReadonlyMap<number, number> {
  const days = Object.entries(facetDistribution?.["day"] ?? {});
  return new Map(days.map(([day, count]) => [Number(day), count]));
}
