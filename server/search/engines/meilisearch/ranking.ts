import { addressOf } from "../../addresses.ts";
import type { Analyzer, QueryWord } from "../../analysis/analyzer.ts";
import { outermost } from "../../analysis/tokens.ts";
import type { SearchRequest } from "../../port.ts";
import { rankingLeaves } from "../../query/terms.ts";
import { namesAmong } from "../../relevance.ts";
import { allOf, anyOf } from "../../query/build.ts";
import type { NearNode, PhraseNode, QueryNode, WordNode } from "../../query/tree.ts";
import { oneOf } from "./filter.ts";
import { rankCode, termValue } from "./terms.ts";

/** One way to be a hit: words that rank it together. */
interface RankedWords {
  /** For full text search. */
  readonly q: string;
  /** The posts that have all words as they were typed. */
  readonly typed: string;
}

/** Ways beyond this do not rank by themselves, nor do words beyond what Meilisearch reads. */
const mostWays = 8;
const mostWords = 10;

interface Word {
  readonly code: string;
  readonly form: string;
}

export interface Ranking {
  readonly ways: readonly RankedWords[];
  /** The posts with the names typed. */
  readonly named?: string;
  /** The words that are all looked for, to be compared by their places: two or more, or none. */
  readonly together: readonly QueryWord[];
  /** Whether every hit is one in one of these ways. */
  readonly areAll: boolean;
}

/** The ways in which a post can be a hit by its words; undefined when there is nothing to rank by. */
export function rankedWords(
  { query: { root }, prefixLast }: Pick<SearchRequest, "query" | "prefixLast">,
  analyzer: Analyzer,
  reached: ReadonlyMap<string, readonly string[]>,
): Ranking | undefined {
  const found = waysOf(root, (leaf) => wordsOf(leaf, analyzer, reached));
  const ways = found
    .filter((way) => way.length > 0)
    .map((way) => {
      const words = way.slice(0, mostWords);
      const forms = [...new Set(words.map(({ form }) => form))];
      return {
        q: [...new Set(words.map(({ code }) => code))].join(" "),
        typed: forms.map((form) => oneOf("forms", [termValue(form)])).join(" AND "),
      };
    });
  if (ways.length === 0) return undefined;
  const names = namesAmong(plainWords(root), analyzer);
  const together =
    root.kind === "and" || root.kind === "near"
      ? plainWords(root).map((text) => analyzer.query(text))
      : [];
  return {
    ways,
    ...(names.length === 0 ? {} : { named: oneOf("forms", names.map(termValue)) }),
    together: together.length < 2 ? [] : together,
    areAll: !prefixLast && waysNeeded(root, analyzer) <= mostWays,
  };
}

/** The words that a post may be a hit by, without marks. */
function plainWords(root: QueryNode): readonly string[] {
  return rankingLeaves(root).flatMap((leaf) =>
    leaf.kind === "word" && leaf.mark === undefined ? [leaf.text] : [],
  );
}

/** How many ways there are, if every hit is one by the keys that are looked up; else more than can be tried. */
function waysNeeded(node: QueryNode, analyzer: Analyzer): number {
  switch (node.kind) {
    case "or":
      return Number.POSITIVE_INFINITY;
    case "near":
      return waysNeeded(bothSides(node), analyzer);
    case "and":
      return node.nodes.reduce((product, part) => product * waysNeeded(part, analyzer), 1);
    case "word":
    case "phrase": {
      if (node.mark !== undefined || (node.kind === "word" && addressOf(node.text) !== undefined))
        return Number.POSITIVE_INFINITY;
      const words = outermost(analyzer.tokens(node.text)).map(({ start, end }) =>
        analyzer.query(node.text.slice(start, end)),
      );
      if (words.some(({ exact, orForm }) => exact || orForm !== undefined))
        return Number.POSITIVE_INFINITY;
      return words.reduce((product, { keys }) => product * keys.length, 1);
    }
    default:
      return 1;
  }
}

type Way = readonly Word[];

function waysOf(
  node: QueryNode,
  words: (leaf: WordNode | PhraseNode) => readonly Way[],
): readonly Way[] {
  switch (node.kind) {
    case "near":
      return waysOf(bothSides(node), words);
    case "or":
      return node.nodes.flatMap((part) => waysOf(part, words)).slice(0, mostWays);
    case "and":
      return product(node.nodes.map((part) => waysOf(part, words)));
    case "word":
    case "phrase":
      return words(node);
    default:
      return [];
  }
}

/** Wherever they stand. */
function bothSides({ sides }: NearNode): QueryNode {
  return allOf(sides.map(anyOf));
}

/** One of each; a part with no way of its own asks for nothing. */
function product(parts: readonly (readonly Way[])[]): readonly Way[] {
  let ways: readonly Way[] = [[]];
  for (const part of parts) {
    if (part.length === 0) continue;
    const one = part.length * ways.length > mostWays ? part.slice(0, 1) : part;
    ways = ways.flatMap((way) => one.map((more) => way.concat(more)));
  }
  return ways;
}

function wordsOf(
  leaf: WordNode | PhraseNode,
  analyzer: Analyzer,
  reached: ReadonlyMap<string, readonly string[]>,
): readonly Way[] {
  if (leaf.kind === "word" && (leaf.mark === "prefix" || leaf.mark === "pattern")) return [];
  const text = leaf.kind === "word" ? (addressOf(leaf.text) ?? leaf.text) : leaf.text;
  const outer = outermost(analyzer.tokens(text));
  if (leaf.kind === "word" && leaf.mark === "typo" && outer.length === 1) {
    const forms = [outer[0]!.form, ...(reached.get(outer[0]!.form) ?? [])];
    const keys = new Set(forms.flatMap((form) => analyzer.query(form).keys));
    return [...keys]
      .slice(0, mostWays)
      .map((key) => [{ code: rankCode(key), form: outer[0]!.form }]);
  }
  return product(
    outer.map(({ start, end }) => {
      const { form, keys } = analyzer.query(text.slice(start, end));
      return keys.map((key) => [{ code: rankCode(key), form }]);
    }),
  );
}
