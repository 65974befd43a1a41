import type { Analyzer, Token } from "./analysis/analyzer.ts";
import { addressOf } from "./addresses.ts";
import { outermost } from "./analysis/tokens.ts";
import { editsAllowed, isWithinEdits } from "./edits.ts";
import { lastWord } from "./query/terms.ts";
import type {
  Mark,
  NearNode,
  NearSide,
  PhraseNode,
  Query,
  QueryNode,
  WordNode,
} from "./query/tree.ts";
import { soughtBy, type Sought } from "./sought.ts";
import { WordPattern } from "./word-pattern.ts";

/** Words that must stand in this order, with at most `slop` others between them all. */
interface Pattern {
  readonly words: readonly WordTest[];
  readonly slop: number;
  /** Parts of technical words count, the words they make do not. */
  readonly ofParts?: boolean;
}

type WordTest = (token: Token) => boolean;

/** The ways in which a word or phrase can be in a text; any one of them is a match. */
type Patterns = readonly Pattern[];

/** What of a query is looked for in a text as one thing. */
export type TextNode = WordNode | PhraseNode | NearNode;

export type Matcher =
  | { readonly patterns: Patterns }
  | { readonly sides: readonly [Patterns, Patterns]; readonly between: number };

export interface MatchOptions {
  /** The last word may go on (as-you-type). */
  readonly prefixLast?: boolean;
  /** For each `word~`, folded: the words of the index it reached. Without it, words are compared by their letters. */
  readonly reached?: ReadonlyMap<string, readonly string[]> | undefined;
}

/**
 * What each word and phrase of a query looks for in tokenised text: the truth that every engine's hits and all
 * highlights share.
 */
export class Matchers {
  readonly #analyzer: Analyzer;
  readonly #reached: MatchOptions["reached"];
  readonly #goesOn: WordNode | undefined;
  readonly #made = new Map<TextNode, Matcher>();

  constructor(query: Pick<Query, "root">, analyzer: Analyzer, options: MatchOptions = {}) {
    this.#analyzer = analyzer;
    this.#reached = options.reached;
    this.#goesOn = options.prefixLast === true ? lastWord(query.root) : undefined;
  }

  of(node: TextNode): Matcher {
    const made = this.#made.get(node) ?? this.#make(node);
    this.#made.set(node, made);
    return made;
  }

