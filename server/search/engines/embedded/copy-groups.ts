import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bandCount, bandsOf } from "./min-hash.ts";
import { radixSorted, type Order } from "./post-order.ts";
import { PostSet } from "./post-set.ts";
import { areAlike, mayBeAlike, numbersIn } from "./word-set.ts";

const rowsAtOnce = 20_000;
/** Of those that share a band a post is compared with so many of the earliest. */
const mostCompared = 100;
/** Sets of words that are kept for the next comparison. */
const setsKept = 200_000;

type Row = [no: number, words: Uint8Array | null];

/**
 * Which posts are copies of which: a post belongs to the group of the earliest post that it is alike with. What the index
 * keeps of a post is its own words alone, so groups follow from the posts there are, in whatever order they came; of
 * some channels they are what they would be without the others.
 */
export class CopyGroups {
  readonly #db: DatabaseSync;
  readonly #words: StatementSync;
  readonly #sets = new Map<number, Uint16Array>();
  /** How many different words; 0 of a post that is nobody's copy. */
  #sizes = new Uint16Array(0);
  #bands: readonly Uint32Array[] = Array.from({ length: bandCount }, () => new Uint32Array(0));
  #seq = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#words = db.prepare("select words from copies where no = ?");
  }

  /** Takes in what the index was given since the last call; `size` is the greatest post number, plus one. */
  refresh(size: number): void {
    this.#reserve(size);
    const { seq } = this.#db.prepare("select max(seq) seq from posts").get() as {
      seq: number | null;
    };
    if (this.#seq > 0) this.#takeChanged();
    else this.#takeAll();
    this.#seq = seq ?? 0;
  }

  /** The groups among `visible` posts; `byAge` is all posts, the oldest first. */
  among(visible: PostSet, byAge: Order): Groups {
    const numbers = new Uint32Array(byAge.sequence.length);
    let length = 0;
    for (let i = 0; i < byAge.sequence.length; i++) {
      const no = byAge.sequence[i]!;
      if (this.#sizes[no]! > 0 && visible.has(no)) numbers[length++] = no;
    }
    const candidates = numbers.subarray(0, length);
    const earliest = new Map<number, number>();
    for (const band of this.#bands) {
      const sorted = radixSorted(candidates, band);
      for (let from = 0, to = 0; from < sorted.length; from = to) {
        while (to < sorted.length && band[sorted[to]!] === band[sorted[from]!]) to++;
        for (let i = from + 1; i < to; i++) {
          const before = sorted.subarray(from, Math.min(i, from + mostCompared));
          this.#compare(sorted[i]!, before, { earliest, age: byAge.place });
        }
      }
    }
    return new Groups(earliest, candidates);
  }

  /** Notes the first of `before`, the oldest first, that a post is alike with, unless an earlier one is known. */
  #compare(
    no: number,
    before: Uint32Array,
    { earliest, age }: { readonly earliest: Map<number, number>; readonly age: Uint32Array },
  ): void {
    const known = earliest.get(no);
    for (let i = 0; i < before.length; i++) {
      const other = before[i]!;
      if (known !== undefined && age[known]! <= age[other]!) return;
      if (!mayBeAlike(this.#sizes[no]!, this.#sizes[other]!)) continue;
      if (!areAlike(this.#setOf(no), this.#setOf(other))) continue;
      earliest.set(no, other);
      return;
    }
  }

  #setOf(no: number): Uint16Array {
    const kept = this.#sets.get(no);
    if (kept !== undefined) return kept;
    const { words } = this.#words.get(no) as { words: Uint8Array };
    const set = numbersIn(words);
    if (this.#sets.size >= setsKept) this.#sets.clear();
    this.#sets.set(no, set);
    return set;
  }

  #takeAll(): void {
    const next = this.#db.prepare(
      `select no, words from copies where no > ? order by no limit ${rowsAtOnce}`,
    );
    next.setReturnArrays(true);
    for (let last = -1; ;) {
      const rows = next.all(last) as unknown as Row[];
      if (rows.length === 0) break;
      for (const row of rows) this.#take(row);
      last = rows.at(-1)![0];
    }
  }

  #takeChanged(): void {
    const changed = this.#db.prepare(
      `select posts.no, words from posts left join copies on copies.no = posts.no where seq > ?`,
    );
    changed.setReturnArrays(true);
    for (const row of changed.all(this.#seq) as unknown as Row[]) this.#take(row);
  }

  #take([no, words]: Row): void {
    this.#sets.delete(no);
    const numbers = words === null ? noWords : numbersIn(words);
    this.#sizes[no] = numbers.length;
    if (numbers.length === 0) return;
    bandsOf(numbers, someBands);
    for (const [i, band] of this.#bands.entries()) band[no] = someBands[i]!;
  }

  #reserve(size: number): void {
    if (size <= this.#sizes.length) return;
    const room = Math.ceil(size * 1.25) + 1024;
    const sizes = new Uint16Array(room);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
    this.#bands = this.#bands.map((band) => {
      const larger = new Uint32Array(room);
      larger.set(band);
      return larger;
    });
  }
}

const noWords = new Uint16Array(0);
const someBands = new Uint32Array(bandCount);

/** Posts by the group they belong to; one that is alone is a group of its own. */
export class Groups {
  readonly #first = new Map<number, number>();
  /** By the first of each group of several, the oldest first. */
  readonly #members = new Map<number, number[]>();

  /** @param earliest of each copy the earliest post that it is alike with; `byAge` the oldest first. */
  constructor(earliest: ReadonlyMap<number, number>, byAge: Uint32Array) {
    for (let i = 0; earliest.size > 0 && i < byAge.length; i++) {
      const no = byAge[i]!;
      const before = earliest.get(no);
      if (before === undefined) continue;
      const first = this.#first.get(before) ?? before;
      this.#first.set(no, first);
      const members = this.#members.get(first);
      if (members === undefined) this.#members.set(first, [first, no]);
      else members.push(no);
    }
  }

  /** The posts of one's group, the oldest first. */
  of(no: number): readonly number[] {
    return this.#members.get(this.#first.get(no) ?? no) ?? [no];
  }

  /** Of each group the earliest of these posts. */
  earliestOf(posts: PostSet): PostSet {
    const shown = posts.copy();
    for (const members of this.#members.values()) {
      let isShown = false;
      for (const no of members) {
        if (!posts.has(no)) continue;
        if (isShown) shown.remove(no);
        isShown = true;
      }
    }
    return shown;
  }
}
