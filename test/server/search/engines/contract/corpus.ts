import { expect } from "vitest";
import type { ArchivedPost } from "../../../../../server/archive/posts/archived-post.ts";
import type { IndexChange } from "../../../../../server/search/document.ts";
import type {
  EngineAnswer,
  SearchEngine,
  Searcher,
  SearchRequest,
} from "../../../../../server/search/port.ts";
import { parseQuery } from "../../../../../server/search/query/parse.ts";
import { makePost } from "./make-post.ts";

/** Opens an engine on an index that does not exist yet. The same options again, within a test, open the same index. */
export type OpenEngine = (options: { readonly archiveId: string }) => Promise<SearchEngine>;

/** A query and the ids of all its hits. */
type Row = readonly [query: string, ids: readonly number[]];

/** A test: of these posts each query finds exactly these. */
export function finds(
  open: OpenEngine,
  posts: readonly (string | Partial<ArchivedPost>)[],
  rows: readonly Row[],
): () => Promise<void> {
  return async () => {
    await using engine = await open({ archiveId: "some" });
    const corpus = await new Corpus(engine).made(...posts);
    const found: Row[] = [];
    for (const [query] of rows) found.push([query, await corpus.found(query)]);
    expect(found).toEqual(rows);
  };
}

/** Posts that have nothing to do with the others: a word that half of the posts have ranks nothing. */
const others = Array.from({ length: 12 }, (_, i) => `Совсем другое, номер ${i}`);

/** Of queries over these posts, the newest last: those that do not find them in this order, with what they find. */
export async function misranked(
  open: OpenEngine,
  posts: readonly string[],
  rows: readonly Row[],
): Promise<readonly Row[]> {
  await using engine = await open({ archiveId: "ranks" });
  const days = [...posts, ...others].map((text, i) => ({
    text,
    publishedAt: `2024-03-${String(i + 1).padStart(2, "0")}T12:00:00Z`,
  }));
  const corpus = await new Corpus(engine).made(...days);
  const found: Row[] = [];
  for (const [query, ids] of rows) {
    const ranked = await corpus.ids(query);
    if (ranked.join() !== ids.join()) found.push([query, ranked]);
  }
  return found;
}

const now = new Date("2024-06-15T12:00:00Z");

/** What answers a query in the words of the search box. */
export async function ask(
  searcher: Searcher,
  query: string,
  options: Partial<SearchRequest> = {},
): Promise<EngineAnswer> {
  const parsed = parseQuery(query, { now });
  const usual = {
    sort: parsed.sort ?? "relevance",
    rankAll: false,
    offset: 0,
    limit: 100,
    prefixLast: false,
    facets: [],
  } as const;
  return searcher.search({ query: parsed, ...usual, ...options }, {});
}

/** An engine filled with posts, asked in the words of the search box. */
export class Corpus {
  readonly engine: SearchEngine;
  position = 0;

  constructor(engine: SearchEngine) {
    this.engine = engine;
  }

  /** Posts 1, 2, … with these texts or parts. */
  async made(...posts: readonly (string | Partial<ArchivedPost>)[]): Promise<this> {
    return this.put(
      ...posts.map((parts, i) =>
        makePost(i + 1, typeof parts === "string" ? { text: parts } : parts),
      ),
    );
  }

  async put(...posts: readonly ArchivedPost[]): Promise<this> {
    return this.change(...posts.map((post) => ({ kind: "put" as const, post })));
  }

  async change(...changes: readonly IndexChange[]): Promise<this> {
    await this.engine.apply(changes, ++this.position);
    return this;
  }

  async ask(query: string, options: Partial<SearchRequest> = {}): Promise<EngineAnswer> {
    return ask(this.engine, query, options);
  }

  /** Ids in the answer's order. */
  async ids(query: string, options: Partial<SearchRequest> = {}): Promise<readonly number[]> {
    return (await this.ask(query, options)).hits.map(({ id }) => id);
  }

  /** Ids, ascending; the total is held to be their number. */
  async found(query: string, options: Partial<SearchRequest> = {}): Promise<readonly number[]> {
    const { hits, total } = await this.ask(query, options);
    if (hits.length !== total)
      throw new Error(`${query}: ${hits.length} hits, but a total of ${total}`);
    return hits.map(({ id }) => id).toSorted((a, b) => a - b);
  }
}
