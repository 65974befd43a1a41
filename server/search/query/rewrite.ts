import { allOf, anyOf, noneOf } from "./build.ts";
import type { Leaf } from "./terms.ts";
import type { NearSide, QueryNode } from "./tree.ts";

/** The tree with every leaf replaced, or left out where `change` gives nothing. */
export function rewrite(node: QueryNode, change: (leaf: Leaf) => QueryNode | undefined): QueryNode {
  return rewritten(node, change) ?? { kind: "all" };
}

function rewritten(
  node: QueryNode,
  change: (leaf: Leaf) => QueryNode | undefined,
): QueryNode | undefined {
  switch (node.kind) {
    case "all":
      return node;
    case "not": {
      const inner = rewritten(node.node, change);
      return inner === undefined ? undefined : noneOf(inner);
    }
    case "and":
    case "or": {
      const nodes = node.nodes.flatMap((part) => rewritten(part, change) ?? []);
      if (nodes.length === 0) return undefined;
      return node.kind === "and" ? allOf(nodes) : anyOf(nodes);
    }
    case "near": {
      const changed = (side: NearSide): NearSide =>
        side.flatMap((leaf) => change(leaf) ?? []).flatMap(alternativesOf);
      const one = changed(node.sides[0]);
      const other = changed(node.sides[1]);
      const alone = one.length === 0 ? other : other.length === 0 ? one : undefined;
      if (alone === undefined) return { ...node, sides: [one, other] };
      return alone.length === 0 ? undefined : anyOf(alone);
    }
    case "was": {
      const changed = change(node.node);
      const of = changed && alternativesOf(changed)[0];
      return of && { ...node, node: of };
    }
    default:
      return change(node);
  }
}

/** What may stand on a side of NEAR: words and phrases, or alternatives of them. */
export function alternativesOf(node: QueryNode): NearSide {
  if (node.kind === "or") return node.nodes.flatMap(alternativesOf);
  if (node.kind === "word" || node.kind === "phrase") return [node];
  throw new Error(`A side of NEAR cannot be of the kind ${node.kind}.`);
}
