import { allOf, anyOf, noneOf } from "./build.ts";
import type { Leaf } from "./terms.ts";
import type { QueryNode } from "./tree.ts";

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
    default:
      return change(node);
  }
}
