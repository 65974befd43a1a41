import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { PostSet } from "./post-set.ts";
import { PostSet as Posts } from "./post-set.ts";
import { textBorder } from "./terms.ts";
import type { Place } from "./word-leaf.ts";

/** Room for a place in a text beside the post's number in one exact integer. */
const placesAPost = 2 ** 20;

/** Finds words in order with few others between them, by the places the index itself keeps. */
export class Chains {
  readonly #occurrences: StatementSync;

  constructor(db: DatabaseSync) {
    this.#occurrences = db.prepare(
      `select doc * ${placesAPost} + offset as spot from occurrences
        where term = ? and col = ? and +doc in (select value from json_each(?))`,
    );
    this.#occurrences.setReturnArrays(true);
  }

  /** The posts in which one term of each place stands after the one before, all within one text, with at most `slop` others between. */
  among(
    candidates: PostSet,
    places: readonly Place[],
    { slop, size }: { slop: number; size: number },
  ): PostSet {
    const numbers: number[] = [];
    candidates.each((no) => numbers.push(no));
    const within = JSON.stringify(numbers);
    const found = new Posts(size);
    if (numbers.length === 0) return found;

    // For each spot where the chain may stand now, the latest spot where it can have begun.
    let ends = this.#spots(places[0]!, within);
    let starts = ends;
    for (const place of places.slice(1))
      ({ ends, starts } = step({ ends, starts }, this.#spots(place, within)));
    const borders = this.#spots([textBorder], within);
    const longest = places.length - 1 + slop;
    for (let i = 0, border = 0; i < ends.length; i++) {
      const start = starts[i]!;
      while (border < borders.length && borders[border]! < start) border++;
      const crosses = border < borders.length && borders[border]! < ends[i]!;
      if (!crosses && ends[i]! - start <= longest) found.add(Math.floor(start / placesAPost));
    }
    return found;
  }

  #spots(terms: Place, within: string): Float64Array {
    const spots: number[] = [];
    for (const term of terms) {
      const column = term.startsWith("~") ? "class" : "form";
      for (const [spot] of this.#occurrences.all(term, column, within) as unknown as [number][])
        spots.push(spot);
    }
    return Float64Array.from(spots).toSorted();
  }
}

function step(
  chain: { ends: Float64Array; starts: Float64Array },
  spots: Float64Array,
): { ends: Float64Array; starts: Float64Array } {
  const ends: number[] = [];
  const starts: number[] = [];
  for (let i = 0, before = -1; i < spots.length; i++) {
    const spot = spots[i]!;
    while (before + 1 < chain.ends.length && chain.ends[before + 1]! < spot) before++;
    if (before < 0) continue;
    if (Math.floor(chain.starts[before]! / placesAPost) !== Math.floor(spot / placesAPost))
      continue;
    ends.push(spot);
    starts.push(chain.starts[before]!);
  }
  return { ends: Float64Array.from(ends), starts: Float64Array.from(starts) };
}
