import type { Analyzer } from "../analysis/analyzer.ts";
import { anyOf } from "../query/build.ts";
import { alternativesOf } from "../query/rewrite.ts";
import type { NearSide, PhraseNode, QueryNode, WordNode } from "../query/tree.ts";
import { otherKeyboards } from "./keyboards.ts";
import { transliterations } from "./transliteration.ts";

/** How many near words are counted for each misspelled one. */
const mostCounted = 40;
/** A shorter word is near too many others with two letters changed. */
const shortestWithTwo = 5;
/** Of a word cut in two neither part is shorter. */
const shortestPart = 2;
const longestToSplit = 30;

export interface NearWord {
  readonly form: string;
  readonly edits: number;
}

export interface Corpus {
  readonly analyzer: Analyzer;
  /** Words of the index within so many edits, the nearest first. */
  readonly near: (form: string, edits: number) => readonly NearWord[];
}

/** Of how many posts each is; of `isAny` it is enough to know whether it is of one. */
interface Question {
  readonly nodes: readonly QueryNode[];
  readonly isAny?: boolean;
}

/** The counts come back in the order of the nodes. */
export type Counting<Result> = Generator<Question, Result, readonly number[]>;

/**
 * A query that finds nothing, with each plain word that no post has put right, and phrases typed on another keyboard; absent
 * when nothing can be. What it takes for right is the first of these that posts have: words joined, another keyboard, another
 * alphabet, a letter wrong, one in another alphabet, two words in one, two letters wrong.
 */
export function* corrected(root: QueryNode, corpus: Corpus): Counting<QueryNode | undefined> {
  const right = yield* isPlain(root) ? instead(root, corpus) : correct(root, corpus);
  return right === root ? undefined : right;
}

/** The same node where nothing is to be put right. */
function* correct(node: QueryNode, corpus: Corpus): Counting<QueryNode> {
  switch (node.kind) {
    case "and": {
      const nodes = yield* joinedWords(node.nodes);
      return yield* each({ ...node, nodes }, node, corpus);
    }
    case "or":
      return yield* each(node, node, corpus);
    case "near": {
      const [one, other] = [yield* side(node.sides[0], corpus), yield* side(node.sides[1], corpus)];
      return one === node.sides[0] && other === node.sides[1]
        ? node
        : { ...node, sides: [one, other] };
    }
    default: {
      if (!isPlain(node)) return node;
      const [found] = yield { nodes: [node], isAny: true };
      return found! > 0 ? node : yield* instead(node, corpus);
    }
  }
}

function isPlain(node: QueryNode): node is WordNode | PhraseNode {
  return (node.kind === "word" || node.kind === "phrase") && node.mark === undefined;
}

function* each(
  { kind, nodes }: Extract<QueryNode, { kind: "and" | "or" }>,
  before: Extract<QueryNode, { kind: "and" | "or" }>,
  corpus: Corpus,
): Counting<QueryNode> {
  const right: QueryNode[] = [];
  for (const node of nodes) right.push(yield* correct(node, corpus));
  if (right.length === before.nodes.length && right.every((node, i) => node === before.nodes[i]))
    return before;
  return right.length === 1 ? right[0]! : { kind, nodes: right };
}

function* side(nodes: NearSide, corpus: Corpus): Counting<NearSide> {
  const right: QueryNode[] = [];
  for (const node of nodes) right.push(yield* correct(node, corpus));
  return right.every((node, i) => node === nodes[i]) ? nodes : right.flatMap(alternativesOf);
}

/** Two words of which one is unknown are one, where posts have that: `ней росеть`. */
function* joinedWords(nodes: readonly QueryNode[]): Counting<readonly QueryNode[]> {
  const right: QueryNode[] = [];
  for (const node of nodes) {
    const last = right.at(-1);
    if (last === undefined || !isPlainWord(last) || !isPlainWord(node)) {
      right.push(node);
      continue;
    }
    const both = { ...last, text: last.text + node.text };
    const [ofLast, ofNode, ofBoth] = (yield {
      nodes: [last, node, both],
      isAny: true,
    }) as [number, number, number];
    if (ofBoth > 0 && (ofLast === 0 || ofNode === 0)) right[right.length - 1] = both;
    else right.push(node);
  }
  return right;
}

function isPlainWord(node: QueryNode): node is WordNode {
  return node.kind === "word" && node.mark === undefined && /^\p{L}+$/u.test(node.text);
}

