import { foldUkrainian } from "./affix-rules.ts";

/** 330,000 words with their flags, found by a hash over one text: a Map of strings takes three times the memory. */
export class WordTable {
  readonly #written: string;
  readonly #slots: Int32Array;

  constructor(dictionary: string) {
    this.#written = dictionary;
    this.#slots = new Int32Array(1 << (32 - Math.clz32(dictionary.length >> 3)));
    const slots = this.#slots;
    let start = dictionary.indexOf("\n") + 1;
    let sum = 0;
    let isWord = start > 0;
    // One look at each letter: this is most of what the first Ukrainian word waits for.
    for (let at = start; at <= dictionary.length; at++) {
      const code = dictionary.charCodeAt(at);
      if (isWord && isEnd(code)) {
        let slot = sum & (slots.length - 1);
        while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
        if (start < dictionary.length) slots[slot] = start;
        isWord = false;
      } else if (isWord) sum = mix(sum, folded(code));
      if (code === newLine) {
        start = at + 1;
        sum = 0;
        isWord = true;
      }
    }
  }

  /** The flags of each entry spelled so; an entry without flags gives an empty text. */
  flags(word: string): readonly string[] {
    return Array.from(this.#entries(word), (start) => {
      const end = start + word.length;
      const line = this.#written.indexOf("\n", end);
      return this.#written.slice(end + 1, line < 0 ? undefined : line);
    });
  }

  /** Whether an entry spelled so has no capital: it is no name and no acronym. */
  isInSmallLetters(word: string): boolean {
    for (const start of this.#entries(word)) {
      const entry = this.#written.slice(start, start + word.length);
      if (entry === entry.toLowerCase()) return true;
    }
    return false;
  }

  *#entries(word: string): Generator<number> {
    let slot = hash(word) & (this.#slots.length - 1);
    for (let start = this.#slots[slot]!; start !== 0; start = this.#slots[slot]!) {
      if (this.#isSpelled(word, start)) yield start;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }

  #isSpelled(word: string, start: number): boolean {
    for (let i = 0; i < word.length; i++)
      if (folded(this.#written.charCodeAt(start + i)) !== word.charCodeAt(i)) return false;
    return isEnd(this.#written.charCodeAt(start + word.length));
  }
}

function hash(word: string): number {
  let sum = 0;
  for (let i = 0; i < word.length; i++) sum = mix(sum, word.charCodeAt(i));
  return sum;
}

function mix(sum: number, code: number): number {
  const mixed = Math.imul(sum ^ code, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** What each letter is folded to, as `foldUkrainian` does it: letter by letter, so that no second text is made of them all. */
const folds = Uint16Array.from({ length: 0x20_40 }, (_, code) => {
  const fold = foldUkrainian(String.fromCharCode(code));
  return fold.length === 1 ? fold.charCodeAt(0) : code;
});

function folded(code: number): number {
  return code < folds.length ? folds[code]! : code;
}

const newLine = 10;

/** `/`, a line's end or the text's end. */
function isEnd(code: number): boolean {
  return code === 47 || code === 10 || code === 13 || Number.isNaN(code);
}
