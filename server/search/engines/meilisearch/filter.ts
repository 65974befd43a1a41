import type { Analyzer } from "../../analysis/analyzer.ts";
import { formOf } from "../../analysis/letters.ts";
import { outermost } from "../../analysis/tokens.ts";
import { valueKeys } from "../../document.ts";
import {
  type FieldNode,
  type Mark,
  type NearSide,
  type NumberRange,
  type PhraseNode,
  type QueryNode,
  type WasNode,
  type WordNode,
  isNumberNode,
} from "../../query/tree.ts";
import type { TextNode } from "../../match.ts";
import { soughtBy, type Sought } from "../../sought.ts";
import { addressOf, hasPath } from "../../addresses.ts";
import { copiesBeyond } from "./beyond-engine.ts";
import {
  addressValue,
  earlierAddressValue,
  keyValue,
  namedValue,
  quoted,
  termValue,
} from "./terms.ts";

/** What has a filter of its own, besides fields. */
export type Filtered = TextNode | WasNode;

/** What the filter of a word or phrase finds: its posts exactly, or besides them some to be looked at. */
export interface LeafFilter {
  readonly filter: string;
  readonly isExact: boolean;
  /** What of it needs no look, and what does, where it is made of both. */
  readonly certain?: string;
  readonly unsure?: string;
}

const everything = "no EXISTS";
const nothing = "no NOT EXISTS";

/** Where words are looked for: in the posts as they are, or in earlier versions. */
interface Within {
  readonly analyzer: Analyzer;
  /** The attributes of forms and keys, and the value of an address. */
  readonly names: {
    readonly forms: string;
    readonly keys: string;
    readonly address: (address: string) => string;
  };
}

const namesNow: Within["names"] = { forms: "forms", keys: "keys", address: addressValue };
const namesEarlier: Within["names"] = {
  forms: "wasForms",
  keys: "wasKeys",
  address: earlierAddressValue,
};

interface Words extends Within {
  /** The word that may go on. */
  readonly goesOn: WordNode | undefined;
  /** For each `word~`, folded: the forms it reached. */
  readonly reached: ReadonlyMap<string, readonly string[]>;
  /** For each word with `*`, as typed: the forms it stands for. */
  readonly matching: ReadonlyMap<string, readonly string[]>;
}

/** A query node as a filter, where `leaf` says the filter of each word and phrase. */
export function filterOf(node: QueryNode, leaf: (node: Filtered) => string): string {
  switch (node.kind) {
    case "all":
      return everything;
    case "not":
      return `NOT (${filterOf(node.node, leaf)})`;
    case "and":
    case "or":
      return joined(
        node.nodes.map((part) => filterOf(part, leaf)),
        node.kind === "and" ? " AND " : " OR ",
      );
    case "field":
      return fieldFilter(node);
    default:
      return leaf(node);
  }
}

/** A filter that finds every hit, and perhaps more: whatever is excluded by what must be looked at stays in. */
export function widened(node: QueryNode, leaf: (node: Filtered) => LeafFilter): string {
  const wide = (part: QueryNode, excluded: boolean): string => {
    if (part.kind === "not") return wide(part.node, !excluded);
    if (part.kind === "and" || part.kind === "or") {
      const nodes = part.nodes.map((each) => wide(each, excluded));
      return joined(nodes, (part.kind === "and") === excluded ? " OR " : " AND ");
    }
    if (
      part.kind === "word" ||
      part.kind === "phrase" ||
      part.kind === "near" ||
      part.kind === "was"
    ) {
      const { filter, isExact } = leaf(part);
      if (!excluded) return filter;
      return isExact ? `NOT (${filter})` : everything;
    }
    const filter = filterOf(part, () => nothing);
    return excluded ? `NOT (${filter})` : filter;
  };
  return wide(node, false);
}

export function joined(filters: readonly string[], operator: " AND " | " OR "): string {
  return filters.length === 1 ? filters[0]! : `(${filters.join(operator)})`;
}

function fieldFilter(node: FieldNode): string {
  if (isNumberNode(node))
    return joined(
      node.ranges.map((range) => numberFilter(node.field, range)),
      " OR ",
    );
  switch (node.field) {
    case "lang":
    case "has":
    case "is":
      return oneOf(node.field, node.values);
    case "date":
      return joined(
        node.ranges.map(({ from, to }) =>
          within([
            from === undefined ? "" : `at >= ${from / 1000}`,
            to === undefined ? "" : `at < ${to / 1000}`,
          ]),
        ),
        " OR ",
      );
    case "channel":
      return oneOf(
        "named",
        node.values.map((value) => namedValue("channel", value)),
      );
    case "copies":
      throw copiesBeyond();
    default: {
      const { field } = node;
      const keys = node.values.map((value) =>
        field === "link" && hasPath(value)
          ? [oneOf("named", [addressValue(value)])]
          : valueKeys(field, value).map((key) => oneOf("named", [namedValue(field, key)])),
      );
      return joined(
        keys.map((wanted) => joined(wanted, " AND ")),
        " OR ",
      );
    }
  }
}

function numberFilter(field: string, { min, max }: NumberRange): string {
  return within([
    min === undefined ? "" : `${field} >= ${min}`,
    max === undefined ? "" : `${field} <= ${max}`,
  ]);
}

