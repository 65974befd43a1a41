import type { Analyzer } from "../../analysis/analyzer.ts";
import { alternativesOf } from "../../query/rewrite.ts";
import type { NearSide, QueryNode, WordNode } from "../../query/tree.ts";
import { otherKeyboard, type Spelling } from "./spelling.ts";
import { formTerm } from "./terms.ts";

/** How many near words are looked up in the index for each misspelled one. */
const mostLookedUp = 200;

interface Corpus {
  readonly analyzer: Analyzer;
  readonly spelling: Pick<Spelling, "near">;
  readonly isFound: (node: WordNode) => boolean;
  /** How many posts a term is in. */
  readonly frequency: (term: string) => number;
}

/** The query with each plain word that no post has put right; absent when nothing can be. Quoted words stay. */
export function corrected(node: QueryNode, corpus: Corpus): QueryNode | undefined {
  let changed = false;
  const correct = (part: QueryNode): QueryNode => {
    if (part.kind === "and" || part.kind === "or")
      return { ...part, nodes: part.nodes.map(correct) };
    if (part.kind === "near") {
      const side = (leaves: NearSide): NearSide => leaves.map(correct).flatMap(alternativesOf);
      return { ...part, sides: [side(part.sides[0]), side(part.sides[1])] };
    }
    if (part.kind !== "word" || part.mark !== undefined || corpus.isFound(part)) return part;
    const text = bestWord(part.text, corpus);
    if (text === undefined) return part;
    changed = true;
    return { ...part, text };
  };
  const root = correct(node);
  return changed ? root : undefined;
}

function bestWord(typed: string, { analyzer, spelling, frequency }: Corpus): string | undefined {
  const [token, ...more] = analyzer.tokens(typed);
  const swapped = otherKeyboard(typed);
  const known = analyzer.tokens(swapped).map(({ form }) => formTerm(form));
  if (known.length > 0 && known.every((term) => frequency(term) > 0)) return swapped;
  if (token === undefined || more.length > 0) return undefined;
  let best: { form: string; edits: number; posts: number } | undefined;
  for (const { form, edits } of spelling.near(token.form).slice(0, mostLookedUp)) {
    if (best !== undefined && edits > best.edits) break;
    const posts = frequency(formTerm(form));
    if (posts > (best?.posts ?? 0)) best = { form, edits, posts };
  }
  return best?.form;
}

/** This, in these channels; everywhere when none are named. */
export function inChannels(node: QueryNode, names: readonly string[] | undefined): QueryNode {
  if (names === undefined) return node;
  const channels = { kind: "field", field: "channel", values: names, at: nowhere } as const;
  return { kind: "and", nodes: [node, channels] };
}

/** This very form of a word. */
export const exactly = (text: string): WordNode => ({
  kind: "word",
  text,
  mark: "exact",
  at: nowhere,
});

const nowhere = { start: 0, end: 0 };
