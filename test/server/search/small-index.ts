import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { ArchivedPost } from "../../../server/archive/posts/archived-post.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { EmbeddedIndex } from "../../../server/search/engines/embedded/embedded-index.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { makePost } from "./engines/contract/make-post.ts";

export const analyzer = createAnalyzer();

/** An index of posts for the tests of one file; it goes with them. */
export function indexOf(posts: readonly ArchivedPost[] = []): EmbeddedIndex {
  const folder = mkdtempSync(join(tmpdir(), "backscroll-index-"));
  const index = new EmbeddedIndex({ file: join(folder, "index.db"), archiveId: "a", analyzer });
  afterAll(() => {
    index[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  if (posts.length > 0)
    index.apply(
      posts.map((post) => ({ kind: "put", post })),
      1,
    );
  return index;
}

/** Posts numbered from 1, each of a text, or of one and the question of a poll. */
export const postsOf = (texts: readonly (readonly string[])[]): readonly ArchivedPost[] =>
  texts.map(([text = "", question], i) =>
    makePost(i + 1, {
      text,
      ...(question === undefined ? {} : { poll: { question, type: "Poll", options: [] } }),
    }),
  );

/** The ids that a query finds, ascending, and how many posts it says it finds. */
export function foundIn(
  index: EmbeddedIndex,
  typed: string,
): { readonly ids: readonly number[]; readonly total: number } {
  const { hits, total } = index.search({
    query: parseQuery(typed),
    sort: "old",
    rankAll: false,
    offset: 0,
    limit: 1000,
    prefixLast: false,
    facets: [],
  });
  return { ids: hits.map(({ id }) => id).toSorted((a, b) => a - b), total };
}
