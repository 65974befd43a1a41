import type { Analyzer } from "../../analysis/analyzer.ts";
import { anyOf } from "../../query/build.ts";
import { rankingLeaves } from "../../query/terms.ts";
import type { PhraseNode, QueryNode, WordNode } from "../../query/tree.ts";
import { asName, asTyped, fewBetween, namesAmong, near, sideBySide } from "../../relevance.ts";
import { letteredTerm, quoted } from "./terms.ts";
import { joined, oneOfEach, type Terms, type WordLeaf } from "./word-leaf.ts";

/** Hits that this FTS5 expression finds are worth so much more of their score. */
export interface Boost {
  readonly expression: string;
  readonly share: number;
  /** Some of them are worth this besides. */
  readonly closer?: Boost;
}

/** Only so many words of a query are compared by their places, and so many readings of each, of more than two fewer. */
const mostWords = 4;
const mostReadings = 4;
const fewerReadings = 2;

type Leaf = WordNode | PhraseNode;

/** What makes some hits of a query better than others with the same words. `all` finds every hit that has words. */
export function boostsOf(
  root: QueryNode,
  {
    all,
    leaf,
    analyzer,
  }: {
    readonly all: string;
    readonly leaf: (node: Leaf) => WordLeaf;
    readonly analyzer: Analyzer;
  },
): readonly Boost[] {
  const typed = typedIn(root, leaf);
  return [
    ...(typed === undefined ? [] : [{ expression: typed, share: asTyped }]),
    ...namesIn(root, analyzer).map((expression) => ({ expression, share: asName })),
    ...together(placesIn(root, leaf), all),
  ];
}

function typedIn(node: QueryNode, leaf: (node: Leaf) => WordLeaf): string | undefined {
  if (node.kind === "and" || node.kind === "or") {
    const parts = node.nodes.flatMap((part) => typedIn(part, leaf) ?? []);
    return parts.length === 0 ? undefined : joined(parts, node.kind === "and" ? " AND " : " OR ");
  }
  if (node.kind !== "word" && node.kind !== "phrase") return undefined;
  const found = leaf(node);
  return found.kind === "match" ? found.typed : undefined;
}

function namesIn(root: QueryNode, analyzer: Analyzer): readonly string[] {
  const words = rankingLeaves(root).flatMap((leaf) =>
    leaf.kind === "word" && leaf.mark === undefined ? [leaf.text] : [],
  );
  return namesAmong(words, analyzer).map((name) => quoted(letteredTerm(name)));
}

/** The terms of the words that are all looked for, in their order. */
function placesIn(root: QueryNode, leaf: (node: Leaf) => WordLeaf): readonly Terms[] {
  const parts =
    root.kind === "near" ? root.sides.map(anyOf) : root.kind === "and" ? root.nodes : [];
  const places = parts.flatMap((part) => {
    const found = part.kind === "word" ? leaf(part) : undefined;
    return found?.kind === "match" && found.terms !== undefined ? [found.terms] : [];
  });
  const readings = places.length > 2 ? fewerReadings : mostReadings;
  return places.slice(0, mostWords).map((place) => place.slice(0, readings));
}

function together(places: readonly Terms[], all: string): readonly Boost[] {
  if (places.length < 2) return [];
  const gaps = places.length - 1;
  const pairs = places.slice(1).map((place, i) => oneOfEach([places[i]!, place]));
  const around = oneOfEach(places).map(
    (terms) => `NEAR(${terms.map(quoted).join(" ")}, ${fewBetween * gaps})`,
  );
  const phrases = pairs.map((pair) =>
    joined(
      pair.map((terms) => terms.map(quoted).join(" + ")),
      " OR ",
    ),
  );
  const close = { expression: joined(around, " OR "), share: near * gaps };
  // Words that are all side by side are near each other, too.
  const beside = { expression: joined(phrases, " AND "), share: sideBySide };
  if (gaps === 1) return [{ ...close, closer: beside }];
  return [
    // Where all words are is found first: it takes less than to compare places.
    { expression: joined([all, joined(phrases, " OR ")], " AND "), share: sideBySide },
    { ...close, closer: { ...beside, share: sideBySide * (gaps - 1) } },
  ];
}
