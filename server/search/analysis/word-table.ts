import { foldUkrainian } from "./affix-rules.ts";

/** 330,000 words with their flags, found by a hash over one text: a Map of strings takes three times the memory. */
export class WordTable {
  readonly #written: string;
  readonly #folded: string;
  readonly #slots: Int32Array;

  constructor(dictionary: string) {
    this.#written = dictionary;
    this.#folded = foldUkrainian(dictionary);
    this.#slots = new Int32Array(1 << (32 - Math.clz32(dictionary.length >> 3)));
    let start = dictionary.indexOf("\n") + 1;
    while (start > 0 && start < dictionary.length) {
      let slot = this.#hash(start);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = start;
      start = dictionary.indexOf("\n", start) + 1;
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
      const end = start + word.length;
      if (this.#folded.startsWith(word, start) && isEnd(this.#folded.charCodeAt(end))) yield start;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }

  #hash(start: number): number {
    let sum = 0;
    for (let i = start; ; i++) {
      const code = this.#folded.charCodeAt(i);
      if (isEnd(code)) return sum & (this.#slots.length - 1);
      sum = mix(sum, code);
    }
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

/** `/`, a line's end or the text's end. */
function isEnd(code: number): boolean {
  return code === 47 || code === 10 || code === 13 || Number.isNaN(code);
}
