import type { DatabaseSync } from "node:sqlite";
import { bandCount, bandsOf } from "./min-hash.ts";
import type { PostSet } from "./post-set.ts";
import { numbersIn } from "./word-set.ts";

const rowsAtOnce = 10_000;
/** After more changes at once groups are made anew, which then costs no more. */
const changesKept = 2_000;

/** A post whose row changed, with the bands that it had; none when it was nobody's copy. */
export interface Change {
  readonly no: number;
  readonly before: readonly number[];
}

type Row = [no: number, words: Uint8Array | null];

/** The bands of every post by MinHash, made from the words that the index keeps: 22 bytes a post in memory. */
export class CopyBands {
  /** How many different words a post has; 0 of one that is nobody's copy. */
  sizes = new Uint16Array(0);
  bands: readonly Uint32Array[] = Array.from({ length: bandCount }, () => new Uint32Array(0));
  /** How many changes there were since the index was first looked at. */
  changeCount = 0;
  readonly #db: DatabaseSync;
  /** The latest of them. */
  #changes: Change[] = [];
  /** What is known of the index, as of this change of it; absent until all of it was looked at. */
  #seq: number | undefined;
  /** How far the first look has come, and as of which change it began. */
  #first: { last: number; readonly seq: number } | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Goes on with the first look at the index, by some posts; false when there are no more. */
  takeSome(): boolean {
    if (this.#seq !== undefined) return false;
    this.#first ??= { last: -1, seq: this.#newest() };
    const next = this.#db.prepare(
      `select no, words from copies where no > ? order by no limit ${rowsAtOnce}`,
    );
    next.setReturnArrays(true);
    const rows = next.all(this.#first.last) as unknown as Row[];
    if (rows.length === 0) {
      this.#seq = this.#first.seq;
      return false;
    }
    this.#reserve(rows.at(-1)![0] + 1);
    for (const row of rows) this.#take(row);
    this.#first.last = rows.at(-1)![0];
    return true;
  }

  /** Takes in what the index was given since the last call, and says of which posts; `size` is the greatest number, plus one. */
  refresh(size: number): readonly number[] {
    while (this.takeSome());
    this.#reserve(size);
    const newest = this.#newest();
    if (newest === this.#seq) return [];
    const changed = this.#db.prepare(
      "select posts.no, words from posts left join copies on copies.no = posts.no where seq > ?",
    );
    changed.setReturnArrays(true);
    const rows = changed.all(this.#seq!) as unknown as Row[];
    this.#seq = newest;
    for (const row of rows) this.#note(row);
    return rows.map(([no]) => no);
  }

  /** What changed after so many changes; undefined when that is no longer known. */
  changesSince(count: number): readonly Change[] | undefined {
    const missed = this.changeCount - count;
    if (missed > Math.min(this.#changes.length, changesKept)) return undefined;
    return this.#changes.slice(this.#changes.length - missed);
  }

  /** The values of each band that these posts have. */
  valuesOf(numbers: readonly number[]): readonly Values[] {
    return this.bands.map((band) => {
      const values = new Values();
      for (const no of numbers) if (this.sizes[no]! > 0) values.add(band[no]!);
      return values;
    });
  }

  /** Those of `posts` that have one of the values of some band, ascending. */
  having(values: readonly Values[], posts: PostSet): readonly number[] {
    const numbers: number[] = [];
    const { bands, sizes } = this;
    for (let no = 0; no < sizes.length; no++) {
      if (sizes[no] === 0) continue;
      let has = false;
      for (let i = 0; i < bandCount && !has; i++) has = values[i]!.has(bands[i]![no]!);
      if (has && posts.has(no)) numbers.push(no);
    }
    return numbers;
  }

  #newest(): number {
    const { seq } = this.#db.prepare("select max(seq) seq from posts").get() as {
      seq: number | null;
    };
    return seq ?? 0;
  }

  #note(row: Row): void {
    const [no] = row;
    const before = this.sizes[no]! > 0 ? this.bands.map((band) => band[no]!) : [];
    this.#take(row);
    this.changeCount++;
    this.#changes.push({ no, before });
    if (this.#changes.length > 2 * changesKept) this.#changes = this.#changes.slice(-changesKept);
  }

  #take([no, words]: Row): void {
    const numbers = words === null ? noWords : numbersIn(words);
    this.sizes[no] = numbers.length;
    if (numbers.length === 0) return;
    bandsOf(numbers, someBands);
    for (const [i, band] of this.bands.entries()) band[no] = someBands[i]!;
  }

  #reserve(size: number): void {
    if (size <= this.sizes.length) return;
    const room = Math.ceil(size * 1.25) + 1024;
    const sizes = new Uint16Array(room);
    sizes.set(this.sizes);
    this.sizes = sizes;
    this.bands = this.bands.map((band) => {
      const larger = new Uint32Array(room);
      larger.set(band);
      return larger;
    });
  }
}

/** Some numbers of 31 bits; most that are none of them are told by 16 bits alone, which is quick for a million posts. */
class Values {
  readonly #some = new Uint8Array(1 << 16);
  readonly #all = new Set<number>();

  add(value: number): void {
    this.#some[value & 0xff_ff] = 1;
    this.#all.add(value);
  }

  has(value: number): boolean {
    return this.#some[value & 0xff_ff] === 1 && this.#all.has(value);
  }
}

const noWords = new Uint16Array(0);
const someBands = new Uint32Array(bandCount);