/** For a word or phrase that no post has. */
function* instead(node: WordNode | PhraseNode, corpus: Corpus): Counting<QueryNode> {
  const keyboards = otherKeyboards(node.text).map((text) => reworded(node, text));
  const typed = yield* likeliest(
    node.kind === "phrase" ? yield* ofKnownWords(keyboards) : keyboards,
  );
  if (typed !== undefined || node.kind === "phrase") return typed ?? node;
  const [token, ...more] = corpus.analyzer.tokens(node.text);
  if (token === undefined || more.length > 0) return node;
  const { form } = token;
  const alphabets = transliterations(form);
  const usual = form.length < 8 ? 1 : 2;
  return (
    (yield* likeliest(alphabets.map((text) => reworded(node, text)))) ??
    (yield* nearest(node, corpus.near(form, usual))) ??
    (yield* nearest(node, nearAny(alphabets.slice(0, 4), corpus))) ??
    (yield* likeliest(splits(node))) ??
    (form.length >= shortestWithTwo && usual < 2
      ? yield* nearest(node, corpus.near(form, 2))
      : undefined) ??
    node
  );
}

function reworded<Node extends WordNode | PhraseNode>(node: Node, text: string): Node {
  return { ...node, text };
}

/** The words a letter away from one of these. */
function nearAny(forms: readonly string[], { near }: Corpus): readonly NearWord[] {
  return forms.filter((form) => form.length >= 5).flatMap((form) => near(form, 1));
}

/** Two words in place of one. */
function splits({ text, at }: WordNode): readonly PhraseNode[] {
  if (text.length > longestToSplit || !/^\p{L}+$/u.test(text)) return [];
  const found: PhraseNode[] = [];
  for (let cut = shortestPart; cut <= text.length - shortestPart; cut++)
    found.push({ kind: "phrase", text: `${text.slice(0, cut)} ${text.slice(cut)}`, slop: 0, at });
  return found;
}

/** Phrases of words that posts have, if not side by side: to look for one without a hit takes as long as for one with many. */
function* ofKnownWords<Node extends WordNode | PhraseNode>(
  phrases: readonly Node[],
): Counting<readonly Node[]> {
  const words = [...new Set(phrases.flatMap(({ text }) => wordsOf(text)))];
  const nodes = words.map((text) => ({ kind: "word", text, at: nowhere }) as const);
  const found = yield { nodes, isAny: true };
  const known = new Set(words.filter((_, i) => found[i]! > 0));
  return phrases.filter(({ text }) => wordsOf(text).every((word) => known.has(word)));
}

/** Without signs that stand alone. */
function wordsOf(text: string): readonly string[] {
  return text.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Of what is only guessed the one that most posts have. Mostly none has: one question tells that of all. */
function* likeliest<Node extends QueryNode>(guesses: readonly Node[]): Counting<Node | undefined> {
  if (guesses.length > 1) {
    const [found] = yield { nodes: [anyOf(guesses)], isAny: true };
    if (found === 0) return undefined;
  }
  return yield* mostFound(guesses);
}

/** The one that most posts have, if any has. */
function* mostFound<Node extends QueryNode>(nodes: readonly Node[]): Counting<Node | undefined> {
  if (nodes.length === 0) return undefined;
  const counts = yield { nodes };
  let best: number | undefined;
  for (const [i, count] of counts.entries())
    if (count > 0 && (best === undefined || count > counts[best]!)) best = i;
  return best === undefined ? undefined : nodes[best];
}

/** Of the nearest words that posts have the most frequent. */
function* nearest(node: WordNode, words: readonly NearWord[]): Counting<WordNode | undefined> {
  for (const edits of [1, 2]) {
    const forms = words.filter((word) => word.edits === edits).slice(0, mostCounted);
    const best = yield* mostFound(forms.map(({ form }) => exactly(form)));
    if (best !== undefined) return { ...node, text: best.text };
  }
  return undefined;
}

/** This, in these channels; everywhere when none are named. */
export function inChannels(node: QueryNode, names: readonly string[] | undefined): QueryNode {
  if (names === undefined) return node;
  const channels = { kind: "field", field: "channel", values: names, at: nowhere } as const;
  return { kind: "and", nodes: [node, channels] };
}

/** This very form of a word. */
const exactly = (text: string): WordNode => ({ kind: "word", text, mark: "exact", at: nowhere });

const nowhere = { start: 0, end: 0 };