function within(bounds: readonly string[]): string {
  const set = bounds.filter((bound) => bound !== "");
  return set.length === 0 ? everything : joined(set, " AND ");
}

export function oneOf(attribute: string, values: readonly string[]): string {
  if (values.length === 0) return nothing;
  if (values.length === 1) return `${attribute} = ${quoted(values[0]!)}`;
  return `${attribute} IN [${values.map(quoted).join(", ")}]`;
}

/** The filter of a word, a phrase or words near each other; what it means is what `Matchers` say. */
export function leafFilter(node: Filtered, given: Omit<Words, "names">): LeafFilter {
  const words = { ...given, names: namesNow };
  if (node.kind === "was") return wordFilter(node.node, { ...words, names: namesEarlier });
  if (node.kind !== "near") return wordFilter(node, words);
  const either = (side: NearSide): string =>
    joined(
      side.map((leaf) => wordFilter(leaf, words).filter),
      " OR ",
    );
  return { filter: joined(node.sides.map(either), " AND "), isExact: false };
}

function wordFilter(node: WordNode | PhraseNode, words: Words): LeafFilter {
  const { analyzer, names, goesOn, reached, matching } = words;
  if (node.kind === "phrase") return phrase(node.text, node.mark, words);
  if (node.mark === "prefix") return prefix(node.text, words);
  if (node.mark === "pattern")
    return {
      filter: oneOf(names.forms, (matching.get(node.text) ?? []).map(termValue)),
      isExact: true,
    };
  if (node.mark === "typo") {
    const [token, ...more] = outermost(analyzer.tokens(node.text));
    if (token !== undefined && more.length === 0)
      return near([token.form, ...(reached.get(token.form) ?? [])], words);
  }
  const found =
    node.mark === "exact" || node.mark === "letters"
      ? phrase(node.text, node.mark, words)
      : typedWord(node.text, words);
  if (node !== goesOn) return found;
  const begun = prefix(node.text, words);
  const either = (one: string): string => joined([one, begun.filter], " OR ");
  return {
    ...found,
    filter: either(found.filter),
    isExact: found.isExact && begun.isExact,
    ...(found.unsure === undefined ? {} : { unsure: either(found.unsure) }),
  };
}

/** An address is found as text and behind words. */
function typedWord(text: string, words: Within): LeafFilter {
  const address = addressOf(text);
  if (address === undefined) return phrase(text, undefined, words);
  const written = phrase(address, "exact", words);
  const certain = oneOf("named", [words.names.address(address)]);
  const filter = joined([certain, written.filter], " OR ");
  return { filter, isExact: written.isExact, certain, unsure: written.filter };
}

/** Posts with all words of a text; whether they stand together, a look at those posts tells. */
function phrase(text: string, mark: Mark | undefined, { analyzer, names }: Within): LeafFilter {
  const filters = outermost(analyzer.tokens(text)).map(({ start, end }) =>
    word(soughtBy(analyzer.query(text.slice(start, end)), mark), names),
  );
  const [first, ...more] = filters;
  if (first === undefined) return { filter: nothing, isExact: true };
  if (more.length === 0) return first;
  return {
    filter: joined(
      filters.map(({ filter }) => filter),
      " AND ",
    ),
    isExact: false,
  };
}

/** A value of the index is a form in any letters: what is written just so is to be looked at. */
function word({ keys, forms, written }: Sought, names: Within["names"]): LeafFilter {
  if (written !== undefined)
    return { filter: oneOf(names.forms, [termValue(formOf(written))]), isExact: false };
  const anyOf = [
    ...(keys.length > 0 ? [oneOf(names.keys, keys.map(keyValue))] : []),
    ...(forms.length > 0 ? [oneOf(names.forms, forms.map(termValue))] : []),
  ];
  const filter = anyOf.length === 0 ? nothing : joined(anyOf, " OR ");
  return { filter, isExact: true };
}

function prefix(text: string, { analyzer, names }: Within): LeafFilter {
  const tokens = analyzer.tokens(text);
  const outer = outermost(tokens);
  const [whole] = outer;
  if (whole === undefined) return { filter: nothing, isExact: true };
  if (outer.length === 1) return { filter: begins(whole.form, names), isExact: true };
  const places = [...new Map(tokens.map((token) => [token.position, token])).values()];
  const filters = places.map(({ form }, i) =>
    i < places.length - 1 ? oneOf(names.forms, [termValue(form)]) : begins(form, names),
  );
  return { filter: joined(filters, " AND "), isExact: false };
}

function begins(form: string, names: Within["names"]): string {
  return `${names.forms} STARTS WITH ${quoted(termValue(form))}`;
}

function near(forms: readonly string[], { analyzer, names }: Within): LeafFilter {
  const keys = new Set<string>();
  for (const form of forms) {
    const word = analyzer.query(form);
    if (!word.exact) for (const key of word.keys) keys.add(key);
  }
  const filters = [
    oneOf(names.forms, forms.map(termValue)),
    oneOf(names.keys, [...keys].map(keyValue)),
  ];
  return { filter: joined(filters, " OR "), isExact: true };
}
