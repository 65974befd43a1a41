/** What a run has done so far; posts but for `pages`. */
export interface RunCounts {
  readonly pages: number;
  readonly new: number;
  readonly edited: number;
  readonly unchanged: number;
  /** Kept posts that a page spanned and did not show; not yet called deleted. */
  readonly missed: number;
  readonly deleted: number;
}
