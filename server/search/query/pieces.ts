import { allOf } from "./build.ts";
import { printNode, printQuery } from "./print.ts";
import type { Query, QueryNode } from "./tree.ts";

/** One of the conditions that a query joins by AND. */
export interface Piece {
  /** Canonical, with its minus. */
  readonly text: string;
  readonly negative: boolean;
  /** The canonical query when this piece is dropped. */
  readonly without: string;
}

/** The conditions of a query, in order. */
export function piecesOf({ root, sort, fold }: Query): readonly Piece[] {
  const nodes = conditionsOf(root);
  const order = { ...(sort && { sort }), ...(fold && { fold }) };
  return nodes.map((node, dropped) => ({
    text: printNode(node),
    negative: node.kind === "not",
    without: printQuery({ root: allOf(nodes.filter((_, i) => i !== dropped)), ...order }),
  }));
}

function conditionsOf(root: QueryNode): readonly QueryNode[] {
  if (root.kind === "all") return [];
  return root.kind === "and" ? root.nodes : [root];
}
