import type { Analyzer, QueryWord } from "./analysis/analyzer.ts";
import { outermost } from "./analysis/tokens.ts";
import { printQuery } from "./query/print.ts";
import { rewrite } from "./query/rewrite.ts";
import { leavesOf } from "./query/terms.ts";
import type { Leaf } from "./query/terms.ts";
import type { PhraseNode, Query, WordNode } from "./query/tree.ts";

/** A word of the query that was taken to be several. */
export interface Readings {
  /** As typed. */
  readonly word: string;
  /** `query` is the whole query with this word narrowed to this reading: its dictionary form typed instead. */
  readonly taken: readonly { readonly lemma: string; readonly query: string }[];
}

/** The words of a query for which more than one reading was taken, in order. */
export function readingsOf(query: Query, analyzer: Analyzer): readonly Readings[] {
  const found = new Map<string, Readings>();
  for (const { leaf } of leavesOf(query.root)) {
    if (!hasForms(leaf)) continue;
    for (const { start, end } of outermost(analyzer.tokens(leaf.text))) {
      const word = leaf.text.slice(start, end);
      const taken = narrowings(analyzer, word).map((lemma) => ({
        lemma,
        query: printQuery({ ...query, root: replaced(query, analyzer, { word, lemma }) }),
      }));
      if (taken.length > 1) found.set(word, { word, taken });
    }
  }
  return [...found.values()];
}

/** Whether a word or phrase means all forms of its words; marks fix the form. */
function hasForms(leaf: Leaf): leaf is WordNode | PhraseNode {
  if (leaf.kind === "word") return leaf.mark === undefined;
  return leaf.kind === "phrase" && !leaf.exact;
}

/** The dictionary forms that, typed instead, mean less than `word` does. */
function narrowings(analyzer: Analyzer, word: string): readonly string[] {
  const asked = analyzer.query(word);
  if (asked.exact) return [];
  const lemmas = asked.readings.filter(({ taken }) => taken).map(({ lemma }) => lemma);
  return [...new Set(lemmas)].filter((lemma) => isNarrower(analyzer.query(lemma), asked));
}

function isNarrower(lemma: QueryWord, asked: QueryWord): boolean {
  const wide = new Set(asked.keys);
  return lemma.keys.every((key) => wide.has(key)) && lemma.keys.length < wide.size;
}

/** Every plain `word` of the query becomes `lemma`. */
function replaced(
  query: Query,
  analyzer: Analyzer,
  { word, lemma }: { readonly word: string; readonly lemma: string },
): Query["root"] {
  return rewrite(query.root, (leaf) => {
    if (!hasForms(leaf)) return leaf;
    let text = "";
    let at = 0;
    for (const { start, end } of outermost(analyzer.tokens(leaf.text))) {
      if (leaf.text.slice(start, end) !== word) continue;
      text += leaf.text.slice(at, start) + lemma;
      at = end;
    }
    return { ...leaf, text: text + leaf.text.slice(at) };
  });
}
