import { QuerySyntaxError } from "./query-errors.ts";
import { printQuery } from "./print.ts";
import type {
  FieldNode,
  NearNode,
  PhraseNode,
  Query,
  QueryNode,
  WasNode,
  WordNode,
} from "./tree.ts";

export const maxTerms = 64;
export const maxCharacters = 1000;

export type Leaf = WordNode | PhraseNode | FieldNode;
/** What is looked for by itself. */
export type Condition = Leaf | NearNode | WasNode;

interface FoundLeaf {
  readonly leaf: Leaf;
  readonly negative: boolean;
  /** It is looked for in earlier versions. */
  readonly earlier: boolean;
}

/** The words, phrases and fields of a query in their order, each with whether it is excluded. */
export function* leavesOf(node: QueryNode): Generator<FoundLeaf> {
  for (const { condition, negative } of conditionsOf(node)) {
    const earlier = condition.kind === "was";
    for (const leaf of leavesIn(condition)) yield { leaf, negative, earlier };
  }
}

function leavesIn(condition: Condition): readonly Leaf[] {
  if (condition.kind === "near") return condition.sides.flat();
  return [condition.kind === "was" ? condition.node : condition];
}

/** The same of what is looked for in the posts as they are now, without what is excluded: what makes a hit a better one. */
export function rankingLeaves(node: QueryNode): readonly (WordNode | PhraseNode)[] {
  return [...leavesOf(node)].flatMap(({ leaf, negative, earlier }) =>
    leaf.kind === "field" || negative || earlier ? [] : [leaf],
  );
}

/** The same, where words that must be near each other are one. */
export function* conditionsOf(
  node: QueryNode,
  negative = false,
): Generator<{ readonly condition: Condition; readonly negative: boolean }> {
  switch (node.kind) {
    case "all":
      return;
    case "not":
      yield* conditionsOf(node.node, !negative);
      return;
    case "and":
    case "or":
      for (const part of node.nodes) yield* conditionsOf(part, negative);
      return;
    default:
      yield { condition: node, negative };
  }
}

/** The word that a person is still typing: the last of the words looked for, when it is plain. */
export function lastWord(root: QueryNode): WordNode | undefined {
  const last = rankingLeaves(root)
    .toSorted((a, b) => a.at.end - b.at.end)
    .at(-1);
  return last?.kind === "word" && last.mark === undefined ? last : undefined;
}

/** Holds a query to the bounds that keep every search affordable. @throws QuerySyntaxError where it goes beyond. */
export function checkBounds(query: Query): void {
  let terms = 0;
  for (const { leaf } of leavesOf(query.root)) {
    terms += termsIn(leaf);
    if (terms > maxTerms) {
      throw new QuerySyntaxError("too-many-terms", leaf.at, { most: String(maxTerms) });
    }
  }
  const { length } = printQuery(query);
  if (length > maxCharacters) {
    throw new QuerySyntaxError(
      "query-too-long-in-full",
      { start: 0, end: 0 },
      { length: String(length), most: String(maxCharacters) },
    );
  }
}

function termsIn(leaf: Leaf): number {
  if (leaf.kind === "word") return 1;
  if (leaf.kind === "phrase") return leaf.text.split(" ").length;
  return "values" in leaf ? leaf.values.length : leaf.ranges.length;
}
