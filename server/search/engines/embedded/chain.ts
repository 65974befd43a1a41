import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PostSet } from "./post-set.ts";
import { unpacked } from "./packed.ts";
import { isJoined, isLettered, textBorder } from "./terms.ts";
import type { Place, Way } from "./word-leaf.ts";

/*
 * All in exact integers that sort by what comes first. A spot is a place of a post; a stretch is its first spot and
 * how many places it has; a state is the last spot of a chain and how many other words are between its words.
 */
const placesAPost = 2 ** 20;
const longestStretch = 2 ** 4;
const mostBetween = 2 ** 7;

/** Finds words in order with few others between them, by the places the index itself keeps. */
export class Chains {
  readonly #plain: StatementSync;
  readonly #begun: StatementSync;
  readonly #joined: StatementSync;
  readonly #stretches: StatementSync;
  readonly #letters: StatementSync;

  /** Of the posts as they are, or of their earlier versions. */
  constructor(db: DatabaseSync, of: "texts" | "earlier") {
    const name = of === "texts" ? "" : "earlier_";
    const within = "term = ? and col = ? and +doc in (select value from json_each(?))";
    this.#plain = db.prepare(
      `select doc * ${placesAPost} + offset as spot from ${name}occurrences where ${within}`,
    );
    this.#begun = db.prepare(
      `select distinct term from ${name}occurrences where term >= ? and term < ? and +doc in (select value from json_each(?))`,
    );
    this.#joined = db.prepare(`select doc, offset from ${name}occurrences where ${within}`);
    this.#stretches = db.prepare(`select stretches from ${name}joined where no = ?`);
    this.#letters = db.prepare(`select lettered from ${name}letters where no = ?`);
    this.#plain.setReturnArrays(true);
    this.#joined.setReturnArrays(true);
  }

  /**
   * The posts in which one term of each place stands after the one before, all within one text, with at most `slop`
   * others between. A technical word takes the places of all its parts.
   */
  among(candidates: PostSet, way: Way, { size }: { readonly size: number }): PostSet {
    const found = new PostSet(size);
    const read = this.#reader(candidates);
    if (read === undefined) return found;
    for (const end of ends(way, read)) found.add(Math.floor(end / placesAPost));
    return found;
  }

  /** The posts in which a way of one side stands before or after one of the other, with at most `between` words between. */
  near(
    candidates: PostSet,
    sides: readonly [readonly Way[], readonly Way[]],
    { between, size }: { readonly between: number; readonly size: number },
  ): PostSet {
    const found = new PostSet(size);
    const read = this.#reader(candidates);
    if (read === undefined) return found;
    const top = (size + 1) * placesAPost - 1;
    const mirror = mirrored(read, top);
    const edges = sides.map((ways) => ({
      ends: Float64Array.from(ways.flatMap((way) => [...ends(way, read)])).toSorted(),
      starts: Float64Array.from(
        ways.flatMap((way) => Array.from(ends(backwards(way), mirror), (spot) => top - spot)),
      ).toSorted(),
    }));
    for (const [before, after] of [edges, edges.toReversed()]) {
      let next = 0;
      for (const start of after!.starts) {
        while (next < before!.ends.length && before!.ends[next]! < start) next++;
        const end = before!.ends[next - 1];
        if (end === undefined || start - end - 1 > between) continue;
        if (!isApart(end, start, read.borders)) found.add(Math.floor(start / placesAPost));
      }
    }
    return found;
  }

  #reader(candidates: PostSet): Reading | undefined {
    const numbers: number[] = [];
    candidates.each((no) => numbers.push(no));
    if (numbers.length === 0) return undefined;
    const within = JSON.stringify(numbers);
    const read = new Map<string, Float64Array>();
    return {
      borders: Float64Array.from(this.#spots(textBorder, within)).toSorted(),
      stretchesOf: (place) => {
        const key = JSON.stringify(place);
        const stretches = read.get(key) ?? this.#stretchesOf(place, within);
        read.set(key, stretches);
        return stretches;
      },
    };
  }

  /** Sorted. */
  #stretchesOf({ terms, begins, ofParts = false, but = [] }: Place, within: string): Float64Array {
    const found = new Set<number>();
    const all = begins === undefined ? terms : [...terms, ...this.#beginning(begins, within)];
    for (const term of all)
      for (const stretch of this.#of(term, within, ofParts)) found.add(stretch);
    for (const term of but) for (const stretch of this.#of(term, within)) found.delete(stretch);
    return Float64Array.from(found).toSorted();
  }

  /** The terms of the candidates that begin so. */
  #beginning(term: string, within: string): readonly string[] {
    const rows = this.#begun.all(term, `${term}\u{10ffff}`, within) as { term: string }[];
    return rows.map((row) => row.term);
  }

  *#of(term: string, within: string, ofParts = false): Generator<number> {
    if (isLettered(term)) {
      yield* this.#letteredStretches(term, within);
      return;
    }
    for (const spot of this.#spots(term, within)) yield spot * longestStretch + 1;
    if (!ofParts && isJoined(term)) yield* this.#joinedStretches(term, within);
  }

  #spots(term: string, within: string): readonly number[] {
    const column = term.startsWith("~") ? "class" : "form";
    const rows = this.#plain.all(term, column, within) as unknown as readonly [number][];
    return rows.map(([spot]) => spot);
  }

  *#letteredStretches(term: string, within: string): Generator<number> {
    const rows = this.#joined.all(term, "letters", within) as unknown as readonly [
      number,
      number,
    ][];
    for (const [no, offset] of rows) {
      const { lettered } = this.#letters.get(no) as { lettered: Uint8Array };
      const numbers = unpacked(lettered);
      let place = 0;
      for (let at = 0; at <= offset; at++) place += numbers[2 * at]!;
      yield (no * placesAPost + place) * longestStretch + numbers[2 * offset + 1]!;
    }
  }

  *#joinedStretches(term: string, within: string): Generator<number> {
    const rows = this.#joined.all(term, "joined", within) as unknown as readonly [number, number][];
    for (const [no, offset] of rows) {
      const { stretches } = this.#stretches.get(no) as { stretches: string };
      // Two terms for each technical word, two numbers for each in the list.
      const at = offset - (offset % 2);
      const [place, length] = stretches
        .split(" ")
        .slice(at, at + 2)
        .map(Number) as [number, number];
      yield (no * placesAPost + place) * longestStretch + length;
    }
  }
}

