import type { DatabaseSync, StatementSync } from "node:sqlite";
import { CopyBands, type Change } from "./copy-bands.ts";
import { radixSorted, type Order } from "./post-order.ts";
import type { PostSet } from "./post-set.ts";
import { areAlike, mayBeAlike, numbersIn } from "./word-set.ts";

/** Of those that share a band a post is compared with so many of the earliest. */
const mostCompared = 100;
/** Sets of words that are kept for the next comparison. */
const setsKept = 200_000;
/** Of groups that are made ahead so many posts at a time. */
const comparedAtOnce = 2_000;
/** The name of the choice of all channels. */
export const everyChannel = "";
/** Groups of so many choices of channels are kept. */
const groupsKept = 4;

interface Kept {
  readonly earliest: Map<number, number>;
  readonly groups: Groups;
  /** How many changes it knows of. */
  readonly changes: number;
}

/**
 * Which posts are copies of which: a post belongs to the group of the earliest post that it is alike with. What the index
 * keeps of a post is its own words alone, so groups follow from the posts there are, in whatever order they came; of
 * some channels they are what they would be without the others. After a change only the posts that may be alike with what
 * changed are looked at again.
 */
export class CopyGroups {
  readonly #bands: CopyBands;
  readonly #words: StatementSync;
  readonly #sets = new Map<number, Uint16Array>();
  /** By the choice of channels. */
  readonly #kept = new Map<string, Kept>();
  /** The groups of all, while they are made. */
  #ahead:
    | { readonly found: Found; readonly steps: Generator<void, void>; readonly changes: number }
    | undefined;

  constructor(db: DatabaseSync) {
    this.#bands = new CopyBands(db);
    this.#words = db.prepare("select words from copies where no = ?");
  }

  /**
   * Makes some of the groups of all posts, of which `size` is the greatest number, plus one, ahead of who asks for them; false
   * when they are made.
   */
  prepare(size: number, all: () => { readonly posts: PostSet; readonly byAge: Order }): boolean {
    if (this.#bands.takeSome()) return true;
    if (this.#kept.has(everyChannel)) return false;
    if (this.#ahead === undefined) {
      this.refresh(size);
      const { posts, byAge } = all();
      const found = { earliest: new Map<number, number>(), age: byAge.place };
      const steps = this.#comparing(this.#candidates(posts, byAge), found);
      this.#ahead = { found, steps, changes: this.#bands.changeCount };
    }
    const { found, steps, changes } = this.#ahead;
    if (steps.next().done !== true) return true;
    this.#ahead = undefined;
    this.#keep(everyChannel, found, changes);
    return false;
  }

  /** Takes in what the index was given since the last call; `size` is the greatest post number, plus one. */
  refresh(size: number): void {
    const changed = this.#bands.refresh(size);
    for (const no of changed) this.#sets.delete(no);
    // What is being made ahead would be of two states of the index.
    if (changed.length > 0) this.#ahead = undefined;
  }

  /** The groups among the posts of one choice of channels; `byAge` is all posts, the oldest first. */
  among(choice: string, visible: () => PostSet, byAge: Order): Groups {
    const kept = this.#kept.get(choice);
    const changes = kept && this.#bands.changesSince(kept.changes);
    if (kept !== undefined && changes?.length === 0) return kept.groups;
    const posts = visible();
    const earliest =
      kept === undefined || changes === undefined ? new Map<number, number>() : kept.earliest;
    const found = { earliest, age: byAge.place };
    if (changes === undefined) this.#compareAll(this.#candidates(posts, byAge), found);
    else this.#compareAgain(changes, posts, found);
    return this.#keep(choice, found, this.#bands.changeCount);
  }

  #keep(choice: string, { earliest, age }: Found, changes: number): Groups {
    const groups = new Groups(earliest, age);
    this.#kept.delete(choice);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= groupsKept && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(choice, { earliest, groups, changes });
    return groups;
  }

  /** Those that may be copies, the oldest first. */
  #candidates(posts: PostSet, { sequence }: Order): Uint32Array {
    const numbers = new Uint32Array(sequence.length);
    let length = 0;
    for (let i = 0; i < sequence.length; i++) {
      const no = sequence[i]!;
      if (this.#bands.sizes[no]! > 0 && posts.has(no)) numbers[length++] = no;
    }
    return numbers.subarray(0, length);
  }

  /** What changed, and all that shares a band with it or did so before, is compared again with all that shares one with these. */
  #compareAgain(changes: readonly Change[], posts: PostSet, found: Found): void {
    const bands = this.#bands;
    const touched = bands.valuesOf(changes.map(({ no }) => no));
    for (const { no, before } of changes) {
      found.earliest.delete(no);
      for (const [i, value] of before.entries()) touched[i]!.add(value);
    }
    const again = new Set(bands.having(touched, posts));
    for (const no of again) found.earliest.delete(no);
    const beside = Uint32Array.from(bands.having(bands.valuesOf([...again]), posts));
    this.#compareAll(radixSorted(beside, found.age), found, again);
  }

  #compareAll(posts: Uint32Array, found: Found, sought?: ReadonlySet<number>): void {
    const steps = this.#comparing(posts, found, sought);
    while (steps.next().done !== true);
  }

  /** Compares each of `posts`, the oldest first, or of `sought` among them, with those before it that it shares a band with. */
  *#comparing(
    posts: Uint32Array,
    found: Found,
    sought?: ReadonlySet<number>,
  ): Generator<void, void> {
    let compared = 0;
    for (const band of this.#bands.bands) {
      const sorted = radixSorted(posts, band);
      for (let from = 0, to = 0; from < sorted.length; from = to) {
        while (to < sorted.length && band[sorted[to]!] === band[sorted[from]!]) to++;
        for (let i = from + 1; i < to; i++) {
          if (sought?.has(sorted[i]!) === false) continue;
          if (++compared % comparedAtOnce === 0) yield;
          const before = sorted.subarray(from, Math.min(i, from + mostCompared));
          this.#compare(sorted[i]!, before, found);
        }
      }
    }
  }

  /** Notes the first of `before`, the oldest first, that a post is alike with, unless an earlier one is known. */
  #compare(no: number, before: Uint32Array, { earliest, age }: Found): void {
    const { sizes } = this.#bands;
    const known = earliest.get(no);
    for (let i = 0; i < before.length; i++) {
      const other = before[i]!;
      if (known !== undefined && age[known]! <= age[other]!) return;
      if (!mayBeAlike(sizes[no]!, sizes[other]!)) continue;
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
}

interface Found {
  /** Of each copy the earliest post that it is alike with. */
  readonly earliest: Map<number, number>;
  /** The place of each post among all, the oldest first. */
  readonly age: Uint32Array;
}

/** Posts by the group they belong to; one that is alone is a group of its own. */
export class Groups {
  readonly #first = new Map<number, number>();
  /** By the first of each group of several, the oldest first. */
  readonly #members = new Map<number, number[]>();

  /** @param earliest of each copy the earliest post that it is alike with; `age` the place of each post, the oldest first. */
  constructor(earliest: ReadonlyMap<number, number>, age: Uint32Array) {
    const copies = radixSorted(Uint32Array.from(earliest.keys()), age);
    for (let i = 0; i < copies.length; i++) {
      const no = copies[i]!;
      const before = earliest.get(no)!;
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
