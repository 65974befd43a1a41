import type { QueryNode } from "./tree.ts";

/** All of `nodes`, in normal form: no AND directly in an AND, none of a single part; nothing at all is every post. */
export function allOf(nodes: readonly QueryNode[]): QueryNode {
  return joined("and", nodes);
}

/** Any of `nodes`, in normal form. */
export function anyOf(nodes: readonly QueryNode[]): QueryNode {
  return joined("or", nodes);
}

/** The posts `node` does not find; twice over it is `node` again. */
export function noneOf(node: QueryNode): QueryNode {
  return node.kind === "not" ? node.node : { kind: "not", node };
}

function joined(kind: "and" | "or", parts: readonly QueryNode[]): QueryNode {
  const nodes = parts
    .flatMap((part) => (part.kind === kind ? part.nodes : [part]))
    .filter((part) => part.kind !== "all");
  return nodes.length > 1 ? { kind, nodes } : (nodes[0] ?? { kind: "all" });
}
