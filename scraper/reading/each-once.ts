import type { HistoryPage, IdRange } from "./history-page.ts";
import type { Post } from "../post.ts";

/**
 * Gives of each page the posts that no page before it has told of: windows that are read side by side overlap where they
 * meet. Remembers ranges of ids, of which there are few, not posts.
 */
export function eachOnce(): (page: HistoryPage) => readonly Post[] {
  let told: readonly IdRange[] = [];
  return ({ posts, span }) => {
    const news = posts.filter(({ id }) => !told.some(({ from, to }) => from <= id && id <= to));
    if (span) told = withRange(told, span);
    return news;
  };
}

/** The ranges with one more; those that touch become one. */
function withRange(ranges: readonly IdRange[], added: IdRange): readonly IdRange[] {
  const touches = ({ from, to }: IdRange): boolean => from <= added.to + 1 && to >= added.from - 1;
  const joined = [added, ...ranges.filter(touches)];
  const from = Math.min(...joined.map((range) => range.from));
  const to = Math.max(...joined.map((range) => range.to));
  return [...ranges.filter((range) => !touches(range)), { from, to }];
}