/** What is known of the candidates: ascending spots of borders, and the ascending stretches of a place. */
interface Reading {
  readonly borders: Float64Array;
  readonly stretchesOf: (place: Place) => Float64Array;
}

/** The same as read from the end: `top` is the last spot there is. */
function mirrored({ borders, stretchesOf }: Reading, top: number): Reading {
  return {
    borders: borders.map((spot) => top - spot).toReversed(),
    stretchesOf: (place) =>
      stretchesOf(place)
        .map((stretch) => (top - lastSpot(stretch)) * longestStretch + (stretch % longestStretch))
        .toSorted(),
  };
}

function backwards({ places, slop }: Way): Way {
  return { places: places.toReversed(), slop };
}

/** The last spot of each chain. */
function ends({ places, slop }: Way, { borders, stretchesOf }: Reading): Float64Array {
  const [first, ...more] = places;
  let states: Float64Array = stretchesOf(first!).map((stretch) => lastSpot(stretch) * mostBetween);
  for (const place of more)
    states = extended(states.toSorted(), stretchesOf(place), { slop, borders });
  return states.map((state) => Math.floor(state / mostBetween));
}

/** Each chain with each stretch that may come next. Of the chains of one text the one with the most left leads. */
function extended(
  states: Float64Array,
  stretches: Float64Array,
  { slop, borders }: { slop: number; borders: Float64Array },
): Float64Array {
  const longer: number[] = [];
  let next = 0;
  let last: number | undefined;
  let between = 0;
  for (const stretch of stretches) {
    const first = Math.floor(stretch / longestStretch);
    for (; next < states.length && Math.floor(states[next]! / mostBetween) < first; next++) {
      const end = Math.floor(states[next]! / mostBetween);
      const own = states[next]! % mostBetween;
      const kept =
        last === undefined || isApart(last, end, borders) ? Infinity : between + end - last;
      between = Math.min(own, kept);
      last = end;
    }
    if (last === undefined || isApart(last, first, borders)) continue;
    const all = between + first - last - 1;
    if (all <= slop) longer.push(lastSpot(stretch) * mostBetween + all);
  }
  return Float64Array.from(longer);
}

/** Not in one text. */
function isApart(spot: number, later: number, borders: Float64Array): boolean {
  if (Math.floor(spot / placesAPost) !== Math.floor(later / placesAPost)) return true;
  let from = 0;
  for (let to = borders.length; from < to;) {
    const middle = (from + to) >>> 1;
    if (borders[middle]! < spot) from = middle + 1;
    else to = middle;
  }
  return borders[from]! < later;
}

function lastSpot(stretch: number): number {
  return Math.floor(stretch / longestStretch) + (stretch % longestStretch) - 1;
}
