import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Analyzer } from "../../analysis/analyzer.ts";
import { formOf, usualLetters } from "../../analysis/letters.ts";
import { outermost, textWords } from "../../analysis/tokens.ts";
import type { Mark, NearNode, NearSide, PhraseNode, WordNode } from "../../query/tree.ts";
import { addressOf } from "../../addresses.ts";
import { soughtBy } from "../../sought.ts";
import {
  addressTerm,
  alsoPlain,
  classTerm,
  formTerm,
  isJoined,
  isLettered,
  letteredTerm,
  placesOf,
  quoted,
  textBorder,
} from "./terms.ts";
import type { Spelling } from "./spelling.ts";

/** What finds the posts of a word or phrase. */
export type WordLeaf =
  /** An FTS5 expression that finds exactly these posts; `rank` finds them too and tells the better ones. */
  | {
      readonly kind: "match";
      readonly match: string;
      readonly rank: string;
      /** Of a single word: what finds those of its posts with the form typed, and its terms. */
      readonly typed?: string;
      readonly terms?: Terms;
    }
  /** The posts of `match`, and those of `among` in which a chain through `places` exists. */
  | {
      readonly kind: "chain";
      readonly match?: string;
      readonly among: string;
      readonly rank: string;
      readonly way: Way;
    }
  /** The posts of any of many terms: they tell nothing of which is better. */
  | { readonly kind: "terms"; readonly terms: Terms }
  /** Text in which there is nothing to look for. */
  | { readonly kind: "nothing" };

/** What finds the posts of words near each other: those of `match`, and those of `among` that have both sides so near. */
export interface NearLeaf {
  readonly match?: string;
  readonly among?: string;
  readonly sides: readonly [readonly Way[], readonly Way[]];
  readonly between: number;
}

/** Words in this order, with up to `slop` others between them all. */
export interface Way {
  readonly places: readonly Place[];
  readonly slop: number;
}

/** What may stand at one place of a phrase. */
export interface Place {
  /** As good as each other. */
  readonly terms: Terms;
  /** Where one of these is, too, the place does not count: the form is in other letters there. */
  readonly but?: Terms;
  /** As good as these is every term that begins so. */
  readonly begins?: string;
  /** Only parts of technical words count, and words that have none. */
  readonly ofParts?: boolean;
}

export type Terms = readonly string[];

