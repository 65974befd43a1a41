import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Analyzer } from "../analysis/analyzer.ts";
import { outermost } from "../analysis/tokens.ts";
import type { PhraseNode, WordNode } from "../query/tree.ts";
import { classTerm, formTerm, placesOf, quoted } from "./terms.ts";
import type { Spelling } from "./spelling.ts";

/** What finds the posts of a word or phrase. */
export type WordLeaf =
  /** An FTS5 expression that finds exactly these posts; `rank` finds them too and tells the better ones. */
  | { readonly kind: "match"; readonly match: string; readonly rank: string }
  /** The posts of an FTS5 expression in which a chain through `places` exists. */
  | {
      readonly kind: "chain";
      readonly match: string;
      readonly rank: string;
      readonly places: readonly Place[];
      readonly slop: number;
    }
  /** Text in which there is nothing to look for. */
  | { readonly kind: "nothing" };

/** Terms that are as good as each other at one place of a phrase. */
export type Place = readonly string[];

/** Phrases are spelt out for FTS5 while they are no more than this; longer lists are checked place by place. */
const mostSpeltOut = 32;

/** Turns words and phrases into terms of one index. */
export class WordLeaves {
  readonly #analyzer: Analyzer;
  readonly #spelling: Spelling;
  readonly #classes: StatementSync;

  constructor(db: DatabaseSync, analyzer: Analyzer, spelling: Spelling) {
    this.#analyzer = analyzer;
    this.#spelling = spelling;
    this.#classes = db.prepare("select class from ambiguous where key = ?");
  }

  word(node: WordNode, goesOn = false): WordLeaf {
    if (node.mark === "typo") return this.#reached(node.text);
    if (node.mark === "prefix") return this.#prefix(node.text);
    if (goesOn && node.mark === undefined)
      return anyOf([this.#words(node.text), this.#prefix(node.text)]);
    return node.mark === "exact"
      ? this.#phrase(node.text, { exact: true, slop: 0 })
      : this.#words(node.text);
  }

  phrase({ text, exact, slop }: PhraseNode): WordLeaf {
    return this.#phrase(text, { exact, slop });
  }

  #words(text: string): WordLeaf {
    return this.#phrase(text, { exact: false, slop: 0 });
  }

  /** Words of `text` side by side, or with up to `slop` others between them all; technical words must be there whole. */
  #phrase(text: string, { exact, slop }: { exact: boolean; slop: number }): WordLeaf {
    const tokens = this.#analyzer.tokens(text);
    const outer = outermost(tokens);
    if (outer.length === 0) return { kind: "nothing" };
    const typed = outer.map(({ start, end }) => {
      const { terms, ranked } = this.#typed(text.slice(start, end), exact);
      return { start, end, terms, ranked };
    });
    if (typed.length === 1)
      return { kind: "match", match: either(typed[0]!.terms), rank: either(typed[0]!.ranked) };

    const places = placesOf(tokens).places.map((place) => {
      const own = typed.find((token) => token.start === place.start && token.end === place.end);
      if (own !== undefined) return own.terms;
      return exact ? [formTerm(place.form)] : this.#classesOf(place.keys);
    });
    const wholes = typed.filter((token) => isWhole(token, tokens));
    const whole = wholes.map((token) => either(token.terms));
    const spelt = slop === 0 ? speltOut(places) : undefined;
    if (spelt !== undefined) {
      const match = all([spelt, ...whole]);
      return { kind: "match", match, rank: match };
    }
    const match = all([...places.map(either), ...whole]);
    return { kind: "chain", match, rank: match, places, slop };
  }

  #prefix(text: string): WordLeaf {
    const tokens = this.#analyzer.tokens(text);
    const { places } = placesOf(tokens);
    const outer = outermost(tokens);
    if (places.length === 0) return { kind: "nothing" };
    const sideBySide = places.map(({ form }, i) =>
      i < places.length - 1 ? quoted(formTerm(form)) : begins(form),
    );
    const match = outer.length === 1 ? begins(outer[0]!.form) : sideBySide.join(" + ");
    return { kind: "match", match, rank: match };
  }

  /** The word of `text` as folded, with the words of the index within a slip of the pen; none for several words. */
  reached(text: string): readonly (readonly [string, readonly string[]])[] {
    const [token, ...more] = outermost(this.#analyzer.tokens(text));
    if (token === undefined || more.length > 0) return [];
    return [[token.form, this.#spelling.near(token.form).map(({ form }) => form)]];
  }

  /** Every form of the words reached; several words are taken as they are. */
  #reached(text: string): WordLeaf {
    const [word] = this.reached(text);
    if (word === undefined) return this.#words(text);
    const forms = [word[0], ...word[1]];
    const terms = new Set(forms.map(formTerm));
    for (const form of forms) for (const term of this.#typed(form, false).terms) terms.add(term);
    const match = either([...terms]);
    return { kind: "match", match, rank: match };
  }

  /** The terms of one word as typed; `ranked` has its own form besides, where that adds no post. */
  #typed(word: string, exactly: boolean): { terms: Place; ranked: Place } {
    const { form, keys, exact } = this.#analyzer.query(word);
    if (exact || exactly) return { terms: [formTerm(form)], ranked: [formTerm(form)] };
    const terms = this.#classesOf(keys);
    return { terms, ranked: [...terms, formTerm(form)] };
  }

  #classesOf(keys: readonly string[]): Place {
    const classes = keys.flatMap((key) =>
      (this.#classes.all(key) as { class: string }[]).map((row) => row.class),
    );
    return [...new Set([...keys.map((key) => classTerm([key])), ...classes])];
  }
}

function isWhole(
  token: { start: number; end: number },
  tokens: readonly { start: number; end: number }[],
): boolean {
  return tokens.some(
    ({ start, end }) =>
      start >= token.start && end <= token.end && end - start < token.end - token.start,
  );
}

/** Every phrase that can be made by one term for each place, unless they are many or mix forms with classes. */
function speltOut(places: readonly Place[]): string | undefined {
  const many = places.reduce((product, place) => product * place.length, 1);
  if (many > mostSpeltOut) return undefined;
  if (new Set(places.flat().map((term) => term[0])).size > 1) return undefined;
  let phrases: readonly string[] = [""];
  for (const place of places) {
    phrases = phrases.flatMap((begun) =>
      place.map((term) => (begun === "" ? quoted(term) : `${begun} + ${quoted(term)}`)),
    );
  }
  return joined(phrases, " OR ");
}

function anyOf(leaves: readonly WordLeaf[]): WordLeaf {
  const found = leaves.filter((leaf) => leaf.kind === "match");
  const chain = leaves.find((leaf) => leaf.kind === "chain");
  if (chain !== undefined) return chain;
  if (found.length === 0) return { kind: "nothing" };
  return {
    kind: "match",
    match: joined(
      found.map((leaf) => leaf.match),
      " OR ",
    ),
    rank: joined(
      found.map((leaf) => leaf.rank),
      " OR ",
    ),
  };
}

function begins(form: string): string {
  return `${quoted(formTerm(form))} *`;
}

function either(place: Place): string {
  return joined(place.map(quoted), " OR ");
}

function all(expressions: readonly string[]): string {
  return joined(expressions, " AND ");
}

/** Also for whole queries: expressions by an operator, in brackets. */
export function joined(expressions: readonly string[], operator: " OR " | " AND "): string {
  return expressions.length === 1 ? expressions[0]! : `(${expressions.join(operator)})`;
}