  #make(node: TextNode): Matcher {
    if (node.kind !== "near") return { patterns: this.#patterns(node) };
    const of = (side: NearSide): Patterns => side.flatMap((leaf) => this.#patterns(leaf));
    return { sides: [of(node.sides[0]), of(node.sides[1])], between: node.between };
  }

  #patterns(node: WordNode | PhraseNode): Patterns {
    const { text } = node;
    if (node.kind === "phrase") return [this.#phrase(text, node)];
    if (node.mark === "prefix") return [this.#prefix(text)];
    if (node.mark === "pattern") return [matching(new WordPattern(text))];
    if (node.mark === "typo") return [this.#typo(text) ?? this.#phrase(text, { slop: 0 })];
    const address = node.mark === undefined ? addressOf(text) : undefined;
    const { mark = address === undefined ? undefined : "exact" } = node;
    const words = [text, ...(address === undefined ? [] : [address])].map((written) =>
      this.#phrase(written, { mark, slop: 0 }),
    );
    return node === this.#goesOn ? [...words, this.#prefix(text)] : words;
  }

  #phrase(
    text: string,
    { mark, slop }: { readonly mark?: Mark | undefined; readonly slop: number },
  ): Pattern {
    const words = outermost(this.#analyzer.tokens(text)).map(({ start, end }) =>
      isSought(soughtBy(this.#analyzer.query(text.slice(start, end)), mark)),
    );
    return { words, slop };
  }

  /** One word goes on as a whole; of several only the last does. */
  #prefix(text: string): Pattern {
    const tokens = this.#analyzer.tokens(text);
    const outer = outermost(tokens);
    const whole = outer[0];
    if (whole !== undefined && outer.length === 1)
      return { words: [beginsWith(whole.form)], slop: 0 };
    const parts = innermost(tokens);
    const words = parts.map(({ form }, i) =>
      i < parts.length - 1 ? isForm(form) : beginsWith(form),
    );
    return { words, slop: 0, ofParts: true };
  }

  /** Undefined for several words: each could be wrong, so none is taken to be. */
  #typo(text: string): Pattern | undefined {
    const [token, ...more] = outermost(this.#analyzer.tokens(text));
    if (token === undefined || more.length > 0) return undefined;
    const reached = this.#reached?.get(token.form);
    const forms = new Set([token.form, ...(reached ?? [])]);
    const keys = new Set([...forms].flatMap((form) => this.#keysOf(form)));
    const near = reached === undefined ? isNear(token.form) : isOneOf(forms);
    return { words: [(found) => near(found) || hasKeyOf(found, keys)], slop: 0 };
  }

  #keysOf(form: string): readonly string[] {
    const word = this.#analyzer.query(form);
    return word.exact ? [] : word.keys;
  }
}

function matching(pattern: WordPattern): Pattern {
  return { words: [({ form }) => pattern.matches(form)], slop: 0 };
}

function isForm(form: string): WordTest {
  return (token) => token.form === form;
}

function isOneOf(forms: ReadonlySet<string>): WordTest {
  return (token) => forms.has(token.form);
}

function beginsWith(prefix: string): WordTest {
  return (token) => token.form.startsWith(prefix);
}

function isSought({ keys, forms, written }: Sought): WordTest {
  const wanted = new Set(keys);
  return (token) =>
    hasKeyOf(token, wanted) || forms.includes(token.form) || token.written === written;
}

function hasKeyOf(token: Token, wanted: ReadonlySet<string>): boolean {
  return token.keys.some((key) => wanted.has(key));
}

function isNear(form: string): WordTest {
  const most = editsAllowed(form);
  return (token) => isWithinEdits(form, token.form, most);
}

/** The smallest token at each place. */
function innermost(tokens: readonly Token[]): readonly Token[] {
  const places: Token[] = [];
  for (const token of tokens) places[token.position] = token;
  return places.filter((token) => token !== undefined);
}

/** The tokens of a text by their places, where a technical word shares the place of its first part. */
export class Places {
  readonly #at: Token[][] = [];

  constructor(tokens: readonly Token[]) {
    for (const token of tokens) (this.#at[token.position] ??= []).push(token);
  }

  /** Every stretch of tokens that the matcher finds, each token with whether it stands right after the one before. */
  *found(matcher: Matcher): Generator<readonly FoundToken[]> {
    if ("sides" in matcher) {
      yield* this.#near(matcher);
      return;
    }
    for (const pattern of matcher.patterns) {
      for (let place = 0; place < this.#at.length; place++) {
        const found = this.#chain(pattern, place);
        if (found !== undefined) yield found;
      }
    }
  }

  /** The stretches of either side that have one of the other side near them. */
  *#near({
    sides,
    between,
  }: Extract<Matcher, { sides: unknown }>): Generator<readonly FoundToken[]> {
    const of = (patterns: Patterns): readonly Stretch[] =>
      patterns.flatMap((pattern) => [...this.#stretches(pattern)]);
    const [one, other] = [of(sides[0]), of(sides[1])];
    for (const [own, others] of [
      [one, other],
      [other, one],
    ] as const) {
      const starts = others.map(({ start }) => start).toSorted((a, b) => a - b);
      const ends = others.map(({ end }) => end).toSorted((a, b) => a - b);
      for (const { start, end, found } of own) {
        const next = starts[firstFrom(starts, end)];
        const last = ends[firstFrom(ends, start + 1) - 1];
        const isBefore = next !== undefined && next - end <= between;
        const isAfter = last !== undefined && start - last <= between;
        if (isBefore || isAfter) yield found;
      }
    }
  }

  /** Every place where the pattern begins, with every place where it can end. */
  *#stretches({ words, slop, ofParts = false }: Pattern): Generator<Stretch> {
    const known = new Map<number, readonly Tail[]>();
    const tails = (next: number, place: number): readonly Tail[] => {
      const word = words[next];
      if (word === undefined) return [{ end: place, between: 0, found: [] }];
      const key = place * words.length + next;
      const before = known.get(key);
      if (before !== undefined) return before;
      const best = new Map<number, Tail>();
      const furthest = next === 0 ? place : Math.min(place + slop, this.#at.length - 1);
      for (let at = place; at <= furthest; at++) {
        const here = this.#at[at] ?? [];
        for (const token of ofParts ? here.slice(-1) : here) {
          if (!word(token)) continue;
          for (const tail of tails(next + 1, this.#placeAfter(token))) {
            const between = at - place + tail.between;
            if (between > slop || between >= (best.get(tail.end)?.between ?? Infinity)) continue;
            const besideLast = next > 0 && at === place;
            best.set(tail.end, {
              end: tail.end,
              between,
              found: [{ token, besideLast }, ...tail.found],
            });
          }
        }
      }
      const found = [...best.values()];
      known.set(key, found);
      return found;
    };
    for (let start = 0; start < this.#at.length; start++)
      for (const { end, found } of tails(0, start))
        if (found.length > 0) yield { start, end, found };
  }

  /** The chain from this place on with the fewest other words between, if they are few enough. */
  #chain(
    { words, slop, ofParts = false }: Pattern,
    from: number,
  ): readonly FoundToken[] | undefined {
    const best = new Map<number, Rest>();
    const rest = (next: number, place: number): Rest => {
      const word = words[next];
      if (word === undefined) return { between: 0, found: [] };
      const key = place * words.length + next;
      const known = best.get(key);
      if (known !== undefined) return known;
      let least: Rest = { between: Infinity, found: [] };
      const furthest = next === 0 ? place : Math.min(place + slop, this.#at.length - 1);
      for (let at = place; at <= furthest && at - place < least.between; at++) {
        const here = this.#at[at] ?? [];
        for (const token of ofParts ? here.slice(-1) : here) {
          if (!word(token)) continue;
          const { between, found } = rest(next + 1, this.#placeAfter(token));
          if (at - place + between >= least.between) continue;
          const besideLast = next > 0 && at === place;
          least = { between: at - place + between, found: [{ token, besideLast }, ...found] };
        }
      }
      best.set(key, least);
      return least;
    };
    const { between, found } = rest(0, from);
    return between <= slop && found.length > 0 ? found : undefined;
  }

  #placeAfter(token: Token): number {
    let place = token.position + 1;
    while (this.#at[place]?.some(({ end }) => end <= token.end) === true) place += 1;
    return place;
  }
}

/** From a place on to before another. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly found: readonly FoundToken[];
}

/** The words of a pattern from one on, as found, up to before `end`. */
interface Tail {
  readonly end: number;
  readonly between: number;
  readonly found: readonly FoundToken[];
}

/** The place of the first of these ascending numbers that is at least `least`. */
function firstFrom(numbers: readonly number[], least: number): number {
  let from = 0;
  for (let to = numbers.length; from < to;) {
    const middle = (from + to) >>> 1;
    if (numbers[middle]! < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The words of a pattern from one on, as found; endlessly many between when they are not. */
interface Rest {
  readonly between: number;
  readonly found: readonly FoundToken[];
}

export interface FoundToken {
  readonly token: Token;
  readonly besideLast: boolean;
}

/**
 * Whether a post with these texts can be a hit of the query, as far as its words tell: fields are taken to hold.
 * A hit for which this is false was found wrongly, or will carry no mark.
 */
export function wordsAllow(
  root: QueryNode,
  texts: readonly (readonly Token[])[],
  matchers: Matchers,
): boolean {
  const places = texts.map((tokens) => new Places(tokens));
  const isIn = (node: TextNode): boolean =>
    places.some((text) => text.found(matchers.of(node)).next().done === false);
  return canHold(root, isIn);
}

function canHold(node: QueryNode, isIn: (node: TextNode) => boolean): boolean {
  switch (node.kind) {
    case "and":
      return node.nodes.every((part) => canHold(part, isIn));
    case "or":
      return node.nodes.some((part) => canHold(part, isIn));
    case "not":
      return canFail(node.node, isIn);
    case "word":
    case "phrase":
    case "near":
      return isIn(node);
    default:
      return true;
  }
}

function canFail(node: QueryNode, isIn: (node: TextNode) => boolean): boolean {
  switch (node.kind) {
    case "and":
      return node.nodes.some((part) => canFail(part, isIn));
    case "or":
      return node.nodes.every((part) => canFail(part, isIn));
    case "not":
      return canHold(node.node, isIn);
    case "word":
    case "phrase":
    case "near":
      return !isIn(node);
    case "all":
      return false;
    default:
      return true;
  }
}
