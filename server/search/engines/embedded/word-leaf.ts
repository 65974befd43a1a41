import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Analyzer } from "../../analysis/analyzer.ts";
import { outermost } from "../../analysis/tokens.ts";
import type { PhraseNode, WordNode } from "../../query/tree.ts";
import { addressOf } from "../../addresses.ts";
import { addressTerm, classTerm, formTerm, isJoined, placesOf, quoted } from "./terms.ts";
import type { Spelling } from "./spelling.ts";

/** What finds the posts of a word or phrase. */
export type WordLeaf =
  /** An FTS5 expression that finds exactly these posts; `rank` finds them too and tells the better ones. */
  | { readonly kind: "match"; readonly match: string; readonly rank: string }
  /** The posts of `match`, and those of `among` in which a chain through `places` exists. */
  | {
      readonly kind: "chain";
      readonly match?: string;
      readonly among: string;
      readonly rank: string;
      readonly places: readonly Place[];
      readonly slop: number;
    }
  /** Text in which there is nothing to look for. */
  | { readonly kind: "nothing" };

/** Terms that are as good as each other at one place of a phrase. */
export type Place = readonly string[];

/** Phrases are spelt out for FTS5 while they are no more than this; longer lists are checked place by place. */
const mostSpeltOut = 128;

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
    if (node.mark === "exact") return this.#phrase(node.text, { exact: true, slop: 0 });
    return goesOn
      ? anyOf([this.#typedWord(node.text), this.#prefix(node.text)])
      : this.#typedWord(node.text);
  }

  /** An address is found as text and behind words. */
  #typedWord(text: string): WordLeaf {
    const address = addressOf(text);
    if (address === undefined) return this.#words(text);
    const match = quoted(addressTerm(address));
    return anyOf([this.#words(address), { kind: "match", match, rank: match }]);
  }

  phrase({ text, exact, slop }: PhraseNode): WordLeaf {
    return this.#phrase(text, { exact, slop });
  }

  #words(text: string): WordLeaf {
    return this.#phrase(text, { exact: false, slop: 0 });
  }

  /** Words of `text` side by side, or with up to `slop` others between them all. */
  #phrase(text: string, { exact, slop }: { exact: boolean; slop: number }): WordLeaf {
    const words = outermost(this.#analyzer.tokens(text)).map(({ start, end }) =>
      this.#typed(text.slice(start, end), exact),
    );
    if (words.length === 0) return { kind: "nothing" };
    if (words.length === 1)
      return { kind: "match", match: either(words[0]!.terms), rank: either(words[0]!.ranked) };

    const places = words.map(({ terms }) => terms);
    const together = all(places.map(either));
    const match = slop === 0 ? speltOut(places) : undefined;
    if (match === undefined)
      return { kind: "chain", among: together, rank: together, places, slop };
    const joinable = places.flat().filter(isJoined);
    if (joinable.length === 0) return { kind: "match", match, rank: match };
    const among = `(${together} AND joined : ${either(joinable)})`;
    return { kind: "chain", match, among, rank: joined([match, among], " OR "), places, slop };
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

/** At most one of them is a chain. */
function anyOf(leaves: readonly WordLeaf[]): WordLeaf {
  const found = leaves.filter((leaf) => leaf.kind !== "nothing");
  if (found.length === 0) return { kind: "nothing" };
  const rank = joined(
    found.map((leaf) => leaf.rank),
    " OR ",
  );
  const certain = found.flatMap(({ match }) => match ?? []);
  const chain = found.find((leaf) => leaf.kind === "chain");
  const match = joined(certain, " OR ");
  return chain === undefined ? { kind: "match", match, rank } : { ...chain, match, rank };
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
