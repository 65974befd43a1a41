import type { DatabaseSync } from "node:sqlite";
import { QuerySyntaxError } from "../../query/query-errors.ts";
import type { WordNode } from "../../query/tree.ts";
import type { NearWord } from "../../suggestions/correction.ts";
import { mostForms, WordPattern } from "../../word-pattern.ts";
import { editsAllowed, isWithinEdits } from "../../edits.ts";

const shortestWord = 3;
/** Longer ones are cut in the index. */
const longestWord = 199;

/**
 * All forms of an index, for words typed wrong. A word costs its string and five bytes; a search reads through
 * those of about the same length, most of them no further than a signature of their letters.
 */
export class Spelling {
  readonly #forms = new NearForms();
  #lastSeq = 0;
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Forms an edit away (insert, drop, replace, swap of neighbours), two for long words, or so many as are asked for, nearest first. */
  near(form: string, most?: number): readonly NearWord[] {
    this.#refresh();
    return this.#forms.near(form, most);
  }

  /** Forms that a word with `*` stands for. @throws QuerySyntaxError when they are too many */
  matching(node: WordNode): readonly string[] {
    this.#refresh();
    return this.#forms.matching(node);
  }

  /** Takes in the forms that the index learnt since the last call. */
  #refresh(): void {
    const rows = this.#db
      .prepare("select seq, forms from new_words where seq > ? order by seq")
      .iterate(this.#lastSeq) as Iterable<{ seq: number; forms: string }>;
    for (const { seq, forms } of rows) {
      for (const form of forms.split(" ")) this.#forms.add(form);
      this.#lastSeq = seq;
    }
  }
}

/** Forms in memory, and those of them near another. */
export class NearForms {
  /** By length. */
  readonly #shelves: Shelf[] = [];

  add(form: string): void {
    (this.#shelves[form.length] ??= new Shelf()).add(form);
  }

  /** Those that a word with `*` stands for. @throws QuerySyntaxError when they are too many */
  matching({ text, at }: WordNode): readonly string[] {
    const pattern = new WordPattern(text);
    const found = this.#shelves
      .slice(pattern.leastLength)
      .flatMap((shelf) => shelf.forms.filter((form) => pattern.matches(form)));
    if (found.length > mostForms) {
      const data = { word: text, forms: String(found.length), most: String(mostForms) };
      throw new QuerySyntaxError("pattern-too-wide", at, data);
    }
    return found;
  }

  near(form: string, most = editsAllowed(form)): readonly NearWord[] {
    const found: NearWord[] = [];
    const signature = signatureOf(form);
    for (let length = Math.max(1, form.length - most); length <= form.length + most; length++) {
      const shelf = this.#shelves[length];
      if (shelf === undefined) continue;
      const { forms, signatures } = shelf;
      for (let i = 0; i < forms.length; i++) {
        if (bitCount(signatures[i]! ^ signature) > 2 * most) continue;
        const near = forms[i]!;
        if (near === form || !isWithinEdits(form, near, most)) continue;
        found.push({ form: near, edits: most > 1 && isWithinEdits(form, near, 1) ? 1 : most });
      }
    }
    return found.toSorted((a, b) => a.edits - b.edits);
  }
}

/** Forms that are worth remembering for `Spelling`. */
export function isSpellable(form: string): boolean {
  return form.length >= shortestWord - 1 && form.length <= longestWord;
}

class Shelf {
  readonly forms: string[] = [];
  signatures = new Int32Array(64);

  add(form: string): void {
    if (this.forms.length === this.signatures.length) {
      const larger = new Int32Array(this.signatures.length * 2);
      larger.set(this.signatures);
      this.signatures = larger;
    }
    this.signatures[this.forms.length] = signatureOf(form);
    this.forms.push(form);
  }
}

/** One bit for each letter that occurs (letters share bits): an edit changes at most two. */
function signatureOf(form: string): number {
  let bits = 0;
  for (let i = 0; i < form.length; i++) bits |= 1 << (form.charCodeAt(i) & 31);
  return bits;
}

function bitCount(bits: number): number {
  let word = bits - ((bits >>> 1) & 0x55555555);
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
