import type { IdRange } from "./history-page.ts";

/** A stretch of ids walked from high to low by one reader; it shrinks from the top until `from > to`. */
export interface Window {
  from: number;
  to: number;
  /** Its top is a cut of ours, not a border between posts; and so its bottom. */
  cutTop: boolean;
  readonly cutBottom: boolean;
}

/** What is left to read: ranges of ids, handed out from the top in windows that suit the number of readers. */
export class Windows {
  /** Newest first, not overlapping. */
  #left: Window[];
  readonly #open = new Set<Window>();
  readonly #readers: number;
  #idsPerPage = TYPICAL_PAGE;

  constructor(ranges: readonly IdRange[], readers: number) {
    this.#left = ranges
      .map(({ from, to }) => ({ from: Math.max(1, from), to, cutTop: false, cutBottom: false }))
      .filter(hasIds)
      .toSorted((a, b) => b.to - a.to);
    this.#readers = readers;
  }

  /** All that is left, from its lowest to its highest id. */
  get extent(): IdRange | undefined {
    const [first, last] = [this.#left.at(-1), this.#left[0]];
    return first && last && { from: first.from, to: last.to };
  }

  /** The highest stretch nobody walks yet. */
  next(): Window | undefined {
    const range = this.#left[0];
    if (!range) return undefined;
    const size = this.#windowSize();
    if (range.to - range.from < size * 1.5) this.#left.shift();
    const window =
      this.#left[0] === range ? { ...range, from: range.to - size + 1, cutBottom: true } : range;
    if (window !== range) {
      range.to = window.from - 1;
      range.cutTop = true;
    }
    this.#open.add(window);
    return window;
  }

  close(window: Window): void {
    this.#open.delete(window);
  }

  /** A page told the fate of these ids: nobody needs to ask for them again. */
  told(span: IdRange): void {
    this.#idsPerPage +=
      (Math.min(span.to - span.from + 1, MOST_IDS_PER_PAGE) - this.#idsPerPage) / 8;
    for (const stretch of [...this.#open, ...this.#left]) {
      if (stretch.to > span.to || stretch.to < span.from) continue;
      stretch.to = span.from - 1;
      stretch.cutTop = false;
    }
    this.#left = this.#left.filter(hasIds);
  }

  /** Ids above this one are not asked for. */
  beginAt(highest: number): void {
    for (const stretch of this.#left)
      if (stretch.to > highest) Object.assign(stretch, { to: highest, cutTop: true });
    this.#left = this.#left.filter(hasIds);
  }

  /** Ids below this one are not asked for. */
  endAt(lowest: number): void {
    for (const stretch of [...this.#open, ...this.#left])
      stretch.from = Math.max(stretch.from, lowest);
    this.#left = this.#left.filter(hasIds);
  }

  /** Long, so that few pages overlap; short enough that all readers have work. */
  #windowSize(): number {
    if (this.#readers === 1) return Infinity;
    const ids = this.#left.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const page = Math.max(1, Math.round(this.#idsPerPage));
    const share = Math.ceil(ids / this.#readers);
    return Math.min(MOST_PAGES * page, Math.max(LEAST_PAGES * page, share));
  }
}

/** Whether anything is left of a stretch. */
export function hasIds({ from, to }: IdRange): boolean {
  return from <= to;
}

const TYPICAL_PAGE = 20;
const MOST_IDS_PER_PAGE = 2_000;
const MOST_PAGES = 50;
const LEAST_PAGES = 8;