/** Forms that a word with `*` stands for are ranked while they are no more than this. */
const mostRanked = 128;
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
    if (node.mark === "pattern") return patternOf(this.#termsMatching(node));
    if (node.mark !== undefined) return this.phrase({ text: node.text, mark: node.mark, slop: 0 });
    return goesOn
      ? anyOf([this.#typedWord(node.text), this.#prefix(node.text)])
      : this.#typedWord(node.text);
  }

  /** An address is found as text and behind words. */
  #typedWord(text: string): WordLeaf {
    const address = addressOf(text);
    if (address === undefined) return this.#words(text);
    const match = quoted(addressTerm(address));
    const words = this.phrase({ text: address, mark: "exact", slop: 0 });
    return anyOf([words, { kind: "match", match, rank: match }]);
  }

  /** Words of `text` side by side, or with up to `slop` others between them all. */
  phrase({ text, mark, slop }: Pick<PhraseNode, "text" | "mark" | "slop">): WordLeaf {
    const words = this.#typedIn(text, mark);
    const [first, ...more] = words;
    if (first === undefined) return { kind: "nothing" };
    if (more.length === 0) return wordOf(first);
    return words.some(({ base }) => base !== undefined)
      ? writtenPhrase(words, slop)
      : phraseOf(words, slop);
  }

  /** Both sides near each other; undefined where a side has nothing to look for. */
  near({ sides, between }: NearNode, goesOn?: WordNode): NearLeaf | undefined {
    const of = (side: NearSide): readonly Way[] =>
      side.flatMap((leaf) => this.#waysOf(leaf, leaf === goesOn));
    const ways = [of(sides[0]), of(sides[1])] as const;
    if (ways.some((side) => side.length === 0)) return undefined;
    return { ...nearby(ways, between), sides: ways, between };
  }

  #waysOf(node: WordNode | PhraseNode, goesOn: boolean): readonly Way[] {
    const { text } = node;
    if (node.kind === "phrase") return inOrder(this.#typedIn(text, node.mark), node.slop);
    if (node.mark === "prefix") return inOrder(this.#begun(text));
    if (node.mark === "pattern") {
      const terms = this.#termsMatching(node);
      return inOrder(terms.length === 0 ? [] : [{ terms }]);
    }
    if (node.mark === "typo") {
      const terms = this.#termsReached(text);
      return inOrder(terms === undefined ? this.#typedIn(text) : [{ terms }]);
    }
    if (node.mark !== undefined) return inOrder(this.#typedIn(text, node.mark));
    const address = addressOf(text);
    return [
      ...inOrder(address === undefined ? this.#typedIn(text) : this.#typedIn(address, "exact")),
      ...(goesOn ? inOrder(this.#begun(text)) : []),
    ];
  }

  #typedIn(text: string, mark?: Mark): readonly Word[] {
    return outermost([...textWords(text)]).map(({ start, end }) =>
      this.#typed(text.slice(start, end), mark),
    );
  }

  /** The words of a text of which the last may go on: one as a whole, of several the smallest parts. */
  #begun(text: string): readonly Place[] {
    const tokens = this.#analyzer.tokens(text);
    const [whole, ...more] = outermost(tokens);
    if (whole === undefined) return [];
    if (more.length === 0) return [{ terms: [], begins: formTerm(whole.form) }];
    return placesOf(tokens).places.map(({ form }, i, { length }) =>
      i < length - 1
        ? { terms: [formTerm(form)], ofParts: true }
        : { terms: [], begins: formTerm(form), ofParts: true },
    );
  }

  #words(text: string): WordLeaf {
    return this.phrase({ text, slop: 0 });
  }

  #prefix(text: string): WordLeaf {
    const places = this.#begun(text);
    if (places.length === 0) return { kind: "nothing" };
    const match = places.map(termsMatch).join(" + ");
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
    const terms = this.#termsReached(text);
    if (terms === undefined) return this.#words(text);
    const match = either(terms);
    return { kind: "match", match, rank: match };
  }

  #termsMatching(node: WordNode): Terms {
    return this.#spelling.matching(node).map(formTerm);
  }

  #termsReached(text: string): Terms | undefined {
    const [word] = this.reached(text);
    if (word === undefined) return undefined;
    const forms = [word[0], ...word[1]];
    const terms = new Set(forms.map(formTerm));
    for (const form of forms) for (const term of this.#typed(form).terms) terms.add(term);
    return [...terms];
  }

  #typed(typed: string, mark?: Mark): Word {
    const word = this.#analyzer.query(typed);
    const { keys, forms, written } = soughtBy(word, mark);
    if (written !== undefined) return this.#written(written);
    const own = forms.map(formTerm);
    const terms = [...this.#classesOf(keys), ...own];
    return keys.length === 0 ? { terms } : { terms, form: formTerm(word.form) };
  }

  #written(written: string): Word {
    const form = formOf(written);
    const base = formTerm(form);
    if (written !== form) {
      const own = [letteredTerm(written)];
      return { terms: own, base };
    }
    const but = [...usualLetters(form).map(letteredTerm), ...this.#classesWith(base)];
    return { terms: [base], but, base, plain: alsoPlain(form) };
  }

  #classesWith(key: string): Terms {
    return (this.#classes.all(key) as { class: string }[]).map((row) => row.class);
  }

  #classesOf(keys: readonly string[]): Terms {
    const classes = keys.flatMap((key) => this.#classesWith(key));
    return [...new Set([...keys.map((key) => classTerm([key])), ...classes])];
  }
}

function patternOf(terms: Terms): WordLeaf {
  if (terms.length === 0) return { kind: "nothing" };
  if (terms.length > mostRanked) return { kind: "terms", terms };
  const match = either(terms);
  return { kind: "match", match, rank: match };
}

/** One word of a query in terms of the index. */
interface Word extends Place {
  /** Where the terms are classes, the term of its own form. */
  readonly form?: string;
  /** Where only these letters count: the term of the form in any. */
  readonly base?: string;
  /** Where posts may have the form in its own letters and in others: the term of those that do. */
  readonly plain?: string;
}

function wordOf(word: Word): WordLeaf {
  const { terms, base, form } = word;
  const found = { kind: "match", match: matchOf(word), rank: either(terms) } as const;
  if (base !== undefined) return found;
  return { ...found, terms, ...(form === undefined ? {} : { typed: quoted(form) }) };
}

function matchOf({ terms, but, plain }: Word): string {
  if (but === undefined) return either(terms);
  return `((${either(terms)} NOT ${either(but)}) OR ${quoted(plain!)})`;
}

function phraseOf(words: readonly Word[], slop: number): WordLeaf {
  const together = all(words.map(({ terms }) => either(terms)));
  const match = slop === 0 ? speltOut(words.map(({ terms }) => terms)) : undefined;
  if (match === undefined)
    return { kind: "chain", among: together, rank: together, way: { places: words, slop } };
  const joinable = words.flatMap(({ terms }) => terms).filter(isJoined);
  if (joinable.length === 0) return { kind: "match", match, rank: match };
  const among = `(${together} AND joined : ${either(joinable)})`;
  return {
    kind: "chain",
    match,
    among,
    rank: joined([match, among], " OR "),
    way: { places: words, slop },
  };
}

/**
 * Two words each a term a place are near each other for FTS5, too; where the post has several texts, it cannot tell
 * whether they are in one.
 */
function nearby(
  sides: readonly [readonly Way[], readonly Way[]],
  between: number,
): Pick<NearLeaf, "match" | "among"> {
  const together = all(sides.map((ways) => joined(ways.map(wayMatch), " OR ")));
  const [one, other] = [singleTerms(sides[0]), singleTerms(sides[1])];
  const isOneSort = new Set([...(one ?? []), ...(other ?? [])].map((term) => term[0])).size === 1;
  const isApart = !one?.some((term) => other?.includes(term) === true);
  const isFew = (one?.length ?? 0) * (other?.length ?? 0) <= mostSpeltOut;
  if (one === undefined || other === undefined || !isOneSort || !isApart || !isFew)
    return { among: together };

  const column = one[0]!.startsWith("~") ? "class" : "form";
  const pairs = oneOfEach([one, other]).map(
    (pair) => `${column} : NEAR(${pair.map(quoted).join(" ")}, ${between})`,
  );
  const paired = joined(pairs, " OR ");
  const border = `${column} : ${quoted(textBorder)}`;
  const joinable = [...one, ...other].filter(isJoined);
  const unsure = [
    all([paired, border]),
    ...(joinable.length === 0 ? [] : [all([together, `joined : ${either(joinable)}`])]),
  ];
  return { match: `(${paired} NOT ${border})`, among: joined(unsure, " OR ") };
}

function inOrder(words: readonly Place[], slop = 0): readonly Way[] {
  return words.length === 0 ? [] : [{ places: words, slop }];
}

/** The terms of single words that are all found by terms alone. */
function singleTerms(ways: readonly Way[]): Terms | undefined {
  const places = ways.flatMap((way) => (way.places.length === 1 ? way.places : []));
  if (places.length < ways.length || !places.every(isOfTerms)) return undefined;
  return [...new Set(places.flatMap(({ terms }) => terms))];
}

function isOfTerms({ terms, but, begins }: Place): boolean {
  return but === undefined && begins === undefined && !terms.some(isLettered);
}

/** All posts that have the words, wherever. */
function wayMatch({ places }: Way): string {
  return all(places.map(termsMatch));
}

function termsMatch({ terms, begins }: Place): string {
  const some = terms.map(quoted);
  return joined(begins === undefined ? some : [...some, `${quoted(begins)} *`], " OR ");
}

/** A phrase of which the letters count: those of its posts that could have it in others are looked at. */
function writtenPhrase(words: readonly Word[], slop: number): WordLeaf {
  const bases = words.map(({ terms, base }) => (base === undefined ? terms : [base]));
  const isPlain = slop === 0 && !bases.flat().some(isJoined);
  const forms = (isPlain ? speltOut(bases) : undefined) ?? all(bases.map(either));
  const lettered = words.flatMap(({ terms }) => terms).filter(isLettered);
  const others = words.flatMap(({ but = [] }) => but);
  if (!isPlain || lettered.length > 0) {
    const among = all([forms, ...lettered.map(quoted)]);
    return { kind: "chain", among, rank: among, way: { places: words, slop } };
  }
  const match = `(${forms} NOT ${either(others)})`;
  const among = all([forms, either(others)]);
  return { kind: "chain", match, among, rank: forms, way: { places: words, slop } };
}

/** Every phrase that can be made by one term for each place, unless they are many or mix forms with classes. */
function speltOut(places: readonly Terms[]): string | undefined {
  const many = places.reduce((product, place) => product * place.length, 1);
  if (many > mostSpeltOut) return undefined;
  if (new Set(places.flat().map((term) => term[0])).size > 1) return undefined;
  return joined(
    oneOfEach(places).map((terms) => terms.map(quoted).join(" + ")),
    " OR ",
  );
}

/** All ways to take one term for each place. */
export function oneOfEach(places: readonly Terms[]): readonly Terms[] {
  let ways: readonly Terms[] = [[]];
  for (const place of places) ways = ways.flatMap((way) => place.map((term) => way.concat(term)));
  return ways;
}

/** At most one of them is a chain. */
function anyOf(leaves: readonly WordLeaf[]): WordLeaf {
  const found = leaves.filter((leaf) => leaf.kind === "match" || leaf.kind === "chain");
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

export function either(terms: Terms): string {
  return joined(terms.map(quoted), " OR ");
}

function all(expressions: readonly string[]): string {
  return joined(expressions, " AND ");
}

/** Also for whole queries: expressions by an operator, in brackets. */
export function joined(expressions: readonly string[], operator: " OR " | " AND "): string {
  return expressions.length === 1 ? expressions[0]! : `(${expressions.join(operator)})`;
}
