import { mediaKinds } from "../../../scraper/post.ts";
import { countNames, type CountName } from "./counts.ts";
import type { QueryWarning } from "./faults.ts";
import type { Span } from "./span.ts";

export type { QueryWarning } from "./faults.ts";

export type { Span } from "./span.ts";

/** Posts with one text are one hit. */
export type Fold = "copies";

export const sorts = ["relevance", "new", "old", "views", "reactions", "changed"] as const;
export type Sort = (typeof sorts)[number];

/** What was typed, understood. `printQuery` gives its canonical text; parsing that again gives the same tree. */
export interface Query {
  readonly root: QueryNode;
  readonly sort?: Sort;
  readonly fold?: Fold;
  readonly warnings: readonly QueryWarning[];
  /** Caps Lock was assumed, so `root` is in small letters; this is the query with the capitals of its short words meant. */
  readonly inCapitals?: QueryNode;
}

export type QueryNode =
  | { readonly kind: "all" }
  | { readonly kind: "and" | "or"; readonly nodes: readonly QueryNode[] }
  | { readonly kind: "not"; readonly node: QueryNode }
  | WordNode
  | PhraseNode
  | NearNode
  | WasNode
  | FieldNode;

/** `=`: only the forms typed. `==`: letter for letter, with capitals, accents and `ё`. */
export type Mark = "exact" | "letters";

/**
 * One token as typed (`C++`, `F1-score`, `симметрия`, `10.000₽`, an address). At most one of the marks is set; with `pattern` each `*`
 * of the text stands for letters and digits.
 */
export interface WordNode {
  readonly kind: "word";
  readonly text: string;
  readonly mark?: Mark | "prefix" | "pattern" | "typo";
  readonly at: Span;
}

/** Words side by side in this order; `slop`: up to so many other words between them. */
export interface PhraseNode {
  readonly kind: "phrase";
  readonly text: string;
  readonly mark?: Mark;
  readonly slop: number;
  readonly at: Span;
}

/** In a version of the post that is not the newest. */
export interface WasNode {
  readonly kind: "was";
  readonly node: WordNode | PhraseNode;
  readonly at: Span;
}

/** Both sides in one text, in either order, with at most `between` words between them; the words of a pair do not overlap. */
export interface NearNode {
  readonly kind: "near";
  readonly sides: readonly [NearSide, NearSide];
  readonly between: number;
  readonly at: Span;
}
/** Any one of these, at least one. */
export type NearSide = readonly (WordNode | PhraseNode)[];

export const hasValues = [...mediaKinds, "link", "poll", "media", "text", "reactions"] as const;
export type HasValue = (typeof hasValues)[number];
export const isValues = [
  "forward",
  "reply",
  "edited",
  "deleted",
  "album",
  "service",
  "withheld",
] as const;
export type IsValue = (typeof isValues)[number];

/** Values are alternatives (OR). Names are lower case without `@`, tags lower case without `#`. */
export type FieldNode = { readonly kind: "field"; readonly at: Span } & (
  | {
      readonly field:
        | "channel"
        | "author"
        | "fwd"
        | "link"
        | "mentions"
        | "tag"
        | "cashtag"
        | "lang"
        /** Of a post, `channel/id`: those of its group of copies. */
        | "copies";
      readonly values: readonly string[];
    }
  | { readonly field: "has"; readonly values: readonly HasValue[] }
  | { readonly field: "is"; readonly values: readonly IsValue[] }
  /** Half-open: from ≤ published < to, in milliseconds since 1970. */
  | {
      readonly field: "date";
      readonly ranges: readonly { readonly from?: number; readonly to?: number }[];
      readonly typed: string;
    }
  /** Both ends included. */
  | { readonly field: NumberField; readonly ranges: readonly NumberRange[] }
);

export type NumberField = CountName | "id";
export type NumberNode = Extract<FieldNode, { readonly field: NumberField }>;
const numberFields: ReadonlySet<string> = new Set<NumberField>([...countNames, "id"]);

/** Whether a field of a query is a number of the post. */
export const isNumberNode = (node: FieldNode): node is NumberNode => numberFields.has(node.field);
export const isNumberField = (field: FieldNode["field"]): field is NumberField =>
  numberFields.has(field);

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}
