import type { IdRange } from "./history-page.ts";

/** A stretch of ids walked from high to low by one reader; it shrinks from the top until `from > to`. */
export interface Window {
  from: number;
  to: number;
  /** Its top is a cut of ours, not a border between posts; and so its bottom. */
  cutTop: boolean;
  cutBottom: boolean;
}

/** What is left to read: ranges of ids, handed out from the top in windows that suit the number of readers. */
export class Windows {
  /** Newest first, not overlapping. */
  #left: Window[];
  readonly #open = new Set<Window>();
  /** What one reader would walk if all shared alike. */
  readonly #share: number;
  #idsPerPage = TYPICAL_PAGE;

  constructor(ranges: readonly IdRange[], readers: number) {
    this.#left = ranges
      .map(({ from, to }) => ({ from: Math.max(1, from), to, cutTop: false, cutBottom: false }))
      .filter(hasIds)
      .toSorted((a, b) => b.to - a.to);
    const ids = this.#left.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    this.#share = readers === 1 ? Infinity : Math.ceil(ids / readers);
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

  /** Leaves a window, and what lies right below it, to the one that comes down from above; false when there is none. */
  leaveToAbove(window: Window): boolean {
    const above = [...this.#open].find(({ from }) => from === window.to + 1);
    if (!above || !window.cutTop) return false;
    this.#open.delete(window);
    const [next] = this.#left;
    const below = next?.cutTop && next.to === window.from - 1 ? next : undefined;
    if (below) this.#left.shift();
    const { from, cutBottom } = below ?? window;
    Object.assign(above, { from, cutBottom });
    return true;
  }

  /** A page told the fate of these ids: nobody needs to ask for them again. */
  told(span: IdRange): void {
    this.#idsPerPage +=
      (Math.min(span.to - span.from + 1, MOST_IDS_PER_PAGE) - this.#idsPerPage) / 8;
    for (const stretch of [...this.#open, ...this.#left]) {
      if (stretch.to > span.to || stretch.to < span.from - 1) continue;
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
    if (this.#share === Infinity) return Infinity;
    const page = Math.max(1, Math.round(this.#idsPerPage));
    return Math.min(MOST_PAGES * page, Math.max(LEAST_PAGES * page, this.#share));
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
