import { fold, foldYo } from "./analysis/fold.ts";
import { textWords } from "./analysis/tokens.ts";

/** A word of a query with this mark means at most so many forms of the index. */
export const mostForms = 1_000;
/** So many letters or digits of it must be typed. */
const fewestTyped = 2;

/**
 * What a word typed with `*` within it or at its beginning stands for: every form in which letters or digits, or none, stand in
 * place of each `*`. Only plain words are meant: a `*` never stands for a sign.
 */
export class WordPattern {
  readonly #first: string;
  readonly #last: string;
  readonly #between: readonly string[];
  readonly #apostrophes: number;
  /** No form that is shorter can be meant. */
  readonly leastLength: number;

  constructor(typed: string) {
    const pieces = typed.split("*").map((piece) => foldYo(fold(piece)));
    this.#first = pieces[0] ?? "";
    this.#last = pieces.at(-1) ?? "";
    this.#between = pieces.slice(1, -1).filter((piece) => piece !== "");
    this.#apostrophes = apostrophesIn(pieces.join(""));
    this.leastLength = pieces.join("").length;
  }

  matches(form: string): boolean {
    if (form.length < this.leastLength) return false;
    if (!form.startsWith(this.#first) || !form.endsWith(this.#last)) return false;
    let at = this.#first.length;
    const end = form.length - this.#last.length;
    for (const piece of this.#between) {
      const found = form.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at <= end && plainWord.test(form) && apostrophesIn(form) === this.#apostrophes;
  }
}

const plainWord = /^[\p{L}\p{M}\p{N}']+$/u;

function apostrophesIn(text: string): number {
  return text.split("'").length - 1;
}

/** Whether a word with `*` in it is otherwise plain: no sign joins or closes it, and it is of a script with spaces. */
export function isPlainPattern(typed: string): boolean {
  const [word, ...more] = textWords(typed.replaceAll("*", "x"));
  if (word === undefined || more.length > 0 || word.parts !== undefined) return false;
  return word.signed !== true && word.start === 0 && word.end === typed.length;
}

/** Whether enough of it is typed to look for. */
export function isLongPattern(typed: string): boolean {
  return (typed.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= fewestTyped;
}
