import { rewrite } from "./rewrite.ts";
import { leavesOf, type Leaf } from "./terms.ts";
import type { PhraseNode, Query, QueryNode, WordNode } from "./tree.ts";

/** Longer than any acronym, in capitals. */
const shouted = /(?<![\p{L}\p{M}])\p{Lu}{6,}(?![\p{L}\p{M}])/gu;
const capitals = /(?<![\p{L}\p{M}])\p{Lu}{2,}\p{Ll}*(?![\p{L}\p{M}])/gu;

/** With a long word all in capitals Caps Lock is assumed: every word is meant in small letters, but for what is `==`. */
export function plainWithCapsLock(query: Query): Query {
  const isOn = leavesOf(query.root).some(
    ({ leaf }) => mayBend(leaf) && leaf.text.search(shouted) !== -1,
  );
  if (!isOn) return query;
  return {
    ...query,
    root: inSmallLetters(query.root, capitals),
    inCapitals: inSmallLetters(query.root, shouted),
  };
}

function inSmallLetters(root: QueryNode, words: RegExp): QueryNode {
  return rewrite(root, (leaf) =>
    mayBend(leaf)
      ? { ...leaf, text: leaf.text.replaceAll(words, (word) => word.toLowerCase()) }
      : leaf,
  );
}

/** Addresses have their capitals from where they were copied. */
function mayBend(leaf: Leaf): leaf is WordNode | PhraseNode {
  return leaf.kind !== "field" && leaf.mark !== "letters" && !leaf.text.includes("://");
}
