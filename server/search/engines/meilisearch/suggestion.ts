import type { Analyzer } from "../../analysis/analyzer.ts";
import { corrected, exactly, inChannels } from "../embedded/suggestion.ts";
import { otherKeyboard } from "../embedded/spelling.ts";
import type { EngineAnswer, SearchRequest } from "../../port.ts";
import { printQuery } from "../../query/print.ts";
import { rankingLeaves } from "../../query/terms.ts";
import type { QueryNode } from "../../query/tree.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** How many near words are counted for each misspelled one, the nearest first. */
const mostCounted = 40;

interface Corpus {
  readonly analyzer: Analyzer;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly count: (node: QueryNode) => Promise<number>;
}

/** For a query without hits: with misspelled words put right, and what it would find so. */
export async function suggestionFor(
  { query, within }: SearchRequest,
  { analyzer, vocabulary, count: countAll }: Corpus,
): Promise<EngineAnswer["suggestion"]> {
  const count = async (node: QueryNode): Promise<number> => countAll(inChannels(node, within));
  const plain = rankingLeaves(query.root).flatMap((leaf) =>
    leaf.kind === "word" && leaf.mark === undefined ? [leaf] : [],
  );
  const counts = await Promise.all(plain.map(async (leaf) => [leaf, await count(leaf)] as const));
  const missing = counts.flatMap(([leaf, posts]) => (posts === 0 ? [leaf] : []));
  if (missing.length === 0) return undefined;
  const spelling = await vocabulary();
  const forms = new Set(missing.flatMap(({ text }) => possible(text, analyzer, spelling)));
  const frequencies = new Map(
    await Promise.all([...forms].map(async (form) => [form, await count(exactly(form))] as const)),
  );
  const root = corrected(query.root, {
    analyzer,
    spelling: { near: (form) => spelling.near(form).slice(0, mostCounted) },
    isFound: (node) => !missing.includes(node),
    frequency: (term) => frequencies.get(term.slice(1)) ?? 0,
  });
  if (root === undefined) return undefined;
  const total = await count(root);
  return total === 0 ? undefined : { query: printQuery({ ...query, root }), total };
}

function possible(text: string, analyzer: Analyzer, spelling: Vocabulary): readonly string[] {
  const typed = analyzer.tokens(text).slice(0, 1);
  return [
    ...typed.flatMap(({ form }) => spelling.near(form).slice(0, mostCounted)),
    ...analyzer.tokens(otherKeyboard(text)),
  ].map(({ form }) => form);
}
