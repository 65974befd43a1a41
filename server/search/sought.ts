import type { QueryWord } from "./analysis/analyzer.ts";
import type { Mark } from "./query/tree.ts";

/** What one word of a query looks for: a token with any of these keys, of any of these forms, or only one written just so. */
export interface Sought {
  readonly keys: readonly string[];
  readonly forms: readonly string[];
  /** Only this, as `Token.written`. */
  readonly written?: string;
}

/** A word as typed, behind the mark of its word or phrase. */
export function soughtBy(word: QueryWord, mark: Mark | undefined): Sought {
  const { form, written, keys, orForm } = word;
  if (mark === "letters" || (mark === "exact" && word.inCapitals === true))
    return { keys: [], forms: [], written };
  if (mark === "exact" || word.exact) return { keys: [], forms: [form] };
  return { keys, forms: orForm === undefined ? [] : [orForm] };
}
