/** A set of post numbers, one bit each; the operations change the set they are called on. */
export class PostSet {
  readonly #words: Uint32Array;

  constructor(size: number, words = new Uint32Array((size >>> 5) + 1)) {
    this.#words = words;
  }

  copy(): PostSet {
    return new PostSet(0, this.#words.slice());
  }

  add(no: number): void {
    this.#words[no >>> 5]! |= 1 << (no & 31);
  }

  remove(no: number): void {
    this.#words[no >>> 5]! &= ~(1 << (no & 31));
  }

  has(no: number): boolean {
    return ((this.#words[no >>> 5] ?? 0) & (1 << (no & 31))) !== 0;
  }

  keep(other: PostSet): this {
    for (let i = 0; i < this.#words.length; i++) this.#words[i]! &= other.#words[i] ?? 0;
    return this;
  }

  drop(other: PostSet): this {
    for (let i = 0; i < this.#words.length; i++) this.#words[i]! &= ~(other.#words[i] ?? 0);
    return this;
  }

  join(other: PostSet): this {
    for (let i = 0; i < this.#words.length; i++) this.#words[i]! |= other.#words[i] ?? 0;
    return this;
  }

  /** How many there are; `within`: in the words of these bounds, so a few more. */
  count(within?: { readonly first: number; readonly last: number }): number {
    let count = 0;
    const end = within === undefined ? this.#words.length : (within.last >>> 5) + 1;
    for (let i = (within?.first ?? 0) >>> 5; i < end; i++) {
      let word = this.#words[i]!;
      word -= (word >>> 1) & 0x55555555;
      word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
      count += (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
    }
    return count;
  }

  /** Ascending. */
  each(visit: (no: number) => void): void {
    for (let i = 0; i < this.#words.length; i++) {
      let word = this.#words[i]!;
      while (word !== 0) {
        visit((i << 5) + 31 - Math.clz32(word & -word));
        word &= word - 1;
      }
    }
  }

  /** The smallest and the greatest number; absent when empty. */
  bounds(): { readonly first: number; readonly last: number } | undefined {
    const lowest = this.#words.findIndex((word) => word !== 0);
    if (lowest === -1) return undefined;
    const highest = this.#words.findLastIndex((word) => word !== 0);
    const low = this.#words[lowest]!;
    return {
      first: (lowest << 5) + 31 - Math.clz32(low & -low),
      last: (highest << 5) + 31 - Math.clz32(this.#words[highest]!),
    };
  }
}
